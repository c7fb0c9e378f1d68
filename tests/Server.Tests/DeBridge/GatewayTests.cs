using System.Text;
using Microsoft.AspNetCore.Http;
using Tributary.ChainOrders;
using Tributary.Primitives;
using Tributary.Server.Api.DeBridge.Gateway;
using Tributary.Storage;
using Tributary.Tests.Support;
using static Tributary.Server.Tests.DeBridge.Sample;

namespace Tributary.Server.Tests.DeBridge;

/// <summary>What passes to an upstream and back (debridge.md § 4.3, 4.4).</summary>
public sealed class GatewayTests(PostgresFixture postgres) : IAsyncLifetime
{
    internal static readonly string Create =
        $"/v1.0/dln/order/create-tx?srcChainId=1&srcChainTokenIn={Wallet(7)}&srcChainTokenInAmount=1000000&dstChainId=137&dstChainTokenOut={Wallet(8)}"
        + $"&dstChainTokenOutAmount=auto&dstChainTokenOutRecipient={Wallet(3_001)}&srcChainOrderAuthorityAddress={Wallet(1_001)}&dstChainOrderAuthorityAddress={Wallet(4)}";

    private GatewayNode gateway = null!;

    private Upstream Upstream => gateway.Upstream;

    public async ValueTask InitializeAsync() =>
        gateway = await GatewayNode.StartAsync(postgres, new UpstreamLimits { Total = TimeSpan.FromSeconds(1) });

    public ValueTask DisposeAsync() => gateway.DisposeAsync();

    [Theory]
    [InlineData("30830", "30830")]
    [InlineData("0030830", "30830")]
    [InlineData("31494.0", "31494")]
    [InlineData("4294967295", "4294967295")]
    public async Task DB2_a_request_reaches_the_upstream_with_its_code_and_everything_else_as_it_came(string sent, string forwarded)
    {
        var platform = await gateway.OpenAsync();
        var odd = "&deBridgeApp=A%2fB+c&dlnHook=%7B%22a%22:1%7D&x&y=&z=1&z=2";
        await platform.GetAsync($"{Create}&referralCode={sent}{odd}&accesstoken={platform.Secret}");
        Upstream.Asked.ShouldBe([$"{Create}&referralCode={forwarded}{odd}&accesstoken={Upstream.Token}"]);
        Upstream.Headers.Keys.ShouldNotContain("Authorization");
        Upstream.Headers.Values.ShouldNotContain(value => value.Contains(platform.Secret, StringComparison.Ordinal));
        Upstream.Headers["User-Agent"].ShouldBe("Tributary");
    }

    [Fact]
    public async Task DB2_no_cookie_header_or_address_of_the_caller_goes_on()
    {
        var platform = await gateway.OpenAsync();
        await platform.AskAsync(
            "GET", "/v1.0/supported-chains?AccessToken=a-strangers", null, "own", null, ("Cookie", "session=1"), ("X-Mine", "1"), ("X-Forwarded-For", "203.0.113.7"), ("Referer", "https://page.example/"));
        Upstream.Asked.ShouldBe([$"/v1.0/supported-chains?accesstoken={Upstream.Token}"]);
        Upstream.Headers.Keys.Intersect(["Cookie", "X-Mine", "X-Forwarded-For", "Referer", "X-Request-Id"]).ShouldBeEmpty();
    }

