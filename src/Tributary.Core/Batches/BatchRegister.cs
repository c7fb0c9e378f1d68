using Dapper;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Storage;

namespace Tributary.Batches;

/// <summary>Batches as their senders see them: accepted, looked at, stopped, and forgotten 30 days after their end.</summary>
public sealed class BatchRegister(Database database, Transactions transactions, TimeProvider clock)
{
    public const int MostItems = 5_000;

    /// <summary>Of one programme that wait or are worked on; then no more are taken.</summary>
    public const int MostOpen = 100;

    public static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    private const int ForgottenAtOnce = 20;

    private const string OpenSql = "select count(*) from batches where program_id = @programId and state = 'open'";

    private const string InsertSql = """
        insert into batches (program_id, kind, state, items, actor, request_id, accepted_at)
        values (@programId, @kind, 'open', @items, @actor, @requestId, @now)
        returning batch_id
        """;

    private const string InsertItemsSql = """
        insert into batch_items (program_id, batch_id, item, customer_id, order_id, state, body)
        select @programId, @batchId, u.place - 1, u.customer_id, u.order_id, 'waiting', u.body
        from unnest(@customers, @orders, @bodies) with ordinality as u (customer_id, order_id, body, place)
        """;

    private const string FindSql = """
        select batch_id, kind, state, items, accepted_at, started_at from batches where program_id = @programId and batch_id = @batchId
        """;

    private const string ResultsSql = """
        select item, customer_id, order_id, code, message from batch_items
        where program_id = @programId and batch_id = @batchId and state in ('done', 'failed')
        order by item
        """;

    private const string StopSql = """
        update batches set state = 'stopped', ended_at = @now
        where program_id = @programId and batch_id = @batchId and state = 'open'
        """;

    /// <summary>Waits for what is being carried out, so that after it nothing happens any more.</summary>
    private const string DropSql = """
        update batch_items set state = 'dropped', body = null
        where program_id = @programId and batch_id = @batchId and state = 'waiting'
        """;

    private const string ProgramsSql = "select distinct program_id from batches where state <> 'open' and ended_at < @before";

    private const string ForgetSql = """
        delete from batches
        where program_id = @programId and batch_id = any (array(
          select batch_id from batches where program_id = @programId and state <> 'open' and ended_at < @before limit @most))
        """;

    /// <summary>Takes a batch to be carried out; its items are judged one by one, as if they had come now.</summary>
    public Task<Outcome<BatchAccepted>> AcceptAsync(
        ReferralProgram program, BatchKind kind, IReadOnlyList<NewBatchItem> items, Caller caller, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(items);
        ArgumentNullException.ThrowIfNull(caller);
        return Refuse(program, items) is { } problem
            ? Task.FromResult<Outcome<BatchAccepted>>(problem)
            : transactions.RunAsync(program.Id, caller, (tx, stop) => InsertAsync(tx, kind, items, stop), ct);
    }

    /// <summary>Null: there is none.</summary>
    public async Task<BatchProgress?> FindAsync(long programId, long batchId, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        // The batch before its items: of one that has ended, all are seen.
        var row = await connection.QuerySingleOrDefaultAsync<BatchRow>(new CommandDefinition(FindSql, new { programId, batchId }, cancellationToken: ct));
        if (row is null)
            return null;
        var results = (await connection.QueryAsync<BatchItemResult>(
            new CommandDefinition(ResultsSql, new { programId, batchId }, cancellationToken: ct))).AsList();
        return new BatchProgress(
            row.BatchId, BatchKindText.Parse(row.Kind), StatusOf(row, results), row.Items, row.AcceptedAt, row.StartedAt, results);
    }

