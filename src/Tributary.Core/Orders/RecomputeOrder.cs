using System.Numerics;
using System.Text.Json.Nodes;
using Tributary.Campaigns;
using Tributary.Ledger;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Rewards;
using Tributary.Signups;
using Tributary.Storage;

namespace Tributary.Orders;

/// <param name="CustomerTaken">Per unit, what the order's own customer has less than before.</param>
internal sealed record Recomputed(IReadOnlyDictionary<string, BigInteger> CustomerTaken);

/// <summary>Why an order is recomputed.</summary>
/// <param name="Cause">The operation, such as <c>refund:1248</c>; names its transfers.</param>
/// <param name="Reason">What its rewards say of it.</param>
/// <param name="MayRise">Whether more may be owed than before: what was reversed is then owed by a further reward.</param>
/// <param name="TotalDelta">By how much the order's own total changed, minor units.</param>
internal sealed record Recomputing(TransferKind Kind, string Cause, string Reason, bool MayRise = false, long TotalDelta = 0)
{
    public static Recomputing ByRefund(long refundKey) => new(TransferKind.Refund, $"refund:{refundKey}", "refunded");
}

/// <summary>
/// Brings everything that an order has caused to what is owed now that its refunds are others (money.md MO-25 to MO-28).
/// A step that the order does not fulfil any more is undone with all that follows it, and another act of the customer that
/// fulfils it takes its place at once.
/// </summary>
internal static class RecomputeOrder
{
    private const string UpdateOrderSql = """
        update orders set refunded = $3, remaining_base = $4, state = $5, rewards_kept = $6 where program_id = $1 and order_key = $2
        """;

    private const string UpdateCustomerSql = """
        update customers set orders_total = orders_total + $3, updated_at = $4 where program_id = $1 and customer_id = $2
        """;

    public static async Task<Recomputed> RunAsync(
        Transaction tx, ReferralProgram program, OrderSnapshot loaded, IReadOnlyList<RefundRow> refunds, Recomputing recomputing, CancellationToken ct)
    {
        var order = loaded.Order!;
        var facts = Cause.FactsOf(order, isFirst: true, refunds);
        var state = facts.Cancelled ? "cancelled" : order.PaidAt is null && order.State != "paid" ? "open" : "paid";
        WriteSums(tx, program, order, facts, state, recomputing.TotalDelta);
        loaded.Order = order with { State = state };
        OrderOutcome.CountChange(
            tx,
            (order with { Total = order.Total - recomputing.TotalDelta }, loaded.Refunds),
            (loaded.Order with { Refunded = facts.Refunded }, refunds));
        if (!program.Settings.Orders.RefundsTouchRewards)
            return new Recomputed(new Dictionary<string, BigInteger>());

        var undone = UndoneSteps.Find(program, loaded, facts);
        var (changes, excess) = ChangesOf(program, loaded, undone, facts, recomputing.Reason);
        var postings = new List<Posting>(await RewardAdjuster.AddAsync(tx, recomputing.Kind, recomputing.Cause, changes, ct));
        var counted = UsageOf(program, undone, changes);
        UsageRows.LockAndWrite(tx, counted);
        if (undone.Steps.Count > 0 || recomputing.MayRise)
            postings.AddRange(await undone.ReplaceAsync(tx, program, (loaded.Order, refunds), recomputing, counted, ct));
        if (recomputing.MayRise)
        {
            var further = await OwedRewards.FurtherAsync(tx, excess, recomputing.Cause, ct);
            postings.AddRange(await RewardWriter.AddAsync(tx, $"{recomputing.Cause}:further", further, ct));
            postings.AddRange(await ReturningRewards.AddAsync(tx, program, loaded, facts, recomputing.Cause, counted, ct));
            postings.AddRange(await new UnpaidLines(tx, program, loaded, undone.Replayed!).JudgeAsync(facts, recomputing, counted, ct));
        }
        LedgerWriter.Add(tx, postings);
        return new Recomputed(TakenFrom(order.CustomerId, changes));
    }

