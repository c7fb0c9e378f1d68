using Dapper;
using Tributary.Chains;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Storage;

namespace Tributary.ChainOrders;

/// <summary>
/// Gives an integrator its one number (debridge.md § 6.1): a newcomer gets none that an order has carried, because it must not
/// inherit what is not its own. Whoever registers takes turns, so that numbers are distinct and come in sequence.
/// </summary>
internal static class CodeAllocations
{
    private const int LookedAtOnce = 1000;

    private const string LockSql = """
        insert into integrator_series as s (program_id, last_allocated)
        values (@programId, 0)
        on conflict (program_id) do update set last_allocated = s.last_allocated
        returning last_allocated
        """;

    private const string FreeSql = """
        select n
        from generate_series(@from, @from + 999) as n
        where not exists (select from integrator_codes k where k.program_id = @programId and k.code = n)
          and not exists (select from codes c where c.program_id = @programId and c.canonical = n::text)
        order by n
        limit 1
        """;

    private const string TakeSql = """
        insert into integrator_codes (program_id, code, referrer_id, claimed_at)
        values (@programId, @code, @id, @now)
        on conflict do nothing
        returning code
        """;

    private const string AllocatedSql = "update integrator_series set last_allocated = @code where program_id = @programId";

    /// <summary>Waits for whoever else registers or claims in the programme; gives the last number that was given in sequence.</summary>
    public static Task<long> TakeTurnAsync(Transaction tx, CancellationToken ct) =>
        tx.Connection.ExecuteScalarAsync<long>(new CommandDefinition(LockSql, new { programId = tx.ProgramId }, cancellationToken: ct));

    /// <param name="last">As <see cref="TakeTurnAsync"/> gave it.</param>
    /// <param name="wanted">A number that is asked for; null: as the settings say.</param>
    public static async Task<Problem?> GiveAsync(
        Transaction tx, ReferralProgram program, long integrator, long last, long? wanted, CancellationToken ct)
    {
        var settings = program.Settings.DeBridge.Codes;
        if (wanted is { } code)
            return await TakeAsync(tx, integrator, code, ct) ? null : Taken;
        if (settings.Allocation == CodeAllocation.Manual)
            return new Problem(ProblemCode.MissingField, "The programme gives no codes by itself; say which one.", "code");
        for (var from = Math.Max(settings.First, last + 1); from <= ReferralNumber.Most;)
        {
            var free = await tx.Connection.ExecuteScalarAsync<long?>(
                new CommandDefinition(FreeSql, new { programId = tx.ProgramId, from }, cancellationToken: ct));
            if (free is > ReferralNumber.Most)
                break;
            if (free is { } next && await TakeAsync(tx, integrator, next, ct))
            {
                await tx.Connection.ExecuteAsync(
                    new CommandDefinition(AllocatedSql, new { programId = tx.ProgramId, code = next }, cancellationToken: ct));
                return null;
            }
            from = free + 1 ?? from + LookedAtOnce;
        }
        return new Problem(ProblemCode.LimitReached, "No number is left.", "code");
    }

    /// <summary>False where it is somebody's, or was carried by an order meanwhile.</summary>
    private static async Task<bool> TakeAsync(Transaction tx, long integrator, long code, CancellationToken ct) =>
        await tx.Connection.ExecuteScalarAsync<long?>(new CommandDefinition(
            TakeSql, new { programId = tx.ProgramId, code, id = integrator, now = tx.Now }, cancellationToken: ct)) is not null
        && await IntegratorRows.NameAsync(tx, integrator, code, ct);

    public static Problem Taken => new(ProblemCode.CodeTaken, "The number is somebody's, or orders carry it; those can be claimed.", "code");
}
