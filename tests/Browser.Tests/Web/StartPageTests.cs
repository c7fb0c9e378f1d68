using Microsoft.Playwright;
using Tributary.Browser.Tests.Support;

namespace Tributary.Browser.Tests.Web;

public sealed class StartPageTests(Chromium chromium, PlainServer plain) : IClassFixture<Chromium>, IClassFixture<PlainServer>
{
    [Fact]
    public async Task Every_link_of_the_page_leads_somewhere()
    {
        await using var visit = await Visit.OpenAsync(chromium, plain.Address);
        await visit.Page.GotoAsync("/");
        var links = await visit.Page.Locator("main a").EvaluateAllAsync<string[]>("all => all.map(a => a.getAttribute('href'))");
        foreach (var link in links.Distinct())
            (await visit.Page.APIRequest.GetAsync(link)).Status.ShouldBe(200, link);
    }

    [Theory]
    [InlineData("/docs/gameball#9004", "9004")]
    [InlineData("/docs/problems#not_found", "not_found")]
    public async Task The_pages_of_errors_fit_a_phone_and_lead_to_the_code(string path, string id)
    {
        await using var visit = await Visit.OpenAsync(chromium, plain.Address, 375, ColorScheme.Dark);
        await visit.Page.GotoAsync(path);
        await Assertions.Expect(visit.Page.Locator($"[id='{id}']")).ToBeInViewportAsync();
        await visit.ShouldFitAsync();
        await visit.ShootAsync($"errors-{id}");
        visit.ShouldBeClean();
    }

    /// <summary>The reference draws hundreds of calls, and the machine may be busy with other tests.</summary>
    private static readonly LocatorAssertionsToBeVisibleOptions Slowly = new() { Timeout = 30_000 };

    [Theory]
    [InlineData(375, ColorScheme.Dark)]
    [InlineData(1440, ColorScheme.Light)]
    public async Task The_reference_shows_the_calls_within_the_policy(int width, ColorScheme colors)
    {
        await using var visit = await Visit.OpenAsync(chromium, plain.Address, width, colors);
        await visit.Page.GotoAsync("/docs");
        await Assertions.Expect(visit.Page.GetByText("/api/v1/orders/{orderId}/explanation").First).ToBeVisibleAsync(Slowly);
        await visit.ShouldFitAsync();
        await visit.ShootAsync($"reference-{width}-{colors}");
        visit.ShouldBeClean();
    }

    [Fact]
    public async Task Without_the_demo_the_page_says_what_to_do_next()
    {
        await using var visit = await Visit.OpenAsync(chromium, plain.Address, 375);
        await visit.Page.GotoAsync("/");
        await Assertions.Expect(visit.Page.GetByRole(AriaRole.Heading, new() { Name = "What to do next" })).ToBeVisibleAsync();
        (await visit.Page.GetByRole(AriaRole.Button).CountAsync()).ShouldBe(0);
        await visit.ShootAsync("start-without-demo");
        visit.ShouldBeClean();
    }
}
