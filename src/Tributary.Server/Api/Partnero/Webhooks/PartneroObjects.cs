using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Tributary.Links;
using Tributary.Programs;
using Tributary.Prospects;
using Tributary.Referrers;
using Tributary.Reporting;
using Tributary.Rewards;
using Tributary.Server.Api.Partnero.Input;
using Tributary.Server.Hosting;
using Tributary.Storage;
using Tributary.Webhooks.Deliveries;

namespace Tributary.Server.Api.Partnero.Webhooks;

/// <summary>
/// What an event is about, as the calls of this dialect show it, as it is when the event is first told. Of what is not there any
/// more the event's own data is told.
/// </summary>
internal sealed class PartneroObjects(
    PartnerQueries partners, PartnerViews partnerViews, CustomerDirectory customers, CustomerViews customerViews, OrderDirectory orders,
    RewardQueries rewards, LinkRegister links, LinkViews linkViews, ProspectRegister prospects, LeadViews leadViews, ServerAddresses addresses,
    TimeProvider clock)
{
    private const string OfCampaigns = "sale";

    /// <summary>Null: nothing to tell.</summary>
    public Task<JsonNode?> DataAsync(ToldEvent told, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(told);
        return told.Name switch
        {
            PartneroNames.Credited or PartneroNames.Rewarded => CreditAsync(told, ct),
            _ => told.Name.Split('.')[0] switch
            {
                "partner" => PartnerAsync(told, ct),
                "customer" => CustomerAsync(told, ct),
                "transaction" => TransactionAsync(told, ct),
                "reward" => RewardAsync(told, ct),
                "lead" => LeadAsync(told, ct),
                "link" => LinkAsync(told, ct),
                _ => Task.FromResult<JsonNode?>(null),
            },
        };
    }

    private async Task<JsonNode?> PartnerAsync(ToldEvent told, CancellationToken ct)
    {
        if (told.Event.ReferrerId is not { } id || Raw(told)["kind"]?.ToString() is not (null or "partner"))
            return null;
        var partner = await partners.FindAsync(told.Program.Id, id, ct);
        if (partner is null)
            return Raw(told)["kind"] is null ? null : Raw(told);
        return Node((await partnerViews.AllAsync(CallOf(told.Program), [partner], ct))[0], PartneroJson.Default.PartnerView);
    }

    private async Task<JsonNode?> CustomerAsync(ToldEvent told, CancellationToken ct) =>
        told.Event.CustomerId is { } number ? await CustomerAsync(told.Program, number, ct) ?? Raw(told) : null;

    private async Task<JsonNode?> CustomerAsync(ReferralProgram program, long number, CancellationToken ct)
    {
        if (await customers.FindAsync(program.Id, number, ct) is not { } customer)
            return null;
        return program.Settings.Partnero.Type switch
        {
            PartneroType.Affiliate => Node(CustomerViews.Affiliate(customer), PartneroJson.Default.AffiliateCustomerView),
            PartneroType.ReferAFriend => Node((await customerViews.FriendsAsync(CallOf(program), [customer], ct))[0], PartneroJson.Default.FriendCustomerView),
        };
    }

    private async Task<JsonNode?> TransactionAsync(ToldEvent told, CancellationToken ct)
    {
        if (told.Event.OrderKey is not { } key)
            return null;
        return await orders.FindAsync(told.Program.Id, key, ct) is { } order
            ? Node(TransactionViews.Of(order), PartneroJson.Default.TransactionView)
            : Raw(told);
    }

    private async Task<JsonNode?> RewardAsync(ToldEvent told, CancellationToken ct) =>
        await FindRewardAsync(told, ct) is { } reward
            ? Node(await ViewAsync(told.Program, reward, ct), PartneroJson.Default.RewardView)
            : Raw(told);

    /// <summary>What a customer has got: by hand, or by a campaign as soon as it can be used.</summary>
    private async Task<JsonNode?> CreditAsync(ToldEvent told, CancellationToken ct)
    {
        if (await FindRewardAsync(told, ct) is not { } reward || await CustomerAsync(told.Program, reward.RecipientId, ct) is not { } customer)
            return null;
        var isCredit = reward.CampaignId is null;
        var isUsable = told.Event.Type == EventType.RewardApproved || Raw(told)["state"]?.ToString() == "available";
        if (told.Name == PartneroNames.Credited ? !isCredit : isCredit || !isUsable)
            return null;
        var view = await ViewAsync(told.Program, reward, ct);
        var shown = Node(view, PartneroJson.Default.RewardView).AsObject();
        return new JsonObject
        {
            ["customer"] = customer,
            ["amount"] = shown["amount"]?.DeepClone(),
            ["amount_units"] = view.AmountUnits,
            ["is_currency"] = view.IsCurrency,
            ["reward"] = shown,
        };
    }

    private async Task<JsonNode?> LeadAsync(ToldEvent told, CancellationToken ct) =>
        Number(told) is { } id && await prospects.FindAsync(told.Program.Id, id, ct) is { } prospect
            ? Node(await leadViews.OneAsync(told.Program, prospect, ct), PartneroJson.Default.LeadView)
            : Raw(told);

    private async Task<JsonNode?> LinkAsync(ToldEvent told, CancellationToken ct) =>
        Number(told) is { } id && await links.FindAsync(told.Program.Id, id, ct) is { } link
            ? Node(await linkViews.OneAsync(CallOf(told.Program), link, ct), PartneroJson.Default.LinkView)
            : Raw(told);

    private async Task<Reward?> FindRewardAsync(ToldEvent told, CancellationToken ct) =>
        Number(told) is { } id ? await rewards.FindAsync(told.Program.Id, id, ct) : null;

    private async Task<RewardView> ViewAsync(ReferralProgram program, Reward reward, CancellationToken ct)
    {
        var customer = reward.CustomerId is { } number ? await customers.FindAsync(program.Id, number, ct) : null;
        var partner = await partners.FindAsync(program.Id, reward.RecipientId, ct);
        return RewardView.Of(reward, OfCampaigns, customer?.MerchantId, partner?.Who.Key);
    }

    /// <summary>The views are made for calls; nobody calls here.</summary>
    private PartneroCall CallOf(ReferralProgram program) => new(
        new PartneroRoute("GET", "webhooks", (_, _) => throw new InvalidOperationException("Nobody calls this.")) { Summary = "A webhook" },
        program, new Caller("job:webhooks", Trusted: true), [], InputObject.Empty, addresses.Public, addresses.Public + PartneroPath.ShortPrefix, addresses.Public,
        clock.GetUtcNow());

    private static JsonObject Raw(ToldEvent told) => JsonNode.Parse(told.Event.Data)!.AsObject();

    /// <summary>The number in <c>reward:17</c>.</summary>
    private static long? Number(ToldEvent told) =>
        long.TryParse(told.Event.Subject.AsSpan(told.Event.Subject.IndexOf(':', StringComparison.Ordinal) + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    private static JsonNode Node<T>(T view, JsonTypeInfo<T> type) => JsonSerializer.SerializeToNode(view, type)!;
}
