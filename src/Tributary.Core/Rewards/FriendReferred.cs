using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;
using Tributary.Attribution;
using Tributary.Campaigns;
using Tributary.Customers;
using Tributary.Ledger;
using Tributary.Programs;
using Tributary.Referrers;
using Tributary.Storage;

namespace Tributary.Rewards;

/// <summary>
/// A referral that becomes active is an act of the referrer, <c>friend_referred</c> (gameball.md 4.4, 5.2): it fulfils steps of
/// campaigns for everyone. One cause for each friend, so that at most one stands; a referral that is active no more takes back
/// what it earned.
/// </summary>
internal static class FriendReferred
{
    public const string EventName = "friend_referred";

    private const string Why = "friend_not_active";

    private const string EventSql = """
        insert into customer_events (program_id, event_key, customer_id, name, metadata, trusted, occurred_at, received_at, explanation)
        values ($1, $2, $3, $4, $5, $6, $7, $7, $8)
        """;

    private const string AttributionSql = $"""
        {AttributionRow.Select}
        where a.program_id = $1 and a.customer_id = $2
        """;

    /// <summary>Rewards of the friend: by its cause, and those of steps that it fulfilled and that count once.</summary>
    private const string RewardsSql = $"""
        select {RewardRow.Columns}
        from rewards
        where program_id = $1 and customer_id = $2
          and (cause = $3 or cause like $3 || ':%'
               or (cause like 'step:%'
                   and (campaign_id, step) in (
                     select s.campaign_id, s.step
                     from step_progress s
                     where s.program_id = $1 and s.customer_id = $2 and s.undone_at is null and (s.cause = $3 or s.cause like $3 || ':%'))))
        order by reward_id
        for update
        """;

    private const string StepsSql = """
        select campaign_id, step, occasion, version, cause, order_key, true
        from step_progress
        where program_id = $1 and customer_id = $2 and undone_at is null and (cause = $3 or cause like $3 || ':%')
        """;

    private const string VersionsSql = """
        select c.campaign_id, c.name, v.version, c.state, c.starts_at, c.ends_at, v.definition
        from campaign_versions v
        join campaigns c on c.program_id = v.program_id and c.campaign_id = v.campaign_id
        where v.program_id = $1
          and (v.campaign_id, v.version) in (
            select r.campaign_id, r.version
            from rewards r
            where r.program_id = $1 and r.customer_id = $2)
        """;

    /// <param name="friend">The friend's operation, whose own rows are among what the transaction writes.</param>
    /// <param name="cause">The operation.</param>
    public static async Task<IReadOnlyList<Posting>> GrantAsync(PlanContext friend, OrderFacts? order, string cause, CancellationToken ct)
    {
        List<ActiveCampaign> campaigns = [.. friend.Campaigns.Where(IsTriggered)];
        if (campaigns.Count == 0 || friend.Referrer is not { Kind: ReferrerKind.Customer, Active: true } referrer)
            return [];
        var tx = friend.Tx;
        // What this operation has taken of limits must be seen.
        await tx.Writes.FlushAsync(tx.Connection, ct);
        var found = await LoadAsync(tx, referrer.Id, friend.Customer.Id, ct);
        if (found.Customer is not { DeletedAt: null, MergedInto: null } customer || found.Rewards.Any(reward => reward.State is not ("reversed" or "clawed_back")))
            return [];
        var times = found.Rewards.Select(reward => reward.Cause).Distinct(StringComparer.Ordinal).Count();
        var act = ActOf(friend, order, times) with { PriorOrders = customer.OrdersCount };
        var context = new PlanContext
        {
            Tx = tx,
            Program = friend.Program,
            Campaigns = campaigns,
            Steps = found.Steps,
            Customer = customer,
            PriorOrders = customer.OrdersCount,
            Referrer = found.Attribution?.Credited,
        };
        var keys = new SortedSet<UsageKey>(campaigns.SelectMany(campaign => UsageKeys.For(campaign, context.FactsOf(act), context.Parties)));
        var session = new PlanSession(context, new StepBoard(found.Steps), await UsageRows.LockAsync(tx, keys, ct));
        await session.JudgeAsync(act, fresh: true, ct);
        await WriteEventAsync(tx, customer.Id, act, session.Plan, ct);
        return await session.Plan.WriteAsync(tx, $"{cause}:friend", ct);
    }

