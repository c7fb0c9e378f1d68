using System.Numerics;

namespace Tributary.Core.Tests.Ledger;

/// <summary>
/// What money.md §5 and §8 say, once more and as simply as can be: dictionaries, no database, no concurrency. Written from the
/// specification and not from the product's code, so that the two check each other.
/// </summary>
internal sealed class ReferenceLedger
{
    private static readonly BigInteger MostBounded = long.MaxValue;
    private static readonly BigInteger MostOnChain = BigInteger.Pow(10, 78) - 1;

    /// <summary>§5: from, to.</summary>
    private static readonly HashSet<(string From, string To)> Legal =
    [
        ("pending", "available"), ("pending", "held"), ("available", "held"), ("held", "pending"), ("held", "rejected"),
        ("pending", "reversed"), ("available", "reversed"), ("held", "reversed"), ("available", "paid"), ("paid", "clawed_back"),
    ];

    private readonly Dictionary<(int Program, int Recipient), bool> suspended = [];
    private readonly List<(int Program, string Unit, IReadOnlyList<ModelEntry> Entries, Gain[] Gains)> transfers = [];

    public int Day { get; private set; }

    public Dictionary<int, ModelReward> Rewards { get; } = [];

    public Dictionary<(int Program, int Recipient, string Unit), ModelBalance> Balances { get; private init; } = [];

    /// <summary>Operations that succeeded under an idempotency key.</summary>
    public Dictionary<int, Operation> Kept { get; } = [];

    public ReferenceLedger Copy()
    {
        var copy = new ReferenceLedger { Day = Day, Balances = new(Balances) };
        foreach (var (handle, reward) in Rewards)
            copy.Rewards.Add(handle, reward);
        foreach (var (key, asked) in Kept)
            copy.Kept.Add(key, asked);
        foreach (var (who, value) in suspended)
            copy.suspended.Add(who, value);
        copy.transfers.AddRange(transfers);
        return copy;
    }

    public string Earn(int handle, int program, int recipient, string unit, BigInteger amount, int holdDays, int? lifeDays)
    {
        if (!TryPost(program, unit, [Gain.Of(recipient, amount)], ("expense", null, -amount), ("pending", recipient, amount)))
            return "range";
        Rewards.Add(handle, new ModelReward(
            handle, program, recipient, unit, Earned: amount, Net: amount, Posted: amount,
            Unspent: unit.StartsWith("points:", StringComparison.Ordinal) ? amount : null,
            State: "pending", AvailableDay: Day + holdDays, ExpiryDay: Day + lifeDays, Order: Rewards.Count));
        return "ok";
    }

    public string Approve(int handle, bool early)
    {
        if (!Rewards.TryGetValue(handle, out var reward))
            return "not_found";
        if (reward.State != "pending" || (!early && Day < reward.AvailableDay) || IsSuspended(reward))
            return "illegal";
        return Shift(reward, "pending", "available");
    }

    /// <summary>What the job does: everything due of recipients that are active.</summary>
    public string ApproveDue(int program)
    {
        var due = Rewards.Values.Where(r => r.Program == program && r.State == "pending" && r.AvailableDay <= Day && !IsSuspended(r)).ToList();
        foreach (var reward in due)
            Shift(reward, "pending", "available");
        return "ok";
    }

    public string Hold(int handle) => !Rewards.TryGetValue(handle, out var reward) ? "not_found"
        : reward.State is "pending" or "available" ? Shift(reward, reward.State, "held") : "illegal";

    public string Release(int handle) => !Rewards.TryGetValue(handle, out var reward) ? "not_found"
        : reward.State == "held" ? Shift(reward, "held", "pending") : "illegal";

    public string Reject(int handle) => !Rewards.TryGetValue(handle, out var reward) ? "not_found"
        : reward.State == "held" ? TakeBack(reward, 0, "rejected") : "illegal";

    public string Reverse(int handle) => !Rewards.TryGetValue(handle, out var reward) ? "not_found"
        : reward.State is "pending" or "held" or "available" ? TakeBack(reward, 0, "reversed") : "illegal";

