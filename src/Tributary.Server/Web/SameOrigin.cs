namespace Tributary.Server.Web;

/// <summary>
/// Whether a request that changes something comes from a page of this very server (N17). Browsers say so in
/// <c>Sec-Fetch-Site</c>, and over plain HTTP to another machine in <c>Origin</c>, which every form and script sends.
/// </summary>
internal static class SameOrigin
{
    public static bool Holds(HttpRequest request)
    {
        var site = request.Headers["Sec-Fetch-Site"];
        if (site.Count > 0)
            return site is ["same-origin"];
        return request.Headers.Origin is [{ } origin] && string.Equals(origin, $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase);
    }
}
