using System.Numerics;
using System.Text.Json.Nodes;
using Tributary.Ledger;
using Tributary.Primitives;
using Tributary.Storage;

namespace Tributary.Rewards;

/// <summary>What a reward is owed from now on, and why.</summary>
internal sealed record RewardChange(RewardRow Reward, BigInteger Owed, string Reason);

/// <summary>
/// Brings rewards to what is owed now by posting the difference (money.md MO-26): before a payout on the account where the
/// reward stands, afterwards as something the recipient owes.
/// </summary>
internal static class RewardAdjuster
{
    private const string UpdateSql = """
        update rewards r
        set net = c.net, posted = c.posted, remaining = c.remaining, state = c.state, reason = c.reason, updated_at = $2
        from unnest($3, $4, $5, $6, $7, $8) as c (reward_id, net, posted, remaining, state, reason)
        where r.program_id = $1 and r.reward_id = c.reward_id
        """;

    private const string DeactivateCouponsSql = """
        update reward_coupons set active = false where program_id = $1 and reward_id = any($2) and used_count = 0
        """;

    public static async Task<IReadOnlyList<Posting>> AddAsync(
        Transaction tx, TransferKind kind, string cause, IReadOnlyList<RewardChange> changes, CancellationToken ct)
    {
        var due = changes.Where(IsDue).OrderBy(c => c.Reward.Id).ToList();
        if (due.Count == 0)
            return [];
        var results = due.Select(After).ToList();
        tx.Writes.Add(
            UpdateSql,
            Param.Of(tx.ProgramId),
            Param.Of(tx.Now),
            Param.Of([.. results.Select(r => r.Id)]),
            Param.Of([.. results.Select(r => r.Net)]),
            Param.Of([.. results.Select(r => r.Posted)]),
            Param.Of([.. results.Select(r => r.Remaining)]),
            Param.Of([.. results.Select(r => r.State)]),
            Param.Of([.. due.Select(c => c.Reason)]));
        if (due.Any(c => c.Reward.Kind == "coupon"))
            tx.Writes.Add(DeactivateCouponsSql, Param.Of(tx.ProgramId), Param.Of([.. due.Where(c => c.Reward.Kind == "coupon").Select(c => c.Reward.Id)]));
        foreach (var (change, after) in due.Zip(results))
        {
            RaiseChange(tx, change, after);
            tx.Outcomes.AddReward(after.Credit, after.Unit, after.Net - change.Reward.Net);
        }
        return await PostingsAsync(tx, kind, cause, due, ct);
    }

    /// <summary>A reward without an amount in the ledger changes only by being reversed as a whole.</summary>
    private static bool IsDue(RewardChange change) => change.Reward.Unit is null
        ? change.Owed.IsZero && change.Reward.IsStanding
        : change.Owed != change.Reward.Net;

    private static RewardRow After(RewardChange change)
    {
        var reward = change.Reward;
        if (reward.IsFrozen)
            return reward with { Net = change.Owed, State = change.Owed.IsZero && reward.State == "paid" ? "clawed_back" : reward.State };
        var less = reward.Posted - change.Owed;
        return reward with
        {
            Net = change.Owed,
            Posted = change.Owed,
            Remaining = reward.Remaining is { } remaining ? BigInteger.Max(0, remaining - less) : null,
            State = change.Owed.IsZero ? "reversed" : reward.State,
        };
    }

    private static async Task<IReadOnlyList<Posting>> PostingsAsync(
        Transaction tx, TransferKind kind, string cause, IReadOnlyList<RewardChange> changes, CancellationToken ct)
    {
        var postings = new List<Posting>();
        foreach (var ofUnit in changes.Where(c => c.Reward.Unit is not null).GroupBy(c => c.Reward.Unit!).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            var entries = ofUnit.SelectMany(Entries).ToList();
            if (entries.Count > 0)
                postings.Add(new Posting(await tx.NextNumberAsync(ct), kind, cause, postings.Count + 1, Unit.Parse(ofUnit.Key), entries));
        }
        return postings;
    }

    private static IEnumerable<Entry> Entries(RewardChange change)
    {
        var reward = change.Reward;
        var subject = new LedgerSubject(reward.RecipientId, reward.Id, reward.OrderKey);
        if (reward.IsFrozen)
        {
            var owes = reward.Net - change.Owed;
            return owes > 0 ? Verbs.ClawBack(subject, owes) : [];
        }
        var less = reward.Posted - change.Owed;
        var account = reward.State switch { "held" => Account.Held, "available" => Account.Available, _ => Account.Pending };
        if (less < 0)
            return Verbs.Reinstate(subject, account, -less);
        return TakenBack.Of(subject, account, reward.Remaining, less).Entries;
    }

    private static void RaiseChange(Transaction tx, RewardChange change, RewardRow after) => tx.Raise(
        EventType.RewardReversed,
        $"reward:{after.Id}",
        new JsonObject
        {
            ["rewardId"] = after.Id,
            ["recipientId"] = after.RecipientId,
            ["customerId"] = after.CustomerId,
            ["orderKey"] = after.OrderKey,
            ["kind"] = after.Kind,
            ["unit"] = after.Unit,
            ["before"] = RewardWriter.AmountNode(change.Reward.Net, ParsedUnit(after)),
            ["amount"] = RewardWriter.AmountNode(after.Net, ParsedUnit(after)),
            ["state"] = after.State,
            ["reason"] = change.Reason,
        },
        after.CustomerId,
        after.Role == "referrer" ? after.RecipientId : null,
        after.OrderKey);

    private static Unit? ParsedUnit(RewardRow reward) => reward.Unit is { } unit ? Unit.Parse(unit) : null;
}
