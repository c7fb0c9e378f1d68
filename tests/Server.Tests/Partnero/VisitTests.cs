using System.Text.RegularExpressions;
using Dapper;
using QRCoder;
using Tributary.Links;
using Tributary.Programs;
using Tributary.Server.Tests.V1;
using Tributary.Tests.Support;

namespace Tributary.Server.Tests.Partnero;

/// <summary>What visitors of the dialect's links meet at the redirect hosts.</summary>
public sealed partial class VisitTests(PartneroNode node, PostgresFixture postgres) : IClassFixture<PartneroNode>
{
    [Fact]
    public async Task PN3_a_sub_domain_leads_to_the_site_and_keeps_the_partner()
    {
        var shop = await node.OpenAsync(withHosts: true);
        var visit = await new Browser(shop).VisitAsync("john20.yoursite.com/");
        visit.Status.ShouldBe(302);
        visit.Location.ShouldMatch("^https://yoursite\\.com/\\?ref=JOHN20&trb_click=[0-9a-z]{26}$");
        var kept = visit.Cookies.Single(cookie => cookie.StartsWith("partnero_partner=", StringComparison.Ordinal));
        kept.ShouldBe("partnero_partner=JOHN20; max-age=2592000; path=/; domain=yoursite.com; samesite=lax");
        (await shop.ClicksAsync(1)).ShouldBe(["valid subdomain"]);
    }

    [Fact]
    public async Task PN3_a_first_click_that_is_remembered_stays()
    {
        var shop = await node.OpenVisitedAsync(attribution: """{"clickModel":"first"}""");
        await shop.AddPartnerAsync("p2", "OTHER", "o@example.com");
        var browser = new Browser(shop);
        await browser.VisitAsync($"john20.{shop.Site}/");
        var second = await browser.VisitAsync($"other.{shop.Site}/");
        second.Location.ShouldContain("ref=OTHER");
        browser.Cookie("partnero_partner").ShouldBe("JOHN20");
        second.Location.ShouldNotContain(browser.Cookie("trb_click")!);
    }

    [Fact]
    public async Task PN4_a_short_link_leads_to_the_same_place()
    {
        var shop = await node.OpenVisitedAsync();
        var visit = await new Browser(shop).VisitAsync(await ShortOfAsync(shop, "JOHN20", "go." + shop.Site));
        visit.Status.ShouldBe(302);
        visit.Location.ShouldStartWith($"https://{shop.Site}/?ref=JOHN20&trb_click=");
        (await shop.ClicksAsync(1)).ShouldBe(["valid short"]);
    }

    [Fact]
    public async Task PN4_so_does_one_at_the_servers_own_host()
    {
        await using var own = await PartneroNode.StartAsync(postgres, options => options with { ShortUrl = SiteAddress.Parse("https://s.example").Value });
        var shop = await own.OpenAsync();
        var visit = await new Browser(shop).VisitAsync(await ShortOfAsync(shop, "JOHN20", "s.example"));
        visit.Status.ShouldBe(302);
        visit.Location.ShouldStartWith("https://yoursite.com/?ref=JOHN20&trb_click=");
        (await shop.ClicksAsync(1)).ShouldBe(["valid short"]);
    }

    [Fact]
    public async Task PN30_what_arrives_is_passed_on_and_what_is_stored_wins()
    {
        var shop = await node.OpenVisitedAsync();
        (await shop.PostAsync("partner_referral_links", $$"""
            {"partner_key":"partner_123","key":"promo","destination_url":"https://{{shop.Site}}/offer","utm_source":"partner"}
            """)).Ok(201);
        var visit = await new Browser(shop).VisitAsync(await ShortOfAsync(shop, "promo", "go." + shop.Site) + "?utm_source=x&gclid=y&ref=OTHER");
        visit.Location.ShouldStartWith($"https://{shop.Site}/offer?ref=promo&utm_source=partner&gclid=y&trb_click=");
        Regex.Count(visit.Location, "[?&]ref=").ShouldBe(1);
    }

