using Npgsql;
using Tributary.Storage;

namespace Tributary.Clicks.Intake;

/// <summary>
/// Writes a batch of clicks with all that follows from them in one transaction: rows, marks, counters, agents. Two ways: straight,
/// where no click can be there already, and shipped, where any may be (CL-62).
/// </summary>
internal sealed class ClickWriter(short slot, TimeProvider clock)
{
    private const int NumbersPerBlock = 64;

    private readonly SeenAgents seenAgents = new();
    private long nextNumber;
    private int numbersLeft;

    /// <param name="unknown">Requests for unknown codes by programme and hour, counted with the batch.</param>
    public async Task WriteAsync(
        NpgsqlConnection connection, IReadOnlyList<Click> clicks, IReadOnlyList<UnknownRequests> unknown, RecentClicks recent, CancellationToken ct)
    {
        var batch = Begin(clicks, recent);
        await using var scope = await connection.BeginTransactionAsync(ct);
        var load = new LoadBatch(connection);
        load.KeepPlans();
        AskNumbers(load);
        batch.AskRepeated(load);
        batch.AskMarks(load);
        batch.AskFirstClicks(load);
        await load.RunAsync(ct);
        batch.Settle(recent);
        var number = TakeNumber();
        if (clicks.Count > 0)
            await ClickRows.CopyAsync(connection, batch.Clicks, number, staged: false, ct);
        await FinishAsync(connection, batch, number, unknown, shipped: false);
    }

    /// <summary>The same for clicks that may have been written before.</summary>
    public async Task ShipAsync(
        NpgsqlConnection connection, IReadOnlyList<Click> clicks, RecentClicks recent, CancellationToken ct)
    {
        var batch = Begin(clicks, recent);
        await using var scope = await connection.BeginTransactionAsync(ct);
        var load = new LoadBatch(connection);
        AskNumbers(load);
        batch.AskRepeated(load);
        batch.AskFirstClicks(load);
        load.Command(WriterStatements.Stage);
        await load.RunAsync(ct);
        batch.Settle(recent);
        var number = TakeNumber();
        await ClickRows.CopyAsync(connection, batch.Clicks, number, staged: true, ct);
        await batch.KeepInsertedAsync(connection, ct);
        await FinishAsync(connection, batch, number, [], shipped: true);
    }

    private static ClickBatch Begin(IReadOnlyList<Click> clicks, RecentClicks recent)
    {
        var batch = new ClickBatch(clicks);
        recent.Judge(batch.Clicks);
        return batch;
    }

    private async Task FinishAsync(
        NpgsqlConnection connection, ClickBatch batch, long number, IReadOnlyList<UnknownRequests> unknown, bool shipped)
    {
        var writes = new WriteBatch();
        batch.WriteMarks(writes);
        var agents = seenAgents.Unseen(batch.Clicks);
        SeenAgents.WriteTo(writes, agents);
        batch.WriteBatchRows(writes, number, clock.GetUtcNow());
        if (shipped)
            batch.WriteShipped(writes, clock.GetUtcNow());
        CountersOf(batch, unknown).WriteTo(writes, slot);
        await writes.CommitAsync(connection);
        seenAgents.Note(agents);
    }

    private static Counters CountersOf(ClickBatch batch, IReadOnlyList<UnknownRequests> unknown)
    {
        var counters = new Counters();
        foreach (var judged in batch.Clicks)
            counters.Add(judged);
        foreach (var (programId, hour, requests) in unknown)
            counters.AddUnknown(programId, hour, requests);
        return counters;
    }

    private void AskNumbers(LoadBatch load)
    {
        if (numbersLeft > 0)
            return;
        load.Query(WriterStatements.NextNumbers, row =>
        {
            nextNumber = row.GetInt64(0);
            numbersLeft = NumbersPerBlock;
        });
    }

    private long TakeNumber()
    {
        numbersLeft--;
        return nextNumber++;
    }
}

/// <summary>Requests for codes that a programme does not have, in one hour.</summary>
internal readonly record struct UnknownRequests(long ProgramId, DateTimeOffset Hour, long Requests);
