using System.Text.Json.Nodes;
using Tributary.Programs;

namespace Tributary.Server.Tests.Gameball;

/// <summary>Addresses, keys, order of checks, error bodies: gameball.md 2.</summary>
public sealed class TransportTests(GameballServer server) : IClassFixture<GameballServer>
{
    private const string Valid = """{"customerId":"somebody"}""";

    [Theory]
    [InlineData("apikey", "secretkey")]
    [InlineData("APIKEY", "SECRETKEY")]
    [InlineData("ApiKey", "transactionkey")]
    [InlineData("apiKey", "TRANSACTIONKEY")]
    public async Task GB12_headers_are_read_in_any_case(string keyHeader, string secretHeader)
    {
        var shop = await server.OpenShopAsync();
        var answer = await shop.SendAsync(
            "GET", Shop.V40 + "customers/user_12345/balance", null, (keyHeader, shop.ApiKey), (secretHeader, shop.Secret));
        answer.Ok();
    }

    [Theory]
    [InlineData("/API/V4.0/Integrations/Customers/")]
    [InlineData("/api/v4.0/integrations//customers")]
    [InlineData("//api/v4.0/integrations/customers")]
    [InlineData("/api/v4/integrations/customers")]
    [InlineData("/api/v4/INTEGRATIONS/customers//")]
    public async Task GB12_addresses_are_read_in_any_case_and_joining(string target)
    {
        var shop = await server.OpenShopAsync();
        (await shop.SendAsync("POST", target, Valid)).Ok().GetProperty("customerId").GetString().ShouldBe("somebody");
        (await shop.SendAsync("GET", target.TrimEnd('/') + "/somebody")).Ok();
    }

    [Theory]
    [InlineData("a/b", "a%2Fb")]
    [InlineData("a%2Fb", "a%252Fb")]
    [InlineData("me@example.com", "me%40example.com")]
    [InlineData("me@example.com", "me@example.com")]
    [InlineData("+966500001234", "+966500001234")]
    [InlineData("a b", "a%20b")]
    [InlineData("\u0645\u0631\u062D\u0628\u0627", "%D9%85%D8%B1%D8%AD%D8%A8%D8%A7")]
    [InlineData("e\u0301", "%C3%A9")]
    [InlineData("\u00e9", "e%CC%81")]
    [InlineData("\uD83D\uDE00", "%F0%9F%98%80")]
    [InlineData("'; drop table customers; --", "'%3B%20drop%20table%20customers%3B%20--")]
    [InlineData("100%", "100%25")]
    [InlineData("a?b#c", "a%3Fb%23c")]
    [InlineData("..", "%2E%2E")]
    public async Task GB12_ids_round_trip_through_path_and_body(string id, string inPath)
    {
        var shop = await server.OpenShopAsync();
        var made = (await shop.PostAsync("customers", new JsonObject { ["customerId"] = id }.ToJsonString())).Ok();
        var read = (await shop.GetAsync($"customers/{inPath}")).Ok();
        read.GetProperty("gameballId").GetInt64().ShouldBe(made.GetProperty("gameballId").GetInt64());
        read.GetProperty("customerId").GetString().ShouldBe(id.Normalize());
        (await shop.GetAsync($"customers/{inPath}/balance")).Ok();
        (await shop.SendAsync("DELETE", Shop.V40 + $"customers/{inPath}")).Ok();
    }

    [Fact]
    public async Task GB13_a_bearer_token_alone_is_unauthorized()
    {
        var shop = await server.OpenShopAsync();
        var answer = await shop.SendAsync("POST", Shop.V40 + "customers", Valid, ("Authorization", "Bearer " + shop.ApiKey));
        answer.Refused(401, 1000, "Unauthorized access. Please authenticate to proceed.");
        answer.Json.GetProperty("type").GetString().ShouldBe("AUTHENTICATION_ERROR");
        foreach (var key in (string[])["", "wrong", shop.Secret, new string('x', 40)])
            (await shop.SendAsync("POST", Shop.V40 + "customers", Valid, ("APIKey", key))).Refused(401, 1000);
    }

    [Fact]
    public async Task GB14_orders_need_the_right_secret_and_sign_ups_do_not()
    {
        var shop = await server.OpenShopAsync();
        var order = Shop.OrderBody("buyer", "o1", code: "REF123456");
        var wrong = ("SecretKey", "wrong-secret-wrong-secret-wrong!");
        (await shop.PublicAsync("POST", "orders", order)).Refused(401, 1001);
        (await shop.SendAsync("POST", Shop.V40 + "orders", order, ("APIKey", shop.ApiKey), wrong)).Refused(401, 1001);
        (await shop.CountAsync("select count(*) from orders where program_id = @program")).ShouldBe(0);
        (await shop.CountAsync("select count(*) from customers where program_id = @program")).ShouldBe(1);

        var signUp = await shop.SendAsync(
            "POST", Shop.V40 + "customers", """{"customerId":"x","referrerCode":"NOSUCHCODE"}""", ("APIKey", shop.ApiKey), wrong);
        signUp.Ok();
        signUp.Referral.ShouldBe("ignored");

        await shop.ChangeAsync("""{"gameball":{"highSecurity":true}}""");
        (await shop.SendAsync("POST", Shop.V40 + "customers", Valid, ("APIKey", shop.ApiKey), wrong)).Refused(401, 1001);
        (await shop.PublicAsync("POST", "customers", Valid)).Refused(401, 1001);
        (await shop.PostAsync("customers", Valid)).Ok();
    }