    public static async Task<IReadOnlyList<Posting>> TakeBackAsync(
        Transaction tx, ReferralProgram program, long referrerId, long friendId, string cause, CancellationToken ct)
    {
        var rewards = new List<RewardRow>();
        var steps = new List<StepRow>();
        var versions = new List<ActiveCampaign>();
        var load = new LoadBatch(tx.Connection);
        load.Query(CustomerRow.LockByIdSql, _ => { }, Param.Of(tx.ProgramId), Param.Of(referrerId));
        load.Query(RewardsSql, row => rewards.Add(RewardRow.Read(row)), Param.Of(tx.ProgramId), Param.Of(referrerId), Param.Of(KeyOf(friendId)));
        load.Query(StepsSql, row => steps.Add(StepRow.Read(row)), Param.Of(tx.ProgramId), Param.Of(referrerId), Param.Of(KeyOf(friendId)));
        load.Query(VersionsSql, row => versions.Add(CampaignLoad.Read(row)), Param.Of(tx.ProgramId), Param.Of(referrerId));
        await load.RunAsync(ct);
        var standing = rewards.Where(reward => reward is { IsStanding: true } and not { State: "clawed_back" }).ToList();
        StepWriter.Undo(tx, referrerId, steps);
        UsageRows.LockAndWrite(tx, [.. standing.SelectMany(reward => Freed(program, versions, reward))]);
        return await RewardAdjuster.AddAsync(
            tx, TransferKind.Reverse, $"{cause}:friend", [.. standing.Select(reward => new RewardChange(reward, BigInteger.Zero, Why))], ct);
    }

    private static bool IsTriggered(ActiveCampaign campaign) =>
        campaign.Definition.Audience == CampaignAudience.Everyone
        && campaign.Definition.Steps.Any(step => step is { Trigger: StepTrigger.Event, EventName: EventName });

    private static string KeyOf(long friendId) => string.Create(CultureInfo.InvariantCulture, $"friend:{friendId}");

    /// <summary>The same friend again, after what it earned was taken back, is a further cause.</summary>
    private static Cause ActOf(PlanContext friend, OrderFacts? order, int times) => new(
        times == 0 ? KeyOf(friend.Customer.Id) : string.Create(CultureInfo.InvariantCulture, $"{KeyOf(friend.Customer.Id)}:{times + 1}"),
        CauseKind.Event, friend.Tx.Now, friend.Tx.Caller.Trusted, null, null, new EventFacts(EventName, MetadataOf(friend.Customer, order)));

    private static JsonObject MetadataOf(CustomerRow friend, OrderFacts? order)
    {
        var metadata = new JsonObject { ["referred_friend_id"] = friend.MerchantId };
        if (CustomerName.Of((JsonObject)JsonNode.Parse(friend.Attributes)!) is { } name)
            metadata["referred_friend_name"] = name;
        if (order is null)
            return metadata;
        metadata["total_price"] = InMajorUnits(order, order.Price ?? order.Total);
        metadata["total_discount"] = InMajorUnits(order, order.Discount ?? 0);
        foreach (var member in (string[])["merchant_id", "merchant_name"])
        {
            if (order.Details?[member] is { } value)
                metadata[member] = value.DeepClone();
        }
        if (order.Details?["coupons"] is { } codes)
            metadata["discount_codes"] = codes.DeepClone();
        return metadata;
    }

    private static decimal InMajorUnits(OrderFacts order, long minor) => minor / (decimal)BigInteger.Pow(10, order.Currency.Exponent);

    private static async Task WriteEventAsync(Transaction tx, long referrerId, Cause act, RewardPlan plan, CancellationToken ct) => tx.Writes.Add(
        EventSql,
        Param.Of(tx.ProgramId),
        Param.Of(await tx.NextNumberAsync(ct)),
        Param.Of(referrerId),
        Param.Of(EventName),
        Param.Json(act.Event!.Metadata),
        Param.Of(act.Trusted),
        Param.Of(tx.Now),
        Param.Json(Explanation.ToJson(ReferralDecision.AsDecided(null), plan)));

    private static IReadOnlyList<UsageDelta> Freed(ReferralProgram program, List<ActiveCampaign> versions, RewardRow reward) =>
        versions.FirstOrDefault(campaign => campaign.Id == reward.CampaignId && campaign.Version == reward.Version) is { } made
            ? RewardUsage.Change(program, made.Definition, reward, reward.RecipientId, -reward.Net, count: -1)
            : [];

    private static async Task<Found> LoadAsync(Transaction tx, long referrerId, long friendId, CancellationToken ct)
    {
        var found = new Found();
        var load = new LoadBatch(tx.Connection);
        load.Query(CustomerRow.LockByIdSql, row => found.Customer = CustomerRow.Read(row), Param.Of(tx.ProgramId), Param.Of(referrerId));
        load.Query(StepRow.OfCustomerSql, row => found.Steps.Add(StepRow.Read(row)), Param.Of(tx.ProgramId), Param.Of(referrerId));
        load.Query(AttributionSql, row => found.Attribution = AttributionRow.Read(row), Param.Of(tx.ProgramId), Param.Of(referrerId));
        load.Query(
            RewardsSql, row => found.Rewards.Add(RewardRow.Read(row)), Param.Of(tx.ProgramId), Param.Of(referrerId), Param.Of(KeyOf(friendId)));
        await load.RunAsync(ct);
        return found;
    }

    private sealed class Found
    {
        public CustomerRow? Customer { get; set; }
        public AttributionRow? Attribution { get; set; }
        public List<StepRow> Steps { get; } = [];
        public List<RewardRow> Rewards { get; } = [];
    }
}
