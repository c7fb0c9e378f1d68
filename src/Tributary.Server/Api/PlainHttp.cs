using System.Net;

namespace Tributary.Server.Api;

/// <summary>Keys do not travel unencrypted, except within this machine or where the operator says so.</summary>
internal static class PlainHttp
{
    public static bool IsTolerable(HttpContext http, ApiOptions options) =>
        http.Request.IsHttps || options.PlainHttp || http.Connection.RemoteIpAddress is not { } address || IPAddress.IsLoopback(address);
}
