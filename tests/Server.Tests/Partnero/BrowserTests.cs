using System.Net;
using System.Text;
using Dapper;
using Tributary.Server.Tests.V1;
using Tributary.Tests.Support;

namespace Tributary.Server.Tests.Partnero;

/// <summary>What the merchant's pages may call (partnero.md § 7).</summary>
public sealed class BrowserTests(V1Node node, PostgresFixture postgres) : IClassFixture<V1Node>
{
    private const string Site = "https://yoursite.com";

    [Fact]
    public async Task PN60_a_pages_sign_up_is_attributed_and_its_orders_rewards_wait_for_the_server()
    {
        var shop = await OpenAsync();
        (await PostAsync(shop, "customers", """{"code":"PARTNER-1","data":{"key":"k","email":"k@example.com","name":"Kim"}}""")).Ok()
            .Text.ShouldBe("""{"status":1}""");
        (await PostAsync(shop, "transactions", """{"code":"PARTNER-1","data":{"key":"o-1","amount":"50.00","reward":99,"customer":{"key":"k"}}}""")).Ok();
        ((string?)(await shop.Api.GetAsync("/customers/k")).Ok()["referredBy.via"]).ShouldBe("code");
        var order = (await shop.Api.GetAsync("/orders/o-1")).Ok();
        ((string?)order["source"]).ShouldBe("browser");
        ((long?)order["total"]).ShouldBe(5000);
        (await StatesAsync(shop)).ShouldBe(["held"]);

        (await shop.Api.PostAsync("/orders", """{"orderId":"o-1","customerId":"k","total":5000}""")).Ok();
        ((string?)(await shop.Api.GetAsync("/orders/o-1")).Ok()["source"]).ShouldBe("server");
        (await StatesAsync(shop)).ShouldBe(["pending"]);
    }

    [Fact]
    public async Task N19_only_pages_of_verified_sites_are_heard()
    {
        var shop = await OpenAsync();
        const string body = """{"code":"PARTNER-1","data":{"key":"stranger"}}""";
        foreach (var origin in (string?[])[null, "null", "https://evil.example", "http://yoursite.com", "https://yoursite.com.evil.example", "https://unproven.example", "https://yoursite.com:8443"])
        {
            var refused = await PostAsync(shop, "customers", body, origin);
            refused.Status.ShouldBe(HttpStatusCode.Forbidden, origin);
            refused.Headers.ContainsKey("Access-Control-Allow-Origin").ShouldBeFalse();
            refused.Headers["Vary"].ShouldBe("Origin");
            ((int?)refused["status"]).ShouldBe(0);
        }
        (await shop.Api.GetAsync("/customers/stranger")).Status.ShouldBe(HttpStatusCode.NotFound);
        foreach (var origin in (string[])[Site, "https://www.yoursite.com"])
        {
            var heard = await PostAsync(shop, "customers", body, origin);
            heard.Ok().Headers["Access-Control-Allow-Origin"].ShouldBe(origin);
            heard.Headers.ContainsKey("Access-Control-Allow-Credentials").ShouldBeFalse();
        }
        using var preflight = new HttpRequestMessage(HttpMethod.Options, Path(shop, "customers"));
        preflight.Headers.Add("Origin", Site);
        preflight.Headers.Add("Access-Control-Request-Method", "POST");
        var asked = await shop.Api.SendAsync(preflight);
        asked.Status.ShouldBe(HttpStatusCode.NoContent);
        asked.Headers["Access-Control-Allow-Headers"].ShouldBe("content-type");
    }