    [Fact]
    public async Task PN31_a_sub_domain_keeps_the_path_without_its_dots()
    {
        var shop = await node.OpenVisitedAsync();
        var visit = await new Browser(shop).VisitAsync($"john20.{shop.Site}/a/../b//c?q=1");
        visit.Location.ShouldStartWith($"https://{shop.Site}/b/c?");
        visit.Location.ShouldContain("q=1");
        visit.Location.ShouldContain("ref=JOHN20");
        (await new Browser(shop).VisitAsync($"shop.{shop.Site}/")).Status.ShouldNotBe(302);
        (await shop.PostAsync("partner_referral_links", """{"partner_key":"partner_123","key":"shop"}""")).Refused(422, "invalid", "key");
        (await shop.ClicksAsync(1)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task PN32_the_old_and_the_new_key_count_together()
    {
        var shop = await node.OpenVisitedAsync();
        (await shop.PostAsync("partner_referral_links", """{"partner_key":"partner_123","key":"old"}""")).Ok(201);
        (await new Browser(shop).VisitAsync($"old.{shop.Site}/")).Location.ShouldContain("ref=old");
        (await shop.PutAsync("partner_referral_links/old", """{"key":"new"}""")).Ok();
        (await new Browser(shop).VisitAsync($"old.{shop.Site}/")).Location.ShouldContain("ref=new");
        (await new Browser(shop).VisitAsync($"new.{shop.Site}/")).Location.ShouldContain("ref=new");
        await shop.StatsShouldBeAsync("new", """{"clicks":3,"unique_clicks":3,"leads":0,"conversions":0,"revenue":[]}""");
        (await shop.PostAsync("partner_referral_links", """{"partner_key":"partner_123","key":"OLD"}""")).Refused(422, "key_taken", "key");
    }

    [Theory]
    [InlineData("redirect", 302)]
    [InlineData("gone", 410)]
    public async Task PN33_a_deleted_link_leads_on_without_its_code_and_earns_no_more(string setting, int status)
    {
        var shop = await node.OpenVisitedAsync(links: $$"""{"deletedLinks":"{{setting}}"}""");
        (await shop.PostAsync("partner_referral_links", """{"partner_key":"partner_123","key":"promo"}""")).Ok(201);
        (await shop.PostAsync("customers", """{"key":"before","partner":{"key":"promo"}}""")).Ok(201);
        var address = await ShortOfAsync(shop, "promo", "go." + shop.Site);
        (await shop.DeleteAsync("partner_referral_links/promo")).Done();

        var browser = new Browser(shop);
        var visit = await browser.VisitAsync(address);
        visit.Status.ShouldBe(status);
        visit.Location.ShouldBe(status == 302 ? $"https://{shop.Site}/" : "");
        browser.Cookie("trb_click").ShouldBeNull();
        var click = (await shop.ClicksAsync(1, "verdict || ' ' || click_id")).Single().Split(' ');
        click[0].ShouldBe("link_deleted");
        var id = new Clicks.ClickId(Guid.Parse(click[1])).ToString();
        (await shop.PostAsync("customers", $$"""{"key":"after","click_id":"{{id}}"}""")).Ok(201).GetProperty("partner").GetString().ShouldBeNull();
        (await shop.PostAsync("transactions", """{"key":"t1","amount":10,"customer":"before"}""")).Ok(201).GetProperty("rewards").GetArrayLength().ShouldBe(1);
        (await shop.PostAsync("transactions", """{"key":"t2","amount":10,"customer":"after"}""")).Ok(201).GetProperty("rewards").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task PN34_clicks_of_a_partner_who_is_put_away_do_not_count_until_it_is_back()
    {
        var shop = await node.OpenVisitedAsync();
        (await new Browser(shop).VisitAsync($"john20.{shop.Site}/")).Location.ShouldContain("ref=JOHN20");
        (await shop.PostAsync("partners/partner_123/archive")).Done();
        await Task.Delay(TimeSpan.FromSeconds(1));
        (await new Browser(shop).VisitAsync($"john20.{shop.Site}/")).Location.ShouldBe($"https://{shop.Site}/");
        (await shop.PostAsync("partners/partner_123/revoke-archive")).Done();
        await Task.Delay(TimeSpan.FromSeconds(1));
        (await new Browser(shop).VisitAsync($"john20.{shop.Site}/")).Location.ShouldContain("ref=JOHN20");
        (await shop.ClicksAsync(3, "verdict")).Order().ShouldBe(["referrer_inactive", "valid", "valid"]);
    }

    [Fact]
    public async Task PN37_the_QR_code_says_the_short_address_and_its_scan_is_told_apart()
    {
        var shop = await node.OpenVisitedAsync();
        var text = (await shop.GetAsync("partner_referral_links/JOHN20")).Ok().GetProperty("short_url").GetString() + "?s=qr";
        var svg = (await shop.GetAsync("partner_referral_links/JOHN20/qr?margin=0")).Text;
        using var generator = new QRCodeGenerator();
        using var expected = generator.CreateQrCode(text, QRCodeGenerator.ECCLevel.M);
        ModulesOf(svg).ShouldBe(ModulesOf(expected));

        var visit = await new Browser(shop).VisitAsync(text["https://".Length..]);
        visit.Location.ShouldStartWith($"https://{shop.Site}/?ref=JOHN20&trb_click=");
        (await shop.ClicksAsync(1, "verdict || ' ' || channel")).ShouldBe(["valid qr"]);
    }

    /// <summary>On a node that knows its own address.</summary>
    [Fact]
    public async Task PN38_unproven_hosts_are_not_answered_and_certificates_are_for_known_labels_alone()
    {
        await using var known = await PartneroNode.StartAsync(postgres, options => options with { PublicUrl = SiteAddress.Parse("https://tributary.example").Value });
        var shop = await known.OpenVisitedAsync();
        var added = await known.Get<DomainRegister>().AddAsync(shop.Program, new NewDomain(DomainKind.Short, "unproven.example"), V1Node.Operator, default);
        added.Succeeded.ShouldBeTrue();
        (await new Browser(shop).VisitAsync("unproven.example/JOHN20")).Status.ShouldBe(421);
        (await new Browser(shop).VisitAsync($"go.{shop.Site}/JOHN20")).Status.ShouldBe(302);
        (await AskAsync("unproven.example")).ShouldBe(404);
        (await AskAsync("john20." + shop.Site)).ShouldBe(200);
        (await AskAsync("nobody." + shop.Site)).ShouldBe(404);

        async Task<int> AskAsync(string host)
        {
            using var answer = await known.Server.Client.GetAsync("/.well-known/tributary/tls?domain=" + host);
            return (int)answer.StatusCode;
        }
    }

    [Fact]
    public async Task PN40_what_is_no_click_is_counted_under_its_own_reason()
    {
        var shop = await node.OpenVisitedAsync();
        var (address, browser) = ($"john20.{shop.Site}/", new Browser(shop));
        (await browser.VisitAsync(address)).Status.ShouldBe(302);
        node.Clock.Advance(TimeSpan.FromSeconds(4));
        (await browser.VisitAsync(address)).Status.ShouldBe(302);
        (await browser.VisitAsync(address, "HEAD")).Status.ShouldBe(302);
        (await browser.VisitAsync(address, "GET", ("Sec-Purpose", "prefetch"))).Status.ShouldBe(503);
        (await browser.VisitAsync(address, "GET", ("User-Agent", "Googlebot/2.1 (+http://www.google.com/bot.html)"))).Status.ShouldBe(302);
        (await browser.VisitAsync(address, "GET", ("Sec-Fetch-Dest", "image"))).Status.ShouldBe(302);
        (await shop.ClicksAsync(6, "verdict")).Order().ShouldBe(["bot", "duplicate", "head", "not_navigation", "preview", "valid"]);
        await using var connection = await node.Server.Database.OpenAsync(default);
        (await connection.QueryAsync<string>(ClickSums.DifferencesSql, new { ProgramId = shop.Program.Id })).ShouldBeEmpty();
    }

    [Fact]
    public async Task PN41_browsers_are_unique_not_addresses_and_not_days()
    {
        var shop = await node.OpenVisitedAsync();
        var (address, one) = ($"john20.{shop.Site}/", new Browser(shop));
        await one.VisitAsync(address);
        await new Browser(shop).VisitAsync(address);
        await shop.StatsShouldBeAsync("JOHN20", """{"clicks":2,"unique_clicks":2,"leads":0,"conversions":0,"revenue":[]}""");
        for (var day = 0; day < 2; day++)
        {
            node.Clock.Advance(TimeSpan.FromDays(1));
            await one.VisitAsync(address);
        }
        await shop.StatsShouldBeAsync("JOHN20", """{"clicks":4,"unique_clicks":2,"leads":0,"conversions":0,"revenue":[]}""");
    }

    /// <summary>The link's short address without its scheme.</summary>
    private static async Task<string> ShortOfAsync(PartneroShop shop, string link, string host)
    {
        var address = new Uri((await shop.GetAsync("partner_referral_links/" + link)).Ok().GetProperty("short_url").GetString()!);
        address.Host.ShouldBe(host);
        return address.Host + address.AbsolutePath;
    }

    [GeneratedRegex("M(\\d+) (\\d+)h(\\d+)v1h-\\d+z")]
    private static partial Regex Run();

    /// <summary>The dark ones, without a margin.</summary>
    private static List<(int X, int Y)> ModulesOf(string svg) =>
    [
        .. from Match run in Run().Matches(svg)
           let numbers = run.Groups.Values.Skip(1).Select(part => int.Parse(part.Value, System.Globalization.CultureInfo.InvariantCulture)).ToArray()
           from step in Enumerable.Range(0, numbers[2])
           select (numbers[0] + step, numbers[1]),
    ];

    private static List<(int X, int Y)> ModulesOf(QRCodeData code)
    {
        const int Margin = 4;
        var side = code.ModuleMatrix.Count - (2 * Margin);
        return
        [
            .. from y in Enumerable.Range(0, side)
               from x in Enumerable.Range(0, side)
               where code.ModuleMatrix[y + Margin][x + Margin]
               select (x, y),
        ];
    }
}
