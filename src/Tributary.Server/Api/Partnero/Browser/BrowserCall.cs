using Tributary.Links;
using Tributary.Server.Api.Partnero.Input;
using Tributary.Storage;

namespace Tributary.Server.Api.Partnero.Browser;

/// <summary>What a page of the merchant's has sent.</summary>
/// <param name="Origin">Of the page; null where a browser leaves it out, which is so for the page's own origin.</param>
internal sealed record BrowserCall(ProgramSites Sites, InputObject Input, string? Origin, HttpContext Http)
{
    /// <summary>Anybody can send it.</summary>
    public Caller Caller => new("browser", Trusted: false, ClientAddress.Kept(Http.Connection.RemoteIpAddress), Http.TraceIdentifier);
}
