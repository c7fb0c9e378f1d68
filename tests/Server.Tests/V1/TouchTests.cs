using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Dapper;
using Tributary.Keys;

namespace Tributary.Server.Tests.V1;

/// <summary>Reports of arrivals: by the merchant's back end, by pages with a publishable key, and by the snippet.</summary>
public sealed class TouchTests(V1Node node) : IClassFixture<V1Node>
{
    private const string Site = "https://yoursite.com";
    private const string Agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";

    [Fact]
    public async Task CL2_a_landing_is_a_click_that_a_sign_up_and_an_order_find()
    {
        var shop = await OpenAsync();
        var touch = await ReportAsync(shop, "https://yoursite.com/pricing?ref=partner-1&utm_source=blog");
        ((string?)touch["verdict"]).ShouldBe("valid");
        ((string?)touch["code"]).ShouldBe("PARTNER-1");
        (await TextAsync(shop, "select form || ' ' || page_path || ' ' || utm_source || ' ' || verdict from clicks where program_id = @program"))
            .ShouldBe("query /pricing blog valid");
        (await shop.Api.PutAsync("/customers/k", $$"""{"visitorId":"{{(string?)touch["visitorId"]}}"}""")).Ok();
        var customer = (await shop.Api.GetAsync("/customers/k")).Ok();
        ((string?)customer["referredBy.via"]).ShouldBe("click");
        (await shop.Api.PostAsync("/orders", $$"""{"orderId":"o","customerId":"l","total":100,"clickId":"{{(string?)touch["clickId"]}}"}""")).Ok();
        var order = (await shop.Api.GetAsync("/orders/o")).Ok();
        ((string?)order["via"]).ShouldBe("click");
    }

    [Fact]
    public async Task A_link_is_called_by_its_number_wherever_it_is_credited()
    {
        var shop = await OpenAsync();
        var link = (await shop.Api.GetAsync("/links")).Ok();
        var (number, key) = ((long)link["items.0.id"]!, (string?)link["items.0.publicId"]);
        var click = (string?)(await ReportAsync(shop, "https://yoursite.com/?ref=partner-1"))["clickId"];
        var signedUp = (await shop.Api.PutAsync("/customers/k", $$"""{"clickId":"{{click}}"}""")).Ok();
        ((long?)signedUp["linkId"]).ShouldBe(number);
        ((long?)signedUp["referrerId"]).ShouldBe((long)link["items.0.referrerId"]!);
        var customer = (await shop.Api.GetAsync("/customers/k")).Ok();
        ((long?)customer["referredBy.linkId"]).ShouldBe(number);
        ((string?)customer["referredBy.linkKey"]).ShouldBe(key);
        for (var times = 0; times < 2; times++)
            ((long?)(await shop.Api.PostAsync("/orders", """{"orderId":"o","customerId":"k","total":100}""")).Ok()["linkId"]).ShouldBe(number);
        var order = (await shop.Api.GetAsync("/orders/o")).Ok();
        ((long?)order["linkId"]).ShouldBe(number);
        ((string?)order["linkKey"]).ShouldBe(key);
        ((long?)(await shop.Api.GetAsync("/orders/o/explanation")).Ok()["credit.link.id"]).ShouldBe(number);
        ((long?)(await shop.Api.GetAsync("/customers/k/explanation")).Ok()["credit.link.id"]).ShouldBe(number);
        var group = (await shop.Api.GetAsync("/analytics/links")).Ok();
        ((long?)group["groups.0.linkId"]).ShouldBe(number);
        ((string?)group["groups.0.linkKey"]).ShouldBe(key);
        ((long)(await shop.Api.GetAsync($"/links/{number}/analytics?from=2026-01-15&to=2026-01-16")).Ok()["totals.clicks"]!).ShouldBe(1);
    }

