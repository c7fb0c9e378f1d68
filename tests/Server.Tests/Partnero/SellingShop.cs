using System.Text.Json.Nodes;
using Tributary.Campaigns;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Server.Tests.Gameball;
using Tributary.Server.Tests.V1;

namespace Tributary.Server.Tests.Partnero;

/// <summary>Programmes that sell: with the partner of the guides, and a commission of 20 % on every sale.</summary>
internal static class SellingShop
{
    public static readonly CampaignDefinition Commission = Paying(new PercentAmount(new Rate(200_000), new Dictionary<string, long>()));

    /// <param name="settings">What differs from the defaults.</param>
    public static async Task<PartneroShop> OpenSellingAsync(this PartneroNode node, JsonObject? settings = null, CampaignDefinition? campaign = null)
    {
        var shop = await node.OpenEmptyAsync(settings: settings);
        await shop.StartAsync(campaign ?? Commission);
        await shop.AddPartnerAsync("partner_123", "JOHN20", "john@example.com");
        return shop;
    }

    public static async Task<PartneroShop> OpenFriendsAsync(this PartneroNode node, JsonObject? settings = null)
    {
        settings ??= [];
        settings["links"] ??= new JsonObject { ["site"] = "https://yoursite.com" };
        var shop = await node.OpenEmptyAsync(PartneroType.ReferAFriend, settings);
        await shop.StartAsync(Commission);
        return shop;
    }

    public static CampaignDefinition Paying(RewardAmount amount, StepTrigger trigger = StepTrigger.Order) => new()
    {
        Steps = [new CampaignStep { Number = 1, Name = "sale", Trigger = trigger, Lines = [Offers.Line(1, RewardRole.Referrer, amount)] }],
        HoldDays = 0,
    };

    public static async Task StartAsync(this PartneroShop shop, CampaignDefinition definition)
    {
        var campaigns = shop.Node.Get<CampaignStore>();
        var made = (await campaigns.CreateAsync(shop.Program, "Commission", definition, V1Node.Operator, default)).Value;
        (await campaigns.ActivateAsync(shop.Program, made.Id, V1Node.Operator, default)).Succeeded.ShouldBeTrue();
    }

    public static async Task AddPartnerAsync(this PartneroShop shop, string id, string code, string email) =>
        (await shop.PostAsync("partners", $$"""{"key":"{{id}}","code":"{{code}}","email":"{{email}}"}""")).Ok(201);

    /// <summary>Cents that stand on all accounts of all recipients together.</summary>
    public static Task<long> OwedAsync(this PartneroShop shop) =>
        shop.CountAsync("select coalesce(sum(earned - reversed), 0) from balances where program_id = @program");
}
