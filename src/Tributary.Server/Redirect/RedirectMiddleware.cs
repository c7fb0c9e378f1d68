using System.Globalization;
using System.Net;
using Tributary.Clicks;
using Tributary.Clicks.Intake;
using Tributary.Links;
using Tributary.Server.Hosting;
using Tributary.Storage;

namespace Tributary.Server.Redirect;

/// <summary>
/// The hot path, before everything else: requests at hosts of links. What is no link there, and every other host, goes on to the
/// server's own pages and APIs.
/// </summary>
internal sealed class RedirectMiddleware(
    RequestDelegate next, LinkTable links, Redirector redirector, ClickIntake intake, AddressRates unknownRates, TimeProvider clock)
{
    /// <summary>Where no link can be at the server's own address: its interfaces know themselves what they do not know.</summary>
    private static readonly string[] OwnPaths = ["/api", "/v1", "/v1.0", "/p", "/partnero", "/pub", "/openapi", "/docs", "/assets", "/lib"];

    /// <summary>Unknown codes of one address in a minute (F24).</summary>
    private const int MostUnknown = 30;

    public async Task InvokeAsync(HttpContext http)
    {
        if (GpcAnswer.IsAsked(http.Request.Path))
        {
            await GpcAnswer.WriteAsync(http);
            return;
        }
        try
        {
            await RouteAsync(http);
        }
        catch (Exception outage) when (!http.Response.HasStarted && DatabaseFault.IsOutage(outage))
        {
            await ShortAnswers.UnavailableAsync(http);
        }
    }

    private async Task RouteAsync(HttpContext http)
    {
        RedirectHost? host;
        try
        {
            host = await links.FindHostAsync(http.Request.Host.Value ?? "", http.RequestAborted);
        }
        catch (Exception outage) when (DatabaseFault.IsOutage(outage))
        {
            await PassOnUnaskedAsync(http);
            return;
        }
        if (host?.Kind == RedirectHostKind.Api)
            http.Features.Set(host);
        if (host?.Kind == RedirectHostKind.Api || (host?.Kind == RedirectHostKind.ServerShort && IsOwn(http.Request.Path)))
            await next(http);
        else
            await (host is null ? PassOnAsync(http, answer: null) : RouteAsync(http, host));
    }

    private async Task RouteAsync(HttpContext http, RedirectHost host)
    {
        RedirectAnswer answer;
        try
        {
            answer = await FindAsync(http, host);
        }
        catch (Exception outage) when (!IsOfLinksAlone(host) && DatabaseFault.IsOutage(outage))
        {
            await PassOnUnaskedAsync(http);
            return;
        }
        if (answer.Target is { } target)
            await AnswerAsync(http, host, target);
        else if (IsOfLinksAlone(host))
            await RefuseAsync(http, answer);
        else
            await PassOnAsync(http, answer);
    }

    /// <summary>Whoever goes on guessing costs no more than a look into memory.</summary>
    private ValueTask<RedirectAnswer> FindAsync(HttpContext http, RedirectHost host)
    {
        var (path, query) = (http.Request.Path.ToUriComponent(), http.Request.QueryString.Value ?? "");
        return Address(http) is { } address && unknownRates.Look(address) > MostUnknown
            ? links.FindInMemoryAsync(host, path, query, http.RequestAborted)
            : links.FindAsync(host, path, query, http.RequestAborted);
    }

    /// <summary>
    /// While nobody can be asked which hosts and links there are, the server's own paths answer as ever (they say themselves that the
    /// database is away), and what they do not know may be a link.
    /// </summary>
    private async Task PassOnUnaskedAsync(HttpContext http)
    {
        if (!IsOwn(http.Request.Path))
            http.Response.OnStarting(NeverUnknownAsync, http);
        await next(http);
        if (IsUnanswered(http) && IsOfAPerson(http.Request))
            await ShortAnswers.UnavailableAsync(http);
    }

    private static bool IsOwn(PathString path)
    {
        foreach (var own in OwnPaths)
            if (path.StartsWithSegments(own))
                return true;
        return false;
    }

    private static bool IsOfLinksAlone(RedirectHost host) => host.Kind is RedirectHostKind.Short or RedirectHostKind.Wildcard;

    private static Task NeverUnknownAsync(object state)
    {
        var response = ((HttpContext)state).Response;
        if (response.StatusCode == StatusCodes.Status404NotFound)
        {
            response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            response.Headers.RetryAfter = ShortAnswers.RetryAfter;
        }
        return Task.CompletedTask;
    }

    private Task AnswerAsync(HttpContext http, RedirectHost host, RedirectTarget target) =>
        HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method)
            ? redirector.AnswerAsync(http, host, target)
            : ShortAnswers.MethodNotAllowedAsync(http);

    private async Task RefuseAsync(HttpContext http, RedirectAnswer answer)
    {
        if (!HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method))
        {
            await ShortAnswers.MethodNotAllowedAsync(http);
            return;
        }
        if (answer.Token is null || BrowserFiles.Contains(http.Request.Path))
        {
            await NotFoundAsync(http, answer);
            return;
        }
        if (!CountUnknown(http, answer))
        {
            await ShortAnswers.TooManyAsync(http, unknownRates.SecondsLeft());
            return;
        }
        await NotFoundAsync(http, answer);
    }

    /// <summary>The merchant's site and the server's own address hold other things than links: only what they do not know either is unknown.</summary>
    /// <param name="answer">Null: no links live at the host.</param>
    private async Task PassOnAsync(HttpContext http, RedirectAnswer? answer)
    {
        await next(http);
        if (!IsUnanswered(http))
            return;
        if (answer?.Token is not null && !BrowserFiles.Contains(http.Request.Path) && !CountUnknown(http, answer))
            await ShortAnswers.TooManyAsync(http, unknownRates.SecondsLeft());
        else if (IsOfAPerson(http.Request))
            await ShortAnswers.NotKnownAsync(http);
    }

    /// <summary>Nothing of the server's own has that path.</summary>
    private static bool IsUnanswered(HttpContext http) =>
        !http.Response.HasStarted && http.Response.StatusCode == StatusCodes.Status404NotFound && http.GetEndpoint() is null;

    /// <summary>Programs get what they have always got: their faces' own answers, or none.</summary>
    private static bool IsOfAPerson(HttpRequest request) =>
        (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)) && !request.Path.StartsWithSegments("/api")
        && request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    /// <returns>Whether the address may go on asking.</returns>
    private bool CountUnknown(HttpContext http, RedirectAnswer answer)
    {
        var now = clock.GetUtcNow();
        if (answer.Program is { } found)
            intake.CountUnknown(found.Program.Id, CountedIn.Of(now, found.Program.ZoneAt(now)));
        return Address(http) is not { } address || unknownRates.Count(address) <= MostUnknown;
    }

    private static Task NotFoundAsync(HttpContext http, RedirectAnswer answer)
    {
        if (answer.Program is not { NotFoundUrl: { } elsewhere })
            return ShortAnswers.NotFoundAsync(http);
        RedirectHeaders.Set(http, null);
        http.Response.StatusCode = StatusCodes.Status302Found;
        http.Response.Headers.Location = elsewhere;
        return Task.CompletedTask;
    }

    private static IPAddress? Address(HttpContext http) => VisitorAddress.Plain(http.Connection.RemoteIpAddress);
}

/// <summary>What browsers and robots ask of every host; nobody guesses codes by them.</summary>
internal static class BrowserFiles
{
    public static bool Contains(PathString path) =>
        path == "/favicon.ico" || path == "/robots.txt" || path.StartsWithSegments("/.well-known")
        || (path.Value?.StartsWith("/apple-touch-icon", StringComparison.Ordinal) ?? false);
}
