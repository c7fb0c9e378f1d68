using System.Numerics;
using System.Text.Json.Nodes;
using Tributary.Ledger;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Storage;

namespace Tributary.Rewards;

/// <param name="Amount">In the smallest part of the unit, more than 0.</param>
/// <param name="Reason">What they were spent on, for the audit log.</param>
public sealed record RedemptionInput(long RecipientId, Unit Unit, long Amount, string? Reason = null);

/// <param name="Id">The transfer that recorded it.</param>
/// <param name="Left">What may still be redeemed.</param>
public sealed record PointsRedeemed(long Id, long RecipientId, Unit Unit, long Amount, BigInteger Left);

/// <summary>
/// Spends points: from the rewards that expire soonest, then from the oldest (MO-56). A reward whose points are all spent
/// stays available with nothing unspent, so that a redemption given back finds it.
/// </summary>
public sealed class RedeemPoints(Transactions transactions)
{
    private const int MostAttempts = 5;

    private const string BalanceSql = """
        select available - receivable from balances where program_id = $1 and recipient_id = $2 and unit = $3
        """;

    /// <summary>
    /// Rewards are chosen by their expiry, but locked by number, as every operation locks them. What another redemption took
    /// while this one waited is seen in the rows that come back.
    /// </summary>
    private const string ClaimSql = $"""
        select {Reward.Columns}
        from {Reward.From}
        where r.program_id = $1 and r.state = 'available' and r.remaining > 0 and r.reward_id in (
          select c.reward_id
          from (
            select u.reward_id, sum(u.remaining) over (order by u.expires_at nulls last, u.reward_id) - u.remaining as before
            from rewards u
            where u.program_id = $1 and u.recipient_id = $2 and u.unit = $3 and u.state = 'available' and u.remaining > 0
              and (u.expires_at is null or u.expires_at > $5)
          ) c
          where c.before < $4)
        order by r.reward_id
        for update of r
        """;

    private const string SpendSql = """
        update rewards r set remaining = r.remaining - s.spent, updated_at = $2
        from unnest($3, $4) as s (reward_id, spent)
        where r.program_id = $1 and r.reward_id = s.reward_id
        """;

    /// <returns>What is left, or <c>InsufficientBalance</c>, or <c>InvalidValue</c> for a unit that cannot be redeemed.</returns>
    public async Task<Outcome<PointsRedeemed>> ExecuteAsync(
        ReferralProgram program, RedemptionInput redemption, Caller caller, CancellationToken ct)
    {
        if (redemption.Amount <= 0)
            return new Problem(ProblemCode.OutOfRange, "An amount of points is more than 0.", "amount");
        if (redemption.Unit.Kind != UnitKind.Points)
            return new Problem(ProblemCode.InvalidValue, "Only points can be redeemed.", "unit");
        return await transactions.RunAsync<PointsRedeemed>(program.Id, caller, (tx, token) => RunAsync(tx, redemption, token), ct);
    }

    private static async Task<Outcome<PointsRedeemed>> RunAsync(Transaction tx, RedemptionInput redemption, CancellationToken ct)
    {
        for (var attempt = 1; attempt <= MostAttempts; attempt++)
        {
            var (spendable, rewards) = await ClaimAsync(tx, redemption, ct);
            if (spendable < redemption.Amount)
                return new Problem(ProblemCode.InsufficientBalance, "There are not that many points.", "amount");
            if (Sum(rewards) >= redemption.Amount)
                return await SpendAsync(tx, redemption, rewards, spendable, ct);
        }
        return new Problem(ProblemCode.InsufficientBalance, "There are not that many points that have not expired.", "amount");
    }

    private static async Task<(BigInteger Spendable, IReadOnlyList<Reward> Rewards)> ClaimAsync(
        Transaction tx, RedemptionInput redemption, CancellationToken ct)
    {
        var spendable = BigInteger.Zero;
        var rewards = new List<Reward>();
        var load = new LoadBatch(tx.Connection);
        load.Query(
            ClaimSql,
            row => rewards.Add(Reward.Read(row)),
            Param.Of(tx.ProgramId), Param.Of(redemption.RecipientId), Param.Of(redemption.Unit.Text),
            Param.Of((BigInteger)redemption.Amount), Param.Of(tx.Now));
        load.Query(
            BalanceSql,
            row => spendable = row.Big(0),
            Param.Of(tx.ProgramId), Param.Of(redemption.RecipientId), Param.Of(redemption.Unit.Text));
        await load.RunAsync(ct);
        return (spendable, [.. rewards.OrderBy(reward => reward.ExpiresAt ?? DateTimeOffset.MaxValue).ThenBy(reward => reward.Id)]);
    }

    private static async Task<Outcome<PointsRedeemed>> SpendAsync(
        Transaction tx, RedemptionInput redemption, IReadOnlyList<Reward> rewards, BigInteger spendable, CancellationToken ct)
    {
        var id = await tx.NextNumberAsync(ct);
        var spent = Spread(rewards, redemption.Amount);
        var shares = spent.Select(part => new LedgerShare(part.Reward.LedgerSubject, part.Points)).ToList();
        tx.Writes.Add(
            SpendSql,
            Param.Of(tx.ProgramId),
            Param.Of(tx.Now),
            Param.Of([.. spent.Select(part => part.Reward.Id)]),
            Param.Of([.. spent.Select(part => part.Points)]));
        LedgerWriter.Add(tx, [new Posting(id, TransferKind.Redeem, $"redemption:{id}", 1, redemption.Unit, Verbs.Redeem(shares))]);
        Tell(tx, id, redemption, spent);
        return new PointsRedeemed(id, redemption.RecipientId, redemption.Unit, redemption.Amount, spendable - redemption.Amount);
    }

    private static List<(Reward Reward, BigInteger Points)> Spread(IReadOnlyList<Reward> rewards, BigInteger amount)
    {
        var parts = new List<(Reward Reward, BigInteger Points)>();
        foreach (var reward in rewards)
        {
            var points = BigInteger.Min(reward.Standing, amount);
            if (points.IsZero)
                break;
            parts.Add((reward, points));
            amount -= points;
        }
        return parts;
    }

    private static void Tell(
        Transaction tx, long id, RedemptionInput redemption, List<(Reward Reward, BigInteger Points)> spent)
    {
        foreach (var (reward, points) in spent)
        {
            var told = RewardTransition.Describe(reward);
            told["redemptionId"] = id;
            told["redeemed"] = LedgerJson.Amount(points, reward.Unit);
            told["unspent"] = LedgerJson.Amount(reward.Standing - points, reward.Unit);
            tx.Raise(EventType.RewardPaid, reward.Subject, told, reward.CustomerId, reward.ReferrerId, reward.OrderKey);
        }
        tx.Audit(
            "points.redeem",
            $"recipient:{redemption.RecipientId}",
            null,
            new JsonObject { ["redemptionId"] = id, ["unit"] = redemption.Unit.Text, ["amount"] = redemption.Amount },
            redemption.Reason);
    }

    private static BigInteger Sum(IEnumerable<Reward> rewards) =>
        rewards.Aggregate(BigInteger.Zero, (sum, reward) => sum + reward.Standing);
}
