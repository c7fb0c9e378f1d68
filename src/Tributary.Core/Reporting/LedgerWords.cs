using System.Numerics;
using Npgsql;
using Tributary.Ledger;
using Tributary.Primitives;
using Tributary.Storage;

namespace Tributary.Reporting;

/// <summary>An entry of the ledger with its transfer.</summary>
internal sealed record ReportedEntry(
    long TransferId, string Kind, string Cause, Unit Unit, DateTimeOffset At, string Account, long? RecipientId, string Side, BigInteger Amount, long? RewardId)
{
    private const string Columns = "e.transfer_id, t.kind, t.cause, t.unit, t.created_at, e.account, e.recipient_id, e.side, e.amount, e.reward_id, e.n";

    /// <summary>
    /// What names the order, what was booked together with it, and bonuses that its refunds took back: programme, order number,
    /// order id, campaigns, most rows.
    /// </summary>
    public const string OfOrderSql = $"""
        select {Columns}
        from entries e join transfers t on t.program_id = e.program_id and t.transfer_id = e.transfer_id
        where e.program_id = $1 and e.order_key = $2
        union
        select {Columns}
        from transfers t join entries e on e.program_id = t.program_id and e.transfer_id = t.transfer_id
        where t.program_id = $1 and t.kind in ('earn', 'approve') and t.cause = 'order:' || $2
        union
        select {Columns}
        from refunds f
          cross join unnest($4) as c (campaign_id)
          join transfers t on t.program_id = f.program_id and t.kind = 'refund'
            and t.cause = 'refund:' || f.refund_key || ':bonus:' || c.campaign_id
          join entries e on e.program_id = t.program_id and e.transfer_id = t.transfer_id
        where f.program_id = $1 and f.order_id = $3 and f.order_key = $2
        order by 1, 11
        limit $5
        """;

    public bool IsDebit => Side == "debit";

    public static ReportedEntry Read(NpgsqlDataReader row) => new(
        row.GetInt64(0),
        row.GetString(1),
        row.GetString(2),
        Unit.Parse(row.GetString(3)),
        row.Time(4),
        row.GetString(5),
        row.LongOrNull(6),
        row.GetString(7),
        row.Big(8),
        row.LongOrNull(9));
}

/// <summary>Says what a transfer of the ledger did.</summary>
internal sealed class LedgerWords(Wording wording)
{
    public IReadOnlyList<TransferExplained> Explain(IReadOnlyList<ReportedEntry> entries) =>
        [.. entries.GroupBy(entry => entry.TransferId).OrderBy(transfer => transfer.Key).Select(transfer => ExplainTransfer([.. transfer]))];

    private TransferExplained ExplainTransfer(IReadOnlyList<ReportedEntry> entries)
    {
        var transfer = entries[0];
        var movements = entries.Where(entry => entry.RecipientId is not null)
            .GroupBy(entry => (entry.RecipientId, entry.RewardId))
            .SelectMany(of => Movements([.. of]));
        return new TransferExplained(
            transfer.TransferId,
            transfer.Kind,
            transfer.Cause,
            transfer.Unit,
            transfer.At,
            $"{Title(transfer.Kind)}: {Wording.List([.. movements])}.",
            [.. entries.Select(entry => new EntryExplained(
                entry.Account, wording.Parties.Of(entry.RecipientId), entry.Side, entry.Amount, entry.RewardId))]);
    }

    /// <summary>Entries of one recipient and reward: what came, what went, or what went from one account to another.</summary>
    private IEnumerable<string> Movements(IReadOnlyList<ReportedEntry> entries)
    {
        var name = wording.Name(entries[0].RecipientId!.Value);
        if (entries is [{ IsDebit: true } from, { IsDebit: false } to] && from.Amount == to.Amount)
        {
            yield return $"{wording.Amount(from.Amount, from.Unit)} of {name} from {Place(from)} to {Place(to)}";
            yield break;
        }
        foreach (var entry in entries)
            yield return $"{wording.Amount(entry.Amount, entry.Unit)} {(entry.IsDebit ? "from" : "to")} {name} ({Place(entry)})";
    }

    private static string Place(ReportedEntry entry) => entry.Account switch
    {
        "in_payout" => "in payout",
        "receivable" => "owed back",
        var account => account,
    };

    private static string Title(string kind) => kind switch
    {
        _ when kind == TransferKind.Earn.Text() => "Earned",
        _ when kind == TransferKind.Approve.Text() => "Approved",
        _ when kind == TransferKind.Hold.Text() => "Put on hold",
        _ when kind == TransferKind.Release.Text() => "Released",
        _ when kind == TransferKind.Reject.Text() => "Rejected",
        _ when kind == TransferKind.Reverse.Text() => "Taken back",
        _ when kind == TransferKind.Refund.Text() => "Taken back by a refund",
        _ when kind == TransferKind.Reinstate.Text() => "Given again",
        _ when kind == TransferKind.Amend.Text() => "Changed with the order",
        _ when kind == TransferKind.Convert.Text() => "Converted",
        _ when kind == TransferKind.Redeem.Text() => "Redeemed",
        _ => $"Booked as {kind.Replace('_', ' ')}",
    };
}
