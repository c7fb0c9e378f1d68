using Tributary.Links;
using Tributary.Server.Api;

namespace Tributary.Server.Hosting;

/// <summary>
/// Once the operator has said under which hosts the server is public, a request for any other is misdirected (421; CL-6,
/// N12): no page, link or cache entry comes about under a name that somebody made up. The hosts it listens at are its own
/// too. Without that setting every host is answered.
/// </summary>
internal sealed class PublicHosts(RequestDelegate next, ServerOptions options, IProblemDetailsService problems)
{
    private const string Detail = "This server is not known by that host. Its operator lists the hosts in TRIBUTARY_PUBLIC_HOSTS or its address in TRIBUTARY_PUBLIC_URL.";

    private readonly HashSet<string> own = OwnHosts(options);

    public async Task InvokeAsync(HttpContext http)
    {
        if (!HasPublicAddress(options) || own.Contains(Plain(http.Request.Host.Host)) || IsProgrammes(http) || IsProbe(http.Request.Path))
        {
            await next(http);
            return;
        }
        http.Response.StatusCode = StatusCodes.Status421MisdirectedRequest;
        await problems.TryWriteAsync(new ProblemDetailsContext
        {
            HttpContext = http,
            ProblemDetails = { Status = StatusCodes.Status421MisdirectedRequest, Detail = Detail },
        });
    }

    private static HashSet<string> OwnHosts(ServerOptions options)
    {
        var listened = options.Urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(url => BindingAddress.Parse(url).Host);
        var named = new[] { options.PublicUrl?.Host, options.ShortUrl?.Host }.OfType<string>();
        return new HashSet<string>(listened.Concat(options.Api.PublicHosts).Concat(named).Select(Plain), StringComparer.OrdinalIgnoreCase);
    }

    private static bool HasPublicAddress(ServerOptions options) => options.Api.PublicHosts.Count > 0 || options.PublicUrl is not null;

    /// <summary>Load balancers and proxies ask for these by the node's address.</summary>
    private static bool IsProbe(PathString path) =>
        path == HealthEndpoints.AlivePath || path == HealthEndpoints.ReadyPath || path == CertificateQuestion.Path;

    /// <summary>A programme's own host for an interface was verified to be its own.</summary>
    private static bool IsProgrammes(HttpContext http) => http.Features.Get<RedirectHost>() is { Kind: RedirectHostKind.Api };

    private static string Plain(string host) => host.Trim('[', ']').TrimEnd('.');
}