    /// <summary>A refund, amendment or reinstatement: <paramref name="owed"/> is what the rule gives now, at most what was first earned.</summary>
    public string Owe(int handle, BigInteger owed)
    {
        if (!Rewards.TryGetValue(handle, out var reward))
            return "not_found";
        if (reward.State is "rejected" or "reversed" || owed == reward.Net)
            return "ok";
        if (reward.IsFrozen)
            return owed < reward.Net ? ClawBack(reward, owed) : "ok";
        if (owed < reward.Posted)
            return TakeBack(reward, owed, owed.IsZero ? "reversed" : reward.State);
        var more = owed - reward.Posted;
        if (!TryPost(reward.Program, reward.Unit, [Gain.Of(reward.Recipient, more)], ("expense", null, -more), (reward.State, reward.Recipient, more)))
            return "range";
        Set(reward with { Net = owed, Posted = owed, Unspent = reward.Unspent + more });
        return "ok";
    }

    public string Settle(int handle) => !Rewards.TryGetValue(handle, out var reward) ? "not_found"
        : reward is { State: "available", Unspent: null } ? Shift(reward, "available", "paid") : "illegal";

    /// <summary>Soonest expiry first, then the oldest; never more than available less what is owed.</summary>
    public string Redeem(int program, int recipient, string unit, BigInteger amount)
    {
        if (amount <= 0 || !unit.StartsWith("points:", StringComparison.Ordinal))
            return "invalid";
        var balance = Balances.GetValueOrDefault((program, recipient, unit), ModelBalance.Empty);
        var usable = Rewards.Values
            .Where(r => r.Program == program && r.Recipient == recipient && r.Unit == unit && r.State == "available" && r.Unspent > 0)
            .Where(r => r.ExpiryDay is null || r.ExpiryDay > Day)
            .OrderBy(r => r.ExpiryDay ?? int.MaxValue).ThenBy(r => r.Order).ToList();
        if (balance["available"] - balance["receivable"] < amount || usable.Aggregate(BigInteger.Zero, (sum, r) => sum + r.Unspent!.Value) < amount)
            return "insufficient";
        TryPost(program, unit, [], ("available", recipient, -amount), ("paid", recipient, amount));
        foreach (var reward in usable)
        {
            var part = BigInteger.Min(amount, reward.Unspent!.Value);
            Set(reward with { Unspent = reward.Unspent - part });
            amount -= part;
        }
        return "ok";
    }

    /// <summary>Per account: debit the old one's, credit the new one's; debts the other way.</summary>
    public string PassOn(int program, int from, int to)
    {
        var before = Copy();
        foreach (var ((_, _, unit), balance) in Balances.Where(b => b.Key.Program == program && b.Key.Recipient == from).ToList())
        {
            var entries = ModelBalance.Accounts.SelectMany(account => balance[account].IsZero ? [] : account == "receivable"
                ? new[] { (account, (int?)from, balance[account]), (account, to, -balance[account]) }
                : [(account, from, -balance[account]), (account, to, balance[account])]);
            var worth = balance.Worth;
            if (!TryPost(program, unit, [Gain.Of(from, -worth), Gain.Of(to, worth)], [.. entries]))
            {
                Restore(before);
                return "range";
            }
        }
        foreach (var reward in Rewards.Values.Where(r => r.Program == program && r.Recipient == from).ToList())
            Set(reward with { Recipient = to });
        return "ok";
    }

    public string Suspend(int program, int recipient, bool on)
    {
        suspended[(program, recipient)] = on;
        return "ok";
    }

    public string Pass(int days)
    {
        Day += days;
        return "ok";
    }

    /// <summary>I1, I2, I8, I9 and I17 as they must hold now; null: they do.</summary>
    public string? Fault()
    {
        if (transfers.Count > 0 && transfers[^1].Entries.Aggregate(BigInteger.Zero, (sum, e) => sum + e.Credit) != 0)
            return "I1: the last transfer does not balance";
        var standing = new Dictionary<((int, int, string), string), BigInteger>();
        foreach (var r in Rewards.Values)
            standing[((r.Program, r.Recipient, r.Unit), r.State)] = standing.GetValueOrDefault(((r.Program, r.Recipient, r.Unit), r.State)) + r.Standing;
        foreach (var (key, balance) in Balances)
        {
            if (balance["earned"] - balance["reversed"] != balance.Worth || balance.Values.Any(v => v.Sign < 0 || v > Most(key.Unit)))
                return $"I9: {key}: {balance}";
            foreach (var state in new[] { "pending", "held", "available" })
            {
                if (standing.GetValueOrDefault((key, state)) != balance[state])
                    return $"I9: {key}: rewards {state} come to something else than {balance[state]}";
            }
        }
        return Rewards.Values.FirstOrDefault(r => r.Net > r.Earned || (!r.IsFrozen && r.Net != r.Posted)) is { } wrong ? $"I8: {wrong}" : null;
    }

