using System.Numerics;
using Npgsql;
using NpgsqlTypes;

namespace Tributary.Storage;

/// <summary>Under whom and when a lead, an order or a reward is counted.</summary>
/// <param name="LinkId">Null: the referrer is credited, and none of its links.</param>
/// <param name="ClickId">The click that earned the credit; null: none did, or none is known.</param>
/// <param name="Day">In the programme's zone as it was when this was first counted; it never changes after.</param>
internal sealed record OutcomeCredit(long ReferrerId, long? LinkId, Guid? ClickId, DateOnly Day);

/// <summary>What one thing counts for; amounts in the smallest part of a unit.</summary>
/// <param name="Revenue">Of conversions, less refunds, on the order's day.</param>
/// <param name="Refunds">Of orders, on the order's day.</param>
/// <param name="Refunded">Of orders, on the refund's day.</param>
/// <param name="Rewards">What rewards are worth now.</param>
internal readonly record struct OutcomeAmounts(
    long Leads, long Conversions, BigInteger Revenue, BigInteger Refunds, BigInteger Refunded, BigInteger Rewards)
{
    public static readonly OutcomeAmounts OneLead = new() { Leads = 1 };

    public static OutcomeAmounts operator +(OutcomeAmounts a, OutcomeAmounts b) => new(
        a.Leads + b.Leads, a.Conversions + b.Conversions, a.Revenue + b.Revenue, a.Refunds + b.Refunds, a.Refunded + b.Refunded,
        a.Rewards + b.Rewards);

    public static OutcomeAmounts operator -(OutcomeAmounts a) =>
        new(-a.Leads, -a.Conversions, -a.Revenue, -a.Refunds, -a.Refunded, -a.Rewards);
}

/// <summary>By how much one operation moves the counters of leads, conversions, revenue and rewards (clicks.md CL-71).</summary>
internal sealed class OutcomeTally
{
    /// <summary>The unit of leads, which have none.</summary>
    public const string NoUnit = "";

    /// <summary>Over how many rows what is counted under one key is spread.</summary>
    public const int Slots = 8;

    private static readonly RowInsert Days = new("""
        insert into outcome_days as o
          (program_id, referrer_id, link_id, day, unit, slot, leads, conversions, revenue, refunds, refunded, rewards)
        values ($1, @1, @2, @3, @4, $2, @5, @6, @7, @8, @9, @10)
        on conflict (program_id, referrer_id, link_id, day, unit, slot) do update
        set leads = o.leads + excluded.leads, conversions = o.conversions + excluded.conversions, revenue = o.revenue + excluded.revenue,
            refunds = o.refunds + excluded.refunds, refunded = o.refunded + excluded.refunded, rewards = o.rewards + excluded.rewards
        """);

    private static readonly RowInsert Changes = new("""
        insert into outcome_changes
          (program_id, referrer_id, link_id, day, unit, leads, conversions, revenue, refunds, refunded, rewards, click_id, occurred_at)
        values ($1, @1, @2, @3, @4, @5, @6, @7, @8, @9, @10, @11, $2)
        """);

    /// <summary>Moves what is counted from one referrer ($3) to another ($2).</summary>
    public static readonly IReadOnlyList<string> RenameSql =
    [
        """
        with gone as (
          delete from outcome_days where program_id = $1 and referrer_id = $3
          returning link_id, day, unit, slot, leads, conversions, revenue, refunds, refunded, rewards)
        insert into outcome_days as o
          (program_id, referrer_id, link_id, day, unit, slot, leads, conversions, revenue, refunds, refunded, rewards)
        select $1, $2, link_id, day, unit, slot, leads, conversions, revenue, refunds, refunded, rewards from gone
        on conflict (program_id, referrer_id, link_id, day, unit, slot) do update
        set leads = o.leads + excluded.leads, conversions = o.conversions + excluded.conversions, revenue = o.revenue + excluded.revenue,
            refunds = o.refunds + excluded.refunds, refunded = o.refunded + excluded.refunded, rewards = o.rewards + excluded.rewards
        """,
        "update outcome_changes set referrer_id = $2 where program_id = $1 and referrer_id = $3",
        "insert into referrer_merges (program_id, former_id, referrer_id) values ($1, $3, $2)",
    ];

