using System.Numerics;
using System.Text.Json.Nodes;
using Tributary.Ledger;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Storage;

namespace Tributary.Rewards;

/// <param name="Amount">In the smallest part of the unit, more than 0.</param>
/// <param name="Key">The caller's own key of it: the same key again for the same recipient grants nothing more. Null: it has none.</param>
/// <param name="Note">Kept with it, 255 characters at most.</param>
/// <param name="At">When it was earned, from which the hold counts; null: now.</param>
/// <param name="AvailableAtOnce">Whether no hold and no approval stand before it.</param>
public sealed record ManualReward(
    long RecipientId, Unit Unit, BigInteger Amount, string? Key = null, string? Note = null, DateTimeOffset? At = null, bool AvailableAtOnce = false);

/// <param name="Repeated">Whether it had been granted before.</param>
public sealed record RewardGranted(long RewardId, bool Repeated);

/// <summary>Gives somebody a reward that no campaign owes, because the merchant says so.</summary>
public sealed class GrantReward(Transactions transactions)
{
    private const string KnownSql = """
        select reward_id, unit, earned
        from rewards
        where program_id = $1 and recipient_id = $2 and cause = $3 and campaign_id is null
        order by reward_id
        limit 1
        """;

    /// <summary>The recipient's row is held so that it is not archived or merged meanwhile.</summary>
    private const string RecipientSql = """
        select 1 from referrers where program_id = $1 and referrer_id = $2 for key share
        """;

    private const string CustomerSql = """
        select 1 from customers where program_id = $1 and customer_id = $2 and merged_into is null for key share
        """;

    /// <returns>The reward, <c>NotFound</c> for the recipient, or <c>Conflict</c> where the key was used for another amount.</returns>
    public Task<Outcome<RewardGranted>> ExecuteAsync(ReferralProgram program, ManualReward wanted, Caller caller, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(wanted);
        return Refuse(wanted) is { } problem
            ? Task.FromResult<Outcome<RewardGranted>>(problem)
            : transactions.RunAsync(program.Id, caller, (tx, token) => GrantAsync(tx, program, wanted, token), ct);
    }

    private static Problem? Refuse(ManualReward wanted)
    {
        if (wanted.Amount.Sign <= 0)
            return new Problem(ProblemCode.OutOfRange, "A reward is more than 0.", "amount");
        if (wanted.Unit.IsBounded && wanted.Amount > long.MaxValue)
            return new Problem(ProblemCode.AmountOutOfRange, "The amount is too large to be kept.", "amount");
        if (wanted.Key?.Length > Limits.OrderId)
            return new Problem(ProblemCode.TooLong, $"A key has at most {Limits.OrderId} characters.", "key");
        return wanted.Note?.Length > Limits.Text
            ? new Problem(ProblemCode.TooLong, $"A note has at most {Limits.Text} characters.", "note")
            : null;
    }

    private static async Task<Outcome<RewardGranted>> GrantAsync(Transaction tx, ReferralProgram program, ManualReward wanted, CancellationToken ct)
    {
        if (wanted.At > tx.Now + Limits.ClockSkew)
            return new Problem(ProblemCode.TimeOutOfRange, "The time lies in the future.", "at");
        var number = await tx.NextNumberAsync(ct);
        var cause = wanted.Key is { } key ? $"manual:{key}" : $"manual:#{number}";
        var exists = false;
        (long Id, string? Unit, BigInteger Amount)? known = null;
        var load = new LoadBatch(tx.Connection);
        load.Query(RecipientSql, _ => exists = true, Param.Of(program.Id), Param.Of(wanted.RecipientId));
        load.Query(CustomerSql, _ => exists = true, Param.Of(program.Id), Param.Of(wanted.RecipientId));
        load.Query(
            KnownSql, row => known = (row.GetInt64(0), row.TextOrNull(1), row.Big(2)),
            Param.Of(program.Id), Param.Of(wanted.RecipientId), Param.Of(cause));
        await load.RunAsync(ct);
        if (!exists)
            return new Problem(ProblemCode.NotFound, "There is nobody with this number.", "recipientId");
        if (known is { } before)
        {
            return before.Unit == wanted.Unit.Text && before.Amount == wanted.Amount
                ? new RewardGranted(before.Id, Repeated: true)
                : new Problem(ProblemCode.Conflict, "This key was used for another amount.", "amount");
        }
        await AddAsync(tx, program, wanted, number, cause, ct);
        return new RewardGranted(number, Repeated: false);
    }

    private static async Task AddAsync(
        Transaction tx, ReferralProgram program, ManualReward wanted, long number, string cause, CancellationToken ct)
    {
        var at = wanted.At ?? tx.Now;
        var availableAt = wanted.AvailableAtOnce ? at : at.AddDays(program.Settings.Rewards.HoldDays);
        var details = new JsonObject();
        if (wanted.Note is { } note)
            details["note"] = note;
        var reward = new NewReward(
            number, null, null, 0, 0, "referrer", wanted.RecipientId, null, cause, 1, null, KindOf(wanted.Unit), wanted.Unit, wanted.Amount,
            null, null, availableAt, at, details)
        {
            ApprovedAtOnce = wanted.AvailableAtOnce || (availableAt <= tx.Now && !program.Settings.Rewards.ManualApproval),
        };
        LedgerWriter.Add(tx, await RewardWriter.AddAsync(tx, $"manual:{number}", [reward], ct));
        tx.Audit(
            "reward.grant", $"reward:{number}", null,
            new JsonObject { ["recipientId"] = wanted.RecipientId, ["unit"] = wanted.Unit.Text, ["amount"] = LedgerJson.Amount(wanted.Amount, wanted.Unit) },
            wanted.Note);
    }

    private static string KindOf(Unit unit) => unit.Kind switch
    {
        UnitKind.Fiat or UnitKind.Chain => "money",
        UnitKind.Points => "points",
        UnitKind.Score => "score",
    };
}
