using Tributary.Storage;

namespace Tributary.Ledger;

/// <summary>The one way into the ledger (MO-82).</summary>
public static class LedgerWriter
{
    private const string TransfersSql = """
        insert into transfers (program_id, transfer_id, kind, cause, sequence, unit, pair, debit, credit, actor, created_at)
        select $1, t.transfer_id, t.kind, t.cause, t.sequence, t.unit, t.pair, t.total, t.total, $2, $3
        from unnest($4, $5, $6, $7, $8, $9, $10) as t (transfer_id, kind, cause, sequence, unit, pair, total)
        """;

    private const string EntriesSql = """
        insert into entries (program_id, transfer_id, n, account, recipient_id, side, amount, reward_id, order_key, payout_id)
        select $1, e.transfer_id, e.n, e.account, e.recipient_id, e.side, e.amount, e.reward_id, e.order_key, e.payout_id
        from unnest($2, $3, $4, $5, $6, $7, $8, $9, $10)
          as e (transfer_id, n, account, recipient_id, side, amount, reward_id, order_key, payout_id)
        """;

    private const string RaiseBalancesSql = """
        insert into balances as b
          (program_id, recipient_id, unit, earned, reversed, pending, held, available, in_payout, paid, receivable)
        select $1, d.recipient_id, d.unit, d.earned, d.reversed, d.pending, d.held, d.available, d.in_payout, d.paid, d.receivable
        from unnest($2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
          as d (recipient_id, unit, earned, reversed, pending, held, available, in_payout, paid, receivable)
        order by d.recipient_id, d.unit collate "C"
        on conflict (program_id, recipient_id, unit) do update set
          earned = b.earned + excluded.earned,
          reversed = b.reversed + excluded.reversed,
          pending = b.pending + excluded.pending,
          held = b.held + excluded.held,
          available = b.available + excluded.available,
          in_payout = b.in_payout + excluded.in_payout,
          paid = b.paid + excluded.paid,
          receivable = b.receivable + excluded.receivable
        """;

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

    private static void AddTransfers(Transaction tx, IReadOnlyList<Posting> postings) => tx.Writes.Add(
        TransfersSql,
        Param.Of(tx.ProgramId),
        Param.Of(tx.Caller.Actor),
        Param.Of(tx.Now),
        Param.Of([.. postings.Select(p => p.TransferId)]),
        Param.Of([.. postings.Select(p => p.Kind.Text())]),
        Param.Of([.. postings.Select(p => p.Cause)]),
        Param.Of([.. postings.Select(p => p.Sequence)]),
        Param.Of([.. postings.Select(p => p.Unit.Text)]),
        Param.Of([.. postings.Select(p => p.Pair)]),
        Param.Of([.. postings.Select(p => p.Total)]));

    private static void AddEntries(Transaction tx, IReadOnlyList<Posting> postings)
    {
        var rows = postings.SelectMany(p => p.Entries.Select((entry, n) => (p.TransferId, N: n + 1, Entry: entry))).ToList();
        tx.Writes.Add(
            EntriesSql,
            Param.Of(tx.ProgramId),
            Param.Of([.. rows.Select(row => row.TransferId)]),
            Param.Of([.. rows.Select(row => row.N)]),
            Param.Of([.. rows.Select(row => row.Entry.Account.Text())]),
            Param.Of([.. rows.Select(row => row.Entry.RecipientId)]),
            Param.Of([.. rows.Select(row => row.Entry.Side.Text())]),
            Param.Of([.. rows.Select(row => row.Entry.Amount)]),
            Param.Of([.. rows.Select(row => row.Entry.RewardId)]),
            Param.Of([.. rows.Select(row => row.Entry.OrderKey)]),
            Param.Of([.. rows.Select(row => row.Entry.PayoutId)]));
    }

    private static void AddBalances(Transaction tx, IReadOnlyList<BalanceDelta> deltas)
    {
        if (deltas.Count == 0)
            return;
        if (!deltas.Any(delta => delta.TakesAway))
        {
            AddDeltas(tx, RaiseBalancesSql, deltas);
            return;
        }
        tx.Writes.Add(
            LockBalancesSql,
            Param.Of(tx.ProgramId),
            Param.Of([.. deltas.Select(d => d.RecipientId)]),
            Param.Of([.. deltas.Select(d => d.Unit)]));
        AddDeltas(tx, ChangeBalancesSql, deltas);
    }

    private static void AddDeltas(Transaction tx, string sql, IReadOnlyList<BalanceDelta> deltas) => tx.Writes.Add(
        sql,
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
