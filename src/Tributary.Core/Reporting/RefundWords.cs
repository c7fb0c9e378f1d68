using System.Numerics;
using Npgsql;
using Tributary.Ledger;
using Tributary.Primitives;
using Tributary.Storage;

namespace Tributary.Reporting;

internal sealed record ReportedRefund(
    long Key, string RefundId, string Kind, string State, long Amount, DateTimeOffset OccurredAt, DateTimeOffset ReceivedAt)
{
    public const string OfOrderSql = """
        select refund_key, refund_id, kind, state, amount, occurred_at, received_at
        from refunds
        where program_id = $1 and order_id = $2 and order_key = $3
        order by refund_key
        limit $4
        """;

    /// <summary>Whether a transfer was posted for it; a bonus that it took back has a cause of its own below.</summary>
    public bool Caused(ReportedEntry entry) =>
        entry.Cause == $"refund:{Key}" || entry.Cause.StartsWith($"refund:{Key}:", StringComparison.Ordinal);

    public static ReportedRefund Read(NpgsqlDataReader row) => new(
        row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetInt64(4), row.Time(5), row.Time(6));
}

/// <summary>Says what a refund was and what it took back from whom.</summary>
/// <param name="rewardsKept">Whether the programme left rewards alone when the order was refunded.</param>
internal sealed class RefundWords(Wording wording, bool rewardsKept)
{
    /// <param name="entries">The order's entries in the ledger.</param>
    /// <param name="recordedAt">When the order arrived.</param>
    public RefundExplained Explain(ReportedRefund refund, Currency currency, IReadOnlyList<ReportedEntry> entries, DateTimeOffset recordedAt)
    {
        var taken = TakenBy(refund, entries);
        var sentence = $"{Subject(refund, currency)} {Predicate(refund, taken, refund.ReceivedAt < recordedAt)}.";
        return new RefundExplained(refund.RefundId, refund.Kind, refund.State, refund.Amount, refund.OccurredAt, taken, sentence);
    }

    private List<AmountMoved> TakenBy(ReportedRefund refund, IReadOnlyList<ReportedEntry> entries) =>
    [
        .. entries.Where(entry => refund.Caused(entry) && entry.Kind == TransferKind.Refund.Text() && entry is { RecipientId: not null, IsDebit: true })
            .GroupBy(entry => (entry.RecipientId, entry.Unit))
            .Select(of => new AmountMoved(
                wording.Parties.Of(of.Key.RecipientId!.Value), of.Key.Unit, of.Aggregate(BigInteger.Zero, (sum, entry) => sum + entry.Amount))),
    ];

    private string Subject(ReportedRefund refund, Currency currency) => refund.Kind switch
    {
        "cancel" => $"The cancellation {refund.RefundId} of {wording.Time(refund.OccurredAt)}",
        "chargeback" => $"The chargeback {refund.RefundId} of {wording.Amount(refund.Amount, currency)} on {wording.Time(refund.OccurredAt)}",
        _ => $"The refund {refund.RefundId} of {wording.Amount(refund.Amount, currency)} on {wording.Time(refund.OccurredAt)}",
    };

    private string Predicate(ReportedRefund refund, List<AmountMoved> taken, bool waited) => refund.State switch
    {
        "reinstated" => "was undone and counts no more",
        "waiting" => "waits for its order",
        "lapsed" => "never found its order",
        _ when taken.Count > 0 => $"took back {Wording.List([.. taken.Select(Text)])}",
        _ when rewardsKept => "took nothing back, because in this programme refunds leave rewards as they are",
        _ when waited => "came before its order and was applied together with it",
        _ => "changed no amount of a reward",
    };

    private string Text(AmountMoved moved) => $"{wording.Amount(moved.Amount, moved.Unit)} from {moved.Recipient.Name}";
}