    [Fact]
    public async Task CL41_CL42_a_fresh_click_id_confirms_its_click_and_is_no_second_one()
    {
        var shop = await OpenAsync();
        var click = await ReportAsync(shop, "https://yoursite.com/?ref=PARTNER-1");
        var id = (string?)click["clickId"];
        (await TextAsync(shop, "select verdict from clicks where program_id = @program")).ShouldBe("valid");
        var other = Guid.NewGuid();
        var landed = await ReportAsync(shop, $"https://yoursite.com/?ref=PARTNER-1&trb_click={id}", $$""","clickId":"{{id}}","visitorId":"{{other}}" """);
        ((string?)landed["clickId"]).ShouldBe(id);
        ((string?)landed["visitorId"]).ShouldBe(other.ToString());
        (await CountAsync(shop, "clicks")).ShouldBe(1);
        (await CountAsync(shop, "landings")).ShouldBe(1);
        (await CountAsync(shop, "visitor_aliases")).ShouldBe(1);
        (await shop.Api.PutAsync("/customers/k", $$"""{"visitorId":"{{other}}"}""")).Ok();
        ((string?)(await shop.Api.GetAsync("/customers/k")).Ok()["referredBy.via"]).ShouldBe("click");

        // Whoever else comes by a copy of the address is not the same browser.
        await ReportAsync(shop, $"https://yoursite.com/?ref=PARTNER-1&trb_click={id}", $$""","clickId":"{{id}}","visitorId":"{{Guid.NewGuid()}}" """);
        (await CountAsync(shop, "visitor_aliases")).ShouldBe(1);

        node.Clock.Advance(TimeSpan.FromMinutes(11));
        var copied = await ReportAsync(shop, $"https://yoursite.com/?ref=PARTNER-1&trb_click={id}", $$""","clickId":"{{id}}" """);
        ((string?)copied["clickId"]).ShouldNotBe(id);
        (await TextAsync(shop, "select count(*)::text from clicks where program_id = @program having count(*) > 1")).ShouldBe("2");
    }

    [Fact]
    public async Task CL18_arrivals_use_up_a_links_limit_too()
    {
        var shop = await OpenAsync();
        await using (var connection = await node.Server.Database.OpenAsync(CancellationToken.None))
            await connection.ExecuteAsync("update links set click_limit = 1 where program_id = @program", new { program = shop.Program.Id });
        ((string?)(await ReportAsync(shop, "https://yoursite.com/?ref=PARTNER-1"))["verdict"]).ShouldBe("valid");
        await Task.Delay(TimeSpan.FromSeconds(1.2));
        await ReportAsync(shop, "https://yoursite.com/?ref=PARTNER-1");
        ((string?)(await ReportAsync(shop, "https://yoursite.com/?ref=PARTNER-1"))["verdict"]).ShouldBe("link_expired");
    }

    [Fact]
    public async Task CL53_of_a_visitor_who_asks_for_privacy_a_landing_keeps_no_page_and_gives_no_visitor()
    {
        var shop = await OpenAsync();
        var click = (string?)(await ReportAsync(shop, "https://yoursite.com/?ref=PARTNER-1"))["clickId"];
        await TextAsync(shop, "select verdict from clicks where program_id = @program");
        var landed = await ReportAsync(shop, "https://yoursite.com/secret/page?ref=PARTNER-1", $$""","clickId":"{{click}}","gpc":true""");
        ((string?)landed["clickId"]).ShouldBe(click);
        landed["visitorId"].ShouldBeNull();
        (await TextAsync(shop, "select coalesce(page_host, 'none') || coalesce(page_path, 'none') from landings where program_id = @program")).ShouldBe("nonenone");
    }

    [Theory]
    [InlineData("DNT", true, true)]
    [InlineData("DNT", false, false)]
    [InlineData("Sec-GPC", false, true)]
    public async Task CL53_DNT_of_a_page_is_heeded_where_the_programme_says_so(string header, bool dntAsGpc, bool minimal)
    {
        var shop = await OpenAsync();
        (await shop.Api.PatchAsync("/program", "{\"settings\":{\"clicks\":{\"dntAsGpc\":" + (dntAsGpc ? "true" : "false") + "}}}")).Ok();
        var key = (await node.MintAsync(shop.Program, new NewKey(ApiKeyKind.Publishable))).Token;
        var touch = (await PublishAsync(key, """{"url":"https://yoursite.com/a?ref=PARTNER-1"}""", Site, header)).Ok();
        (touch["visitorId"] is null).ShouldBe(minimal);
        (await TextAsync(shop, "select concat_ws(' ', flags & 8, page_path) from clicks where program_id = @program")).ShouldBe(minimal ? "8" : "0 /a");
    }

    [Theory]
    [InlineData(""","webdriver":true""", "bot")]
    [InlineData(""","framed":true""", "not_navigation")]
    [InlineData(""","userAgent":"curl/8.0" """, "bot")]
    public async Task A_landing_that_does_not_count_gives_nothing_to_remember(string said, string verdict)
    {
        var shop = await OpenAsync();
        var touch = await ReportAsync(shop, "https://yoursite.com/ref/PARTNER-1", said, withAgent: !said.Contains("userAgent", StringComparison.Ordinal));
        ((string?)touch["verdict"]).ShouldBe(verdict);
        foreach (var member in (string[])["code", "clickId", "visitorId"])
            touch[member].ShouldBeNull();
        (await TextAsync(shop, "select verdict || ' ' || form from clicks where program_id = @program")).ShouldBe(verdict + " path");
    }

