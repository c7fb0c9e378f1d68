using System.Net;
using System.Text.Json.Nodes;
using Dapper;
using Tributary.ChainOrders;
using Tributary.Programs;
using Tributary.Reporting.Support;
using Tributary.Server.Tests.V1;
using Tributary.Tests.Support;
using static Tributary.Server.Tests.DeBridge.Sample;

namespace Tributary.Server.Tests.DeBridge;

/// <summary>What support sees of an integration (debridge.md § 9).</summary>
public sealed class SupportTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const long Code = 30830;

    private GatewayNode gateway = null!;

    public async ValueTask InitializeAsync() => gateway = await GatewayNode.StartAsync(postgres);

    public ValueTask DisposeAsync() => gateway.DisposeAsync();

    [Fact]
    public async Task DB37_good_and_bad_requests_of_a_code_are_seen_with_what_went_wrong()
    {
        var platform = await gateway.OpenAsync();
        var good = await platform.GetAsync("/v1.0/dln/order/quote?referralCode=30830&srcChainId=1&secretNote=private");
        var bad = await platform.GetAsync("/v1.0/dln/order/quote?referralCode=30830&affiliateFeePercent=1");
        gateway.Upstream.Answer = (http, _) => Upstream.JsonAsync(http, """{"errorId":"ERROR_LOW_GIVE_AMOUNT","errorCode":12}""");
        var refused = await platform.RawAsync("/v1.0/dln/order/create-tx?referralCode=30830");
        await platform.ListAsync("""{"referralCode":31805}""");
        var view = await ViewAsync(platform, requests: 3);
        view["requests"]!.AsArray().Select(request => ((string?)request!["requestId"], (int)request["status"]!, (string?)request["errorId"], (int?)request["upstreamStatus"])).ShouldBe(
        [
            (refused.Header("x-request-id"), 200, "ERROR_LOW_GIVE_AMOUNT", 200), (bad.Header("x-request-id"), 400, "AFFILIATE_FEE_RECIPIENT_NOT_SET", null),
            (good.Header("x-request-id"), 200, null, 200),
        ]);
        view["requests"]![2]!["parameters"]!.AsObject().ToDictionary(parameter => parameter.Key, parameter => (string?)parameter.Value)
            .ShouldBe(new Dictionary<string, string?> { ["referralCode"] = "30830", ["srcChainId"] = "1", ["secretNote"] = null }, ignoreOrder: true);
        view["errors"]!.AsArray().Select(error => ((string?)error!["errorId"], (int)error["lastHour"]!, (string?)error["newestRequestId"])).ShouldBe(
            [("ERROR_LOW_GIVE_AMOUNT", 1, refused.Header("x-request-id")), ("AFFILIATE_FEE_RECIPIENT_NOT_SET", 1, bad.Header("x-request-id"))]);
        var found = (await Native(platform).GetAsync($"/support/find?q={bad.Header("x-request-id")}")).Ok()["items"]!.AsArray().Single()!;
        ((string?)found["kind"], (long)found["code"]!).ShouldBe(("request", Code));
    }

    [Fact]
    public async Task DB38_secrets_of_requests_are_nowhere_afterwards()
    {
        var platform = await gateway.OpenAsync();
        const string secret = "hunter2hunter2";
        var asked = await platform.AskAsync(
            "GET", $"/v1.0/dln/order/quote?referralCode=30830&accesstoken={secret}&AccessToken={secret}&note={secret}", null, "own", null,
            ("Cookie", $"session={secret}"), ("X-Api-Key", secret), ("Referer", $"https://page.example/?t={secret}"));
        asked.Text.ShouldNotContain(secret);
        await ViewAsync(platform, requests: 1);
        await using var connection = await gateway.Node.Server.Database.OpenAsync(default);
        foreach (var table in await connection.QueryAsync<string>("select quote_ident(table_name) from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'"))
            (await connection.ExecuteScalarAsync<long>($"select count(*) from {table} t where to_jsonb(t)::text like '%{secret}%'")).ShouldBe(0, table);
        var kept = (await gateway.Node.Get<RequestLog>().OfCodeAsync(platform.Program.Id, Code, 10, default)).Single();
        kept.Parameters.ShouldNotContain(platform.Secret);
        kept.Address.ShouldBe("127.0.0.0/24");
    }

    [Fact]
    public async Task DB38_the_log_keeps_its_bounds()
    {
        var platform = await gateway.OpenAsync("""{"upstream":"main","requestLog":{"days":2,"perCode":100}}""");
        var log = gateway.Node.Get<RequestLog>();
        var now = gateway.Node.Clock.GetUtcNow();
        var many = Enumerable.Range(0, 20_000).Select(n => new LoggedRequest(
            platform.Program.Id, n % 2 == 0 ? Code : null, n < 19_950 ? now : now.AddDays(-3), "GET /x", 200, null, 1, $"r{n}", null, null, null, "{}"));
        foreach (var some in many.Chunk(5_000))
            await log.WriteAsync(some, default);
        await log.ForgetAsync(default);
        await using var connection = await gateway.Node.Server.Database.OpenAsync(default);
        (await connection.QueryAsync<(long? Code, long Count)>(
            "select code, count(*) from dialect_requests where program_id = @id group by code order by code", new { id = platform.Program.Id }))
            .ShouldBe([(Code, 75L), (null, 75L)]);
    }

    [Fact]
    public async Task DB39_each_hint_appears_with_its_cause_and_goes_without_it()
    {
        var platform = await gateway.OpenAsync();
        (await HintsAsync(platform)).ShouldBeEmpty();
        var now = gateway.Node.Clock.GetUtcNow();
        ChainOrderReport At(int number, TimeSpan age) => Order(number) with { CreatedAt = now - age };
        await platform.RecordAsync(At(1, TimeSpan.FromMinutes(5)));
        (await HintsAsync(platform)).ShouldBe(["code_unclaimed"]);
        gateway.Node.Clock.Advance(TimeSpan.FromMinutes(15));
        (await HintsAsync(platform)).ShouldBe(["code_unclaimed", "stuck_created"]);
        await platform.RecordAsync(At(1, TimeSpan.FromMinutes(5)), Event(1, ChainOrderState.Fulfilled) with { BlockTimestamp = now.AddMinutes(14) });
        (await HintsAsync(platform)).ShouldBe(["code_unclaimed"]);
        gateway.Node.Clock.Advance(TimeSpan.FromDays(1));
        (await HintsAsync(platform)).ShouldBe(["code_unclaimed", "stuck_unlock"]);
        await platform.RecordAsync(At(1, TimeSpan.FromMinutes(5)), Event(1, ChainOrderState.ClaimedUnlock) with { BlockTimestamp = now.AddDays(1) });
        (await HintsAsync(platform)).ShouldBe(["code_unclaimed"]);
        await platform.RecordAsync(
            At(2, TimeSpan.Zero) with { GiveUsd = null }, [Event(2, ChainOrderState.Fulfilled) with { BlockTimestamp = now.AddHours(20) }]);
        (await HintsAsync(platform)).ShouldBe(["code_unclaimed", "unpriced_orders"]);
        await platform.RecordAsync(At(2, TimeSpan.Zero) with { Maker = Wallet(99) });
        (await HintsAsync(platform)).ShouldBe(["code_unclaimed", "refused_events", "unpriced_orders"]);
        for (var n = 0; n < 20; n++)
            await platform.GetAsync("/v1.0/dln/order/quote?referralCode=30830&affiliateFeePercent=x");
        await ViewAsync(platform, requests: 20);
        (await HintsAsync(platform)).ShouldBe(["code_unclaimed", "failing_requests", "refused_events", "unpriced_orders"]);
        gateway.Node.Clock.Advance(TimeSpan.FromHours(2));
        (await HintsAsync(platform)).ShouldBe(["code_unclaimed", "refused_events", "unpriced_orders"]);
        for (var n = 10; n < 20; n++)
            await platform.RecordAsync(At(n, TimeSpan.Zero) with { CreatedAt = gateway.Node.Clock.GetUtcNow() });
        gateway.Node.Clock.Advance(TimeSpan.FromDays(2));
        (await HintsAsync(platform)).ShouldContain("silence");
    }

    [Fact]
    public async Task An_order_a_hash_and_a_code_lead_to_the_integration()
    {
        var platform = await gateway.OpenAsync();
        await platform.RecordAsync(Order(1));
        foreach (var (text, kind) in (IEnumerable<(string, string)>)[(Id(1), "order"), (Hash(1), "order"), (Wallet(1_001), "order"), ("30830", "code")])
        {
            var found = (await Native(platform).GetAsync("/support/find?q=" + text)).Ok()["items"]!.AsArray();
            found.Select(each => ((string?)each!["kind"], (long)each["code"]!)).ShouldBe([(kind, Code)], text);
        }
        (await Native(platform).GetAsync("/support/find?q=")).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await Native(platform).GetAsync("/codes/0/support")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await Native(platform).GetAsync("/codes/30830/support")).Ok()["orders"]!.AsArray().Single()!["orderId"]!.GetValue<string>().ShouldBe(Id(1));
    }

    private async Task<IReadOnlyList<string>> HintsAsync(Platform platform) =>
        [.. (await Native(platform).GetAsync("/codes/30830/support")).Ok()["hints"]!.AsArray().Select(hint => (string)hint!["id"]!).Order(StringComparer.Ordinal)];

    /// <summary>The view once so many requests are written down.</summary>
    private async Task<ApiAnswer> ViewAsync(Platform platform, int requests)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (true)
        {
            var view = (await Native(platform).GetAsync("/codes/30830/support")).Ok();
            if (view["requests"]!.AsArray().Count == requests)
                return view;
            await Task.Delay(50, late.Token);
        }
    }

    private ApiClient Native(Platform platform)
    {
        var http = new HttpClient { BaseAddress = gateway.Node.Server.Client.BaseAddress };
        http.DefaultRequestHeaders.Authorization = new("Bearer", platform.Secret);
        return new ApiClient(http);
    }
}
