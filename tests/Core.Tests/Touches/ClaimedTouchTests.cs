using Tributary.Clicks;
using Tributary.Customers;
using Tributary.Signups;
using Tributary.Tests.Support;

namespace Tributary.Core.Tests.Touches;

/// <summary>What calls may name, looked up in the database: CL-90 to CL-92, and the dialect's rules that the engine carries.</summary>
public sealed class ClaimedTouchTests(PostgresFixture postgres)
{
    private static readonly Guid Visitor = new("7d6f1b0e-93c4-4a55-8a3b-0a4f6a1e9c01");
    private static readonly Guid Other = new("7d6f1b0e-93c4-4a55-8a3b-0a4f6a1e9c02");

    [Fact]
    public async Task CL90_a_duplicate_counts_as_its_original_does_and_visitors_have_aliases()
    {
        await using var shop = await TouchShop.OpenAsync(postgres);
        var valid = await shop.ClickAsync("A", 0);
        var bot = await shop.ClickAsync("B", 0, verdict: "bot");
        await shop.ClickAsync("A", 0.1, Other, "duplicate", valid);
        await shop.ClickAsync("B", 0.2, Other, "duplicate", bot);
        await shop.Shop.ExecuteAsync($"insert into visitor_aliases values (1, '{Visitor}', '{Other}', now())");
        shop.At(1);
        await shop.SignUpAsync("k", new ReferralClaim { VisitorId = Visitor.ToString() });
        (await shop.ReferrerOfAsync("k")).ShouldBe("A click");
        (await shop.ReasonsOfCustomerAsync("k")).ShouldBe(["A click won", "B click invalid_duplicate"]);
    }

    [Fact]
    public async Task CL90_a_click_that_is_named_twice_is_one_touch_and_invalid_ones_push_none_out()
    {
        await using var shop = await TouchShop.OpenAsync(postgres);
        var click = await shop.ClickAsync("A", 0, Visitor);
        await shop.Shop.ExecuteAsync($"""
            insert into clicks (program_id, click_id, link_id, referrer_id, form, verdict, visitor_id, visitor_from, flags, batch)
            select 1, ('{ClickId.FirstAt(shop.Day0.AddHours(1)).Value.ToString()[..24]}' || lpad(to_hex(n), 12, '0'))::uuid, l.link_id, l.referrer_id,
                   'query', 'velocity', '{Visitor}', 'brought', 0, 1
            from links l, generate_series(1, 400) n where l.public_id = 'linkB'
            """);
        shop.At(1);
        await shop.SignUpAsync("k", new ReferralClaim { VisitorId = Visitor.ToString(), ClickId = click.ToString().ToUpperInvariant() });
        (await shop.ReferrerOfAsync("k")).ShouldBe("A click");
        (await shop.Shop.CountAsync("select count(*) from touches where outcome = 'won'")).ShouldBe(1);
        (await shop.Shop.CountAsync("select count(*) from touches")).ShouldBe(51);
    }

    [Fact]
    public async Task PN47_the_address_of_a_custom_link_gives_it_the_lead_and_anothers_does_not()
    {
        await using var shop = await TouchShop.OpenAsync(postgres);
        await shop.SignUpAsync("k", new ReferralClaim { Code = "CODE-A", ReferralUrl = "https://shop.example/offer?utm_source=x&ref=link-a#top" });
        await shop.SignUpAsync("l", new ReferralClaim { Code = "CODE-A", ReferralUrl = "https://shop.example/?ref=LINK-B" });
        (await shop.LinkOfCustomerAsync("k")).ShouldBe("linkA");
        (await shop.LinkOfCustomerAsync("l")).ShouldBe("defaultA");
        (await shop.ReferrerOfAsync("l")).ShouldBe("A code");
        (await shop.ReasonsOfCustomerAsync("l")).ShouldBe(["A code won", "B code outranked_by_code"]);
    }

