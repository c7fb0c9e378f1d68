using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Npgsql;
using Tributary.Storage;

namespace Tributary.Clicks;

/// <summary>
/// Keys of visitors without a cookie, good for one day (CL-31): a keyed hash of address and agent. The day's salt is random, shared
/// by all nodes and destroyed after two days; then nobody can make the keys again.
/// </summary>
/// <param name="patience">How long a visitor may wait for the day's salt; null: 150 ms.</param>
public sealed class VisitorKeys(Database database, TimeSpan? patience = null)
{
    private const int SaltBytes = 32;
    private static readonly TimeSpan UsualPatience = TimeSpan.FromMilliseconds(150);

    private const string EnsureSql = """
        insert into visitor_salts (program_id, day, salt)
        values ($1, $2, $3), ($1, $4, $5)
        on conflict (program_id, day) do nothing
        """;

    private const string ReadSql = "select day, salt from visitor_salts where program_id = $1 and day in ($2, $3)";

    private readonly ConcurrentDictionary<(long Program, DateOnly Day), Salt> salts = new();

    /// <summary>The key for the day; from memory without waiting, but for a programme's first visitor of a day.</summary>
    /// <param name="address">In memory alone: nothing of it can be read from the key.</param>
    public ValueTask<Guid> DeriveAsync(long programId, DateOnly day, IPAddress? address, string agent)
    {
        return salts.TryGetValue((programId, day), out var salt) && salt.IsGood
            ? ValueTask.FromResult(Derive(salt.Bytes, address, agent))
            : LoadAndDeriveAsync(programId, day, address, agent);
    }

    /// <summary>Drops from memory what must not be known any more.</summary>
    /// <returns>How many salts were forgotten.</returns>
    public int ForgetBefore(DateOnly day)
    {
        var old = salts.Keys.Where(key => key.Day < day).ToList();
        foreach (var key in old)
            salts.TryRemove(key, out _);
        return old.Count;
    }

    private async ValueTask<Guid> LoadAndDeriveAsync(long programId, DateOnly day, IPAddress? address, string agent)
    {
        using var late = new CancellationTokenSource(patience ?? UsualPatience);
        try
        {
            await LoadAsync(programId, day, late.Token);
        }
        catch (Exception outage) when (DatabaseFault.IsOutage(outage) || outage is OperationCanceledException or NpgsqlException)
        {
            // A salt of this node's own until the database is back: the visitor may count once more than it should.
            salts.AddOrUpdate((programId, day), _ => Salt.Makeshift(), (_, known) => known.IsGood ? known : known.Again());
        }
        return Derive(salts[(programId, day)].Bytes, address, agent);
    }

    private async Task LoadAsync(long programId, DateOnly day, CancellationToken ct)
    {
        var next = day.AddDays(1);
        await using var connection = await database.OpenAsync(ct);
        var load = new LoadBatch(connection);
        load.Command(EnsureSql, Param.Of(programId), Day(day), Param.Of(RandomNumberGenerator.GetBytes(SaltBytes)), Day(next), Param.Of(RandomNumberGenerator.GetBytes(SaltBytes)));
        load.Query(
            ReadSql,
            row => salts[(programId, row.GetFieldValue<DateOnly>(0))] = Salt.Shared(row.GetFieldValue<byte[]>(1)),
            Param.Of(programId), Day(day), Day(next));
        await load.RunAsync(ct);
    }

    private static NpgsqlParameter<DateOnly> Day(DateOnly day) => new() { TypedValue = day };

    private static Guid Derive(byte[] salt, IPAddress? address, string agent)
    {
        var room = ArrayPool<byte>.Shared.Rent(16 + Encoding.UTF8.GetMaxByteCount(agent.Length));
        try
        {
            var length = 0;
            address?.TryWriteBytes(room, out length);
            length += Encoding.UTF8.GetBytes(agent, room.AsSpan(length));
            Span<byte> hash = stackalloc byte[32];
            HMACSHA256.HashData(salt, room.AsSpan(0, length), hash);
            return new Guid(hash[..16], bigEndian: true);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(room, clearArray: true);
        }
    }

    /// <param name="Until">When a makeshift one should be looked for again, as a monotonic time; 0: it is the shared one.</param>
    private sealed record Salt(byte[] Bytes, long Until)
    {
        private static readonly TimeSpan MakeshiftFor = TimeSpan.FromSeconds(2);

        public bool IsGood => Until == 0 || System.Diagnostics.Stopwatch.GetTimestamp() < Until;

        public static Salt Shared(byte[] bytes) => new(bytes, 0);

        public static Salt Makeshift() => new Salt(RandomNumberGenerator.GetBytes(SaltBytes), 1).Again();

        /// <summary>The same makeshift one for a while longer.</summary>
        public Salt Again() => this with
        {
            Until = System.Diagnostics.Stopwatch.GetTimestamp() + (long)(MakeshiftFor.TotalSeconds * System.Diagnostics.Stopwatch.Frequency),
        };
    }
}
