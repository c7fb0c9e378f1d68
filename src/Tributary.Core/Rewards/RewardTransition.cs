using System.Text.Json.Nodes;
using Tributary.Ledger;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Storage;

namespace Tributary.Rewards;

/// <summary>
/// One way a person or key moves a reward from state to state. The reward is read under its lock, its new state is decided,
/// and row, transfer, event and audit entry are written together. Two that race for one reward meet at the lock; the second
/// sees the first's result and is refused.
/// </summary>
internal sealed record RewardTransition(RewardVerb Verb, TransferKind Kind, string EventType)
{
    private const string LoadSql = $"""
        select {Reward.Columns}, o.state, f.state
        from {Reward.From}
          left join referrers f on f.program_id = r.program_id and f.referrer_id = r.recipient_id
        where r.program_id = $1 and r.reward_id = $2
        for update of r
        """;

    private const string ChangeSql = """
        update rewards set state = $3, reason = $4, net = $5, posted = $6, remaining = $7, holds = $8, updated_at = $9
        where program_id = $1 and reward_id = $2
        """;

    private const string SwitchCouponSql = "update reward_coupons set active = $3 where program_id = $1 and reward_id = $2";

    /// <summary>The verb in the audit log.</summary>
    public string AuditVerb => "reward." + Kind.Text();

    /// <summary>What stands against it now, as a sentence; null: nothing.</summary>
    public Func<LockedReward, DateTimeOffset, string?> Obstacle { get; init; } = (_, _) => null;

    /// <summary>What changes besides state and time.</summary>
    public Func<Reward, Reward> Change { get; init; } = reward => reward;

    /// <summary>What is posted, given the reward before.</summary>
    public required Func<Reward, IReadOnlyList<Entry>> Entries { get; init; }

    /// <summary>Which of the reward's transfers of this kind it is, given the reward after.</summary>
    public Func<Reward, int> Sequence { get; init; } = _ => 1;

    public Task<Outcome<Reward>> RunAsync(
        Transactions transactions, ReferralProgram program, long rewardId, Caller caller, CancellationToken ct) =>
        transactions.RunAsync<Reward>(program.Id, caller, (tx, token) => RunAsync(tx, rewardId, token), ct);

    /// <summary>As part of an operation.</summary>
    public async Task<Outcome<Reward>> RunAsync(Transaction tx, long rewardId, CancellationToken ct)
    {
        if (await LockAsync(tx, rewardId, ct) is not { } found)
            return new Problem(ProblemCode.NotFound, "There is no such reward.");
        var before = found.Reward;
        if (RewardStates.After(before.State, Verb) is not { } state)
            return new Problem(ProblemCode.IllegalTransition, $"The reward is {before.State.Text()}; this is not possible any more.");
        if (Obstacle(found, tx.Now) is { } obstacle)
            return new Problem(ProblemCode.IllegalTransition, obstacle);
        var after = Change(before) with { State = state, UpdatedAt = tx.Now };
        Write(tx, after);
        tx.Outcomes.AddReward(before.Credit, before.Unit?.Text, after.Net - before.Net);
        await PostAsync(tx, before, after, ct);
        tx.Raise(EventType, after.Subject, Describe(after), after.CustomerId, after.ReferrerId, after.OrderKey);
        tx.Audit(AuditVerb, after.Subject, StateOf(before), StateOf(after), after.Reason);
        return after;
    }

    /// <summary>The fault of a reason that a person must give; null: it will do.</summary>
    public static Problem? FaultOfReason(string? reason) => reason switch
    {
        _ when string.IsNullOrWhiteSpace(reason) => new Problem(ProblemCode.MissingField, "A reason is needed.", "reason"),
        { Length: > Limits.Text } => new Problem(ProblemCode.TooLong, $"A reason has at most {Limits.Text} characters.", "reason"),
        _ => null,
    };

    /// <summary>What every event about a reward tells.</summary>
    public static JsonObject Describe(Reward reward) => new()
    {
        ["rewardId"] = reward.Id,
        ["campaignId"] = reward.CampaignId,
        ["recipientId"] = reward.RecipientId,
        ["customerId"] = reward.CustomerId,
        ["role"] = reward.Role,
        ["orderId"] = reward.OrderId,
        ["kind"] = reward.Kind,
        ["amount"] = LedgerJson.Amount(reward.Earned, reward.Unit),
        ["unit"] = reward.Unit?.Text,
        ["state"] = reward.State.Text(),
        ["reason"] = reward.Reason,
    };

    private static async Task<LockedReward?> LockAsync(Transaction tx, long rewardId, CancellationToken ct)
    {
        LockedReward? found = null;
        var load = new LoadBatch(tx.Connection);
        load.Query(
            LoadSql,
            row => found = new LockedReward(Reward.Read(row), row.TextOrNull(Reward.Width), row.TextOrNull(Reward.Width + 1)),
            Param.Of(tx.ProgramId), Param.Of(rewardId));
        await load.RunAsync(ct);
        return found;
    }

    private async Task PostAsync(Transaction tx, Reward before, Reward after, CancellationToken ct)
    {
        if (before.Unit is not { } unit || Entries(before) is not { Count: > 0 } entries)
            return;
        LedgerWriter.Add(tx, [new Posting(await tx.NextNumberAsync(ct), Kind, after.Subject, Sequence(after), unit, entries)]);
    }

    private static void Write(Transaction tx, Reward after)
    {
        tx.Writes.Add(
            ChangeSql,
            Param.Of(tx.ProgramId),
            Param.Of(after.Id),
            Param.Of(after.State.Text()),
            Param.Of(after.Reason),
            Param.Of(after.Net),
            Param.Of(after.Posted),
            Param.Of(after.Unspent),
            Param.Of(after.Holds),
            Param.Of(after.UpdatedAt));
        if (after.Kind != "coupon")
            return;
        var usable = after.State is RewardState.Pending or RewardState.Available;
        tx.Writes.Add(SwitchCouponSql, Param.Of(tx.ProgramId), Param.Of(after.Id), Param.Of(usable));
    }

    private static JsonObject StateOf(Reward reward) => new() { ["state"] = reward.State.Text() };
}

/// <param name="OrderState">State of the order that caused it; null: none did.</param>
/// <param name="RecipientState">State of the referrer who gets it; null: the recipient never became one.</param>
internal sealed record LockedReward(Reward Reward, string? OrderState, string? RecipientState);