    /// <summary>I2 and I3: every balance is the fold of the transfers from the start, and all accounts of a unit come to 0.</summary>
    public string? FaultOfFold()
    {
        var folded = new ReferenceLedger();
        foreach (var (program, unit, entries, gains) in transfers)
            folded.TryPost(program, unit, gains, [.. entries.Select(e => (e.Account, e.Recipient, e.Credit))]);
        if (Balances.Any(balance => folded.Balances[balance.Key] != balance.Value))
            return "I3: a balance is not the fold of its transfers";
        var sums = transfers.GroupBy(t => (t.Program, t.Unit)).Select(g => g.SelectMany(t => t.Entries).Aggregate(BigInteger.Zero, (sum, e) => sum + e.Credit));
        return sums.Any(sum => !sum.IsZero) ? "I2: the accounts of a unit do not come to 0" : null;
    }

    private string Shift(ModelReward reward, string from, string to)
    {
        if (!reward.Standing.IsZero)
            TryPost(reward.Program, reward.Unit, [], (from, reward.Recipient, -reward.Standing), (to, reward.Recipient, reward.Standing));
        Set(reward with { State = to });
        return "ok";
    }

    /// <summary>From where it stands as far as its points reach; what was redeemed is owed (MO-56).</summary>
    private string TakeBack(ModelReward reward, BigInteger owed, string state)
    {
        var less = reward.Posted - owed;
        var there = reward.Unspent is { } unspent ? BigInteger.Min(less, unspent) : less;
        if (!less.IsZero)
        {
            TryPost(reward.Program, reward.Unit, [Gain.Of(reward.Recipient, -less)],
                (reward.State, reward.Recipient, -there), ("receivable", reward.Recipient, there - less), ("expense", null, less));
        }
        Set(reward with { Net = owed, Posted = owed, Unspent = reward.Unspent - there, State = state });
        return "ok";
    }

    private string ClawBack(ModelReward reward, BigInteger owed)
    {
        var less = reward.Net - owed;
        TryPost(reward.Program, reward.Unit, [Gain.Of(reward.Recipient, -less)], ("receivable", reward.Recipient, -less), ("expense", null, less));
        Set(reward with { Net = owed, State = owed.IsZero ? "clawed_back" : reward.State });
        return "ok";
    }

    /// <summary>Posts, or changes nothing and says false where an amount would go out of range.</summary>
    private bool TryPost(int program, string unit, Gain[] gains, params (string Account, int? Recipient, BigInteger Credit)[] entries)
    {
        var after = new Dictionary<(int, int, string), ModelBalance>();
        ModelBalance Row(int recipient) => after.TryGetValue((program, recipient, unit), out var row)
            ? row
            : Balances.GetValueOrDefault((program, recipient, unit), ModelBalance.Empty);
        foreach (var (account, recipient, credit) in entries)
        {
            if (recipient is { } who)
                after[(program, who, unit)] = Row(who).Plus(account, account == "receivable" ? -credit : credit);
        }
        foreach (var gain in gains)
            after[(program, gain.Recipient, unit)] = Row(gain.Recipient).Plus(gain.Amount.Sign > 0 ? "earned" : "reversed", BigInteger.Abs(gain.Amount));
        var total = entries.Where(e => e.Credit.Sign > 0).Aggregate(BigInteger.Zero, (sum, e) => sum + e.Credit);
        if (total > Most(unit) || after.Values.Any(row => row.Values.Any(value => value > Most(unit))))
            return false;
        foreach (var (key, row) in after)
            Balances[key] = row;
        transfers.Add((program, unit, [.. entries.Select(e => new ModelEntry(e.Account, e.Recipient, e.Credit))], gains));
        return true;
    }

    private void Set(ModelReward reward)
    {
        var before = Rewards[reward.Handle].State;
        if (before != reward.State && !Legal.Contains((before, reward.State)))
            throw new InvalidOperationException($"I12: {before} → {reward.State}");
        Rewards[reward.Handle] = reward;
    }

    private void Restore(ReferenceLedger before)
    {
        Balances.Clear();
        foreach (var (key, balance) in before.Balances)
            Balances.Add(key, balance);
        transfers.RemoveRange(before.transfers.Count, transfers.Count - before.transfers.Count);
    }

    private bool IsSuspended(ModelReward reward) => suspended.GetValueOrDefault((reward.Program, reward.Recipient));

    private static BigInteger Most(string unit) => unit.StartsWith("chain:", StringComparison.Ordinal) ? MostOnChain : MostBounded;
}
