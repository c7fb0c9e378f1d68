using System.Numerics;
using Tributary.Ledger;
using Tributary.Primitives;
using Tributary.Rewards;
using Tributary.Storage;

namespace Tributary.Signups;

/// <summary>Points that nobody can use any more: what waits is reversed, what is available is forfeited.</summary>
internal static class ForfeitedPoints
{
    private const string RewardsSql = $"""
        select {RewardRow.Columns}
        from rewards
        where program_id = $1 and recipient_id = $2 and kind in ('points', 'score') and state in ('pending', 'held')
        order by reward_id
        for update
        """;

    private const string AvailableSql = """
        select unit, available
        from balances
        where program_id = $1 and recipient_id = $2 and (unit like 'points:%' or unit like 'score:%')
        order by unit
        for update
        """;

    private const string ReverseSql = """
        update rewards set state = 'reversed', reason = 'recipient_deleted', net = 0, posted = 0, remaining = 0, updated_at = $3
        where program_id = $1 and recipient_id = $2 and kind in ('points', 'score') and state in ('pending', 'held')
        """;

    private const string SpendSql = """
        update rewards set remaining = 0, updated_at = $3
        where program_id = $1 and recipient_id = $2 and kind in ('points', 'score') and state = 'available'
        """;

    public static async Task<IReadOnlyList<Posting>> TakeAsync(Transaction tx, long recipientId, CancellationToken ct)
    {
        var waiting = new List<RewardRow>();
        var available = new List<(Unit Unit, BigInteger Amount)>();
        var load = new LoadBatch(tx.Connection);
        load.Query(RewardsSql, row => waiting.Add(RewardRow.Read(row)), Param.Of(tx.ProgramId), Param.Of(recipientId));
        load.Query(
            AvailableSql,
            row => available.Add((Unit.Parse(row.GetString(0)), row.GetFieldValue<BigInteger>(1))),
            Param.Of(tx.ProgramId), Param.Of(recipientId));
        await load.RunAsync(ct);
        tx.Writes.Add(ReverseSql, Param.Of(tx.ProgramId), Param.Of(recipientId), Param.Of(tx.Now));
        tx.Writes.Add(SpendSql, Param.Of(tx.ProgramId), Param.Of(recipientId), Param.Of(tx.Now));
        return await PostingsAsync(tx, recipientId, waiting, available, ct);
    }

    private static async Task<IReadOnlyList<Posting>> PostingsAsync(
        Transaction tx, long recipientId, List<RewardRow> waiting, List<(Unit Unit, BigInteger Amount)> available, CancellationToken ct)
    {
        var cause = $"deleted:{recipientId}";
        var postings = new List<Posting>();
        foreach (var ofUnit in waiting.Where(r => r.Posted > 0).GroupBy(r => r.Unit!))
        {
            postings.Add(new Posting(
                await tx.NextNumberAsync(ct), TransferKind.Reverse, cause, postings.Count + 1, Unit.Parse(ofUnit.Key),
                [.. ofUnit.SelectMany(r => Verbs.TakeBack(
                    new LedgerSubject(r.RecipientId, r.Id, r.OrderKey), r.State == "held" ? Account.Held : Account.Pending, r.Posted))]));
        }
        foreach (var (unit, amount) in available.Where(balance => balance.Amount > 0))
        {
            postings.Add(new Posting(
                await tx.NextNumberAsync(ct), TransferKind.Forfeit, cause, postings.Count + 1, unit,
                Verbs.Forfeit(new LedgerSubject(recipientId), amount)));
        }
        return postings;
    }
}