    [Fact]
    public async Task GB14_of_both_names_of_the_secret_the_newer_counts()
    {
        var shop = await server.OpenShopAsync();
        var target = Shop.V40 + "customers/user_12345/balance";
        var wrong = new string('w', 32);
        (await shop.SendAsync("GET", target, null, ("APIKey", shop.ApiKey), ("SecretKey", shop.Secret), ("TransactionKey", wrong))).Ok();
        (await shop.SendAsync("GET", target, null, ("APIKey", shop.ApiKey), ("SecretKey", wrong), ("TransactionKey", shop.Secret)))
            .Refused(401, 1001);
    }

    [Fact]
    public async Task GB15_version_4_1_asks_for_the_secret_everywhere()
    {
        var shop = await server.OpenShopAsync();
        (await shop.SendAsync("POST", Shop.V41 + "customers", Valid, ("APIKey", shop.ApiKey))).Refused(401, 1001);
        (await shop.SendAsync("GET", Shop.V41 + "customers/user_12345", null, ("APIKey", shop.ApiKey))).Refused(401, 1001);
        (await shop.SendAsync("POST", Shop.V41 + "customers", Valid)).Ok();
        (await shop.SendAsync("GET", Shop.V41 + "customers/user_12345", null, ("APIKey", shop.ApiKey), ("X-GB-TOKEN", "e30.e30.")))
            .Refused(401, 1000);

        await shop.ChangeAsync("""{"gameball":{"minimumVersion":"4.1"}}""");
        (await shop.GetAsync("customers/user_12345")).Refused(403, 1002);
        (await shop.SendAsync("GET", Shop.V41 + "customers/user_12345")).Ok();
    }

    [Theory]
    [InlineData("GET", "/api/v4.0/integrations/nothing")]
    [InlineData("POST", "/api/v4.0/integrations/customers/a/b/c")]
    [InlineData("GET", "/api/v4.0/integrations")]
    [InlineData("GET", "/api/v4.0/")]
    [InlineData("OPTIONS", "/api/v4.1/other")]
    public async Task GB16_an_unknown_path_is_an_empty_404_with_and_without_keys(string method, string target)
    {
        var shop = await server.OpenShopAsync();
        foreach (var answer in (Answer[])[await shop.SendAsync(method, target), await shop.SendAsync(method, target, null, [])])
        {
            answer.Status.ShouldBe(404);
            answer.Bytes.ShouldBeEmpty();
            answer.Header("X-Request-Id").ShouldNotBeNullOrEmpty();
            answer.Header("Cache-Control").ShouldBe("no-store");
        }
    }

