using Tributary.Attribution;
using Tributary.Campaigns;
using Tributary.Customers;
using Tributary.Ledger;
using Tributary.Programs;
using Tributary.Referrers;
using Tributary.Storage;

namespace Tributary.Rewards;

/// <summary>Two referrers are one now: together they may have earned a bonus that neither had alone (money.md MO-41).</summary>
internal static class MergedBonus
{
    private const string ActiveSql = """
        select state = 'active' from referrers where program_id = $1 and referrer_id = $2 and kind = 'customer'
        """;

    private const string GrantedSql = """
        select campaign_id, count(distinct cause)
        from rewards
        where program_id = $1 and recipient_id = $2 and cause like 'milestone:%' and state <> 'reversed'
        group by campaign_id
        """;

    /// <param name="survivor">Under its lock, with all that the two had counted.</param>
    /// <param name="cause">The merge.</param>
    public static async Task GrantAsync(Transaction tx, ReferralProgram program, CustomerRow survivor, string cause, CancellationToken ct)
    {
        var campaigns = new List<ActiveCampaign>();
        var granted = new Dictionary<long, long>();
        var isActive = false;
        var load = new LoadBatch(tx.Connection);
        CampaignLoad.Add(load, tx.ProgramId, tx.Now, campaigns);
        load.Query(ActiveSql, row => isActive = row.GetBoolean(0), Param.Of(tx.ProgramId), Param.Of(survivor.Id));
        load.Query(GrantedSql, row => granted[row.GetInt64(0)] = row.GetInt64(1), Param.Of(tx.ProgramId), Param.Of(survivor.Id));
        await load.RunAsync(ct);
        List<ActiveCampaign> paying = [.. campaigns.Where(campaign => campaign.Definition.Bonus is not null && IsActive(campaign, tx.Now))];
        if (!isActive || paying.Count == 0)
            return;
        var context = ContextOf(tx, program, survivor, paying);
        var act = new Cause(cause, CauseKind.Event, tx.Now, Trusted: true, null, null, new EventFacts("merge", []));
        var usage = await UsageRows.LockAsync(
            tx, [.. paying.SelectMany(campaign => UsageKeys.For(campaign, context.FactsOf(act), context.Parties))], ct);
        var session = new PlanSession(context, new StepBoard([]), usage);
        foreach (var campaign in paying)
            await session.GrantOwedBonusesAsync(campaign, act, granted.GetValueOrDefault(campaign.Id), ct);
        LedgerWriter.Add(tx, await session.Plan.WriteAsync(tx, $"{cause}:bonus", ct));
    }

    private static bool IsActive(ActiveCampaign campaign, DateTimeOffset at) =>
        CampaignStates.At(campaign.State, campaign.StartsAt, campaign.EndsAt, at) == CampaignState.Active;

    private static PlanContext ContextOf(Transaction tx, ReferralProgram program, CustomerRow survivor, IReadOnlyList<ActiveCampaign> campaigns) => new()
    {
        Tx = tx,
        Program = program,
        Campaigns = campaigns,
        Steps = [],
        Customer = survivor,
        Referrer = new CreditedReferrer(survivor.Id, ReferrerKind.Customer, Active: true, tx.Now),
    };
}
