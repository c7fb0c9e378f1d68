using Npgsql;
using Tributary.Storage;

namespace Tributary.Ledger;

/// <summary>
/// Seals what is not sealed yet (MO-84), after its commit, so that no order waits for another. Any number of nodes may call
/// it; one at a time works on a programme. Why it works as it does: docs/decisions/seals.md.
/// </summary>
public sealed class Sealing(Database database, TimeProvider clock)
{
    /// <summary>Rows of one seal; a transaction is never divided, so one with more makes a larger seal.</summary>
    public const int BatchSize = 1_000;

    private const int ProgramsPerRoundTrip = 100;

    private const string ProgramsSql = "select program_id from programs order by program_id";

    private const string NewsSql = """
        select $1::bigint
        where exists (
          select from transfers t
          where t.program_id = $1 and t.transaction_xid >= coalesce((
            select s.up_to_xid from seals s where s.program_id = $1 and s.subject = 'transfers' order by s.seal desc limit 1), '0'))
        or exists (
          select from audit_entries a
          where a.program_id = $1 and a.transaction_xid >= coalesce((
            select s.up_to_xid from seals s where s.program_id = $1 and s.subject = 'audit_entries' order by s.seal desc limit 1), '0'))
        or exists (
          select from seals s where s.program_id = $1 and s.era <> $2
            and not exists (select from seals n where n.program_id = $1 and n.subject = s.subject and n.seal > s.seal))
        """;

    private const string LockSql = "select pg_try_advisory_xact_lock(hashtextextended('seal:' || $1 || ':' || $2::text, 0))";

    /// <summary>Whatever committed so far is below the first number of a transaction that still runs.</summary>
    private const string HorizonSql = "select pg_snapshot_xmin(pg_current_snapshot())";

    private const string LastSql = $"""
        select {Seal.Columns} from seals where program_id = $1 and subject = $2 order by seal desc limit 1
        """;

    private const string InsertSql = """
        insert into seals (program_id, subject, seal, era, up_to_xid, members, first_member, last_member, previous, hash, created_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        """;

    /// <summary>Seals everything that is committed now, in every programme.</summary>
    /// <returns>How many seals were made.</returns>
    public async Task<int> RunAsync(CancellationToken ct)
    {
        var made = 0;
        foreach (var programId in await ProgramsWithNewsAsync(ct))
            made += await RunAsync(programId, ct);
        return made;
    }

    /// <summary>Seals everything that is committed now in one programme.</summary>
    public async Task<int> RunAsync(long programId, CancellationToken ct)
    {
        var made = 0;
        foreach (var subject in SealSubject.All)
        {
            while (await SealBatchAsync(programId, subject, ct))
            {
                ct.ThrowIfCancellationRequested();
                made++;
            }
        }
        return made;
    }

    private async Task<IReadOnlyList<long>> ProgramsWithNewsAsync(CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var all = new List<long>();
        var era = "";
        var load = new LoadBatch(connection);
        load.Query(ProgramsSql, row => all.Add(row.GetInt64(0)));
        load.Query(DatabaseEra.Sql, row => era = row.GetString(0));
        await load.RunAsync(ct);
        var withNews = new List<long>();
        foreach (var chunk in all.Chunk(ProgramsPerRoundTrip))
        {
            var ask = new LoadBatch(connection);
            foreach (var programId in chunk)
                ask.Query(NewsSql, row => withNews.Add(row.GetInt64(0)), Param.Of(programId), Param.Of(era));
            await ask.RunAsync(ct);
        }
        return withNews;
    }

    /// <summary>Makes one seal; false when there is nothing to seal, or another node is at it.</summary>
    private async Task<bool> SealBatchAsync(long programId, SealSubject subject, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        await using var scope = await connection.BeginTransactionAsync(ct);
        var place = await PlaceAsync(connection, programId, subject, ct);
        if (place is null)
            return false;
        var found = await place.FindAsync(connection, programId, subject, BatchSize, ct);
        // A seal without members only says that the chain goes on in another database.
        if (found.Members.Count == 0 && (place.Last is null || place.IsSameEra))
            return false;
        var hashes = await subject.HashAsync(connection, programId, found.Members, ct);
        var previous = place.Last?.Hash ?? Seal.Beginning;
        var seal = new Seal(
            (place.Last?.Number ?? 0) + 1, found.Complete ? place.Era : "", found.UpToXid, [.. hashes.Keys], previous,
            Seal.HashOf(previous, hashes.Values), clock.GetUtcNow());
        await InsertAsync(connection, programId, subject, seal, ct);
        await scope.CommitAsync(ct);
        return true;
    }

    private static async Task<SealPlace?> PlaceAsync(
        NpgsqlConnection connection, long programId, SealSubject subject, CancellationToken ct)
    {
        var (alone, era, horizon, last) = (false, "", 0UL, (Seal?)null);
        var load = new LoadBatch(connection);
        load.Query(LockSql, row => alone = row.GetBoolean(0), Param.Of(subject.Name), Param.Of(programId));
        load.Query(DatabaseEra.Sql, row => era = row.GetString(0));
        load.Query(HorizonSql, row => horizon = row.GetFieldValue<ulong>(0));
        load.Query(LastSql, row => last = Seal.Read(row), Param.Of(programId), Param.Of(subject.Name));
        await load.RunAsync(ct);
        return alone ? new SealPlace(era, horizon, last) : null;
    }

    private static async Task InsertAsync(
        NpgsqlConnection connection, long programId, SealSubject subject, Seal seal, CancellationToken ct)
    {
        await using var insert = new NpgsqlCommand(InsertSql, connection);
        insert.Parameters.AddRange(new[]
        {
            Param.Of(programId),
            Param.Of(subject.Name),
            Param.Of(seal.Number),
            Param.Of(seal.Era),
            Param.Of(seal.UpToXid),
            Param.Of(seal.Members),
            Param.Of(seal.Members.Count == 0 ? null : seal.Members[0]),
            Param.Of(seal.Members.Count == 0 ? null : seal.Members[^1]),
            Param.Of(seal.Previous),
            Param.Of(seal.Hash),
            Param.Of(seal.At),
        });
        await insert.ExecuteNonQueryAsync(ct);
    }
}
