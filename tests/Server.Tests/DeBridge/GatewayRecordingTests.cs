using Tributary.ChainOrders;
using Tributary.Features;
using Tributary.Primitives;
using Tributary.Server.Api.DeBridge.Gateway;
using Tributary.Tests.Support;
using static Tributary.Server.Tests.DeBridge.Sample;

namespace Tributary.Server.Tests.DeBridge;

/// <summary>No transaction leaves that is not recorded, whatever it is called and whoever asks (debridge.md § 4.4).</summary>
public sealed class GatewayRecordingTests(PostgresFixture postgres) : IAsyncLifetime
{
    private static readonly string Create = GatewayTests.Create;

    private GatewayNode gateway = null!;

    private Upstream Upstream => gateway.Upstream;

    public async ValueTask InitializeAsync() => gateway = await GatewayNode.StartAsync(postgres, new UpstreamLimits());

    public ValueTask DisposeAsync() => gateway.DisposeAsync();

    [Theory]
    [InlineData("x", 1_001)]
    [InlineData("", 1_001)]
    [InlineData("0x00000000000000000000000000000000000007d1", 2_001)]
    public async Task DB3_the_maker_is_the_sender_that_can_be_read_else_the_authority(string sender, int maker)
    {
        var platform = await gateway.OpenAsync();
        Upstream.Answer = (http, _) => Upstream.JsonAsync(http, GatewayTests.CreatedAnswer(1));
        (await platform.GetAsync($"{Create}&senderAddress={sender}")).Status.ShouldBe(200);
        await platform.RecordAsync(Order(1) with { Maker = Wallet(maker) });
        (await PreparedAsync(platform)).ShouldBe(0, "It is the order that was handed out.");
        (await gateway.Node.Get<ChainOrderRecords>().FindAsync(platform.Program.Id, Id(1), default))!.Maker.ShouldBe(Wallet(maker));
    }

    [Fact]
    public async Task DB47_a_transaction_of_an_order_that_cannot_be_read_is_withheld()
    {
        var platform = await gateway.OpenAsync();
        foreach (var body in (string[])
        [
            GatewayTests.CreatedAnswer(1).Replace("\"estimation\"", "\"estimated\"", StringComparison.Ordinal),
            GatewayTests.CreatedAnswer(1).Replace("\"amount\":\"1000000\"", "\"amount\":\"much\"", StringComparison.Ordinal),
            $$"""{"orderId":"{{Id(1)}}","tx":"0xb9303701"}""",
        ])
        {
            Upstream.Answer = (http, _) => Upstream.JsonAsync(http, body);
            (await platform.GetAsync(Create)).OrderRefused(503, "RECORDING_FAILED").Text.ShouldNotContain("0xb9303701");
        }
        var nobody = Create.Replace($"srcChainOrderAuthorityAddress={Wallet(1_001)}", "srcChainOrderAuthorityAddress=y", StringComparison.Ordinal);
        Upstream.Answer = (http, _) => Upstream.JsonAsync(http, GatewayTests.CreatedAnswer(1));
        (await platform.GetAsync(nobody + "&senderAddress=x")).OrderRefused(503, "RECORDING_FAILED");
        (await PreparedAsync(platform)).ShouldBe(0);
    }

    [Theory]
    [InlineData("\\u0000")]
    [InlineData("\\ud83d")]
    [InlineData("\\udc00A")]
    public async Task A_token_may_be_called_anything(string odd)
    {
        var platform = await gateway.OpenAsync();
        var body = GatewayTests.CreatedAnswer(1)
            .Replace("\"symbol\":\"USDC\"", $"\"symbol\":\"{odd}\",\"logoURI\":\"https://a.example/{odd}\"", StringComparison.Ordinal)
            .Replace("\"symbol\":\"DAI\"", $"\"name\":\"{odd}\",\"logoURI\":\"https://a.example/{new string('a', 5_000)}\"", StringComparison.Ordinal);
        Upstream.Answer = (http, _) => Upstream.JsonAsync(http, body);
        (await platform.RawAsync(Create)).Text.ShouldBe(body);
        (await PreparedAsync(platform)).ShouldBe(1);
    }

    [Theory]
    [InlineData("%2e%2e")]
    [InlineData("%252e%252e")]
    [InlineData("a%2Fb")]
    [InlineData("a%3Fb")]
    [InlineData("..")]
    public async Task Nothing_but_a_hash_reaches_the_upstreams_path(string hash)
    {
        var platform = await gateway.OpenAsync();
        var reply = await platform.GetAsync($"/v1.0/dln/tx/{hash}/order-ids");
        reply.Status.ShouldBeOneOf(400, 404);
        Upstream.Asked.ShouldBeEmpty();
        await platform.GetAsync($"/v1.0/dln/tx/{Hash(5)}/order-ids");
        Upstream.Asked.ShouldBe([$"/v1.0/dln/tx/{Hash(5)}/order-ids?accesstoken={Upstream.Token}"]);
    }

