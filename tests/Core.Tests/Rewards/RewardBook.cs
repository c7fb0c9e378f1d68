using System.Globalization;
using System.Numerics;
using Tributary.Core.Tests.Ledger;
using Tributary.Ledger;
using Tributary.Primitives;
using Tributary.Rewards;
using Tributary.Storage;
using Tributary.Tests.Support;

namespace Tributary.Core.Tests.Rewards;

/// <summary>Makes rewards as the engine makes them, and holds the verbs that move them.</summary>
internal sealed class RewardBook(LedgerBook ledger)
{
    private const string InsertSql = """
        insert into rewards (program_id, reward_id, step, line, role, recipient_id, cause, order_key, kind, unit, earned, net, posted,
                             remaining, state, available_at, expires_at, cause_at, created_at, updated_at)
        values ($1, $2, 1, 1, 'referrer', $3, $4, $5, $6, $7, $8, $8, $8, $9, 'pending', $10, $11, $12, $12, $12)
        """;

    public LedgerBook Ledger { get; } = ledger;

    public ApproveReward Approve { get; } = new(ledger.Transactions);

    public HoldReward Hold { get; } = new(ledger.Transactions);

    public RejectReward Reject { get; } = new(ledger.Transactions);

    public ReverseReward Reverse { get; } = new(ledger.Transactions);

    public RedeemPoints Redeem { get; } = new(ledger.Transactions);

    public static async Task<RewardBook> OpenAsync(TestDatabase database, TimeProvider clock) =>
        new(await LedgerBook.OpenAsync(database, clock));

    public ApprovalJob Job { get; } = new(ledger.Database.Database, ledger.Transactions, ledger.Clock);

    /// <summary>Lets the job approve what is due in this programme; how many it approved.</summary>
    public Task<int> ApproveDueAsync() => Job.RunAsync(Ledger.ProgramId, default);

    /// <summary>A pending reward, posted; its number.</summary>
    public async Task<long> EarnAsync(
        BigInteger amount, string? unit = "USD", long recipient = 7, string? kind = null, long? orderKey = null, TimeSpan hold = default,
        TimeSpan? life = null) =>
        (long)(await TryEarnAsync(amount, unit, recipient, kind, orderKey, hold, life)).Value;

    /// <summary>The number of the reward, or why there is none.</summary>
    public Task<Outcome<object>> TryEarnAsync(
        BigInteger amount, string? unit = "USD", long recipient = 7, string? kind = null, long? orderKey = null, TimeSpan hold = default,
        TimeSpan? life = null, Caller? caller = null, Action<long>? numbered = null) =>
        Ledger.Transactions.RunAsync<object>(Ledger.ProgramId, caller ?? Ledger.Caller, async (tx, ct) =>
        {
            var id = await tx.NextNumberAsync(ct);
            numbered?.Invoke(id);
            var shown = unit is null ? (Unit?)null : Unit.Parse(unit);
            var points = shown?.Kind == UnitKind.Points;
            tx.Writes.Add(
                InsertSql,
                Param.Of(tx.ProgramId), Param.Of(id), Param.Of(recipient), Param.Of($"cause:{id}"), Param.Of(orderKey),
                Param.Of(kind ?? (points ? "points" : "money")), Param.Of(unit), Param.Of(amount), Param.Of(points ? amount : null),
                Param.Of(tx.Now + hold), Param.Of(tx.Now + life), Param.Of(tx.Now));
            if (shown is { } posted)
            {
                LedgerWriter.Add(tx, [new Posting(
                    await tx.NextNumberAsync(ct), TransferKind.Earn, $"cause:{id}", 1, posted,
                    Verbs.Earn(new LedgerSubject(recipient, id, orderKey), Account.Pending, amount))]);
            }
            return (object)id;
        }, default);

    public async Task<long> EarnApprovedAsync(
        BigInteger amount, string unit = "USD", long recipient = 7, TimeSpan? life = null)
    {
        var id = await EarnAsync(amount, unit, recipient, life: life);
        (await ApproveAsync(id)).Succeeded.ShouldBeTrue();
        return id;
    }

    public Task<Outcome<Reward>> ApproveAsync(long id, bool early = false) =>
        Approve.ExecuteAsync(Ledger.Program, id, early, Ledger.Caller, default);

    public Task<Outcome<Reward>> HoldAsync(long id) => Hold.HoldAsync(Ledger.Program, id, "looks odd", Ledger.Caller, default);

    public Task<Outcome<Reward>> ReleaseAsync(long id) => Hold.ReleaseAsync(Ledger.Program, id, Ledger.Caller, default);

    public Task<Outcome<Reward>> RejectAsync(long id) => Reject.ExecuteAsync(Ledger.Program, id, "fraud", Ledger.Caller, default);

    public Task<Outcome<Reward>> ReverseAsync(long id) => Reverse.ExecuteAsync(Ledger.Program, id, "mistake", Ledger.Caller, default);

    public Task<Outcome<PointsRedeemed>> RedeemAsync(long amount, long recipient = 7, string unit = "points:points") =>
        Redeem.ExecuteAsync(Ledger.Program, new RedemptionInput(recipient, Unit.Parse(unit), amount), Ledger.Caller, default);

    public async Task<Reward> ReadAsync(long id) =>
        (await new RewardQueries(Ledger.Database.Database).FindAsync(Ledger.ProgramId, id, default))!;

    /// <summary>State and what of it stands, such as "available 500".</summary>
    public async Task<string> StandsAsync(long id)
    {
        var reward = await ReadAsync(id);
        return string.Create(CultureInfo.InvariantCulture, $"{reward.State.Text()} {reward.Standing}");
    }
}