    [Fact]
    public async Task DB3_an_answer_comes_back_byte_for_byte_and_its_order_is_prepared_before()
    {
        var platform = await gateway.OpenAsync();
        var body = CreatedAnswer(1);
        Upstream.Answer = (http, _) => Upstream.JsonAsync(http, body);
        var answer = await platform.GetAsync(Create + "&referralCode=30830&affiliateFeePercent=0.3&affiliateFeeRecipient=" + Wallet(77));
        answer.Status.ShouldBe(200);
        answer.Bytes.ShouldBe(Encoding.UTF8.GetBytes(body));
        var prepared = (await gateway.Node.Get<ChainOrderRecords>().ListAsync(
            platform.Program.Id, new ChainOrderFilter(State: ChainOrderRecords.Prepared), new PageRequest(10), default)).Items.Single();
        (prepared.OrderId, prepared.Code).ShouldBe((Id(1), 30830));
        await platform.GetAsync(Create + "&referralCode=30830");
        (await platform.ListAsync("{}")).Total.ShouldBe(0);
        (await gateway.Node.Get<RecordChainEvent>().ExecuteAsync(platform.Program, Event(1, ChainOrderState.Fulfilled), null, V1.V1Node.Operator, default)).Succeeded.ShouldBeTrue();
        var order = (await gateway.Node.Get<ChainOrderRecords>().FindAsync(platform.Program.Id, Id(1), default))!;
        (order.GiveUsd, order.TakeUsd, order.ProtocolFeeUsd).ShouldBe((1_000_123_400L, 999_000_000L, 400_049L));
        order.Maker.ShouldBe(Wallet(1_001));
        var shown = (await platform.GetAsync($"/api/Orders/{Id(1)}")).Ok();
        shown.GetProperty("takeOfferWithMetadata").GetProperty("amount").GetProperty("bigIntegerValue").GetRawText().ShouldBe("123456789012345678901");
        shown.GetProperty("affiliateFee").GetProperty("amount").GetProperty("stringValue").GetString().ShouldBe("3000");
        shown.GetProperty("affiliateFee").GetProperty("beneficiarySrc").GetProperty("stringValue").GetString().ShouldBe(Wallet(77));
    }

    [Fact]
    public async Task DB4_a_malformed_code_reaches_nobody()
    {
        var platform = await gateway.OpenAsync();
        foreach (var path in (string[])["/v1.0/dln/order/create-tx", "/v1.0/dln/order/quote", "/v1.0/dln/quote", "/v1.0/chain/estimation", "/v1.0/chain/transaction"])
        {
            foreach (var code in (string[])["-1", "abc", "1.5", "4294967296", "%2B5", "1e3", "5&referralCode=5", "5&REFERRALCODE=6"])
                (await platform.GetAsync($"{path}?srcChainId=1&referralCode={code}")).OrderRefused(400, "INVALID_QUERY_PARAMETERS", "referralCode");
        }
        Upstream.Asked.ShouldBeEmpty();
        (await platform.GetAsync("/v1.0/dln/order/quote?srcChainId=1&referralCode=0&a=1")).Status.ShouldBe(200);
        (await platform.GetAsync("/v1.0/dln/order/quote?srcChainId=1&referralCode=&a=1")).Status.ShouldBe(200);
        Upstream.Asked.Distinct().ShouldBe([$"/v1.0/dln/order/quote?srcChainId=1&a=1&accesstoken={Upstream.Token}"]);
    }