    [Fact]
    public async Task N19_a_publishable_key_is_heard_from_verified_sites_and_of_its_own_visitor()
    {
        var shop = await OpenAsync();
        var key = (await node.MintAsync(shop.Program, new NewKey(ApiKeyKind.Publishable))).Token;
        const string body = """{"url":"https://yoursite.com/?ref=PARTNER-1","userAgent":"curl/8.0","address":"203.0.113.9"}""";
        var heard = await PublishAsync(key, body, Site);
        ((string?)heard.Ok()["verdict"]).ShouldBe("valid");
        heard.Headers["Access-Control-Allow-Origin"].ShouldBe(Site);
        heard.Headers["Vary"].ShouldBe("Origin");
        foreach (var origin in (string[])["null", "https://evil.example", "http://yoursite.com"])
        {
            var refused = await PublishAsync(key, body, origin);
            refused.ShouldBeProblem(HttpStatusCode.Forbidden, "forbidden");
            refused.Headers.ContainsKey("Access-Control-Allow-Origin").ShouldBeFalse();
        }
        (await TextAsync(shop, "select count(*)::text from clicks where program_id = @program having count(*) > 0")).ShouldBe("1");
        (await PublishAsync(key, $$"""{"url":"https://yoursite.com/{{new string('x', 17_000)}}"}""", Site)).Status.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        (await node.Client(key).GetAsync("/program")).ShouldBeProblem(HttpStatusCode.Forbidden, "forbidden");
    }

    [Fact]
    public async Task D12_the_snippets_report_answers_codes_and_ids_and_sets_cookies_on_the_merchants_own_path()
    {
        var shop = await OpenAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/pub/v1/{shop.Program.PublicId}/touch")
        {
            Content = new StringContent("""{"url":"https://www.yoursite.com/?via=partner-1","first_party":true}""", Encoding.UTF8, "text/plain"),
        };
        request.Headers.Add("Origin", "https://www.yoursite.com");
        request.Headers.TryAddWithoutValidation("User-Agent", Agent);
        request.Headers.Add("Accept-Language", "en");
        var touch = (await shop.Api.SendAsync(request)).Ok();
        ((string?)touch["code"]).ShouldBe("PARTNER-1");
        touch.Json.AsObject().Select(member => member.Key).ShouldBe(["code", "click", "visitor"]);
        touch.Headers["Set-Cookie"].ShouldContain("partnero_partner=PARTNER-1; max-age=2592000; path=/; samesite=lax; domain=yoursite.com; secure");
        touch.Headers["Set-Cookie"].ShouldContain($"trb_click={(string?)touch["click"]};");
        touch.Headers["Set-Cookie"].ShouldContain($"partnero_session_uuid={(string?)touch["visitor"]}; max-age=34560000;");
    }

    private static async Task<ApiAnswer> ReportAsync(Shop shop, string url, string more = "", bool withAgent = true) =>
        (await shop.Api.PostAsync("/touches", $$"""{"url":"{{url}}"{{(withAgent ? $",\"userAgent\":\"{Agent}\"" : "")}}{{more}}}""")).Ok();

    private Task<ApiAnswer> PublishAsync(string key, string body, string origin, string? wish = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/touches") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        request.Headers.TryAddWithoutValidation("Origin", origin);
        request.Headers.TryAddWithoutValidation("User-Agent", Agent);
        request.Headers.Add("Accept-Language", "en");
        if (wish is not null)
            request.Headers.Add(wish, "1");
        return node.Client(null).SendAsync(request);
    }

    private async Task<Shop> OpenAsync()
    {
        var shop = await node.OpenShopAsync();
        await using var connection = await node.Server.Database.OpenAsync(CancellationToken.None);
        await connection.ExecuteAsync(
            """
            insert into domains (program_id, number, kind, is_primary, host, token, state, created_at, updated_at)
            values (@program, 1, 'site', true, 'yoursite.com', 't', 'verified', now(), now())
            """,
            new { program = shop.Program.Id });
        (await shop.Api.PostAsync("/referrers", """{"kind":"partner","key":"p","name":"Pat","code":"PARTNER-1"}""")).Ok(HttpStatusCode.Created);
        return shop;
    }

    /// <summary>On a busy machine a click goes by way of the spool.</summary>
    private async Task<string?> TextAsync(Shop shop, string sql)
    {
        await using var connection = await node.Server.Database.OpenAsync(CancellationToken.None);
        for (var round = 0; round < 200; round++)
        {
            if (await connection.ExecuteScalarAsync<string?>(sql, new { program = shop.Program.Id }) is { } found)
                return found;
            await Task.Delay(50);
        }
        return null;
    }

    private async Task<long> CountAsync(Shop shop, string table)
    {
        await using var connection = await node.Server.Database.OpenAsync(CancellationToken.None);
        return await connection.ExecuteScalarAsync<long>($"select count(*) from {table} where program_id = @program", new { program = shop.Program.Id });
    }
}
