using Tributary.Keys;
using Tributary.Server.Tests.Gameball;
using Tributary.Server.Tests.V1;

namespace Tributary.Server.Tests.DeBridge;

/// <summary>What holds for every call, before anything is asked of the programme's orders.</summary>
public sealed class TransportTests(DeBridgeNode node) : IClassFixture<DeBridgeNode>
{
    private const string List = "/api/Orders/filteredList";

    [Theory]
    [InlineData("/api/Orders/nothing/here/at/all")]
    [InlineData("/api/OrderEvents/GetOrders")]
    [InlineData("/api/TokenMetadata/7565164")]
    public async Task An_unknown_path_of_tracking_is_404_in_its_body(string path) =>
        (await (await node.OpenAsync()).GetAsync(path)).Refused(404, "not_found");

    [Theory]
    [InlineData("/v1.0/dln/nothing")]
    [InlineData("/v1.0")]
    public async Task An_unknown_path_of_orders_is_404_in_its_body(string path) =>
        (await (await node.OpenAsync()).GetAsync(path)).OrderRefused(404, "NOT_FOUND");

    [Fact]
    public async Task Other_methods_are_405_with_those_that_are_allowed()
    {
        var platform = await node.OpenAsync();
        var refused = (await platform.GetAsync(List)).Refused(405, "method_not_allowed");
        refused.Header("Allow").ShouldBe("POST,OPTIONS");
        (await platform.PostAsync("/api/Satistics/getAllTime", "{}")).Refused(405, "method_not_allowed").Header("Allow").ShouldBe("GET,HEAD,OPTIONS");
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/json-patch+json")]
    [InlineData("text/json")]
    [InlineData("application/vnd.api+json; charset=utf-8")]
    [InlineData(null)]
    public async Task A_body_may_come_under_several_names(string? mediaType) =>
        (await (await node.OpenAsync()).AskAsync("POST", List, "{\"take\":1}", mediaType: mediaType)).Total.ShouldBe(0);

    [Fact]
    public async Task Bodies_that_cannot_be_read_are_refused()
    {
        var platform = await node.OpenAsync();
        (await platform.PostAsync(List, "{}", mediaType: "text/xml")).Refused(415, "unsupported_type");
        (await platform.PostAsync(List, $"{{\"filter\":\"{new string('a', 70_000)}\"}}")).Refused(413, "too_large");
        (await platform.PostAsync(List, """{"take":1,"take":2}""")).Refused(400, "invalid_input", "body");
        (await platform.PostAsync(List, """{"take":1,"Take":2}""")).Refused(400, "invalid_input", "Take");
        (await platform.PostAsync(List, "[]")).Refused(400, "invalid_input", "body");
        (await platform.PostAsync(List, string.Concat(Enumerable.Repeat("{\"a\":", 17)) + "1" + new string('}', 17))).Refused(400, "invalid_input", "body");
        (await platform.PostAsync(List, "")).Total.ShouldBe(0);
        (await platform.PostAsync(List, """{"unknown":{"a":[1]},"TAKE":"2.0","skip":null,"referralCode":""}""")).Total.ShouldBe(0);
    }

    [Theory]
    [InlineData("""{"take":0}""", "take")]
    [InlineData("""{"take":101}""", "take")]
    [InlineData("""{"take":-1}""", "take")]
    [InlineData("""{"skip":-1}""", "skip")]
    [InlineData("""{"skip":100001}""", "skip")]
    [InlineData("""{"orderStates":["Fulfiled"]}""", "orderStates")]
    [InlineData("""{"externalCallStates":"Nothing"}""", "externalCallStates")]
    [InlineData("""{"referralCode":"abc"}""", "referralCode")]
    [InlineData("""{"referralCode":4294967296}""", "referralCode")]
    [InlineData("""{"referralCode":1.5}""", "referralCode")]
    [InlineData("""{"orderTradeType":"Auction"}""", "orderTradeType")]
    [InlineData("""{"filterMode":{}}""", "filterMode")]
    [InlineData("""{"take":""", "body")]
    public async Task DB21_what_makes_no_sense_is_400_and_names_the_member(string body, string member) =>
        (await (await node.OpenAsync()).PostAsync(List, body)).Refused(400, "invalid_input", member);

    [Fact]
    public async Task The_same_bytes_come_under_another_name_where_nothing_else_is_accepted()
    {
        var platform = await node.OpenAsync();
        (await platform.AskAsync("POST", List, "{}", headers: ("Accept", "text/plain"))).Header("Content-Type").ShouldBe("text/plain; charset=utf-8");
        (await platform.AskAsync("POST", List, "{}", headers: ("Accept", "text/json"))).Header("Content-Type").ShouldBe("text/json; charset=utf-8");
        (await platform.AskAsync("POST", List, "{}", headers: ("Accept", "application/json, text/plain, */*"))).Header("Content-Type")
            .ShouldBe("application/json; charset=utf-8");
    }

    [Fact]
    public async Task DB45_host_path_key_and_default_reach_the_same_programme()
    {
        var platform = await node.OpenAsync();
        var other = await node.OpenAsync();
        await node.AddHostAsync(platform, "api.platform.example");
        var own = ("Authorization", "Bearer " + platform.Secret);
        var host = ("Host", "api.platform.example");
        foreach (var (target, headers) in (IEnumerable<(string, (string, string)[])>)
        [
            (List, [host, own]),
            (platform.Base + List, [own]),
            ("/P" + platform.Base[2..] + List.ToUpperInvariant(), [own]),
            (platform.Base + List, [host, own]),
            (List, [own]),
            ($"{List}?accesstoken={platform.Secret}", []),
            ($"{platform.Base}{List}?accesstoken=notours", [own]),
        ])
        {
            (await AskAsync(target, headers)).Total.ShouldBe(0);
        }
        (await AskAsync(List, host, ("Authorization", "Bearer " + other.Secret))).Refused(401, "unauthorized");
        (await AskAsync($"/p/{other.Program.PublicId}{List}", host, own)).Refused(401, "unauthorized");
        (await AskAsync($"/p/{other.Program.PublicId}{List}?accesstoken={platform.Secret}")).Refused(401, "unauthorized");
        (await AskAsync($"{platform.Base}{List}?accesstoken=notours")).Refused(401, "unauthorized");
        (await AskAsync(List)).Refused(404, "not_found");
        (await AskAsync($"/p/nobody{List}", own)).Refused(404, "not_found");
    }

    [Fact]
    public async Task DB45_the_default_programme_answers_where_nothing_else_is_said()
    {
        var server = await DeBridgeNode.StartAsync(node.Postgres, options => options with { DeBridgeProgram = "FALLBACK" });
        try
        {
            var platform = await server.OpenAsync(publicId: "FALLBACK");
            new Reply(await Answer.AskAsync(server.Server, "POST", List, "{}"u8.ToArray(), null)).Refused(401, "unauthorized");
            new Reply(await Answer.AskAsync(server.Server, "POST", List, "{}"u8.ToArray(), null, ("Authorization", "Bearer " + platform.Secret))).Total.ShouldBe(0);
            var off = await server.OpenAsync("""{"enabled":false}""");
            (await off.ListAsync("{}")).Refused(404, "not_found");
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_key_needs_the_scope_and_a_publishable_one_shows_nothing()
    {
        var platform = await node.OpenAsync();
        (await platform.ListAsync("{}", key: null)).Refused(401, "unauthorized").Header("WWW-Authenticate").ShouldBe("Bearer");
        (await platform.ListAsync("{}", key: platform.Publishable)).Refused(401, "unauthorized");
        (await platform.ListAsync("{}", key: "trs_live_00000000000000000000000000000015akZG")).Refused(401, "unauthorized");
        var writer = (await node.Get<ApiKeys>().CreateAsync(
            platform.Program, new NewKey(ApiKeyKind.Secret, Scopes: [KeyScopes.Write]), KeyScopes.All, V1Node.Operator, default)).Value.Token;
        (await platform.ListAsync("{}", key: writer)).Refused(403, "forbidden");
    }

    [Fact]
    public async Task DB46_a_caller_has_so_many_requests_to_an_endpoint_in_a_minute()
    {
        var platform = await node.OpenAsync();
        node.Clock.Set(DateTimeOffset.FromUnixTimeSeconds(node.Clock.GetUtcNow().ToUnixTimeSeconds() / 60 * 60));
        for (var n = 0; n < 50; n++)
            (await platform.GetAsync("/api/Satistics/getAllTime", key: null)).Status.ShouldBe(401);
        (await platform.GetAsync("/api/Satistics/getAllTime", key: null)).Refused(429, "too_many_requests").Header("Retry-After").ShouldBe("60");
        (await platform.GetAsync("/api/Satistics/getDaily", key: null)).Status.ShouldBe(401);
        for (var n = 0; n < 300; n++)
            (await platform.GetAsync("/api/Satistics/getAllTime")).Status.ShouldBe(200);
        (await platform.GetAsync("/api/Satistics/getAllTime")).Refused(429, "too_many_requests");
        node.Clock.Advance(TimeSpan.FromMinutes(1));
        (await platform.GetAsync("/api/Satistics/getAllTime")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Pages_of_the_programmes_sites_may_read_and_others_may_not()
    {
        var platform = await node.OpenAsync();
        (await platform.AskAsync("OPTIONS", List, null, null, null, ("Origin", "https://elsewhere.example"))).Header("Access-Control-Allow-Origin").ShouldBeNull();
        await node.AddSiteAsync(platform, "app.platform.example");
        var allowed = await platform.AskAsync("OPTIONS", List, null, null, null, ("Origin", "https://app.platform.example"));
        allowed.Status.ShouldBe(204);
        allowed.Header("Access-Control-Allow-Origin").ShouldBe("https://app.platform.example");
        allowed.Header("Access-Control-Allow-Methods").ShouldBe("POST, OPTIONS");
        allowed.Header("Access-Control-Allow-Credentials").ShouldBeNull();
    }

    private async Task<Reply> AskAsync(string target, params (string Name, string Value)[] headers) =>
        new(await Answer.AskAsync(node.Server, "POST", target, "{}"u8.ToArray(), "application/json", headers));
}
