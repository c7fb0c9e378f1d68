using System.Numerics;
using System.Text.Json.Nodes;
using Tributary.Campaigns;
using Tributary.Ledger;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Storage;

namespace Tributary.Rewards;

/// <summary>Takes a referrer's unpaid rewards for one customer back and gives the same to another (money.md §8, move).</summary>
internal static class MovedRewards
{
    private const string Why = "attribution_changed";

    /// <summary>Orders that a coupon credited stay with its referrer; bonuses count customers and are settled by that count.</summary>
    private const string UnpaidSql = $"""
        select {RewardRow.Columns}
        from rewards r
        where program_id = $1 and customer_id = $2 and recipient_id = $3 and role = 'referrer' and state in ('pending', 'held', 'available')
          and cause not like 'milestone:%' and ($4::bigint is null or order_key = $4)
          and not exists (select from orders o where o.program_id = $1 and o.order_key = r.order_key and o.via = 'coupon')
        order by reward_id
        for update
        """;

    private const string CreditedSql = """
        r.program_id = $1 and r.customer_id = $2 and r.credited_to = $3 and r.cause not like 'milestone:%'
          and not exists (select from orders o where o.program_id = $1 and o.order_key = r.order_key and o.via = 'coupon')
        """;

    private const string CreditSql = $"""
        select r.credited_to, r.credit_link, r.credit_click, r.counted_on, r.unit, r.net
        from rewards r
        where {CreditedSql} and r.counted_on is not null and r.unit is not null and r.net <> 0
        """;

    private const string MoveCreditSql = $"update rewards r set credited_to = $4, credit_link = null, credit_click = null where {CreditedSql}";

    /// <summary>What the new referrer was given for the same causes before, where the customer comes back to it.</summary>
    private const string BeforeSql = """
        select cause, coalesce(campaign_id, 0), line, max(occasion), bool_or(state <> 'reversed')
        from rewards
        where program_id = $1 and customer_id = $2 and recipient_id = $3
        group by cause, campaign_id, line
        """;

    private const string VersionsSql = """
        select c.campaign_id, c.name, v.version, c.state, c.starts_at, c.ends_at, v.definition
        from campaign_versions v
        join campaigns c on c.program_id = v.program_id and c.campaign_id = v.campaign_id
        where v.program_id = $1
          and (v.campaign_id, v.version) in (
            select r.campaign_id, r.version from rewards r where r.program_id = $1 and r.customer_id = $2 and r.recipient_id = $3)
        """;

    /// <param name="orderKey">Only for what one order has caused, while the customer stays where it is; null: for all.</param>
    public static async Task<IReadOnlyList<Posting>> MoveAsync(
        Transaction tx, ReferralProgram program, long customerId, long from, long to, CancellationToken ct, long? orderKey = null)
    {
        var rewards = new List<RewardRow>();
        var versions = new List<ActiveCampaign>();
        var before = new Dictionary<(string Cause, long Campaign, int Line), (int Occasion, bool Stands)>();
        var load = new LoadBatch(tx.Connection);
        load.Query(UnpaidSql, row => rewards.Add(RewardRow.Read(row)), Param.Of(tx.ProgramId), Param.Of(customerId), Param.Of(from), Param.Of(orderKey));
        load.Query(VersionsSql, row => versions.Add(CampaignLoad.Read(row)), Param.Of(tx.ProgramId), Param.Of(customerId), Param.Of(from));
        load.Query(
            BeforeSql, row => before[(row.GetString(0), row.GetInt64(1), row.GetInt32(2))] = (row.GetInt32(3), row.GetBoolean(4)),
            Param.Of(tx.ProgramId), Param.Of(customerId), Param.Of(to));
        await load.RunAsync(ct);
        var cause = $"move:{await tx.NextNumberAsync(ct)}";
        var postings = orderKey is null
            ? new List<Posting>(await LostBonus.OfCustomerAsync(tx, program, customerId, from, cause, Why, ct))
            : [];
        var changes = rewards.Select(reward => new RewardChange(reward, BigInteger.Zero, Why)).ToList();
        postings.AddRange(await RewardAdjuster.AddAsync(tx, TransferKind.Reverse, cause, changes, ct));
        var moved = new List<NewReward>();
        var usage = new List<UsageDelta>();
        foreach (var reward in rewards)
        {
            // What no campaign gave counts for no limit.
            var definition = versions.FirstOrDefault(campaign => campaign.Id == reward.CampaignId && campaign.Version == reward.Version)?.Definition;
            if (definition is not null)
                usage.AddRange(RewardUsage.Change(program, definition, reward, from, -reward.Net, count: -1));
            var earlier = before.GetValueOrDefault((reward.Cause, reward.CampaignId ?? 0, reward.Line));
            if (earlier.Stands)
                continue;
            if (definition is not null)
                usage.AddRange(RewardUsage.Change(program, definition, reward, to, reward.Net, count: 1));
            moved.Add(For(program, to, reward, Math.Max(earlier.Occasion + 1, reward.Occasion), await tx.NextNumberAsync(ct)));
        }
        UsageRows.LockAndWrite(tx, usage);
        postings.AddRange(await RewardWriter.AddAsync(tx, cause, moved, ct));
        return postings;
    }

    /// <summary>
    /// What stays with its recipient is counted under the new referrer from now on, as are the orders and the lead that caused it.
    /// </summary>
    public static async Task MoveCreditAsync(Transaction tx, long customerId, long from, long to, CancellationToken ct)
    {
        var load = new LoadBatch(tx.Connection);
        load.Query(
            CreditSql,
            row =>
            {
                var (credit, unit, net) = (row.Credit(0)!, row.GetString(4), row.GetFieldValue<BigInteger>(5));
                tx.Outcomes.AddReward(credit, unit, -net);
                tx.Outcomes.AddReward(new OutcomeCredit(to, null, null, credit.Day), unit, net);
            },
            Param.Of(tx.ProgramId), Param.Of(customerId), Param.Of(from));
        load.Command(MoveCreditSql, Param.Of(tx.ProgramId), Param.Of(customerId), Param.Of(from), Param.Of(to));
        await load.RunAsync(ct);
    }

    private static NewReward For(ReferralProgram program, long recipientId, RewardRow reward, int occasion, long id) => new(
        id, reward.CampaignId, reward.Version, reward.Step, reward.Line, reward.Role, recipientId, reward.CustomerId!.Value,
        reward.Cause, occasion, reward.OrderKey, reward.Kind, reward.Unit is { } unit ? Unit.Parse(unit) : null,
        reward.Net, reward.Cap, HeldBecause(program, reward), reward.AvailableAt, reward.CauseAt,
        (JsonObject)JsonNode.Parse(reward.Details)!)
    {
        ApprovedAtOnce = reward.State == "available",
        Credit = reward.Credit is { } credit ? new OutcomeCredit(recipientId, null, null, credit.Day) : null,
    };

    /// <summary>One that waits for an exchange rate goes on waiting for it.</summary>
    private static string? HeldBecause(ReferralProgram program, RewardRow reward) =>
        reward.State != "held" ? null : RewardConversion.IsMissing(program.Settings.Rewards, reward.Unit) ? RewardGrant.NoRate : Why;
}
