using Microsoft.Playwright;
using Tributary.Browser.Tests.Support;

namespace Tributary.Browser.Tests.Web;

/// <summary>The tour of the start page, taken as a newcomer takes it.</summary>
public sealed class TourTests(Chromium chromium, DemoServer demo) : IClassFixture<Chromium>, IClassFixture<DemoServer>
{
    private static readonly string[] Buttons = ["Ask for the code", "Sign the friend up", "Send the order", "Refund the order", "Ring it up"];

    /// <summary>What each step must tell; the rest is the engine's matter.</summary>
    private static readonly string[] Told =
    [
        "REF123456",
        "“REF123456” belongs to John Doe; it won because New Customer named it with the sign-up and had no referrer before.",
        "The friend reward of 100 Points for New Customer from “Give 100 points, get 200” is available.",
        "The friend reward of 100 Points for New Customer from “Give 100 points, get 200” was taken back because the order was refunded.",
        "“REF123456” belongs to John Doe; it won because customer mobile_",
    ];

    [Theory]
    [InlineData(375, ColorScheme.Light)]
    [InlineData(375, ColorScheme.Dark)]
    [InlineData(1440, ColorScheme.Light)]
    [InlineData(1440, ColorScheme.Dark)]
    public async Task The_tour_runs_from_the_first_button_to_the_last(int width, ColorScheme colors)
    {
        await using var visit = await Visit.OpenAsync(chromium, demo.Address, width, colors);
        await visit.Page.GotoAsync("/");
        await visit.ShootAsync($"start-{width}-{colors}");
        await visit.ShouldFitAsync();
        for (var step = 0; step < Buttons.Length; step++)
        {
            await visit.Page.GetByRole(AriaRole.Button, new() { Name = Buttons[step] }).ClickAsync();
            await Assertions.Expect(Outcome(visit, step)).ToContainTextAsync(Told[step]);
            await Assertions.Expect(Outcome(visit, step)).ToContainTextAsync("200 OK");
        }
        await visit.ShootAsync($"tour-{width}-{colors}");
        await visit.ShouldFitAsync();
        visit.ShouldBeClean();
    }

    [Fact]
    public async Task The_tour_can_be_taken_with_the_keyboard_alone()
    {
        await using var visit = await Visit.OpenAsync(chromium, demo.Address, 375);
        await visit.Page.GotoAsync("/");
        await visit.Page.Keyboard.PressAsync("Tab");
        (await FocusedTextAsync(visit)).ShouldBe("To the content");
        for (var step = 0; step < Buttons.Length; step++)
        {
            await TabToAsync(visit, Buttons[step]);
            (await visit.Page.EvaluateAsync<bool>("document.activeElement.matches(':focus-visible')")).ShouldBeTrue();
            await visit.Page.Keyboard.PressAsync(step % 2 == 0 ? "Enter" : "Space");
            await Assertions.Expect(Outcome(visit, step)).ToContainTextAsync(Told[step]);
            (await FocusedTextAsync(visit)).ShouldBe(Buttons[step]);
        }
        visit.ShouldBeClean();
    }

    [Fact]
    public async Task Every_visit_gets_fresh_ids_so_the_tour_can_be_taken_again()
    {
        await using var visit = await Visit.OpenAsync(chromium, demo.Address);
        for (var round = 0; round < 2; round++)
        {
            await visit.Page.GotoAsync("/");
            await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Ring it up" }).ClickAsync();
            await Assertions.Expect(Outcome(visit, 4)).ToContainTextAsync("The friend reward of 100 Points");
        }
        visit.ShouldBeClean();
    }

    [Fact]
    public async Task Without_scripts_a_button_loads_a_page_with_its_step()
    {
        await using var visit = await Visit.OpenAsync(chromium, demo.Address, scripts: false);
        await visit.Page.GotoAsync("/");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Ring it up" }).ClickAsync();
        await Assertions.Expect(Outcome(visit, 4)).ToContainTextAsync(Told[4]);
        visit.ShouldBeClean();
    }

    private static ILocator Outcome(Visit visit, int step) => visit.Page.Locator($"#outcome-{step + 1}");

    private static async Task TabToAsync(Visit visit, string button)
    {
        for (var presses = 0; presses < 40; presses++)
        {
            await visit.Page.Keyboard.PressAsync("Tab");
            if (await FocusedTextAsync(visit) == button)
                return;
        }
        throw new InvalidOperationException($"The button “{button}” cannot be reached with the Tab key.");
    }

    private static Task<string> FocusedTextAsync(Visit visit) => visit.Page.EvaluateAsync<string>("document.activeElement.textContent.trim()");
}
