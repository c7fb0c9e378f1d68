using Tributary.Clicks;
using Tributary.Orders;
using Tributary.Programs;
using Tributary.Signups;
using Tributary.Tests.Support;

namespace Tributary.Core.Tests.Touches;

/// <summary>The scenarios of clicks.md § 10 by number, through the real operations: scope customer, last click, 30 days, unless said.</summary>
public sealed class ScenarioTests(PostgresFixture postgres)
{
    private static readonly Guid Visitor = new("7d6f1b0e-93c4-4a55-8a3b-0a4f6a1e9c01");

    [Fact]
    public async Task CL_scenario_01_a_click_before_the_sign_up_wins_the_customer_for_good()
    {
        await using var shop = await TouchShop.OpenAsync(postgres);
        var click = await shop.ClickAsync("A", 0);
        shop.At(3);
        await shop.SignUpAsync("k", new ReferralClaim { ClickId = click.ToString() });
        (await shop.ReferrerOfAsync("k")).ShouldBe("A click");
        (await shop.ReasonsOfCustomerAsync("k")).ShouldBe(["A click won"]);
        shop.At(60);
        await shop.OrderAsync("k", "1");
        (await shop.CreditOfAsync("1")).ShouldBe("A existing");
        (await shop.LinkOfOrderAsync("1")).ShouldBe("linkA");
        (await shop.PointsAsync("A")).ShouldBe(10);
    }

    [Theory]
    [InlineData(ClickModel.Last, "B click", "A click older_click", "B click won")]
    [InlineData(ClickModel.First, "A click", "A click won", "B click newer_click")]
    public async Task CL_scenario_02_and_03_the_click_of_the_model_wins(ClickModel model, string referrer, string ofA, string ofB)
    {
        await using var shop = await TouchShop.OpenAsync(postgres, settings => settings with { ClickModel = model });
        await shop.ClickAsync("A", 0, Visitor);
        await shop.ClickAsync("B", 2, Visitor);
        await shop.ClickAsync("C", 2.5, Visitor, "bot");
        shop.At(3);
        await shop.SignUpAsync("k", new ReferralClaim { VisitorId = Visitor.ToString() });
        (await shop.ReferrerOfAsync("k")).ShouldBe(referrer);
        (await shop.ReasonsOfCustomerAsync("k")).ShouldBe([ofA, ofB, "C click invalid_bot"]);
    }

    [Theory]
    [InlineData(0, "A click", "A click won")]
    [InlineData(1, null, "A click out_of_window")]
    public async Task CL_scenario_04_the_window_ends_with_its_last_second(int seconds, string? referrer, string reason)
    {
        await using var shop = await TouchShop.OpenAsync(postgres);
        await shop.ClickAsync("A", 0, Visitor);
        shop.At(30);
        shop.Shop.Clock.Advance(TimeSpan.FromSeconds(seconds));
        await shop.SignUpAsync("k", new ReferralClaim { VisitorId = Visitor.ToString() });
        (await shop.ReferrerOfAsync("k")).ShouldBe(referrer);
        (await shop.ReasonsOfCustomerAsync("k")).ShouldBe([reason]);
    }

    [Fact]
    public async Task CL_scenario_05_a_code_outranks_a_click()
    {
        await using var shop = await TouchShop.OpenAsync(postgres);
        var click = await shop.ClickAsync("A", 0);
        shop.At(1);
        await shop.SignUpAsync("k", new ReferralClaim { ClickId = click.ToString(), Code = "code-b" });
        (await shop.ReferrerOfAsync("k")).ShouldBe("B code");
        (await shop.ReasonsOfCustomerAsync("k")).ShouldBe(["A click outranked_by_code", "B code won"]);
        (await shop.LinkOfCustomerAsync("k")).ShouldBe("defaultB");
    }

