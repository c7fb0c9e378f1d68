using Npgsql;
using Tributary.Storage;

namespace Tributary.Ledger;

/// <summary>Where a chain stands, and what comes next in it.</summary>
/// <param name="Era">The database we are in.</param>
/// <param name="Horizon">Every transaction below it has ended.</param>
/// <param name="Last">The newest seal; null: none yet.</param>
internal sealed record SealPlace(string Era, ulong Horizon, Seal? Last)
{
    /// <summary>Whether transaction numbers of the last seal are of this database. After a restore into another they are not.</summary>
    public bool IsSameEra => Last?.Era == Era;

    /// <summary>What comes next, in the order of numbers; nothing when everything is sealed.</summary>
    public Task<Unsealed> FindAsync(
        NpgsqlConnection connection, long programId, SealSubject subject, int most, CancellationToken ct) =>
        IsSameEra ? FindNewAsync(connection, programId, subject, most, ct) : FindAnyAsync(connection, programId, subject, most, ct);

    /// <summary>
    /// Rows of ended transactions since the last seal. A restored row may carry a number that this database reaches only later:
    /// what a seal holds already is left out.
    /// </summary>
    private async Task<Unsealed> FindNewAsync(
        NpgsqlConnection connection, long programId, SealSubject subject, int most, CancellationToken ct)
    {
        var boundSql = $"""
            select transaction_xid
            from {subject.Name}
            where program_id = $1 and transaction_xid >= $2 and transaction_xid < $3
            order by transaction_xid
            offset $4 limit 1
            """;
        var membersSql = $"""
            select t.{subject.Key}
            from {subject.Name} t
            where t.program_id = $1 and t.transaction_xid >= $2 and t.transaction_xid < $3 and {NotSealed(subject)}
            order by t.{subject.Key}
            """;
        var members = new List<long>();
        var from = Last!.UpToXid;
        while (members.Count == 0 && from < Horizon)
        {
            var upTo = Horizon;
            var bound = new LoadBatch(connection);
            bound.Query(
                boundSql, row => upTo = row.GetFieldValue<ulong>(0) + 1,
                Param.Of(programId), Param.Of(from), Param.Of(Horizon), Param.Of(most - 1));
            await bound.RunAsync(ct);
            var load = new LoadBatch(connection);
            load.Query(membersSql, row => members.Add(row.GetInt64(0)), Param.Of(programId), Param.Of(from), Param.Of(upTo));
            await load.RunAsync(ct);
            from = upTo;
        }
        return new Unsealed(members, from, Complete: true);
    }

    /// <summary>
    /// In a database that has no seal of its own yet: whatever is in no seal, by number. Rows that are added meanwhile are found
    /// by their transactions afterwards, from the horizon at which this search began.
    /// </summary>
    private async Task<Unsealed> FindAnyAsync(
        NpgsqlConnection connection, long programId, SealSubject subject, int most, CancellationToken ct)
    {
        var sql = $"""
            select t.{subject.Key}
            from {subject.Name} t
            where t.program_id = $1 and t.{subject.Key} > $2 and {NotSealed(subject)}
            order by t.{subject.Key}
            limit $3
            """;
        var isUnderWay = Last is { Era: "" };
        var members = new List<long>();
        var load = new LoadBatch(connection);
        load.Query(
            sql, row => members.Add(row.GetInt64(0)),
            Param.Of(programId), Param.Of(isUnderWay ? Last!.Members[^1] : 0), Param.Of(most));
        await load.RunAsync(ct);
        return new Unsealed(members, isUnderWay ? Last!.UpToXid : Horizon, Complete: members.Count < most);
    }

    private static string NotSealed(SealSubject subject) => $"""
        not exists (
          select from seals s
          where s.program_id = $1 and s.subject = '{subject.Name}'
            and s.last_member >= t.{subject.Key} and s.first_member <= t.{subject.Key} and t.{subject.Key} = any (s.members))
        """;
}

/// <param name="UpToXid">What the seal may say of itself: everything that transactions before this one wrote is sealed.</param>
/// <param name="Complete">Whether that holds; false while rows of a restored database are still being found.</param>
internal sealed record Unsealed(IReadOnlyList<long> Members, ulong UpToXid, bool Complete);
