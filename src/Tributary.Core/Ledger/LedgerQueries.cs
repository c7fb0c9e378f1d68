using System.Numerics;
using Tributary.Primitives;
using Tributary.Storage;

namespace Tributary.Ledger;

/// <summary>What stands on one recipient's accounts in one unit.</summary>
public sealed record Balance(
    long RecipientId,
    Unit Unit,
    BigInteger Earned,
    BigInteger Reversed,
    BigInteger Pending,
    BigInteger Held,
    BigInteger Available,
    BigInteger InPayout,
    BigInteger Paid,
    BigInteger Receivable)
{
    /// <summary>Available less what is owed back; of points this is what may be redeemed, and it may be negative (MO-56).</summary>
    public BigInteger Usable => Available - Receivable;
}

/// <summary>One entry on a recipient's account with the transfer it is part of.</summary>
/// <param name="Kind">The transfer's, as in <see cref="TransferKinds"/>.</param>
public sealed record LedgerLine(
    long TransferId,
    int Number,
    string Kind,
    string Cause,
    Unit Unit,
    string Account,
    string Side,
    BigInteger Amount,
    long? RewardId,
    long? OrderKey,
    string Actor,
    DateTimeOffset At);

public sealed class LedgerQueries(Database database)
{
    private const string BalancesSql = """
        select recipient_id, unit, earned, reversed, pending, held, available, in_payout, paid, receivable
        from balances
        where program_id = $1 and recipient_id = $2
        order by unit collate "C"
        """;

    private const string LinesSql = """
        select e.transfer_id, e.n, t.kind, t.cause, t.unit, e.account, e.side, e.amount, e.reward_id, e.order_key, t.actor, t.created_at
        from entries e join transfers t on t.program_id = e.program_id and t.transfer_id = e.transfer_id
        where e.program_id = $1 and e.recipient_id = $2 and (e.transfer_id, e.n) < ($3, $4)
        order by e.transfer_id desc, e.n desc
        limit $5
        """;

    /// <summary>One for each unit the recipient ever had, by unit.</summary>
    public async Task<IReadOnlyList<Balance>> BalancesAsync(long programId, long recipientId, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var balances = new List<Balance>();
        var load = new LoadBatch(connection);
        load.Query(BalancesSql, row => balances.Add(new Balance(
            row.GetInt64(0), Unit.Parse(row.GetString(1)), row.Big(2), row.Big(3), row.Big(4), row.Big(5), row.Big(6), row.Big(7),
            row.Big(8), row.Big(9))), Param.Of(programId), Param.Of(recipientId));
        await load.RunAsync(ct);
        return balances;
    }

    /// <summary>Entries on a recipient's accounts, newest first.</summary>
    public async Task<Page<LedgerLine>> LinesAsync(long programId, long recipientId, PageRequest page, CancellationToken ct)
    {
        page = page.Clamp();
        await using var connection = await database.OpenAsync(ct);
        var lines = new List<LedgerLine>();
        var load = new LoadBatch(connection);
        var after = page.After ?? new Cursor(long.MaxValue, int.MaxValue);
        load.Query(LinesSql, row => lines.Add(new LedgerLine(
            row.GetInt64(0), row.GetInt32(1), row.GetString(2), row.GetString(3), Unit.Parse(row.GetString(4)), row.GetString(5),
            row.GetString(6), row.Big(7), row.LongOrNull(8), row.LongOrNull(9), row.GetString(10), row.Time(11))),
            Param.Of(programId), Param.Of(recipientId), Param.Of(after.Rank), Param.Of(after.Id), Param.Of(page.Size + 1));
        await load.RunAsync(ct);
        return page.Cut(lines, line => new Cursor(line.TransferId, line.Number));
    }
}
