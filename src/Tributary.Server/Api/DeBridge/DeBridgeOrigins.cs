using Tributary.Links;
using Tributary.Programs;

namespace Tributary.Server.Api.DeBridge;

/// <summary>Which pages may read answers: all where no key is asked for, else those of the programme's verified sites.</summary>
internal sealed class DeBridgeOrigins(SiteDirectory sites, Sights sights)
{
    private const string PreflightSeconds = "600";

    /// <param name="methods">Set where a browser asks before it sends.</param>
    public async Task AllowAsync(HttpContext http, ReferralProgram program, DeBridgeAccess access, string? methods = null)
    {
        if (await OriginAsync(http, program, access) is not { } origin)
            return;
        http.Response.Headers.AccessControlAllowOrigin = origin;
        http.Response.Headers.AccessControlExposeHeaders = "x-request-id, retry-after";
        if (methods is null)
            return;
        http.Response.Headers.AccessControlAllowMethods = methods;
        http.Response.Headers.AccessControlAllowHeaders = "authorization, content-type";
        http.Response.Headers.AccessControlMaxAge = PreflightSeconds;
    }

    private async Task<string?> OriginAsync(HttpContext http, ReferralProgram program, DeBridgeAccess access)
    {
        var ct = http.RequestAborted;
        var isPublic = access switch
        {
            DeBridgeAccess.Tracking => await sights.IsPublicAsync(program, ct),
            DeBridgeAccess.Gateway => program.Settings.DeBridge.Gateway.Access == GatewayAccess.Public,
            DeBridgeAccess.Both => program.Settings.DeBridge.Gateway.Access == GatewayAccess.Public || await sights.IsPublicAsync(program, ct),
        };
        if (isPublic)
            return "*";
        http.Response.Headers.Vary = "Origin";
        return http.Request.Headers.Origin is [{ Length: > 0 } origin]
            && await sites.FindAsync(program.PublicId, ct) is { } found && found.Allows(origin) ? origin : null;
    }
}