    [Fact]
    public async Task CL15_addresses_of_every_form_name_their_link()
    {
        await using var shop = await TouchShop.OpenAsync(postgres);
        await shop.Shop.ExecuteAsync("""
            insert into domains (program_id, number, kind, host, token, state, created_at, updated_at)
            values (1, 1, 'short', 'go.shop.example', 't', 'verified', now(), now()), (1, 2, 'wildcard', 'shop.example', 't', 'verified', now(), now());
            insert into redirect_hosts (host, kind, program_id, domain_id, answers) select host, kind, 1, domain_id, true from domains;
            insert into codes (program_id, referrer_id, code, canonical, folded, kind, link_id, of_link, created_at)
            select 1, referrer_id, 'q7w8', 'Q7W8', 'Q7W8', 'short', link_id, true, now() from links where public_id = 'linkB';
            """);
        (string Address, string? Link)[] cases =
        [
            ("https://go.shop.example/q7w8", "linkB"),
            ("https://go.shop.example/LINK-A", "linkA"),
            ("https://link-a.shop.example/any/page", "linkA"),
            ("https://www.shop.example/ref/LINK-A", "linkA"),
            ("https://elsewhere.example/?q=1&via=LINK-A.", "linkA"),
            ("https://elsewhere.example/q7w8", null),
            ("https://elsewhere.example/?ref=q7w8", null),
            ("https://link-a.elsewhere.example/", null),
            ("not an address", null),
        ];
        foreach (var (address, link) in cases)
        {
            var customer = $"k{address.GetHashCode(StringComparison.Ordinal)}";
            await shop.SignUpAsync(customer, new ReferralClaim { ReferralUrl = address });
            (await shop.LinkOfCustomerAsync(customer)).ShouldBe(link, address);
        }
        await shop.Shop.ExecuteAsync("update links set state = 'paused' where public_id = 'linkA'");
        await shop.SignUpAsync("paused", new ReferralClaim { ReferralUrl = "https://shop.example/?ref=LINK-A" });
        (await shop.ReasonsOfCustomerAsync("paused")).ShouldBe(["A code invalid_link_paused"]);
    }

    [Fact]
    public async Task A_referrer_named_by_its_number_counts_like_a_code_and_names_no_link()
    {
        await using var shop = await TouchShop.OpenAsync(postgres);
        await shop.SignUpAsync("k", new ReferralClaim { ReferrerId = await shop.PartnerAsync("B"), Code = "CODE-A", ReferralUrl = "https://shop.example/?ref=LINK-C" });
        (await shop.ReferrerOfAsync("k")).ShouldBe("B code");
        (await shop.LinkOfCustomerAsync("k")).ShouldBeNull();
        await shop.OrderAsync("l", "1", new ReferralClaim { ReferrerId = 42 });
        (await shop.ReasonsOfOrderAsync("1")).ShouldBe(["- code unknown_code"]);
    }

    [Fact]
    public async Task PN13_a_customer_stays_the_partners_for_good_and_a_second_too_late_is_nobodys()
    {
        await using var shop = await TouchShop.OpenAsync(postgres);
        var click = (await shop.ClickAsync("A", 0)).ToString();
        shop.At(30);
        await shop.SignUpAsync("k", new ReferralClaim { ClickId = click });
        shop.Shop.Clock.Advance(TimeSpan.FromSeconds(1));
        await shop.SignUpAsync("l", new ReferralClaim { ClickId = click });
        shop.At(200);
        await shop.OrderAsync("k", "1");
        shop.At(400);
        await shop.OrderAsync("k", "2");
        (await shop.CreditOfAsync("1")).ShouldBe("A existing");
        (await shop.CreditOfAsync("2")).ShouldBe("A existing");
        (await shop.ReasonsOfCustomerAsync("l")).ShouldBe(["A click out_of_window"]);
    }