    private readonly Dictionary<(OutcomeCredit Credit, string Unit), OutcomeAmounts> moves = [];

    /// <param name="credit">Null: it is counted under nobody.</param>
    public void Add(OutcomeCredit? credit, string unit, OutcomeAmounts amounts)
    {
        if (credit is not null)
            moves[(credit, unit)] = moves.GetValueOrDefault((credit, unit)) + amounts;
    }

    public void AddReward(OutcomeCredit? credit, string? unit, BigInteger worthMore)
    {
        if (unit is not null && !worthMore.IsZero)
            Add(credit, unit, new OutcomeAmounts { Rewards = worthMore });
    }

    /// <summary>One referrer takes another's place; what is counted already is moved by <see cref="RenameSql"/>.</summary>
    public void Rename(long from, long to)
    {
        foreach (var (key, amounts) in moves.Where(move => move.Key.Credit.ReferrerId == from).ToList())
        {
            moves.Remove(key);
            Add(key.Credit with { ReferrerId = to }, key.Unit, amounts);
        }
    }

    public void WriteTo(Transaction tx)
    {
        var due = moves.Where(move => move.Value != default).ToList();
        moves.Clear();
        if (due.Count == 0)
            return;
        WriteDays(tx, due);
        // What moves is left to be folded, too.
        Changes.Add(
            tx.Writes, due,
            () => [Param.Of(tx.ProgramId), Param.Of(tx.Now)],
            move => [.. Columns(move.Key.Credit, move.Key.Unit, move.Value), Param.Of(move.Key.Credit.ClickId)]);
    }

    /// <summary>Keys in sorted order, so that operations do not deadlock; clicks of one link and day are one row.</summary>
    private static void WriteDays(Transaction tx, List<KeyValuePair<(OutcomeCredit Credit, string Unit), OutcomeAmounts>> due) => Days.Add(
        tx.Writes,
        [
            .. due.GroupBy(move => (Credit: move.Key.Credit with { ClickId = null }, move.Key.Unit))
                .OrderBy(row => row.Key.Credit.ReferrerId)
                .ThenBy(row => row.Key.Credit.LinkId ?? 0)
                .ThenBy(row => row.Key.Credit.Day)
                .ThenBy(row => row.Key.Unit, StringComparer.Ordinal),
        ],
        () => [Param.Of(tx.ProgramId), Param.Of(tx.Connection.ProcessID % Slots)],
        row => Columns(row.Key.Credit, row.Key.Unit, row.Aggregate(default(OutcomeAmounts), (sum, move) => sum + move.Value)));

    private static NpgsqlParameter[] Columns(OutcomeCredit credit, string unit, OutcomeAmounts amounts) =>
    [
        Param.Of(credit.ReferrerId), Param.Of(credit.LinkId ?? 0), Param.Of((DateOnly?)credit.Day), Param.Of(unit), Param.Of(amounts.Leads),
        Param.Of(amounts.Conversions), Param.Of(amounts.Revenue), Param.Of(amounts.Refunds), Param.Of(amounts.Refunded),
        Param.Of(amounts.Rewards),
    ];
}

internal static class OutcomeColumns
{
    /// <summary>Reads referrer, link, click and day of four columns in a row; null where no referrer is credited.</summary>
    public static OutcomeCredit? Credit(this NpgsqlDataReader row, int first) => row.IsDBNull(first) || row.IsDBNull(first + 3)
        ? null
        : new OutcomeCredit(
            row.GetInt64(first), row.LongOrNull(first + 1), row.GuidOrNull(first + 2), row.GetFieldValue<DateOnly>(first + 3));

    public static Guid? GuidOrNull(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetGuid(column);

    public static DateOnly? DayOrNull(this NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetFieldValue<DateOnly>(column);
}
