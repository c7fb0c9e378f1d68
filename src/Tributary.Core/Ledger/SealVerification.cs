using System.Globalization;
using Npgsql;
using Tributary.Storage;

namespace Tributary.Ledger;

/// <param name="Seals">How many seals were read.</param>
/// <param name="Members">How many rows they hold.</param>
/// <param name="Unsealed">Rows that wait for their seal.</param>
/// <param name="Fault">The first that breaks, in words; null: the chain holds.</param>
internal sealed record SealReport(long Seals, long Members, long Unsealed, string? Fault);

/// <summary>
/// Computes a programme's chain again from its first seal and names the first that breaks. It asks only for the rows a seal
/// names, so it says the same of a restored copy.
/// </summary>
internal static class SealVerification
{
    /// <summary>How long before the newest seal a row may be dated that is in none: clocks of nodes differ.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromHours(1);

    private const int SealsPerRoundTrip = 20;

    private const string ChainSql = $"""
        select {Seal.Columns} from seals where program_id = $1 and subject = $2 and seal > $3 order by seal limit $4
        """;

    public static async Task<SealReport> VerifyAsync(
        NpgsqlConnection connection, long programId, SealSubject subject, CancellationToken ct)
    {
        var (seals, members, last) = (0L, 0L, (Seal?)null);
        while (true)
        {
            var chunk = await ReadAsync(connection, programId, subject, last?.Number ?? 0, ct);
            foreach (var seal in chunk)
            {
                if (await FaultAsync(connection, programId, subject, last, seal, ct) is { } fault)
                    return new SealReport(seals, members, 0, fault);
                (seals, members, last) = (seals + 1, members + seal.Members.Count, seal);
            }
            if (chunk.Count < SealsPerRoundTrip)
                break;
        }
        var (unsealed, forged) = await UnsealedAsync(connection, programId, subject, last, ct);
        return new SealReport(seals, members, unsealed, forged is { } number
            ? Text($"{subject.Name} {number} is older than seal {last!.Number} and in no seal: it was added afterwards")
            : null);
    }

    private static async Task<IReadOnlyList<Seal>> ReadAsync(
        NpgsqlConnection connection, long programId, SealSubject subject, long after, CancellationToken ct)
    {
        var seals = new List<Seal>();
        var load = new LoadBatch(connection);
        load.Query(
            ChainSql, row => seals.Add(Seal.Read(row)),
            Param.Of(programId), Param.Of(subject.Name), Param.Of(after), Param.Of(SealsPerRoundTrip));
        await load.RunAsync(ct);
        return seals;
    }

    private static async Task<string?> FaultAsync(
        NpgsqlConnection connection, long programId, SealSubject subject, Seal? before, Seal seal, CancellationToken ct)
    {
        if (seal.Number != (before?.Number ?? 0) + 1)
            return Text($"seal {(before?.Number ?? 0) + 1} of {subject.Name} is missing");
        if (!seal.Previous.AsSpan().SequenceEqual(before?.Hash ?? Seal.Beginning))
            return Text($"seal {seal.Number} of {subject.Name} does not follow seal {seal.Number - 1}");
        var hashes = await subject.HashAsync(connection, programId, seal.Members, ct);
        if (seal.Members.FirstOrDefault(member => !hashes.ContainsKey(member)) is > 0 and var missing)
            return Text($"seal {seal.Number} of {subject.Name} breaks: {subject.Key} {missing} is missing");
        return seal.Hash.AsSpan().SequenceEqual(Seal.HashOf(seal.Previous, hashes.Values))
            ? null
            : Text($"seal {seal.Number} of {subject.Name} breaks: one of {subject.Key} {Range(seal)} was changed");
    }

    private static async Task<(long Count, long? Forged)> UnsealedAsync(
        NpgsqlConnection connection, long programId, SealSubject subject, Seal? last, CancellationToken ct)
    {
        var (count, forged) = (0L, (long?)null);
        var load = new LoadBatch(connection);
        load.Query(
            $"""
            select count(*), min(t.{subject.Key}) filter (where t.{subject.Created} < $3)
            from {subject.Name} t
            where t.program_id = $1 and not exists (
              select
              from (select unnest(s.members) as member from seals s where s.program_id = $1 and s.subject = $2) m
              where m.member = t.{subject.Key})
            """,
            row => (count, forged) = (row.GetInt64(0), row.LongOrNull(1)),
            Param.Of(programId), Param.Of(subject.Name), Param.Of(last?.At - Tolerance ?? DateTimeOffset.MinValue));
        await load.RunAsync(ct);
        return (count, forged);
    }

    private static string Range(Seal seal) =>
        seal.Members.Count == 1 ? Text($"{seal.Members[0]}") : Text($"{seal.Members[0]} … {seal.Members[^1]}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
