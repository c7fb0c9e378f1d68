using System.Collections.Concurrent;
using Tributary.Programs;
using Tributary.Storage;

namespace Tributary.Links;

/// <summary>Programmes as the redirector needs them, in memory; an old one is answered as long as no newer one can be read.</summary>
internal sealed class RedirectPrograms(Database database, ProgramRegister programs, ChangeTicks ticks, TimeProvider clock)
{
    private const int MostPrograms = 20_000;

    private readonly ConcurrentDictionary<long, Slot> slots = new();

    public ValueTask<RedirectProgram?> FindAsync(long programId, CancellationToken ct) =>
        slots.TryGetValue(programId, out var slot) && !ticks.IsOld(programId, slot.Tick)
            ? ValueTask.FromResult<RedirectProgram?>(slot.Program)
            : ReadAsync(programId, slot, ct);

    private async ValueTask<RedirectProgram?> ReadAsync(long programId, Slot? old, CancellationToken ct)
    {
        var tick = ticks.Now;
        try
        {
            if (await Patience.WithinAsync(ReadAsync(programId, ct), clock, ct) is not { } read)
                return null;
            if (slots.Count >= MostPrograms)
                slots.Clear();
            slots[programId] = new Slot(read, tick);
            return read;
        }
        catch (Exception outage) when (old is not null && DatabaseFault.IsOutage(outage))
        {
            return old.Program;
        }
    }

    private async Task<RedirectProgram?> ReadAsync(long programId, CancellationToken ct)
    {
        if (await programs.FindAsync(programId, ct) is not { } program)
            return null;
        await using var connection = await database.OpenAsync(ct);
        return new RedirectProgram(program, await DomainRow.ListAsync(connection, programId, ct));
    }

    private sealed record Slot(RedirectProgram Program, long Tick);
}