    [Theory]
    [InlineData("PUT", "customers", "POST")]
    [InlineData("GET", "orders", "POST")]
    [InlineData("PATCH", "customers/x", "GET, DELETE")]
    [InlineData("OPTIONS", "orders", "POST")]
    [InlineData("HEAD", "customers/x", "GET, DELETE")]
    public async Task GB16_a_wrong_method_names_the_right_ones(string method, string path, string allowed)
    {
        var shop = await server.OpenShopAsync();
        var answer = await shop.SendAsync(method, Shop.V40 + path, null, []);
        answer.Status.ShouldBe(405);
        answer.Bytes.ShouldBeEmpty();
        answer.Header("Allow")!.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries).ShouldBe(allowed.Split(", "), ignoreOrder: true);
    }

    [Theory]
    [InlineData("customers/nobody", false)]
    [InlineData("customers/nobody/details", true)]
    [InlineData("customers/nobody/balance", true)]
    [InlineData("customers/nobody/coupons", true)]
    [InlineData("customers/nobody/referrals", true)]
    [InlineData("customers/nobody/referrals/count", true)]
    [InlineData("customers/nobody/hash", true)]
    public async Task GB18_an_unknown_customer_is_7000_in_every_call(string path, bool needsSecret)
    {
        var shop = await server.OpenShopAsync();
        (await shop.GetAsync(path)).Refused(404, 7000, "customer does not exist");
        if (needsSecret)
            (await shop.PublicAsync("GET", path)).Refused(401, 1001);
        else
            (await shop.PublicAsync("GET", path)).Refused(404, 7000);
    }

    [Fact]
    public async Task Pages_of_any_origin_may_make_the_calls_that_need_no_secret()
    {
        var shop = await server.OpenShopAsync();
        var asked = ("Access-Control-Request-Method", "POST");
        var preflight = await shop.SendAsync("OPTIONS", Shop.V40 + "customers", null, ("Origin", "https://shop.example"), asked);
        preflight.Status.ShouldBe(204);
        preflight.Header("Access-Control-Allow-Origin").ShouldBe("*");
        preflight.Header("Access-Control-Allow-Credentials").ShouldBeNull();
        preflight.Header("Access-Control-Allow-Headers")!.ShouldContain("APIKey");
        preflight.Header("Access-Control-Allow-Headers")!.ShouldNotContain("SecretKey");
        var mixed = await shop.SendAsync("OPTIONS", Shop.V40 + "customers/x", null, ("Origin", "https://shop.example"), asked);
        mixed.Header("Access-Control-Allow-Methods").ShouldBe("GET");
        var secret = await shop.SendAsync("OPTIONS", Shop.V40 + "orders", null, ("Origin", "https://shop.example"), asked);
        secret.Status.ShouldBe(405);
        secret.Header("Access-Control-Allow-Origin").ShouldBeNull();
        (await shop.PublicAsync("GET", "customers/user_12345")).Header("Access-Control-Allow-Origin").ShouldBe("*");
        (await shop.PublicAsync("GET", "customers/nobody")).Header("Access-Control-Allow-Origin").ShouldBe("*");
        (await shop.GetAsync("customers/user_12345/balance")).Header("Access-Control-Allow-Origin").ShouldBeNull();
    }

    [Fact]
    public async Task Calls_that_are_not_trusted_are_limited_in_two_groups()
    {
        var shop = await server.OpenShopAsync(null, (JsonObject)JsonNode.Parse("""
            {"gameball":{"customerCallsPerSecond":3,"customerCallsPerHalfMinute":5,"otherCallsPerSecond":2,"otherCallsPerHalfMinute":0}}
            """)!);
        server.Clock.Set(DateTimeOffset.FromUnixTimeSeconds(server.Clock.GetUtcNow().ToUnixTimeSeconds() / 30 * 30 + 60));
        await RefusedAfterAsync(shop, "customers/user_12345", 3, "1");
        await RefusedAfterAsync(shop, "configurations/referrals", 2, "1");
        server.Clock.Advance(TimeSpan.FromSeconds(1));
        await RefusedAfterAsync(shop, "customers/user_12345", 2, "29");
        await RefusedAfterAsync(shop, "configurations/referrals", 2, "1");
        for (var call = 0; call < 10; call++)
            (await shop.GetAsync("customers/user_12345")).Ok();
        server.Clock.Advance(TimeSpan.FromSeconds(29));
        await RefusedAfterAsync(shop, "customers/user_12345", 3, "1");
    }

    [Fact]
    public async Task A_paused_programme_reads_and_refunds_and_records_nothing()
    {
        var shop = await server.OpenShopAsync();
        (await shop.OrderAsync("buyer", "o1")).Ok();
        await shop.ChangeAsync([], ProgramState.Paused);
        (await shop.PostAsync("customers", Valid)).Refused(422, 6000);
        (await shop.OrderAsync("buyer", "o2")).Refused(422, 6000);
        (await shop.PostAsync("events", """{"customerId":"buyer","events":{"visit":null}}""")).Refused(422, 6000);
        (await shop.PostAsync("customers", "{}")).Refused(400, 3000);
        (await shop.GetAsync("customers/buyer")).Ok();
        (await shop.RefundAsync("buyer", "o1", "r1")).Ok();
    }

    [Fact]
    public async Task A_programme_that_does_not_speak_this_dialect_says_so()
    {
        var shop = await server.OpenShopAsync();
        await shop.ChangeAsync("""{"gameball":{"enabled":false}}""");
        (await shop.GetAsync("customers/user_12345")).Refused(403, 8000).Json.GetProperty("type").GetString().ShouldBe("SUBSCRIPTION_ERROR");
        (await shop.PublicAsync("POST", "customers", Valid)).Refused(403, 8000);
    }

    internal static JsonObject Unlimited() => (JsonObject)JsonNode.Parse("""
        {"gameball":{"customerCallsPerSecond":0,"customerCallsPerHalfMinute":0,"otherCallsPerSecond":0,"otherCallsPerHalfMinute":0}}
        """)!;

    private static async Task RefusedAfterAsync(Shop shop, string path, int calls, string retryAfter)
    {
        for (var call = 0; call < calls; call++)
            (await shop.PublicAsync("GET", path)).Ok();
        var refused = (await shop.PublicAsync("GET", path)).Refused(429, 429);
        refused.Json.GetProperty("type").GetString().ShouldBe("REQUEST_ERROR");
        refused.Header("Retry-After").ShouldBe(retryAfter);
    }
}