    [Fact]
    public async Task CL_scenario_06_a_coupon_outranks_both()
    {
        await using var shop = await TouchShop.OpenAsync(postgres);
        var click = await shop.ClickAsync("A", 0);
        shop.At(1);
        await shop.OrderAsync("k", "1", new ReferralClaim { ClickId = click.ToString(), Code = "CODE-C", Coupons = ["saveb"] });
        (await shop.CreditOfAsync("1")).ShouldBe("B coupon");
        (await shop.ReferrerOfAsync("k")).ShouldBe("B coupon");
        (await shop.ReasonsOfOrderAsync("1")).ShouldBe(["A click outranked_by_coupon", "B coupon won", "C code outranked_by_coupon"]);
        (await shop.LinkOfOrderAsync("1")).ShouldBeNull();
    }

    [Theory]
    [InlineData(true, "B coupon")]
    [InlineData(false, "A existing")]
    public async Task CL_scenario_07_a_coupon_decides_one_order_of_a_locked_customer(bool overrides, string first)
    {
        await using var shop = await TouchShop.OpenAsync(postgres, settings => settings with { CouponOverrides = overrides });
        await shop.SignUpAsync("k", new ReferralClaim { Code = "LINK-A" });
        await shop.OrderAsync("k", "1", new ReferralClaim { Coupons = ["SAVEB"] });
        await shop.OrderAsync("k", "2");
        await shop.OrderAsync("k", "3", new ReferralClaim { Code = "CODE-B" });
        (await shop.CreditOfAsync("1")).ShouldBe(first);
        (await shop.CreditOfAsync("2")).ShouldBe("A existing");
        (await shop.CreditOfAsync("3")).ShouldBe("A existing");
        (await shop.ReasonsOfOrderAsync("1")).ShouldBe(
            overrides ? ["A existing outranked_by_coupon", "B coupon won"] : ["A existing won", "B coupon customer_locked"]);
        (await shop.ReasonsOfOrderAsync("3")).ShouldBe(["A existing won", "B code customer_locked"]);
        (await shop.LinkOfOrderAsync("2")).ShouldBe("linkA");
    }

    [Fact]
    public async Task CL_scenario_08_in_scope_order_each_order_is_decided_by_itself()
    {
        await using var shop = await TouchShop.OpenAsync(postgres, settings => settings with { Scope = AttributionScope.Order });
        await shop.SignUpAsync("k", new ReferralClaim { Code = "CODE-A" });
        await shop.OrderAsync("k", "1", new ReferralClaim { Code = "CODE-B" });
        await shop.OrderAsync("k", "2");
        (await shop.CreditOfAsync("1")).ShouldBe("B code");
        (await shop.CreditOfAsync("2")).ShouldBe("A existing");
        (await shop.ReasonsOfOrderAsync("1")).ShouldBe(["A existing outranked_by_code", "B code won"]);
        (await shop.ReferrerOfAsync("k")).ShouldBe("A code");
    }

    [Fact]
    public async Task CL_scenario_09_invalid_clicks_do_not_count()
    {
        await using var shop = await TouchShop.OpenAsync(postgres);
        await shop.ClickAsync("B", 0, Visitor);
        await shop.ClickAsync("A", 1, Visitor, "velocity");
        await shop.ClickAsync("A", 1.1, Visitor, "bot");
        await shop.ClickAsync("A", 1.2, null, "head");
        await shop.ClickAsync("A", 1.3, null, "preview");
        shop.At(2);
        await shop.SignUpAsync("k", new ReferralClaim { VisitorId = Visitor.ToString() });
        (await shop.ReferrerOfAsync("k")).ShouldBe("B click");
        (await shop.ReasonsOfCustomerAsync("k")).ShouldBe(["A click invalid_bot", "A click invalid_velocity", "B click won"]);
    }

    [Fact]
    public async Task CL_scenario_10_nobody_refers_themselves()
    {
        await using var shop = await TouchShop.OpenAsync(postgres);
        await shop.OrderAsync("user_12345", "1", new ReferralClaim { Code = "REF123456" });
        (await shop.CreditOfAsync("1")).ShouldBeNull();
        (await shop.ReasonsOfOrderAsync("1")).ShouldBe(["user_12345 code self_referral"]);
    }