    /// <summary>Ends a batch: what is finished stays, what waits is dropped.</summary>
    public Task<Outcome<BatchStopped>> StopAsync(ReferralProgram program, long batchId, Caller caller, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(program);
        return transactions.RunAsync<BatchStopped>(program.Id, caller, async (tx, stop) =>
        {
            var arguments = new { programId = program.Id, batchId, now = tx.Now };
            if (await tx.Connection.QuerySingleOrDefaultAsync<BatchRow>(new CommandDefinition(FindSql, arguments, cancellationToken: stop)) is null)
                return new Problem(ProblemCode.NotFound, "No such batch.");
            if (await tx.Connection.ExecuteAsync(new CommandDefinition(StopSql, arguments, cancellationToken: stop)) == 0)
                return new BatchStopped(Changed: false);
            await tx.Connection.ExecuteAsync(new CommandDefinition(DropSql, arguments, cancellationToken: stop));
            tx.Audit("batch.stopped", $"batch:{batchId}", null, null);
            return new BatchStopped(Changed: true);
        }, ct);
    }

    /// <summary>Forgets batches that ended longer ago than <see cref="Kept"/>.</summary>
    public async Task ForgetAsync(CancellationToken ct)
    {
        var before = clock.GetUtcNow() - Kept;
        await using var connection = await database.OpenAsync(ct);
        var programs = (await connection.QueryAsync<long>(new CommandDefinition(ProgramsSql, new { before }, cancellationToken: ct))).AsList();
        await PerProgram.RunAsync(programs, async programId =>
        {
            var arguments = new { programId, before, most = ForgottenAtOnce };
            while (await connection.ExecuteAsync(new CommandDefinition(ForgetSql, arguments, cancellationToken: ct)) == ForgottenAtOnce)
            {
            }
        });
    }

    private static Problem? Refuse(ReferralProgram program, IReadOnlyList<NewBatchItem> items)
    {
        if (program.State == ProgramState.Paused)
            return new Problem(ProblemCode.ProgramPaused, "The programme is paused; it takes no new batches.");
        if (items.Count == 0)
            return new Problem(ProblemCode.MissingField, "At least one item is needed.", "body");
        return items.Count > MostItems ? new Problem(ProblemCode.TooMany, $"A batch holds at most {MostItems} items.", "body") : null;
    }

    private static async Task<Outcome<BatchAccepted>> InsertAsync(
        Transaction tx, BatchKind kind, IReadOnlyList<NewBatchItem> items, CancellationToken ct)
    {
        var programId = tx.ProgramId;
        if (await tx.Connection.ExecuteScalarAsync<long>(new CommandDefinition(OpenSql, new { programId }, cancellationToken: ct)) >= MostOpen)
            return new Problem(ProblemCode.RateLimited, $"At most {MostOpen} batches of a programme wait; try again when some are through.");
        var batch = new
        {
            programId, kind = BatchKindText.Of(kind), items = items.Count, actor = tx.Caller.Actor, requestId = tx.Caller.RequestId, now = tx.Now,
        };
        var batchId = await tx.Connection.ExecuteScalarAsync<long>(new CommandDefinition(InsertSql, batch, cancellationToken: ct));
        var rows = new
        {
            programId,
            batchId,
            customers = items.Select(item => item.CustomerId).ToArray(),
            orders = items.Select(item => item.OrderId).ToArray(),
            bodies = items.Select(item => item.Body).ToArray(),
        };
        await tx.Connection.ExecuteAsync(new CommandDefinition(InsertItemsSql, rows, cancellationToken: ct));
        return new BatchAccepted(batchId);
    }

    private static BatchStatus StatusOf(BatchRow row, List<BatchItemResult> results) => row.State switch
    {
        "stopped" => BatchStatus.Stopped,
        "done" => results.Exists(result => result.Code is null) ? BatchStatus.Completed : BatchStatus.Failed,
        _ => row.StartedAt is null ? BatchStatus.Pending : BatchStatus.Processing,
    };

    private sealed record BatchRow(long BatchId, string Kind, string State, int Items, DateTimeOffset AcceptedAt, DateTimeOffset? StartedAt);
}
