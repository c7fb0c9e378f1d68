using Dapper;
using Tributary.ChainOrders;
using Tributary.Server.Tests.V1;
using Tributary.Storage;
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

    private async Task SwitchAsync(Platform platform, long referrerId, bool enabled)
    {
        await using var connection = await node.Server.Database.OpenAsync(default);
        await connection.ExecuteAsync(
            """
            insert into feature_values (program_id, referrer_id, feature, enabled, actor, since)
            values (@programId, @referrerId, 'public_tracking', @enabled, 'cli', now())
            """,
            new { programId = platform.Program.Id, referrerId, enabled });
        node.Get<ChangeFeed>().Forget(platform.Program.Id);
    }
}
