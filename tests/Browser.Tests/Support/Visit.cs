using Microsoft.Playwright;

namespace Tributary.Browser.Tests.Support;

/// <summary>
/// A page with what went wrong on it: messages of errors, refused by the content security policy, failed or foreign requests.
/// </summary>
internal sealed class Visit : IAsyncDisposable
{
    private readonly IBrowserContext context;
    private readonly List<string> faults = [];
    private readonly string origin;

    private Visit(IBrowserContext context, IPage page, string origin)
    {
        this.context = context;
        this.origin = origin;
        Page = page;
    }

    public IPage Page { get; }

    public static async Task<Visit> OpenAsync(
        Chromium chromium, Uri server, int width = 1440, ColorScheme colors = ColorScheme.Light, bool scripts = true)
    {
        var context = await chromium.Browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = server.ToString(),
            ViewportSize = new ViewportSize { Width = width, Height = 900 },
            ColorScheme = colors,
            JavaScriptEnabled = scripts,
        });
        var visit = new Visit(context, await context.NewPageAsync(), server.GetLeftPart(UriPartial.Authority));
        await visit.WatchAsync(scripts);
        return visit;
    }

    /// <summary>Fails with everything that went wrong since the page was opened.</summary>
    public void ShouldBeClean() => faults.ShouldBeEmpty();

    /// <summary>Nothing is cut off or to be scrolled to the side.</summary>
    public async Task ShouldFitAsync() =>
        (await Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= window.innerWidth")).ShouldBeTrue("the page is wider than the window");

    /// <summary>Keeps a picture where <c>TRIBUTARY_SCREENSHOTS</c> names a folder, to be looked at.</summary>
    public async Task ShootAsync(string name)
    {
        if (Environment.GetEnvironmentVariable("TRIBUTARY_SCREENSHOTS") is { Length: > 0 } folder)
            await Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, name + ".png"), FullPage = true });
    }

    public ValueTask DisposeAsync() => context.DisposeAsync();

    private async Task WatchAsync(bool scripts)
    {
        Page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
                faults.Add($"console: {message.Text}");
        };
        Page.PageError += (_, error) => faults.Add($"script: {error}");
        Page.RequestFailed += (_, request) => faults.Add($"failed: {request.Url} {request.Failure}");
        Page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(origin, StringComparison.Ordinal) && !request.Url.StartsWith("data:", StringComparison.Ordinal))
                faults.Add($"foreign: {request.Url}");
        };
        Page.Response += (_, response) =>
        {
            if (response.Status >= 400)
                faults.Add($"{response.Status}: {response.Url}");
        };
        if (!scripts)
            return;
        await Page.ExposeFunctionAsync("refusedByPolicy", (string directive) => faults.Add($"policy: {directive}"));
        await Page.AddInitScriptAsync("addEventListener('securitypolicyviolation', e => refusedByPolicy(e.violatedDirective + ' ' + e.blockedURI))");
    }
}
