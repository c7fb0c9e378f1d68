using System.Text;
using Dapper;
using Tributary.ChainOrders;
using Tributary.Features;
using Tributary.Reporting.Tracking;
using Tributary.Server.Tests.Gameball;
using Tributary.Server.Tests.V1;
using static Tributary.Server.Tests.DeBridge.Sample;

namespace Tributary.Server.Tests.DeBridge;

/// <summary>Who meets which orders (debridge.md § 1.3): what somebody may not see does not exist for him.</summary>
public sealed class SightTests(DeBridgeNode node) : IClassFixture<DeBridgeNode>
{
    [Fact]
    public async Task DB31_the_public_sees_what_is_switched_on_and_nothing_of_who_is_hidden()
    {
        var platform = await OpenAsync();
        (await platform.ListAsync("{}", key: null)).Refused(401, "unauthorized");
        (await platform.ListAsync("{}")).Total.ShouldBe(3);
        await SwitchAsync(platform, 0, enabled: true);
        (await platform.ListAsync("{}", key: null)).Total.ShouldBe(3);
        (await platform.ListAsync("{}", key: platform.Publishable)).Total.ShouldBe(3);
        (await platform.GetAsync("/api/Satistics/getAllTime", key: null)).Header("Access-Control-Allow-Origin").ShouldBe("*");
        await SwitchAsync(platform, Acme(platform), enabled: false);
        var list = await platform.ListAsync("{}", key: null);
        list.Ids.ShouldBe([Id(3), Id(2)]);
        list.Total.ShouldBe(2, "Neither listed nor counted.");
        (await platform.ListAsync("""{"referralCode":30830}""", key: null)).Total.ShouldBe(0);
        (await platform.GetAsync($"/api/Orders/{Id(1)}", key: null)).Refused(404, "not_found");
        (await platform.GetAsync($"/v1.0/dln/order/{Id(1)}", key: null)).OrderRefused(400, "UNKNOWN_ORDER");
        (await platform.GetAsync("/api/ReferralProgram/30830/summary", key: null)).Ok().GetProperty("totalUsers").GetInt32().ShouldBe(0);
        (await platform.GetAsync($"/api/ReferralProgram/referrerCode/{Wallet(1_001)}", key: null)).Text.ShouldBe("0");
        (await platform.PostAsync("/api/Users/referralProgramLeaderboard", """{"referralCode":30830}""", key: null)).Ok().GetProperty("totalCount").GetInt32().ShouldBe(0);
        (await platform.GetAsync("/api/Satistics/getAllTime", key: null)).Ok().GetProperty("createdOrdersCount").GetInt32().ShouldBe(3);
        (await platform.GetAsync("/api/ReferralProgram/30830/summary")).Ok().GetProperty("totalUsers").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task DB34_a_bound_key_meets_its_integrators_orders_and_what_is_public()
    {
        var platform = await OpenAsync();
        var bound = await node.MintBoundAsync(platform, Acme(platform));
        (await platform.ListAsync("{}", key: bound)).Ids.ShouldBe([Id(1)]);
        (await platform.GetAsync($"/api/Orders/{Id(2)}", key: bound)).Refused(404, "not_found");
        await SwitchAsync(platform, 0, enabled: true);
        await SwitchAsync(platform, Acme(platform), enabled: false);
        (await platform.ListAsync("{}", key: bound)).Total.ShouldBe(3, "Hidden from others, not from himself.");
        (await platform.ListAsync("{}", key: null)).Total.ShouldBe(2);
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 1)]
    public async Task DB44_an_order_of_its_own_wallet_is_listed_and_counts_where_the_feature_says_so(bool on, int counted)
    {
        var platform = await node.OpenAsync();
        await node.Get<IntegratorRegister>().RegisterAsync(
            platform.Program, new NewIntegrator("Acme", Wallets: [Wallet(1_001)], Code: 30830), V1Node.Operator, default);
        await node.Get<FeatureSwitches>().SwitchAsync(platform.Program, Feature.OwnWallets, null, new FeatureSwitch(on), V1Node.Operator, default);
        await platform.RecordAsync(Order(1), Event(1, ChainOrderState.Fulfilled));
        (await platform.ListAsync("""{"referralCode":30830}""")).Total.ShouldBe(1);
        (await platform.GetAsync($"/api/ReferralProgram/referrerCode/{Wallet(1_001)}")).Text.ShouldBe(on ? "30830" : "0");
        var users = (await platform.GetAsync("/api/ReferralProgram/30830/referredUsers")).Ok().GetProperty("users");
        users[0].GetProperty("wasInvitedByCurrentUser").GetBoolean().ShouldBe(on);
        (await platform.PostAsync("/api/Users/referralProgramLeaderboard", "{}")).Ok().GetProperty("totalCount").GetInt32().ShouldBe(counted);
    }

    private readonly Dictionary<long, long> acmes = [];

    private long Acme(Platform platform) => acmes[platform.Program.Id];

    /// <summary>One order of Acme's, one of a code that nobody owns, one without a code; all are filled.</summary>
    private async Task<Platform> OpenAsync()
    {
        var platform = await node.OpenAsync();
        var acme = await node.Get<IntegratorRegister>().RegisterAsync(platform.Program, new NewIntegrator("Acme", Code: 30830), V1Node.Operator, default);
        acmes[platform.Program.Id] = acme.Value.Integrator.Id;
        foreach (var (number, code) in (IEnumerable<(int, long?)>)[(1, 30830), (2, 31805), (3, null)])
            await platform.RecordAsync(Order(number, code), Event(number, ChainOrderState.Fulfilled));
        (await platform.PostAsync("/api/Users/referralProgramLeaderboard", "{}")).Ok().GetProperty("totalCount").GetInt32().ShouldBe(2);
        // So that for the public only Acme is ranked.
        await using var connection = await node.Server.Database.OpenAsync(default);
        await connection.ExecuteAsync("update chain_orders set self_referral = true where program_id = @id and referral_code = 31805", new { id = platform.Program.Id });
        return platform;
    }

    /// <param name="referrerId">0: the programme.</param>
    private async Task SwitchAsync(Platform platform, long referrerId, bool enabled)
    {
        var path = referrerId == 0 ? "/api/v1/features" : $"/api/v1/integrators/{referrerId}/features";
        var body = Encoding.UTF8.GetBytes(enabled ? """{"enabled":true}""" : """{"enabled":false}""");
        (await Answer.AskAsync(node.Server, "PUT", $"{path}/public_tracking", body, "application/json", ("Authorization", "Bearer " + platform.Secret))).Status.ShouldBe(200);
        // Every node hears of it within a second.
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        var wanted = (referrerId == 0 && enabled, referrerId != 0 && !enabled);
        while (await SightAsync(platform) is var sight && (wanted.Item1 && sight.Programme != true || wanted.Item2 && sight.HiddenCodes.Count == 0))
            await Task.Delay(20, late.Token);
    }

    private ValueTask<PublicSight> SightAsync(Platform platform) => node.Get<PublicTracking>().OfAsync(platform.Program.Id, default);
}