    [Theory]
    [InlineData("&affiliateFeePercent=1", "AFFILIATE_FEE_RECIPIENT_NOT_SET", "affiliateFeeRecipient")]
    [InlineData("&affiliateFeeRecipient=0x0000000000000000000000000000000000000001", "AFFILIATE_FEE_PERCENT_NOT_SET", "affiliateFeePercent")]
    [InlineData("&affiliateFeePercent=10.1&affiliateFeeRecipient=0x0000000000000000000000000000000000000001", "INVALID_QUERY_PARAMETERS", "affiliateFeePercent")]
    [InlineData("&affiliateFeePercent=-1&affiliateFeeRecipient=0x0000000000000000000000000000000000000001", "INVALID_QUERY_PARAMETERS", "affiliateFeePercent")]
    [InlineData("&affiliateFeePercent=abc&affiliateFeeRecipient=0x0000000000000000000000000000000000000001", "INVALID_QUERY_PARAMETERS", "affiliateFeePercent")]
    [InlineData("&affiliateFeePercent=1&affiliateFeeRecipient=9WzDXwBbmkg8ZTbNMqUxvQRAyrZzDsGYdLVL9zYtAWWM", "INVALID_QUERY_PARAMETERS", "affiliateFeeRecipient")]
    [InlineData("&affiliateFeePercent=1&affiliateFee=2&affiliateFeeRecipient=0x0000000000000000000000000000000000000001", "INVALID_QUERY_PARAMETERS", "affiliateFeePercent")]
    public async Task DB5_half_a_fee_or_a_wrong_one_is_refused_with_its_id(string parameters, string errorId, string parameter)
    {
        var platform = await gateway.OpenAsync();
        (await platform.GetAsync("/v1.0/dln/order/quote?srcChainId=1" + parameters)).OrderRefused(400, errorId, parameter).Json.GetProperty("errorCode").GetInt32()
            .ShouldBe(errorId switch { "AFFILIATE_FEE_PERCENT_NOT_SET" => 2, "AFFILIATE_FEE_RECIPIENT_NOT_SET" => 3, _ => 1 });
        Upstream.Asked.ShouldBeEmpty();
    }

    [Fact]
    public async Task DB5_fees_pass_under_their_new_names_and_none_is_not_sent()
    {
        var platform = await gateway.OpenAsync();
        var recipient = Wallet(1);
        foreach (var query in (string[])
        [
            "&affiliateFeePercent=0", $"&affiliateFeePercent=0&affiliateFeeRecipient={recipient}", $"&affiliateFeePercent=10&affiliateFeeRecipient={recipient}",
            $"&affiliateFee=0.3&b=2&affiliateFeeBeneficiary={recipient}",
        ])
        {
            (await platform.GetAsync("/v1.0/chain/estimation?chainId=1" + query)).Status.ShouldBe(200);
        }
        Upstream.Asked.Select(target => target[..target.IndexOf("&accesstoken", StringComparison.Ordinal)]).ShouldBe(
        [
            "/v1.0/chain/estimation?chainId=1", "/v1.0/chain/estimation?chainId=1",
            $"/v1.0/chain/estimation?chainId=1&affiliateFeePercent=10&affiliateFeeRecipient={recipient}",
            $"/v1.0/chain/estimation?chainId=1&affiliateFeePercent=0.3&b=2&affiliateFeeRecipient={recipient}",
        ]);
    }

    [Fact]
    public async Task DB6_errors_of_the_upstream_come_back_as_they_are_and_store_no_order()
    {
        var platform = await gateway.OpenAsync();
        foreach (var (status, body) in (IEnumerable<(int, string)>)
        [
            (400, """{"errorCode":11,"errorId":"INVALID_QUERY_PARAMETERS"}"""), (500, "<html>oops</html>"),
            (200, $$"""{ "errorId" : "ERROR_LOW_GIVE_AMOUNT","orderId":"{{Id(5)}}","tx":{"data":"0x"} }"""),
        ])
        {
            Upstream.Answer = (http, _) => Upstream.BytesAsync(http, Encoding.UTF8.GetBytes(body), status, "text/html; charset=utf-8");
            var answer = await platform.RawAsync(Create);
            (answer.Status, answer.Text, answer.Header("Content-Type")).ShouldBe((status, body, "text/html; charset=utf-8"));
        }
        (await PreparedAsync(platform)).ShouldBe(0);
    }

    [Fact]
    public async Task DB7_without_an_upstream_every_call_of_the_gateway_says_so()
    {
        var platform = await gateway.OpenAsync("""{"upstream":"unknown"}""");
        foreach (var path in (string[])
        [
            Create, "/v1.0/dln/order/quote", "/v1.0/dln/quote", "/v1.0/chain/transaction", "/v1.0/chain/estimation", $"/v1.0/dln/order/{Id(1)}/cancel-tx",
            $"/v1.0/dln/order/{Id(1)}/extcall-cancel-tx", "/v1.0/supported-chains", "/v1.0/supported-chains-info", "/v1.0/token-list",
        ])
        {
            (await platform.GetAsync(path)).OrderRefused(501, "UPSTREAM_NOT_CONFIGURED").Text.ShouldContain("debridge.upstream");
        }
    }