    [Fact]
    public async Task CL_scenario_11_a_bad_code_leaves_the_click_in_its_place()
    {
        await using var shop = await TouchShop.OpenAsync(postgres);
        await shop.ClickAsync("B", 0, Visitor);
        await shop.Shop.ExecuteAsync("update codes set expires_at = '2026-01-10' where canonical = 'CODE-A'");
        shop.At(1);
        await shop.SignUpAsync("k", new ReferralClaim { VisitorId = Visitor.ToString(), Code = "NOPE" });
        await shop.SignUpAsync("l", new ReferralClaim { VisitorId = Visitor.ToString(), Code = "CODE-A" });
        (await shop.ReferrerOfAsync("k")).ShouldBe("B click");
        (await shop.ReferrerOfAsync("l")).ShouldBe("B click");
        (await shop.ReasonsOfCustomerAsync("k")).ShouldBe(["- code unknown_code", "B click won"]);
        (await shop.ReasonsOfCustomerAsync("l")).ShouldBe(["A code expired_code", "B click won"]);
    }

    [Fact]
    public async Task CL_scenario_12_D26_a_suspended_referrer_loses()
    {
        await using var shop = await TouchShop.OpenAsync(postgres);
        await shop.ClickAsync("B", 0, Visitor);
        await shop.ClickAsync("A", 1, Visitor);
        await shop.SuspendAsync("A");
        shop.At(3);
        await shop.SignUpAsync("k", new ReferralClaim { VisitorId = Visitor.ToString() });
        (await shop.ReferrerOfAsync("k")).ShouldBe("B click");
        (await shop.ReasonsOfCustomerAsync("k")).ShouldBe(["A click referrer_inactive", "B click won"]);
    }

    [Fact]
    public async Task CL_scenario_14_the_orders_own_time_counts()
    {
        await using var shop = await TouchShop.OpenAsync(postgres);
        var click = (await shop.ClickAsync("A", 0)).ToString();
        shop.At(33);
        await shop.OrderAsync("k", "1", new ReferralClaim { ClickId = click }, day: 29);
        await shop.OrderAsync("l", "2", new ReferralClaim { ClickId = click }, day: -2 / 1440.0);
        (await shop.CreditOfAsync("1")).ShouldBe("A click");
        (await shop.CreditOfAsync("2")).ShouldBeNull();
        (await shop.ReasonsOfOrderAsync("2")).ShouldBe(["A click after_event"]);
    }

    [Fact]
    public async Task CL_scenario_15_only_new_customers_where_the_programme_says_so_unless_a_person_decides()
    {
        await using var shop = await TouchShop.OpenAsync(postgres, settings => settings with { NewCustomersOnly = true });
        await shop.OrderAsync("k", "1");
        var click = await shop.ClickAsync("A", 1);
        shop.At(2);
        await shop.OrderAsync("k", "2", new ReferralClaim { ClickId = click.ToString() });
        (await shop.CreditOfAsync("2")).ShouldBeNull();
        (await shop.ReasonsOfOrderAsync("2")).ShouldBe(["A click customer_not_new"]);

        await new ClaimCustomer(shop.Shop.Transactions).ExecuteAsync(
            shop.Shop.Program, "k", await shop.PartnerAsync("C"), "C brought K", shop.Shop.Caller, CancellationToken.None);
        (await shop.ReferrerOfAsync("k")).ShouldBe("C manual");
        (await shop.CreditOfAsync("2")).ShouldBe("C manual");
        (await shop.ReasonsOfOrderAsync("2")).ShouldBe(["A click outranked_by_manual", "C manual won"]);
        (await shop.Shop.TextAsync("select actor || ': ' || reason from audit_entries where verb = 'customer.claim'")).ShouldBe("key:1: C brought K");
    }
}