    [Fact]
    public async Task PN12_PN59_a_coupon_counts_only_under_its_conditions_at_the_orders_time()
    {
        await using var shop = await TouchShop.OpenAsync(postgres);
        await shop.SignUpAsync("known", ReferralClaim.None);
        (string Change, string Reason)[] cases =
        [
            ("state = 'paused'", "coupon_inactive"),
            ("state = 'active', expires_at = '2026-01-15 11:59:59+00'", "coupon_expired"),
            ("expires_at = '2026-01-15 12:00:00+00'", "won"),
            ("minimum_amount = 10001, minimum_currency = 'USD'", "coupon_minimum"),
            ("minimum_amount = 1, minimum_currency = 'EUR'", "coupon_minimum"),
            ("minimum_amount = 10000, minimum_currency = 'USD'", "won"),
            ("only_customer_id = (select customer_id from customer_ids where merchant_id = 'known')", "coupon_other_customer"),
            ("only_customer_id = null, first_time_order = true", "won"),
            ("referrer_id = null", "coupon_unbound"),
        ];
        var n = 0;
        foreach (var (change, reason) in cases)
        {
            await shop.Shop.ExecuteAsync($"update coupons set {change} where code = 'SAVEA'");
            await shop.OrderAsync($"k{++n}", $"{n}", new ReferralClaim { Coupons = ["savea"] });
            (await shop.ReasonsOfOrderAsync($"{n}")).Single().ShouldEndWith(" coupon " + reason, Case.Sensitive, change);
        }
        await shop.Shop.ExecuteAsync("update coupons set first_time_order = true where code = 'SAVEB'");
        await shop.OrderAsync("k1", "again", new ReferralClaim { Coupons = ["SAVEB", "NOSUCH"], TellsUnknownCoupons = true });
        (await shop.ReasonsOfOrderAsync("again")).ShouldBe(["- coupon coupon_unknown", "B coupon coupon_not_first_order"]);
    }

    [Fact]
    public async Task PN59_the_last_redemption_of_a_coupon_is_one_orders_alone()
    {
        await using var shop = await TouchShop.OpenAsync(postgres);
        await shop.Shop.ExecuteAsync("update coupons set max_redemptions = 1 where code = 'SAVEA'");
        await Task.WhenAll(Enumerable.Range(0, 6).Select(n => shop.OrderAsync($"k{n}", $"{n}", new ReferralClaim { Coupons = ["SAVEA"] })));
        (await shop.Shop.CountAsync("select count(*) from orders where via = 'coupon'")).ShouldBe(1);
        (await shop.Shop.CountAsync("select count(*) from touches where outcome = 'coupon_exhausted'")).ShouldBe(5);
        (await shop.Shop.CountAsync("select times_redeemed from coupons where code = 'SAVEA'")).ShouldBe(1);
    }

    [Fact]
    public async Task A_discount_code_that_is_a_partners_code_counts_as_that_partners_coupon()
    {
        await using var shop = await TouchShop.OpenAsync(postgres);
        await shop.OrderAsync("k", "1", new ReferralClaim { Coupons = ["code-c"], Code = "CODE-A" });
        (await shop.CreditOfAsync("1")).ShouldBe("C coupon");
        await shop.OrderAsync("l", "2", new ReferralClaim { Coupons = ["REF123456"], TellsUnknownCoupons = true });
        (await shop.ReasonsOfOrderAsync("2")).ShouldBe(["- coupon coupon_unknown"]);
    }

    [Fact]
    public async Task PN48_a_partners_own_address_is_no_referral()
    {
        await using var shop = await TouchShop.OpenAsync(postgres);
        var hash = Convert.ToHexString(ContactKeys.EmailHash(shop.Shop.Program.HashKey, "john@gmail.com")!);
        await shop.Shop.ExecuteAsync($"update referrers set email_hash = decode('{hash}', 'hex') where key = 'A'");
        await shop.SignUpAsync("k", new ReferralClaim { Code = "CODE-A" }, email: "John+shop@Gmail.com");
        (await shop.ReferrerOfAsync("k")).ShouldBeNull();
        (await shop.ReasonsOfCustomerAsync("k")).ShouldBe(["A code self_referral"]);
    }

    [Fact]
    public async Task D24_an_order_that_nobody_is_credited_with_says_why()
    {
        await using var shop = await TouchShop.OpenAsync(postgres);
        await shop.OrderAsync("k", "1", new ReferralClaim { VisitorId = "no id", ClickId = "7zzz" });
        (await shop.ReasonsOfOrderAsync("1")).ShouldBe(["- click unknown_click"]);
        (await shop.Shop.CountAsync("select count(*) from orders where referrer_id is null")).ShouldBe(1);
    }
}