    [Fact]
    public async Task The_snippet_reads_how_the_programme_is_set()
    {
        var shop = await OpenAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, Path(shop, "config"));
        request.Headers.Add("Origin", "https://www.yoursite.com");
        var config = (await shop.Api.SendAsync(request)).Ok();
        config.Headers["Cache-Control"].ShouldBe("public, max-age=300");
        config.Headers["Content-Type"].ShouldBe("application/json");
        config.Text.ShouldBe(
            """{"code":"partnero_partner","click":"trb_click","visitor":"partnero_session_uuid","parameter":"trb_click","parameters":["ref","via","aff"],"model":"last","days":30,"domain":"yoursite.com","consent":"implied","type":"affiliate","subdomains":[],"domains":["yoursite.com"]}""");
        (await shop.Api.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/pub/v1/nobody/config"))).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_page_changes_nothing_that_is_known_and_learns_nothing()
    {
        var shop = await OpenAsync();
        (await shop.Api.PutAsync("/customers/k", """{"email":"real@example.com"}""")).Ok();
        (await shop.Api.PostAsync("/orders", """{"orderId":"o-1","customerId":"k","total":5000}""")).Ok();
        (await PostAsync(shop, "customers", """{"data":{"key":"k","email":"evil@example.com"}}""")).Ok();
        (await PostAsync(shop, "transactions", """{"data":{"key":"o-1","amount":1,"customer":{"key":"k"}}}""")).Ok().Text.ShouldBe("""{"status":1}""");
        ((string?)(await shop.Api.GetAsync("/customers/k")).Ok()["email"]).ShouldBe("real@example.com");
        ((long?)(await shop.Api.GetAsync("/orders/o-1")).Ok()["total"]).ShouldBe(5000);
    }

    [Theory]
    [InlineData("customers", "{}", HttpStatusCode.UnprocessableEntity)]
    [InlineData("customers", "[1]", HttpStatusCode.BadRequest)]
    [InlineData("customers", "{", HttpStatusCode.BadRequest)]
    [InlineData("transactions", """{"data":{"key":"x","amount":-1,"customer":{"key":"k"}}}""", HttpStatusCode.UnprocessableEntity)]
    [InlineData("transactions", """{"data":{"key":"x","amount":1}}""", HttpStatusCode.UnprocessableEntity)]
    public async Task What_cannot_be_read_is_refused_in_the_dialects_shape(string call, string body, HttpStatusCode status)
    {
        var shop = await OpenAsync();
        var refused = await PostAsync(shop, call, body);
        refused.Status.ShouldBe(status, refused.Text);
        ((int?)refused["status"]).ShouldBe(0);
        (await PostAsync(shop, call, new string('x', 17 * 1024))).Status.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        (await PostAsync(shop, call, "a=b", Site, "application/x-www-form-urlencoded")).Status.ShouldBe(HttpStatusCode.UnsupportedMediaType);
    }

    [Fact]
    public async Task Calls_of_one_address_are_counted()
    {
        await using var narrow = await V1Node.StartAsync(postgres, options => options with { Api = options.Api with { PageRequestsPerMinute = 2 } });
        var shop = await narrow.OpenShopAsync();
        HttpRequestMessage Ask() => new(HttpMethod.Get, Path(shop, "config"));
        (await shop.Api.SendAsync(Ask())).Ok();
        (await shop.Api.SendAsync(Ask())).Ok();
        var refused = await shop.Api.SendAsync(Ask());
        refused.Status.ShouldBe(HttpStatusCode.TooManyRequests);
        refused.Headers["Retry-After"].ShouldBe("30");
    }

    private async Task<Shop> OpenAsync()
    {
        var shop = await node.OpenShopAsync();
        await using var connection = await node.Server.Database.OpenAsync(CancellationToken.None);
        await connection.ExecuteAsync(
            """
            insert into domains (program_id, number, kind, is_primary, host, token, state, created_at, updated_at)
            values (@program, 1, 'site', true, 'yoursite.com', 't', 'verified', now(), now()),
                   (@program, 2, 'site', false, 'unproven.example', 't', 'unverified', now(), now())
            """,
            new { program = shop.Program.Id });
        var campaign = (long)(await shop.Api.PostAsync(
            "/campaigns",
            """{"name":"Ten percent","definition":{"steps":[{"trigger":"order","once":false,"lines":[{"recipient":"referrer","holdDays":30,"amount":{"kind":"percent","ppm":100000}}]}]}}"""))
            .Ok(HttpStatusCode.Created)["id"]!;
        (await shop.Api.PostAsync($"/campaigns/{campaign}/activate")).Ok();
        (await shop.Api.PostAsync("/referrers", """{"kind":"partner","key":"p","name":"Pat","code":"PARTNER-1"}""")).Ok(HttpStatusCode.Created);
        return shop;
    }

    private static async Task<IReadOnlyList<string?>> StatesAsync(Shop shop) =>
        [.. (await shop.Api.GetAsync("/rewards")).Ok()["items"]!.AsArray().Select(reward => (string?)reward!["state"]).Where(state => state != "reversed")];

    private static string Path(Shop shop, string call) => $"/pub/v1/{shop.Program.PublicId}/{call}";

    private static Task<ApiAnswer> PostAsync(Shop shop, string call, string body, string? origin = Site, string type = "text/plain")
    {
        var request = new HttpRequestMessage(HttpMethod.Post, Path(shop, call)) { Content = new StringContent(body, Encoding.UTF8, type) };
        if (origin is not null)
            request.Headers.TryAddWithoutValidation("Origin", origin);
        return shop.Api.SendAsync(request);
    }
}
