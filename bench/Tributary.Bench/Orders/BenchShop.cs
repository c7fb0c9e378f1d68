using System.Globalization;
using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Tributary.Campaigns;
using Tributary.Keys;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Server;
using Tributary.Signups;
using Tributary.Storage;

namespace Tributary.Bench.Orders;

/// <summary>What the tills authenticate with.</summary>
internal sealed record ShopKeys(string ApiKey, string Secret);

/// <summary>A programme whose campaign pays referrer and friend in points for the friend's first order, with its referrers.</summary>
internal sealed record BenchShop(long ProgramId, ShopKeys Keys, long FirstReferrer, long LastReferrer)
{
    public const int Referrers = 200;

    /// <summary>Referrer n has the code <c>FRIEND</c> and n in three digits.</summary>
    public const string CodePrefix = "FRIEND";

    private static readonly Caller Operator = new("cli", Trusted: true);

    public static async Task<BenchShop> OpenAsync(BenchFolder folder)
    {
        await MarkNumbersAsync(folder);
        await using WebApplication node = await ServerApp.BuildAsync(
            new ServerOptions { Database = folder.Connections, DataFolder = folder.Path, Urls = "http://127.0.0.1:0" });
        node.Services.GetRequiredService<Database>().OpenGate();
        var program = (await node.Services.GetRequiredService<ProgramRegister>().CreateAsync(
            new NewProgram("Bench", "USD"), Operator, CancellationToken.None)).Value.Program;
        await StartCampaignAsync(node.Services, program);
        var keys = new ShopKeys(
            await MintAsync(node.Services, program, ApiKeyKind.GameballApi),
            await MintAsync(node.Services, program, ApiKeyKind.GameballSecret));
        return await AddReferrersAsync(node.Services, program, keys);
    }

    /// <summary>Numbers that are recognised wherever they stand in a row.</summary>
    private static async Task MarkNumbersAsync(BenchFolder folder)
    {
        await using var connection = await folder.OpenAsync();
        await connection.ExecuteAsync("alter sequence party_numbers restart 3000000001; alter sequence record_numbers restart 500000000000");
    }

    private static async Task<BenchShop> AddReferrersAsync(IServiceProvider services, ReferralProgram program, ShopKeys keys)
    {
        var register = services.GetRequiredService<RegisterCustomer>();
        long first = 0, last = 0;
        for (int n = 0; n < Referrers; n++)
        {
            var input = new CustomerInput
            {
                MerchantId = string.Create(CultureInfo.InvariantCulture, $"referrer-{n:000}"),
                OwnCode = string.Create(CultureInfo.InvariantCulture, $"{CodePrefix}{n:000}"),
            };
            last = (await register.ExecuteAsync(program, input, ReferralClaim.None, Operator, CancellationToken.None)).Value.CustomerId;
            first = n == 0 ? last : first;
        }
        return last - first == Referrers - 1
            ? new BenchShop(program.Id, keys, first, last)
            : throw new InvalidOperationException("The referrers' numbers have gaps.");
    }

    private static async Task<string> MintAsync(IServiceProvider services, ReferralProgram program, ApiKeyKind kind) =>
        (await services.GetRequiredService<ApiKeys>().CreateAsync(
            program, new NewKey(kind), KeyScopes.All, Operator, CancellationToken.None)).Value.Token;

    private static async Task StartCampaignAsync(IServiceProvider services, ReferralProgram program)
    {
        var campaigns = services.GetRequiredService<CampaignStore>();
        var campaign = (await campaigns.CreateAsync(program, "Two-sided", TwoSided(), Operator, CancellationToken.None)).Value;
        _ = (await campaigns.ActivateAsync(program, campaign.Id, Operator, CancellationToken.None)).Value;
    }

    private static CampaignDefinition TwoSided()
    {
        var points = Unit.Points("points");
        return new CampaignDefinition
        {
            HoldDays = 0,
            Steps =
            [
                new CampaignStep
                {
                    Number = 1,
                    Name = "first_order",
                    Trigger = StepTrigger.FirstOrder,
                    Once = true,
                    Lines =
                    [
                        new CampaignLine { Number = 1, Recipient = RewardRole.Referrer, Amount = new PointsAmount(200, points) },
                        new CampaignLine { Number = 2, Recipient = RewardRole.Customer, Amount = new PointsAmount(100, points) },
                    ],
                },
            ],
        };
    }
}
