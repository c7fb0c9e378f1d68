using Dapper;
using Tributary.Storage;

namespace Tributary.Referrers;

/// <summary>
/// Keys of partners share one series of names with all codes, compared without letter case, so that no text can mean two
/// partners (partnero.md § 3). A partner's key and code may be the same text.
/// </summary>
internal static class PartnerNames
{
    public const int KeyDigits = 12;

    private const string ReserveSql = """
        insert into codes (program_id, referrer_id, kind, code, canonical, folded, created_at)
        values (@programId, @referrerId, 'id', @key, @canonical, @canonical, @now)
        on conflict do nothing
        """;

    private const string OwnerSql = "select referrer_id from codes where program_id = @programId and canonical = @canonical";

    /// <summary>The form by which names are compared; of a key also where it could be no code.</summary>
    public static string Canonical(string text) => CodeText.TryCanonical(text, out var canonical) ? canonical : text.Trim().ToUpperInvariant();

    /// <summary>False where the name is or was another's.</summary>
    public static async Task<bool> ReserveAsync(Transaction tx, long referrerId, string key, CancellationToken ct)
    {
        var arguments = new { programId = tx.ProgramId, referrerId, key, canonical = Canonical(key), now = tx.Now };
        if (await tx.Connection.ExecuteAsync(new CommandDefinition(ReserveSql, arguments, cancellationToken: ct)) > 0)
            return true;
        var owner = await tx.Connection.ExecuteScalarAsync<long?>(new CommandDefinition(OwnerSql, arguments, cancellationToken: ct));
        return owner == referrerId;
    }
}
