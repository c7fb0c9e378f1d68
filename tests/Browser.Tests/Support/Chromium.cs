using Microsoft.Playwright;

namespace Tributary.Browser.Tests.Support;

/// <summary>One real Chromium for a class of tests. It calls nobody but the page under test.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private static readonly string[] Places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private static readonly string[] Arguments =
    [
        "--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run",
        // Pages are not told that a program drives the browser: that would make every click a robot's.
        "--disable-blink-features=AutomationControlled",
        // The shops of the tests are on this machine.
        "--host-resolver-rules=MAP yoursite.com 127.0.0.1,MAP *.yoursite.com 127.0.0.1,MAP other.example 127.0.0.1,MAP *.localhost 127.0.0.1",
    ];

    private IPlaywright playwright = null!;

    public IBrowser Browser { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var executable = Places.FirstOrDefault(File.Exists) ?? throw new InvalidOperationException("Chromium is not installed; ./test.sh does that.");
        playwright = await Playwright.CreateAsync();
        Browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = executable, Headless = true, Args = Arguments });
    }

    public async ValueTask DisposeAsync()
    {
        await Browser.DisposeAsync();
        playwright.Dispose();
    }
}