    private static void WriteSums(Transaction tx, ReferralProgram program, OrderRow order, OrderFacts facts, string state, long totalDelta)
    {
        tx.Writes.Add(
            UpdateOrderSql,
            Param.Of(tx.ProgramId), Param.Of(order.Key), Param.Of(facts.Refunded), Param.Of(facts.RemainingBase), Param.Of(state),
            Param.Of(!program.Settings.Orders.RefundsTouchRewards));
        var before = Counted(order.State, order.Total - totalDelta, order.Refunded);
        tx.Writes.Add(
            UpdateCustomerSql,
            Param.Of(tx.ProgramId), Param.Of(order.CustomerId), Param.Of(Counted(state, order.Total, facts.Refunded) - before), Param.Of(tx.Now));
    }

    /// <summary>What an order adds to what its customer has spent: it counts while it is paid.</summary>
    private static long Counted(string state, long total, long refunded) => state == "paid" ? total - refunded : 0;

    private static (List<RewardChange> Changes, List<OwedRewards.Excess> Excess) ChangesOf(
        ReferralProgram program, OrderSnapshot loaded, UndoneSteps undone, OrderFacts facts, string reason)
    {
        var standing = loaded.Rewards.Where(reward => reward.State != "rejected").ToLookup(undone.Includes);
        var (changes, excess) = OwedRewards.Split(
            standing[false].Where(reward => reward.OrderKey == loaded.Order!.Key),
            reward => OwedFor(program, loaded.Order!, undone.DefinitionOf(reward), reward, facts),
            reason);
        changes.AddRange(standing[true].Select(reward => new RewardChange(reward, BigInteger.Zero, reason)));
        return (changes, excess);
    }

    /// <summary>A reward without an amount stands as a whole or not at all. Null: nothing is known that it could be computed by.</summary>
    internal static BigInteger? OwedFor(
        ReferralProgram program, OrderRow order, CampaignDefinition? definition, RewardRow reward, OrderFacts facts)
    {
        if (definition is null)
            return StatedReward.Is(reward) ? StatedReward.Owed(program, order, facts) : null;
        var defaults = PlanContext.DefaultsOf(program.Settings);
        var frozen = (string?)JsonNode.Parse(reward.Details)?["frozenConditions"];
        if (reward.Unit is { } unit)
        {
            var owed = Recomputation.Owed(definition, reward.Line, facts, reward.Cap, defaults, frozen);
            return RewardConversion.Read(reward.Details) is { } conversion ? conversion.Convert(owed, Currency.Of(unit)) : owed;
        }
        var (step, _) = definition.FindLine(reward.Line);
        return step is null || Recomputation.StillReached(step, facts, defaults, frozen) ? BigInteger.One : BigInteger.Zero;
    }

    /// <summary>What a refund takes back becomes headroom again for what comes later, and what returns uses it (money.md MO-38).</summary>
    private static List<UsageDelta> UsageOf(ReferralProgram program, UndoneSteps undone, IReadOnlyList<RewardChange> changes)
    {
        var changed = new List<UsageDelta>();
        foreach (var (reward, owed, _) in changes)
        {
            // One without an amount stands, since it was read, and can only cease to.
            var count = owed.IsZero ? -1 : reward.Unit is not null && reward.Net.IsZero ? 1 : 0;
            var differs = reward.Unit is null ? owed.IsZero : owed != reward.Net;
            if (differs && undone.DefinitionOf(reward) is { } definition)
                changed.AddRange(RewardUsage.Change(program, definition, reward, reward.RecipientId, owed - reward.Net, count));
        }
        return changed;
    }

    private static Dictionary<string, BigInteger> TakenFrom(long customerId, IReadOnlyList<RewardChange> changes) => changes
        .Where(change => change.Reward.RecipientId == customerId && change.Reward.Unit is not null && change.Owed < change.Reward.Net)
        .GroupBy(change => change.Reward.Unit!)
        .ToDictionary(
            ofUnit => ofUnit.Key,
            ofUnit => ofUnit.Aggregate(BigInteger.Zero, (sum, change) => sum + change.Reward.Net - change.Owed));
}
