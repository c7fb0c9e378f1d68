using System.Text.Json;
using System.Text.Json.Nodes;
using Tributary.Programs;
using Tributary.Referrers;
using Tributary.Reporting.Analytics;
using Tributary.Server.Tests.V1;

namespace Tributary.Server.Tests.Partnero;

/// <summary>From the click to the sale, and what links' numbers show of it.</summary>
public sealed class ClickedSalesTests(PartneroNode node) : IClassFixture<PartneroNode>
{
    [Fact]
    public async Task PN7_campaign_values_are_on_the_click()
    {
        var shop = await node.OpenAsync();
        await new Browser(shop).ViewAsync("/?ref=JOHN20&utm_source=partner&utm_campaign=summer2024");
        (await shop.ClicksAsync(1, "utm_source || ' ' || utm_campaign")).ShouldBe(["partner summer2024"]);
    }

    [Fact]
    public async Task PN13_a_click_lasts_for_a_sign_up_within_its_window_and_the_customer_for_good()
    {
        var shop = await node.OpenVisitedAsync();
        var (inTime, late) = (new Browser(shop), new Browser(shop));
        foreach (var browser in (Browser[])[inTime, late])
            await browser.VisitAsync($"john20.{shop.Site}/");
        await shop.ClicksAsync(2);
        node.Clock.Advance(TimeSpan.FromDays(30));
        (await SignUpAsync(shop, "in-time", inTime)).GetProperty("partner").GetString().ShouldBe("partner_123");
        node.Clock.Advance(TimeSpan.FromSeconds(1));
        (await SignUpAsync(shop, "late", late)).GetProperty("partner").GetString().ShouldBeNull();
        (await shop.NativeAsync("customers/late/explanation")).GetRawText().ShouldContain("out_of_window");
        foreach (var (days, key) in (IEnumerable<(int, string)>)[(170, "t200"), (200, "t400")])
        {
            node.Clock.Advance(TimeSpan.FromDays(days));
            var order = (await shop.PostAsync("transactions", $$"""{"key":"{{key}}","amount":50,"customer":"in-time"}""")).Ok(201);
            order.GetProperty("partner").GetString().ShouldBe("partner_123");
            order.GetProperty("via").GetString().ShouldBe("customer");
            order.GetProperty("rewards").GetArrayLength().ShouldBe(1);
        }
    }

    [Fact]
    public async Task PN15_the_five_numbers_after_the_views_of_PN2_a_sign_up_and_an_order()
    {
        var shop = await node.OpenAsync();
        var browser = new Browser(shop);
        foreach (var page in (string[])["/?ref=JOHN20", "/?via=JOHN20", "/pricing?ref=JOHN20"])
        {
            (await browser.ViewAsync(page)).GetProperty("code").GetString().ShouldBe("JOHN20");
            node.Clock.Advance(TimeSpan.FromMinutes(1));
        }
        (await shop.PostAsync("customers", $$"""{"key":"c1","partner_key":"{{browser.Cookie("partnero_partner")}}"}""")).Ok(201);
        (await shop.PostAsync("transactions", """{"key":"t1","amount":50.00,"customer":{"key":"c1"}}""")).Ok(201);
        await shop.StatsShouldBeAsync(
            "JOHN20", """{"clicks":3,"unique_clicks":1,"leads":1,"conversions":1,"revenue":[{"currency":"USD","amount":50}]}""");
    }

