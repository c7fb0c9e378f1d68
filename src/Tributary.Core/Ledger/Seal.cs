using System.Buffers.Binary;
using System.Security.Cryptography;
using Npgsql;
using Tributary.Storage;

namespace Tributary.Ledger;

/// <summary>One link of a programme's chain over its transfers, or over its audit entries (MO-84).</summary>
/// <param name="Number">From 1, without gaps.</param>
/// <param name="Era">Which database <paramref name="UpToXid"/> is a transaction of; empty while older rows are still being sealed.</param>
/// <param name="UpToXid">Everything that transactions before this one wrote is in this seal or an earlier one.</param>
/// <param name="Members">Numbers of the sealed rows, rising.</param>
/// <param name="Previous">The hash of the seal before; of the first, zeros.</param>
internal sealed record Seal(
    long Number, string Era, ulong UpToXid, IReadOnlyList<long> Members, byte[] Previous, byte[] Hash, DateTimeOffset At)
{
    public const string Columns = "seal, era, up_to_xid, members, previous, hash, created_at";

    public static readonly byte[] Beginning = new byte[SHA256.HashSizeInBytes];

    public static Seal Read(NpgsqlDataReader row) => new(
        row.GetInt64(0),
        row.GetString(1),
        row.GetFieldValue<ulong>(2),
        row.GetFieldValue<long[]>(3),
        row.GetFieldValue<byte[]>(4),
        row.GetFieldValue<byte[]>(5),
        row.Time(6));

    /// <summary>SHA-256 over the previous seal, the count as eight bytes, and the members' hashes in the order of their numbers.</summary>
    public static byte[] HashOf(byte[] previous, IReadOnlyCollection<byte[]> members)
    {
        Span<byte> count = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(count, members.Count);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(previous);
        hash.AppendData(count);
        foreach (var member in members)
            hash.AppendData(member);
        return hash.GetHashAndReset();
    }
}
