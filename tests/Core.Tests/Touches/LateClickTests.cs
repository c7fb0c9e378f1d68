using Microsoft.Extensions.Logging.Abstractions;
using Tributary.Clicks;
using Tributary.Clicks.Intake;
using Tributary.Core.Tests.Clicks;
using Tributary.Core.Tests.Keys;
using Tributary.Orders;
using Tributary.Programs;
using Tributary.Signups;
using Tributary.Storage;
using Tributary.Tests.Support;

namespace Tributary.Core.Tests.Touches;

/// <summary>CL-64: clicks that arrive after the sign-up or order that named them.</summary>
public sealed class LateClickTests(PostgresFixture postgres)
{
    private const double Minute = 1 / 1440.0;

    [Fact]
    public async Task CL_scenario_13_an_order_is_decided_again_when_its_click_arrives()
    {
        await using var shop = await OpenAsync();
        var click = ClickId.New(shop.Day0);
        shop.At(5 * Minute);
        await shop.OrderAsync("k", "1", new ReferralClaim { ClickId = click.ToString() });
        (await shop.CreditOfAsync("1")).ShouldBeNull();
        (await shop.ReasonsOfOrderAsync("1")).ShouldBe(["- click click_not_here_yet"]);
        (await DecideAsync(shop)).ShouldBe(0);
        (await shop.PointsAsync("A")).ShouldBe(0);

        shop.At(7 * Minute);
        await shop.StoreAsync(click, "A");
        await shop.OrderAsync("k", "2");
        (await DecideAsync(shop)).ShouldBe(1);
        (await shop.CreditOfAsync("1")).ShouldBe("A click");
        (await shop.ReferrerOfAsync("k")).ShouldBe("A click");
        (await shop.LinkOfOrderAsync("1")).ShouldBe("linkA");
        (await shop.ReasonsOfOrderAsync("1")).ShouldBe(["A click won"]);
        (await shop.CreditOfAsync("2")).ShouldBe("A existing");
        (await shop.PointsAsync("A")).ShouldBe(20);
        (await shop.Shop.TextAsync("select decided_at::text from attributions")).ShouldBe("2026-01-15 12:05:00+00");
        (await shop.Shop.CountAsync("select count(*) from events where type = 'attribution.decided'")).ShouldBe(1);
        (await shop.Shop.CountAsync("select count(*) from events where type = 'order.updated'")).ShouldBe(2);
        (await shop.Shop.CountAsync("select count(*) from waiting_clicks")).ShouldBe(0);
        (await DecideAsync(shop)).ShouldBe(0);
    }

    [Fact]
    public async Task CL64_after_an_outage_of_hours_an_order_is_decided_as_soon_as_its_click_is_shipped()
    {
        await using var shop = await OpenAsync();
        await using var away = new Database(shop.Shop.Connections.Server, open: false);
        await using var node = ClickStand.Open(away, programId: shop.Shop.Program.Id, change: settings => settings with { Patience = TimeSpan.FromMilliseconds(50) });
        var click = node.Click(link: await shop.LinkAsync("linkA")) with { Id = ClickId.New(shop.Day0), ReferrerId = await shop.PartnerAsync("A") };
        (await node.RecordAsync(click)).ShouldBe([ClickFate.Spooled]);
        shop.At(5 * Minute);
        await shop.OrderAsync("k", "1", new ReferralClaim { ClickId = click.Id.ToString() });
        shop.At(600 * Minute);
        (await DecideAsync(shop)).ShouldBe(0);
        // By now it is looked for once an hour.
        (await shop.Shop.CountAsync($"select count(*) from waiting_clicks where next_look_at > '{shop.Shop.Clock.GetUtcNow().AddMinutes(50):O}'")).ShouldBe(1);
        away.OpenGate();
        await node.UntilShippedAsync();
        (await DecideAsync(shop)).ShouldBe(1);
        (await shop.CreditOfAsync("1")).ShouldBe("A click");
    }