    [Fact]
    public async Task PN39_codes_of_another_product_go_on_under_its_own_parameter()
    {
        var shop = await node.OpenAsync(settings: new JsonObject { ["links"] = JsonNode.Parse("""{"parametersRead":["ref","via","aff","fpr"]}""") });
        var partner = (await node.Get<PartnerQueries>().FindAsync(shop.Program.Id, "partner_123", default))!;
        (await node.Get<ReferrerCodes>().AddAsync(shop.Program, new NewCode(partner.Id, "old1"), V1Node.Operator, default)).Succeeded.ShouldBeTrue();
        var browser = new Browser(shop);
        await browser.ViewAsync("/?fpr=old1");
        await shop.ClicksAsync(1);
        (await SignUpAsync(shop, "c1", browser)).GetProperty("partner").GetString().ShouldBe("partner_123");
        var named = (await shop.PostAsync("customers", """{"key":"c2","options":{"referral_url":"https://yoursite.com/?fpr=old1"}}""")).Ok(201);
        named.GetProperty("partner").GetString().ShouldBe("partner_123");
    }

    [Theory]
    [InlineData("last", "b")]
    [InlineData("first", "a")]
    public async Task PN44_the_model_decides_between_clicks_and_what_does_not_count_changes_nothing(string model, string winner)
    {
        var shop = await node.OpenAsync(settings: new JsonObject { ["attribution"] = JsonNode.Parse($$"""{"clickModel":"{{model}}"}""") });
        foreach (var partner in (string[])["a", "b", "c"])
            await shop.AddPartnerAsync(partner, partner.ToUpperInvariant() + "CODE", partner + "@example.com");
        var (browser, visitor) = (new Browser(shop), "");
        foreach (var code in (string[])["ACODE", "BCODE"])
        {
            await browser.ViewAsync("/?ref=" + code);
            visitor = browser.Cookie("partnero_session_uuid")!;
            node.Clock.Advance(TimeSpan.FromMinutes(1));
        }
        (await shop.PostAsync("partners/c/archive")).Done();
        await Task.Delay(TimeSpan.FromSeconds(1));
        await browser.ViewAsync("/?ref=CCODE");
        (await shop.ClicksAsync(3, "verdict")).ShouldBe(["valid", "valid", "referrer_inactive"]);
        var customer = (await shop.PostAsync("customers", $$"""{"key":"c1","visitor_id":"{{visitor}}"}""")).Ok(201);
        customer.GetProperty("partner").GetString().ShouldBe(winner);
        customer.GetProperty("via").GetString().ShouldBe("link");
    }

    [Theory]
    [InlineData("referral_url", "link")]
    [InlineData("partner_key", "partner")]
    public async Task An_address_that_decided_is_told_as_a_link(string member, string via)
    {
        var shop = await node.OpenAsync();
        var named = member == "partner_key" ? "\"partner_key\":\"JOHN20\"" : "\"options\":{\"referral_url\":\"https://yoursite.com/?ref=JOHN20\"}";
        (await shop.PostAsync("customers", $$"""{"key":"c1",{{named}}}""")).Ok(201).GetProperty("via").GetString().ShouldBe(via);
        (await shop.GetAsync("customers/c1")).Ok().GetProperty("via").GetString().ShouldBe(via);
        var order = (await shop.PostAsync("transactions", $$"""{"key":"t1","amount":5,"customer":"c2",{{named}}}""")).Ok(201);
        order.GetProperty("via").GetString().ShouldBe(via);
        (await shop.GetAsync("customers/c2")).Ok().GetProperty("via").GetString().ShouldBe(via);
        (await shop.PostAsync("transactions", """{"key":"t2","amount":5,"customer":"c2"}""")).Ok(201).GetProperty("via").GetString().ShouldBe("customer");
    }

