using Dapper;
using Tributary.Features;
using Tributary.Storage;

namespace Tributary.Reporting.Tracking;

/// <summary>Whether a programme shows its orders to everybody (debridge.md § 7.1, <c>public_tracking</c>), and whose not.</summary>
/// <param name="Programme">What the programme says; null: nothing, so its default holds.</param>
/// <param name="HiddenCodes">Of integrators for whom it is switched off.</param>
public sealed record PublicSight(long ProgramId, bool? Programme, IReadOnlyList<long> HiddenCodes);

/// <summary>Public sights of programmes, in memory until a change is heard of.</summary>
public sealed class PublicTracking(Database database, ChangeFeed feed)
{
    private const int MostPrograms = 10_000;

    private const string ValuesSql = $"""
        select v.referrer_id, v.enabled, k.code
        from feature_values v
        left join integrator_codes k on k.program_id = v.program_id and k.referrer_id = v.referrer_id
        where v.program_id = @programId and v.feature = '{Feature.PublicTracking}'
        """;

    private readonly ChangeCache<long, PublicSight> known = new(feed, MostPrograms, sight => sight.ProgramId);

    public async ValueTask<PublicSight> OfAsync(long programId, CancellationToken ct) => (await known.FindAsync(programId, LoadAsync, ct))!;

    private async Task<PublicSight?> LoadAsync(long programId, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var values = (await connection.QueryAsync<Row>(new CommandDefinition(ValuesSql, new { programId }, cancellationToken: ct))).AsList();
        // Referrer 0 is the programme itself.
        return new PublicSight(
            programId,
            values.Find(value => value.ReferrerId == 0)?.Enabled,
            [.. values.Where(value => value is { ReferrerId: not 0, Enabled: false }).Select(value => value.Code).OfType<long>()]);
    }

    private sealed record Row(long ReferrerId, bool Enabled, long? Code);
}
