using Dapper;
using Tributary.ChainOrders;
using Tributary.Server.Api.DeBridge;
using static Tributary.Server.Tests.DeBridge.Sample;

namespace Tributary.Server.Tests.DeBridge;

/// <summary>No key of one programme shows anything of another, on any call; equal ids and codes of two programmes never mix (DB-45, N13).</summary>
public sealed class IsolationTests(DeBridgeNode node) : IClassFixture<DeBridgeNode>
{
    /// <summary>Stands in the named programme's orders alone.</summary>
    private const string Mark = "orchid";

    private const string List = "/api/Orders/filteredList";

    private static readonly Dictionary<string, (string Target, string? Body)> Cases = new(StringComparer.Ordinal)
    {
        ["GET /v1.0/dln/order/create-tx"] = ("/v1.0/dln/order/create-tx?referralCode=30830", null),
        ["GET /v1.0/dln/order/quote"] = ("/v1.0/dln/order/quote", null),
        ["GET /v1.0/dln/quote"] = ("/v1.0/dln/quote", null),
        ["GET /v1.0/chain/transaction"] = ("/v1.0/chain/transaction", null),
        ["GET /v1.0/chain/estimation"] = ("/v1.0/chain/estimation", null),
        ["GET /v1.0/dln/order/{id}/cancel-tx"] = ($"/v1.0/dln/order/{Id(1)}/cancel-tx", null),
        ["GET /v1.0/dln/order/{id}/extcall-cancel-tx"] = ($"/v1.0/dln/order/{Id(1)}/extcall-cancel-tx", null),
        ["GET /v1.0/supported-chains"] = ("/v1.0/supported-chains", null),
        ["GET /v1.0/supported-chains-info"] = ("/v1.0/supported-chains-info", null),
        ["GET /v1.0/token-list"] = ("/v1.0/token-list", null),
        ["GET /v1.0/dln/order/{id}"] = ($"/v1.0/dln/order/{Id(1)}", null),
        ["GET /v1.0/dln/order/{id}/status"] = ($"/v1.0/dln/order/{Id(1)}/status", null),
        ["GET /v1.0/dln/tx/{hash}/order-ids"] = ($"/v1.0/dln/tx/{Hash(1)}/order-ids", null),
        ["POST /api/Orders/filteredList"] = (List, """{"referralCode":30830}"""),
        ["GET /api/Orders/{orderId}"] = ($"/api/Orders/{Id(1)}", null),
        ["GET /api/Orders/{orderId}/liteModel"] = ($"/api/Orders/{Id(1)}/liteModel", null),
        ["GET /api/Orders/{orderId}/state"] = ($"/api/Orders/{Id(1)}/state", null),
        ["GET /api/Orders/creationTxHash/{hash}"] = ($"/api/Orders/creationTxHash/{Hash(1)}", null),
        ["GET /api/Transaction/{hash}/orderIds"] = ($"/api/Transaction/{Hash(1)}/orderIds", null),
        ["GET /api/Transaction/{hash}/liteModels"] = ($"/api/Transaction/{Hash(1)}/liteModels", null),
        ["GET /api/SameChainSwap/{swapId}"] = ($"/api/SameChainSwap/{Id(1)}", null),
        ["GET /api/SameChainSwap/{chainId}/tx/{hash}"] = ($"/api/SameChainSwap/1/tx/{Hash(1)}", null),
        ["GET /api/ReferralProgram/{referralCode}/summary"] = ("/api/ReferralProgram/30830/summary", null),
        ["GET /api/ReferralProgram/{referralCode}/referredUsers"] = ("/api/ReferralProgram/30830/referredUsers", null),
        ["GET /api/ReferralProgram/referrerCode/{walletAddress}"] = ($"/api/ReferralProgram/referrerCode/{Wallet(1_001)}", null),
        ["POST /api/Users/referralProgramLeaderboard"] = ("/api/Users/referralProgramLeaderboard", """{"referralCode":30830}"""),
        ["POST /api/Users/usersLeaderboard"] = ("/api/Users/usersLeaderboard", $$"""{"walletAddress":"{{Wallet(1_001)}}"}"""),
        ["GET /api/Satistics/getAllTime"] = ("/api/Satistics/getAllTime", null),
        ["GET /api/Satistics/getDaily"] = ("/api/Satistics/getDaily", null),
    };

    [Fact]
    public void N13_every_call_is_in_the_table() =>
        Cases.Keys.ShouldBe(node.Get<DeBridgeRouter>().Routes.Select(route => $"{route.Method} {route.Path}"), ignoreOrder: true);

    [Fact]
    public async Task N13_DB45_no_key_shows_or_changes_anything_of_another_programme()
    {
        var named = await OpenAsync(Mark);
        var stranger = await node.OpenAsync();
        var before = await CountsAsync();
        foreach (var (call, (target, body)) in Cases)
        {
            var method = call.Split(' ')[0];
            foreach (var key in (string?[])[null, "nonsense", stranger.Secret, stranger.Publishable])
                (await named.AskAsync(method, target, body, key)).Status.ShouldBe(401, $"{call} by {key ?? "nobody"}");
            var own = await stranger.AskAsync(method, target, body);
            own.Text.ShouldNotContain(Mark);
            own.Status.ShouldBeOneOf([200, 400, 404, 501], call);
        }
        (await CountsAsync()).ShouldBe(before);
        (await named.GetAsync($"/api/Orders/{Id(1)}")).Text.ShouldContain(Mark);
    }

    [Fact]
    public async Task DB45_equal_ids_and_codes_of_two_programmes_never_mix()
    {
        var named = await OpenAsync(Mark);
        var twin = await OpenAsync("tulip");
        await twin.RecordAsync(Order(2), Event(2, ChainOrderState.Fulfilled));
        (await named.ListAsync("""{"referralCode":30830}""")).Total.ShouldBe(1);
        (await twin.ListAsync("""{"referralCode":30830}""")).Total.ShouldBe(2);
        (await named.GetAsync($"/api/Orders/{Id(1)}")).Text.ShouldNotContain("tulip");
        (await named.GetAsync("/api/ReferralProgram/30830/summary")).Ok().GetProperty("totalOrdersFulfilled").GetInt32().ShouldBe(0);
        (await twin.GetAsync("/api/ReferralProgram/30830/summary")).Ok().GetProperty("totalOrdersFulfilled").GetInt32().ShouldBe(1);
    }

    private async Task<Platform> OpenAsync(string mark)
    {
        var platform = await node.OpenAsync();
        await platform.RecordAsync(Order(1) with { Give = Order(1).Give with { Name = mark } });
        return platform;
    }

    private async Task<string> CountsAsync()
    {
        await using var connection = await node.Server.Database.OpenAsync(default);
        return (await connection.ExecuteScalarAsync<string>(
            "select (select count(*) from chain_orders) || ' ' || (select count(*) from prepared_orders) || ' ' || (select count(*) from events)"))!;
    }
}
