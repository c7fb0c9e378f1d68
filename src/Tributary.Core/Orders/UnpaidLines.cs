using Tributary.Campaigns;
using Tributary.Ledger;
using Tributary.Programs;
using Tributary.Rewards;
using Tributary.Signups;
using Tributary.Storage;

namespace Tributary.Orders;

/// <summary>
/// Lines of campaigns for every order that have paid nothing for this one, because its amounts were too small: they may, now
/// that more of it counts. A campaign that has paid by another line stays as it was judged then, in the version that paid.
/// </summary>
/// <param name="replayed">What the customer's acts gave when they were gone through again, and the steps as they stand by now.</param>
internal sealed class UnpaidLines(Transaction tx, ReferralProgram program, OrderSnapshot loaded, PlanSession replayed)
{
    private const string PaidSql = """
        select campaign_id, version, step, line, details ->> 'frozenConditions' from rewards
        where program_id = $1 and order_key = $2 and cause = $3 and campaign_id is not null
        """;

    private const string IsFirstSql = """
        select not exists (select from orders where program_id = $1 and customer_id = $2 and state <> 'open' and order_key < $3)
        """;

    private readonly OrderRow order = loaded.Order!;
    private readonly List<(long Campaign, int Version, int Step, int Line, string? Frozen)> paid = [];

    /// <param name="counted">What the operation has changed of limits so far.</param>
    public async Task<IReadOnlyList<Posting>> JudgeAsync(
        OrderFacts facts, Recomputing recomputing, IReadOnlyList<UsageDelta> counted, CancellationToken ct)
    {
        if (order.State != "paid")
            return [];
        var cause = await LoadAsync(facts, ct);
        IReadOnlyList<ActiveCampaign> open = [.. Rest(facts), .. Unpaid()];
        if (open.Count == 0)
            return [];
        var context = new PlanContext
        {
            Tx = tx,
            Program = program,
            Campaigns = open,
            Steps = loaded.Steps,
            Customer = loaded.Customer!,
            PriorOrders = cause.Order!.IsFirst ? 0 : Math.Max(1, loaded.Customer!.OrdersCount - 1),
            Referrer = await OrderCredit.OfAsync(tx, order, loaded.Attribution, ct),
            WasActive = loaded.Attribution is { Standing: true, Active: true },
        };
        var usage = await UsageRows.LockAsync(tx, [.. open.SelectMany(campaign => UsageKeys.For(campaign, context.FactsOf(cause), context.Parties))], ct);
        var session = new PlanSession(context, replayed.Board, usage.With(counted));
        await session.JudgeAsync(cause, fresh: true, ct);
        return await session.Plan.WriteAsync(tx, $"{recomputing.Cause}:judged", ct);
    }

    private async Task<Cause> LoadAsync(OrderFacts facts, CancellationToken ct)
    {
        var key = $"order:{order.Key}";
        var isFirst = false;
        var load = new LoadBatch(tx.Connection);
        load.Query(
            PaidSql, row => paid.Add((row.GetInt64(0), row.GetInt32(1), row.GetInt32(2), row.GetInt32(3), row.TextOrNull(4))),
            Param.Of(tx.ProgramId), Param.Of(order.Key), Param.Of(key));
        load.Query(IsFirstSql, row => isFirst = row.GetBoolean(0), Param.Of(tx.ProgramId), Param.Of(order.CustomerId), Param.Of(order.Key));
        await load.RunAsync(ct);
        return new Cause(key, CauseKind.Order, order.OccurredAt, Trusted: true, order.Key, facts with { IsFirst = isFirst }, null);
    }

    /// <summary>Campaigns that have paid for the order, with those of their lines that have not; the order has its slot already.</summary>
    private IEnumerable<ActiveCampaign> Rest(OrderFacts facts)
    {
        foreach (var lines in paid.GroupBy(line => line.Campaign))
        {
            var (campaignId, version, stepNumber, _, frozen) = lines.First();
            if (loaded.Versions.FirstOrDefault(known => known.Id == campaignId && known.Version == version) is not { } campaign)
                continue;
            var step = campaign.Definition.Steps.First(known => known.Number == stepNumber);
            var left = step.Lines.Where(line => lines.All(other => other.Line != line.Number)).ToList();
            if (left.Count > 0 && Recomputation.StillReached(step, facts, PlanContext.DefaultsOf(program.Settings), frozen))
                yield return campaign with
                {
                    Definition = campaign.Definition with { Steps = [step with { Conditions = null, Lines = left }], Duration = CampaignDuration.Lifetime },
                };
        }
    }

    /// <summary>Campaigns that have paid nothing; of an exclusive group none, where another one of it has.</summary>
    private IEnumerable<ActiveCampaign> Unpaid()
    {
        var groups = loaded.Versions
            .Where(campaign => paid.Any(line => (line.Campaign, line.Version) == (campaign.Id, campaign.Version)))
            .Select(campaign => campaign.Definition.ExclusiveGroup).OfType<string>().ToHashSet(StringComparer.Ordinal);
        return loaded.Campaigns.Where(campaign =>
            campaign.Definition.Steps.Any(step => step is { Once: false, IsReachedByOrder: true })
            && paid.All(line => line.Campaign != campaign.Id)
            && replayed.Plan.Rewards.All(reward => reward.CampaignId != campaign.Id || reward.OrderKey != order.Key)
            && !(campaign.Definition.ExclusiveGroup is { } group && groups.Contains(group)));
    }
}