    [Fact]
    public async Task CL64_a_sign_up_and_the_orders_after_it_are_decided_again()
    {
        await using var shop = await OpenAsync();
        var click = ClickId.New(shop.Day0);
        shop.At(5 * Minute);
        await shop.SignUpAsync("k", new ReferralClaim { ClickId = click.ToString() });
        await shop.SignUpAsync("k", new ReferralClaim { ClickId = click.ToString() });
        shop.At(6 * Minute);
        await shop.OrderAsync("k", "after");
        await shop.StoreAsync(click, "A");
        shop.At(20 * Minute);
        (await DecideAsync(shop)).ShouldBe(1);
        (await shop.ReferrerOfAsync("k")).ShouldBe("A click");
        (await shop.LinkOfCustomerAsync("k")).ShouldBe("linkA");
        (await shop.CreditOfAsync("after")).ShouldBe("A existing");
        (await shop.ReasonsOfCustomerAsync("k")).ShouldContain("A click won");
    }

    [Fact]
    public async Task CL64_in_scope_order_only_the_order_is_decided_again()
    {
        await using var shop = await OpenAsync(settings => settings with { Scope = AttributionScope.Order });
        var click = ClickId.New(shop.Day0);
        shop.At(5 * Minute);
        await shop.OrderAsync("k", "1", new ReferralClaim { ClickId = click.ToString() });
        await shop.OrderAsync("k", "2");
        await shop.StoreAsync(click, "A");
        (await DecideAsync(shop)).ShouldBe(1);
        (await shop.CreditOfAsync("1")).ShouldBe("A click");
        (await shop.CreditOfAsync("2")).ShouldBeNull();
        (await shop.ReferrerOfAsync("k")).ShouldBeNull();
        (await shop.PointsAsync("A")).ShouldBe(10);
    }

    [Fact]
    public async Task CL64_what_was_decided_meanwhile_stays_and_an_invalid_click_decides_nothing()
    {
        await using var shop = await OpenAsync();
        ClickId late = ClickId.New(shop.Day0), bot = ClickId.New(shop.Day0);
        shop.At(5 * Minute);
        await shop.SignUpAsync("k", new ReferralClaim { ClickId = late.ToString() });
        await shop.SignUpAsync("k", new ReferralClaim { Code = "CODE-B" });
        await shop.OrderAsync("l", "1", new ReferralClaim { ClickId = bot.ToString() });
        await shop.StoreAsync(late, "A");
        await shop.StoreAsync(bot, "A", verdict: "bot");
        await DecideAsync(shop);
        (await shop.ReferrerOfAsync("k")).ShouldBe("B code");
        (await shop.CreditOfAsync("1")).ShouldBeNull();
        (await shop.ReasonsOfOrderAsync("1")).ShouldBe(["A click invalid_bot"]);
        (await shop.Shop.CountAsync("select count(*) from waiting_clicks")).ShouldBe(0);
    }

    [Fact]
    public async Task CL64_after_seven_days_nothing_waits_and_what_is_no_id_never_does()
    {
        await using var shop = await OpenAsync();
        await shop.OrderAsync("k", "1", new ReferralClaim { ClickId = "not an id" });
        (await shop.ReasonsOfOrderAsync("1")).ShouldBe(["- click unknown_click"]);
        var click = ClickId.New(shop.Day0);
        await shop.OrderAsync("l", "2", new ReferralClaim { ClickId = click.ToString() });
        (await shop.Shop.CountAsync("select count(*) from waiting_clicks")).ShouldBe(1);
        shop.At(7.1);
        await DecideAsync(shop);
        (await shop.Shop.CountAsync("select count(*) from waiting_clicks")).ShouldBe(0);
    }

    private async Task<TouchShop> OpenAsync(Func<AttributionSettings, AttributionSettings>? attribution = null)
    {
        var shop = await TouchShop.OpenAsync(postgres, attribution);
        if (attribution is not null)
            await shop.Shop.ExecuteAsync("update programs set settings = '{\"attribution\":{\"scope\":\"order\"}}'");
        return shop;
    }

    private static Task<int> DecideAsync(TouchShop shop)
    {
        var database = shop.Shop.Database;
        var programs = new ProgramRegister(database, shop.Shop.Transactions, new ChangeFeed(database, NullLogger<ChangeFeed>.Instance), new TestSealer());
        return new LateClicks(database, shop.Shop.Transactions, programs, shop.Shop.Clock).RunAsync(CancellationToken.None);
    }
}