    [Theory]
    [InlineData("application/json;charset=UTF-8")]
    [InlineData("application/problem+json;  Charset=\"utf-8\"")]
    public async Task The_upstreams_type_is_handed_on_as_it_is_written(string type)
    {
        var platform = await gateway.OpenAsync();
        Upstream.Answer = (http, _) => Upstream.BytesAsync(http, "{}"u8.ToArray(), 200, type);
        (await platform.RawAsync("/v1.0/supported-chains")).Header("Content-Type").ShouldBe(type);
    }

    [Fact]
    public async Task Pages_of_any_site_may_read_where_the_gateway_is_public()
    {
        var platform = await gateway.OpenAsync("""{"upstream":"main","gateway":{"access":"public"}}""");
        foreach (var method in (string[])["GET", "OPTIONS"])
        {
            var reply = await platform.AskAsync(method, "/v1.0/supported-chains", null, null, null, ("Origin", "https://elsewhere.example"));
            reply.Header("Access-Control-Allow-Origin").ShouldBe("*");
            reply.Header("Access-Control-Allow-Credentials").ShouldBeNull();
        }
        var refused = await platform.AskAsync("GET", "/v1.0/dln/order/quote?referralCode=abc", null, null, null, ("Origin", "https://elsewhere.example"));
        refused.OrderRefused(400, "INVALID_QUERY_PARAMETERS").Header("Access-Control-Allow-Origin").ShouldBe("*");
        var key = await gateway.OpenAsync();
        (await key.AskAsync("GET", "/v1.0/supported-chains", null, "own", null, ("Origin", "https://elsewhere.example")))
            .Header("Access-Control-Allow-Origin").ShouldBeNull();
    }

    [Fact]
    public async Task DB31_a_fee_is_forwarded_as_far_as_the_feature_of_the_code_goes()
    {
        var platform = await gateway.OpenAsync();
        var acme = await gateway.Node.Get<IntegratorRegister>().RegisterAsync(platform.Program, new NewIntegrator("Acme", Code: 30830), V1.V1Node.Operator, default);
        var features = gateway.Node.Get<FeatureSwitches>();
        Task SwitchAsync(bool enabled, decimal most) => features.SwitchAsync(
            platform.Program, Feature.AffiliateFees, acme.Value.Integrator.Id,
            new FeatureSwitch(enabled, new Dictionary<string, decimal> { [Feature.MaxPercent] = most }), V1.V1Node.Operator, default);
        var fee = $"&affiliateFeeRecipient={Wallet(77)}&affiliateFeePercent=";
        await SwitchAsync(true, 0.3m);
        foreach (var path in (string[])[Create, "/v1.0/dln/order/quote?srcChainId=1", "/v1.0/chain/transaction?chainId=1"])
        {
            (await platform.GetAsync($"{path}&referralCode=30830{fee}0.300001")).OrderRefused(400, "INVALID_QUERY_PARAMETERS", "affiliateFeePercent");
            Upstream.Asked.ShouldBeEmpty();
        }
        (await platform.GetAsync($"/v1.0/dln/order/quote?srcChainId=1&referralCode=30830{fee}0.3")).Status.ShouldBe(200);
        await SwitchAsync(false, 10);
        (await platform.GetAsync($"{Create}&referralCode=30830{fee}0.1")).OrderRefused(403, "FEATURE_DISABLED").Json.GetProperty("errorCode").GetInt32().ShouldBe(8);
        Upstream.Asked.Count.ShouldBe(1);
        (await platform.GetAsync($"{Create}&referralCode=30830")).Status.ShouldBe(200);
        (await platform.GetAsync($"{Create}&referralCode=31805{fee}10")).Status.ShouldBe(200);
        (await features.SwitchAsync(
            platform.Program, Feature.AffiliateFees, null, new FeatureSwitch(true, new Dictionary<string, decimal> { [Feature.MaxPercent] = 0.0000011m }), V1.V1Node.Operator, default))
            .Succeeded.ShouldBeFalse();
    }

    private async Task<int> PreparedAsync(Platform platform) => (await gateway.Node.Get<ChainOrderRecords>().ListAsync(
        platform.Program.Id, new ChainOrderFilter(State: ChainOrderRecords.Prepared), new PageRequest(10), default)).Items.Count;
}
