using Tributary.Storage;

namespace Tributary.Ledger;

/// <summary>The one way into the ledger (MO-82).</summary>
public static class LedgerWriter
{
    private static readonly RowInsert Transfers = new("""
        insert into transfers (program_id, transfer_id, kind, cause, sequence, unit, pair, debit, credit, actor, created_at)
        values ($1, @1, @2, @3, @4, @5, @6, @7, @7, $2, $3)
        """);

    private static readonly RowInsert Entries = new("""
        insert into entries (program_id, transfer_id, n, account, recipient_id, side, amount, reward_id, order_key, payout_id)
        values ($1, @1, @2, @3, @4, @5, @6, @7, @8, @9)
        """);

    /// <summary>Rows are made or locked in the order in which they are given.</summary>
    private static readonly RowInsert RaisedBalances = new("""
        insert into balances as b
          (program_id, recipient_id, unit, earned, reversed, pending, held, available, in_payout, paid, receivable)
        values ($1, @1, @2, @3, @4, @5, @6, @7, @8, @9, @10)
        on conflict (program_id, recipient_id, unit) do update set
          earned = b.earned + excluded.earned,
          reversed = b.reversed + excluded.reversed,
          pending = b.pending + excluded.pending,
          held = b.held + excluded.held,
          available = b.available + excluded.available,
          in_payout = b.in_payout + excluded.in_payout,
          paid = b.paid + excluded.paid,
          receivable = b.receivable + excluded.receivable
        """);

    /// <summary>A conflict locks the row even where the update is filtered away: rows are made or locked, in one order.</summary>
    private const string LockBalancesSql = """
        insert into balances as b (program_id, recipient_id, unit)
        select $1, d.recipient_id, d.unit
        from unnest($2, $3) as d (recipient_id, unit)
        order by d.recipient_id, d.unit collate "C"
        on conflict (program_id, recipient_id, unit) do update set earned = b.earned where false
        """;

    private const string ChangeBalancesSql = """
        update balances b set
          earned = b.earned + d.earned,
          reversed = b.reversed + d.reversed,
          pending = b.pending + d.pending,
          held = b.held + d.held,
          available = b.available + d.available,
          in_payout = b.in_payout + d.in_payout,
          paid = b.paid + d.paid,
          receivable = b.receivable + d.receivable
        from unnest($2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
          as d (recipient_id, unit, earned, reversed, pending, held, available, in_payout, paid, receivable)
        where b.program_id = $1 and b.recipient_id = d.recipient_id and b.unit = d.unit
        """;

    /// <summary>
    /// Adds transfers, their entries and the changes of balances to what the operation writes: three statements, four where
    /// something is taken away. Throws for a set that may not be posted, which is a bug of the caller. What the database
    /// refuses at the commit: a balance below 0 (the caller's guard failed) and an amount out of range.
    /// </summary>
    public static void Add(Transaction tx, IReadOnlyList<Posting> postings)
    {
        if (postings.Count == 0)
            return;
        foreach (var posting in postings)
        {
            if (posting.Fault() is { } fault)
                throw new InvalidOperationException($"{posting.Kind.Text()} for {posting.Cause}: {fault}");
        }
        AddTransfers(tx, postings);
        AddEntries(tx, postings);
        AddBalances(tx, BalanceDelta.Of(postings));
    }

    private static void AddTransfers(Transaction tx, IReadOnlyList<Posting> postings) => Transfers.Add(
        tx.Writes, postings,
        () => [Param.Of(tx.ProgramId), Param.Of(tx.Caller.Actor), Param.Of(tx.Now)],
        p =>
        [
            Param.Of(p.TransferId), Param.Of(p.Kind.Text()), Param.Of(p.Cause), Param.Of(p.Sequence), Param.Of(p.Unit.Text),
            Param.Of(p.Pair), Param.Of(p.Total),
        ]);

    private static void AddEntries(Transaction tx, IReadOnlyList<Posting> postings) => Entries.Add(
        tx.Writes, [.. postings.SelectMany(p => p.Entries.Select((entry, n) => (p.TransferId, N: n + 1, Entry: entry)))],
        () => [Param.Of(tx.ProgramId)],
        row =>
        [
            Param.Of(row.TransferId), Param.Of(row.N), Param.Of(row.Entry.Account.Text()), Param.Of(row.Entry.RecipientId),
            Param.Of(row.Entry.Side.Text()), Param.Of(row.Entry.Amount), Param.Of(row.Entry.RewardId), Param.Of(row.Entry.OrderKey),
            Param.Of(row.Entry.PayoutId),
        ]);

    private static void AddBalances(Transaction tx, IReadOnlyList<BalanceDelta> deltas)
    {
        if (deltas.Count == 0)
            return;
        if (!deltas.Any(delta => delta.TakesAway))
        {
            RaiseBalances(tx, deltas);
            return;
        }
        tx.Writes.Add(
            LockBalancesSql,
            Param.Of(tx.ProgramId),
            Param.Of([.. deltas.Select(d => d.RecipientId)]),
            Param.Of([.. deltas.Select(d => d.Unit)]));
        ChangeBalances(tx, deltas);
    }

    private static void RaiseBalances(Transaction tx, IReadOnlyList<BalanceDelta> deltas) => RaisedBalances.Add(
        tx.Writes, deltas,
        () => [Param.Of(tx.ProgramId)],
        d =>
        [
            Param.Of(d.RecipientId), Param.Of(d.Unit), Param.Of(d.Earned), Param.Of(d.Reversed), Param.Of(d.Pending), Param.Of(d.Held),
            Param.Of(d.Available), Param.Of(d.InPayout), Param.Of(d.Paid), Param.Of(d.Receivable),
        ]);

    private static void ChangeBalances(Transaction tx, IReadOnlyList<BalanceDelta> deltas) => tx.Writes.Add(
        ChangeBalancesSql,
        Param.Of(tx.ProgramId),
        Param.Of([.. deltas.Select(d => d.RecipientId)]),
        Param.Of([.. deltas.Select(d => d.Unit)]),
        Param.Of([.. deltas.Select(d => d.Earned)]),
        Param.Of([.. deltas.Select(d => d.Reversed)]),
        Param.Of([.. deltas.Select(d => d.Pending)]),
        Param.Of([.. deltas.Select(d => d.Held)]),
        Param.Of([.. deltas.Select(d => d.Available)]),
        Param.Of([.. deltas.Select(d => d.InPayout)]),
        Param.Of([.. deltas.Select(d => d.Paid)]),
        Param.Of([.. deltas.Select(d => d.Receivable)]));
}