    [Fact]
    public async Task DB7_a_silent_upstream_is_504_a_huge_answer_or_a_redirect_502()
    {
        new UpstreamLimits().Total.ShouldBe(TimeSpan.FromSeconds(30));
        var platform = await gateway.OpenAsync();
        Upstream.Answer = (http, _) => Task.Delay(TimeSpan.FromSeconds(20), http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        (await platform.GetAsync(Create)).OrderRefused(504, "UPSTREAM_TIMEOUT");
        Upstream.Answer = (http, _) => Upstream.BytesAsync(http, new byte[3 * 1024 * 1024]);
        (await platform.GetAsync(Create)).OrderRefused(502, "UPSTREAM_BAD_ANSWER");
        await using var elsewhere = await Upstream.StartAsync();
        Upstream.Answer = (http, _) =>
        {
            http.Response.Redirect(elsewhere.Address + "v1.0/supported-chains");
            return Task.CompletedTask;
        };
        (await platform.GetAsync("/v1.0/supported-chains")).OrderRefused(502, "UPSTREAM_BAD_ANSWER");
        elsewhere.Asked.ShouldBeEmpty();
        await gateway.Upstream.DisposeAsync();
        (await platform.GetAsync(Create)).OrderRefused(502, "UPSTREAM_UNREACHABLE");
    }

    [Fact]
    public async Task DB8_a_prepared_order_does_not_exist_for_tracking_until_it_is_seen()
    {
        var platform = await gateway.OpenAsync();
        Upstream.Answer = (http, target) => target.Contains("create-tx", StringComparison.Ordinal)
            ? Upstream.JsonAsync(http, CreatedAnswer(1))
            : Upstream.JsonAsync(http, """{"status":"Created"}""");
        (await platform.GetAsync(Create + "&referralCode=30830")).Status.ShouldBe(200);
        (await platform.ListAsync("""{"referralCode":30830}""")).Total.ShouldBe(0);
        (await platform.GetAsync($"/api/Orders/{Id(1)}")).Refused(404, "not_found");
        (await platform.GetAsync($"/v1.0/dln/order/{Id(1)}/status")).Text.ShouldBe("""{"status":"Created"}""");
        Upstream.Asked.Last().ShouldBe($"/v1.0/dln/order/{Id(1)}/status?accesstoken={Upstream.Token}");
        await platform.RecordAsync(Order(1) with { GiveUsd = null, TakeUsd = null, ProtocolFeeUsd = null });
        (await platform.ListAsync("""{"referralCode":30830}""")).Ids.ShouldBe([Id(1)]);
        (await platform.GetAsync("/api/ReferralProgram/30830/summary")).Ok().GetProperty("totalUsers").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task DB47_no_transaction_is_handed_out_that_is_not_recorded()
    {
        var platform = await gateway.OpenAsync();
        Upstream.Answer = (http, _) => Upstream.JsonAsync(http, CreatedAnswer(1));
        gateway.Node.Get<Transactions>().FaultPoint = _ => throw new DatabaseNotReadyException();
        var refused = (await platform.GetAsync(Create)).OrderRefused(503, "RECORDING_FAILED");
        refused.Header("Retry-After").ShouldBe("2");
        refused.Text.ShouldNotContain("0xb9303701");
        (await PreparedAsync(platform)).ShouldBe(0);
        gateway.Node.Get<Transactions>().FaultPoint = null;
        (await platform.GetAsync(Create)).Text.ShouldContain("0xb9303701");
        (await PreparedAsync(platform)).ShouldBe(1);
    }

    [Fact]
    public async Task A_code_is_filled_in_or_asked_for_as_the_programme_wants()
    {
        var filling = await gateway.OpenAsync("""{"upstream":"main","codes":{"default":77}}""");
        await filling.GetAsync("/v1.0/dln/order/quote?a=1");
        Upstream.Asked.Last().ShouldBe($"/v1.0/dln/order/quote?a=1&referralCode=77&accesstoken={Upstream.Token}");
        var asking = await gateway.OpenAsync("""{"upstream":"main","codes":{"required":true}}""");
        (await asking.GetAsync("/v1.0/dln/order/quote?a=1")).OrderRefused(400, "INVALID_QUERY_PARAMETERS", "referralCode");
        (await asking.GetAsync("/v1.0/dln/order/quote?a=1", key: null)).OrderRefused(401, "UNAUTHORIZED");
        (await asking.GetAsync("/v1.0/supported-chains", key: asking.Publishable)).Status.ShouldBe(200);
        var open = await gateway.OpenAsync("""{"upstream":"main","gateway":{"access":"public"}}""");
        (await open.GetAsync("/v1.0/dln/order/quote?a=1", key: null)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task DB4_a_bound_keys_own_code_is_filled_in_and_anothers_is_refused()
    {
        var platform = await gateway.OpenAsync("""{"upstream":"main","codes":{"default":77}}""");
        var acme = await gateway.Node.Get<IntegratorRegister>().RegisterAsync(platform.Program, new NewIntegrator("Acme", Code: 30830), V1.V1Node.Operator, default);
        var bound = await gateway.Node.MintBoundAsync(platform, acme.Value.Integrator.Id);
        await platform.GetAsync("/v1.0/dln/order/quote?a=1", key: bound);
        Upstream.Asked.Last().ShouldBe($"/v1.0/dln/order/quote?a=1&referralCode=30830&accesstoken={Upstream.Token}");
        (await platform.GetAsync("/v1.0/dln/order/quote?referralCode=31805", key: bound)).OrderRefused(403, "FORBIDDEN");
        Upstream.Asked.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Answers_that_hand_out_nothing_readable_pass_and_store_nothing()
    {
        var platform = await gateway.OpenAsync();
        foreach (var body in (string[])["""{"estimation":{},"tx":{"allowanceTarget":"0x1"}}""", """{"tx":{"data":"0x"},"orderId":"nothing"}""", "[1]", "no json"])
        {
            Upstream.Answer = (http, _) => Upstream.JsonAsync(http, body);
            (await platform.RawAsync(Create)).Text.ShouldBe(body);
        }
        (await PreparedAsync(platform)).ShouldBe(0);
    }

    private async Task<int> PreparedAsync(Platform platform) => (await gateway.Node.Get<ChainOrderRecords>().ListAsync(
        platform.Program.Id, new ChainOrderFilter(State: ChainOrderRecords.Prepared), new PageRequest(10), default)).Items.Count;

    /// <summary>As the order service answers, with odd spacing and numbers that no double holds.</summary>
    internal static string CreatedAnswer(int number) => $$"""
        { "estimation" : {
            "srcChainTokenIn":{"address":"{{Wallet(7)}}","chainId":1,"decimals":6,"name":"USD Coin","symbol":"USDC","amount":"1000000","approximateUsdValue":1000.1234},
            "dstChainTokenOut": {"address":"{{Wallet(8)}}","chainId":137,"decimals":18,"symbol":"DAI","amount":"123456789012345678901","approximateUsdValue":"999"},
            "costsDetails":[{"chain":"1","type":"DlnProtocolFee","payload":{"feeAmount":"400"} }]},
          "prependedOperatingExpenseCost": 123456789012345678901234567890.5000,
          "tx":{"value":"1000000000000000","data":"0xb9303701","to":"{{Wallet(9)}}"},
          "orderId":"{{Id(number)}}","fixFee":"1000000000000000","protocolFeeApproximateUsdValue":0.400049}
        """;
}
