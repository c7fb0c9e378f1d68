using Tributary.Links;
using Tributary.Programs;

namespace Tributary.Server.Api.DeBridge;

/// <summary>Which pages may read answers: those of the programme's verified sites.</summary>
internal sealed class DeBridgeOrigins(SiteDirectory sites)
{
    private const string PreflightSeconds = "600";

    /// <param name="methods">Set where a browser asks before it sends.</param>
    public async Task AllowAsync(HttpContext http, ReferralProgram program, string? methods = null)
    {
        http.Response.Headers.Vary = "Origin";
        if (http.Request.Headers.Origin is not [{ Length: > 0 } origin]
            || await sites.FindAsync(program.PublicId, http.RequestAborted) is not { } found || !found.Allows(origin))
            return;
        http.Response.Headers.AccessControlAllowOrigin = origin;
        http.Response.Headers.AccessControlExposeHeaders = "x-request-id, retry-after";
        if (methods is null)
            return;
        http.Response.Headers.AccessControlAllowMethods = methods;
        http.Response.Headers.AccessControlAllowHeaders = "authorization, content-type";
        http.Response.Headers.AccessControlMaxAge = PreflightSeconds;
    }
}