    [Fact]
    public async Task PN54_the_worked_example_adds_up_here_and_natively_however_it_is_grouped()
    {
        var shop = await node.OpenVisitedAsync();
        var address = $"john20.{shop.Site}/";
        var day = node.Clock.GetUtcNow().Date.AddDays(1);
        node.Clock.Set(new DateTimeOffset(day, TimeSpan.Zero).AddHours(10));
        var (one, two) = (new Browser(shop), new Browser(shop));
        await one.VisitAsync(address);
        node.Clock.Advance(TimeSpan.FromSeconds(4));
        await one.VisitAsync(address);
        node.Clock.Set(new DateTimeOffset(day, TimeSpan.Zero).AddHours(15));
        foreach (var browser in (Browser[])[one, two, new Browser(shop)])
            await browser.VisitAsync(address);
        await two.VisitAsync(address, "GET", ("User-Agent", "Googlebot/2.1 (+http://www.google.com/bot.html)"));
        await two.VisitAsync(address, "HEAD");
        await two.VisitAsync(address, "GET", ("Sec-Purpose", "prefetch"));
        await shop.ClicksAsync(8);
        await SignUpAsync(shop, "v1", one);
        await SignUpAsync(shop, "v2", two);
        foreach (var order in (string[])
        [
            """{"key":"t1","customer":"v1","amount":100.00}""", """{"key":"t2","customer":"v1","amount":40.00}""",
            """{"key":"t3","customer":"v2","amount":30.00,"amount_units":"EUR"}""",
        ])
            (await shop.PostAsync("transactions", order)).Ok(201);
        (await shop.PostAsync("transactions/t2/archive")).Done();
        (await shop.PostAsync("transactions/t1/refund", """{"amount":25.00,"key":"r1"}""")).Is(200);

        await shop.StatsShouldBeAsync("JOHN20", """
            {"clicks":4,"unique_clicks":3,"leads":2,"conversions":2,"revenue":[{"currency":"EUR","amount":30},{"currency":"USD","amount":75}]}
            """.Trim());
        await node.Get<Folding>().RunAsync(default);
        var link = await shop.CountAsync("select link_id from links where program_id = @program and public_id = 'JOHN20'");
        foreach (var grouping in (string[])["link", "partner", "country", "device", "referrer", "utm_source", "utm_medium", "utm_campaign", "domain", "form", "channel"])
        {
            var answer = await shop.NativeAsync($"links/{link}/analytics?group_by={grouping}&from={day:yyyy-MM-dd}&to={day.AddDays(1):yyyy-MM-dd}");
            Told(answer.GetProperty("totals")).ShouldBe("requests 8, bot 1, duplicate 1, head 1, preview 1, clicks 4, unique 3, leads 2, conversions 2, EUR 3000, USD 7500", grouping);
            var groups = answer.GetProperty("groups").EnumerateArray().Select(group => group.GetProperty("numbers")).ToList();
            foreach (var number in (string[])["requests", "clicks", "uniqueClicks", "leads", "conversions"])
                groups.Sum(group => group.GetProperty(number).GetInt64()).ShouldBe(answer.GetProperty("totals").GetProperty(number).GetInt64(), $"{grouping} {number}");
            groups.SelectMany(group => group.GetProperty("revenue").EnumerateArray()).Sum(part => part.GetProperty("amount").GetInt64()).ShouldBe(10_500, grouping);
        }
    }

    private static string Told(JsonElement numbers) => string.Join(", ", (IEnumerable<string>)
    [
        $"requests {numbers.GetProperty("requests")}",
        .. numbers.GetProperty("invalid").EnumerateObject().Where(reason => reason.Value.GetInt64() > 0).OrderBy(reason => reason.Name, StringComparer.Ordinal)
            .Select(reason => $"{reason.Name} {reason.Value}"),
        $"clicks {numbers.GetProperty("clicks")}", $"unique {numbers.GetProperty("uniqueClicks")}",
        $"leads {numbers.GetProperty("leads")}", $"conversions {numbers.GetProperty("conversions")}",
        .. numbers.GetProperty("revenue").EnumerateArray().Select(part => $"{part.GetProperty("currency").GetString()} {part.GetProperty("amount")}"),
    ]);

    /// <summary>The merchant's back end reads the click out of the browser's cookie.</summary>
    private static async Task<JsonElement> SignUpAsync(PartneroShop shop, string key, Browser browser) =>
        (await shop.PostAsync("customers", $$"""{"key":"{{key}}","click_id":"{{browser.Cookie("trb_click")}}"}""")).Ok(201);
}
