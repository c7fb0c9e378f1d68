using Dapper;
using Tributary.Storage;

namespace Tributary.Batches;

/// <summary>The oldest batch of a programme that nobody works on.</summary>
public sealed record DueBatch(long ProgramId, long BatchId);

/// <summary>A batch in this node's hands.</summary>
public sealed record BatchLease(long ProgramId, long BatchId, long Lease, BatchKind Kind, string Actor, string? RequestId, DateTimeOffset AcceptedAt)
{
    /// <summary>Who the operation of an item is written down for: who sent the batch, when it was accepted.</summary>
    public Caller CallerOf(BatchItemClaim claim) => new(Actor, Trusted: true, RequestId: RequestId) { ArrivedAt = AcceptedAt, BatchItem = claim };
}

public sealed record WaitingItem(int Item, string? CustomerId, string Body);

/// <summary>
/// Batches as those see them who carry them out. A node takes a batch for a turn that is much shorter than the lease. One that is
/// killed leaves nothing half-done, and another goes on when the lease has ended.
/// </summary>
public sealed class BatchWork(Database database, TimeProvider clock)
{
    public static readonly TimeSpan LeaseTime = TimeSpan.FromSeconds(25);

    private const string DueSql = """
        select distinct on (b.program_id) b.program_id, b.batch_id
        from batches b
        where b.state = 'open' and b.leased_until <= @now
        order by b.program_id, b.batch_id
        """;

    private const string TakeSql = """
        update batches
        set lease = lease + 1, leased_until = @until, started_at = coalesce(started_at, @now)
        where program_id = @programId and batch_id = @batchId and state = 'open' and leased_until <= @now
        returning program_id, batch_id, lease, kind, actor, request_id, accepted_at
        """;

    private const string WaitingSql = """
        select item, customer_id, body from batch_items
        where program_id = @programId and batch_id = @batchId and state = 'waiting'
        order by item
        """;

    private const string FailSql = """
        update batch_items i
        set state = 'failed', body = null, code = @code, message = @message
        where i.program_id = @programId and i.batch_id = @batchId and i.item = @item and i.state = 'waiting'
          and exists (
            select from batches b
            where b.program_id = @programId and b.batch_id = @batchId and b.lease = @lease and b.state = 'open')
        """;

    private const string LeaveSql = """
        with waiting as (
          select exists (select from batch_items where program_id = @programId and batch_id = @batchId and state = 'waiting') as any_left)
        update batches
        set leased_until = '-infinity',
            state = case when waiting.any_left then state else 'done' end,
            ended_at = case when waiting.any_left then null else @now end
        from waiting
        where program_id = @programId and batch_id = @batchId and state = 'open' and lease = @lease
        """;

    /// <summary>One of each programme, so that none waits for another's.</summary>
    public async Task<IReadOnlyList<DueBatch>> DueAsync(CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<DueBatch>(new CommandDefinition(DueSql, new { now = clock.GetUtcNow() }, cancellationToken: ct))).AsList();
    }

    /// <summary>Null: another node was faster, or it was stopped.</summary>
    public async Task<BatchLease?> TakeAsync(DueBatch due, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(due);
        var now = clock.GetUtcNow();
        await using var connection = await database.OpenAsync(ct);
        var row = await connection.QuerySingleOrDefaultAsync<LeaseRow>(new CommandDefinition(
            TakeSql, new { due.ProgramId, due.BatchId, now, until = now + LeaseTime }, cancellationToken: ct));
        return row is null
            ? null
            : new BatchLease(row.ProgramId, row.BatchId, row.Lease, BatchKindText.Parse(row.Kind), row.Actor, row.RequestId, row.AcceptedAt);
    }

    public async Task<IReadOnlyList<WaitingItem>> WaitingAsync(BatchLease lease, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(lease);
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<WaitingItem>(
            new CommandDefinition(WaitingSql, new { lease.ProgramId, lease.BatchId }, cancellationToken: ct))).AsList();
    }

    /// <summary>The item was refused; it is not tried again.</summary>
    public async Task FailAsync(BatchLease lease, int item, int code, string message, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(lease);
        await using var connection = await database.OpenAsync(ct);
        var arguments = new { lease.ProgramId, lease.BatchId, item, code, message, lease.Lease };
        await connection.ExecuteAsync(new CommandDefinition(FailSql, arguments, cancellationToken: ct));
    }

    /// <summary>Gives the batch back; it has ended where nothing waits any more.</summary>
    public async Task LeaveAsync(BatchLease lease, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(lease);
        await using var connection = await database.OpenAsync(ct);
        var arguments = new { lease.ProgramId, lease.BatchId, lease.Lease, now = clock.GetUtcNow() };
        await connection.ExecuteAsync(new CommandDefinition(LeaveSql, arguments, cancellationToken: ct));
    }

    private sealed record LeaseRow(long ProgramId, long BatchId, long Lease, string Kind, string Actor, string? RequestId, DateTimeOffset AcceptedAt);
}
