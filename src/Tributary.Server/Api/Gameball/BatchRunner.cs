using System.Diagnostics;
using System.Text.Json;
using Tributary.Batches;
using Tributary.Programs;
using Tributary.Server.Api.Gameball.Wire;
using Tributary.Storage;

namespace Tributary.Server.Api.Gameball;

/// <summary>
/// Carries out the items of batches by the handlers of the single calls: one batch of a programme at a time on a node, items of
/// one customer in their order, those of others beside them. After a short turn others are next.
/// </summary>
internal sealed partial class BatchRunner(
    BatchWork work, ProgramRegister programs, CustomerCalls customers, OrderCalls orders, EventCalls events, ILogger<BatchRunner> logger)
{
    private const int BatchesAtOnce = 2;
    private const int CustomersAtOnce = 4;

    private static readonly TimeSpan TurnTime = TimeSpan.FromSeconds(5);

    public async Task RunAsync(CancellationToken ct)
    {
        while (await RoundAsync(ct))
        {
        }
    }

    /// <returns>Whether any item came to its end, so that there may be more to do at once.</returns>
    private async Task<bool> RoundAsync(CancellationToken ct)
    {
        var ended = 0;
        var options = new ParallelOptions { MaxDegreeOfParallelism = BatchesAtOnce, CancellationToken = ct };
        await Parallel.ForEachAsync(await work.DueAsync(ct), options, async (due, stop) =>
        {
            if (await work.TakeAsync(due, stop) is { } lease && await programs.FindAsync(lease.ProgramId, stop) is { } program)
                Interlocked.Add(ref ended, await TurnAsync(program, lease, stop));
        });
        return ended > 0;
    }

    /// <returns>How many items came to their end.</returns>
    private async Task<int> TurnAsync(ReferralProgram program, BatchLease lease, CancellationToken ct)
    {
        var ended = 0;
        var begun = Stopwatch.GetTimestamp();
        var ofCustomers = (await work.WaitingAsync(lease, ct)).GroupBy(item => item.CustomerId ?? $"\n{item.Item}");
        var options = new ParallelOptions { MaxDegreeOfParallelism = CustomersAtOnce, CancellationToken = ct };
        try
        {
            await Parallel.ForEachAsync(ofCustomers, options, async (items, stop) =>
            {
                foreach (var item in items)
                {
                    if (Stopwatch.GetElapsedTime(begun) > TurnTime || !await DoAsync(program, lease, item, stop))
                        return;
                    Interlocked.Increment(ref ended);
                }
            });
        }
        finally
        {
            // A node that stops gives it back; what was being done is undone.
            await work.LeaveAsync(lease, CancellationToken.None);
        }
        return ended;
    }

    /// <returns>False: not now. Then what follows of the same customer waits as well.</returns>
    private async Task<bool> DoAsync(ReferralProgram program, BatchLease lease, WaitingItem item, CancellationToken ct)
    {
        var error = await TryAsync(program, lease, item, ct);
        if (error is null)
            return true;
        if (error.RetryAfterSeconds is not null)
            return false;
        await work.FailAsync(lease, item.Item, error.Code, error.Message, ct);
        return true;
    }

    private async Task<GameballError?> TryAsync(ReferralProgram program, BatchLease lease, WaitingItem item, CancellationToken ct)
    {
        try
        {
            using var document = JsonDocument.Parse(item.Body);
            var body = WireObject.Root(document.RootElement);
            if (body.Fault is { } fault)
                return fault;
            var answer = await HandlerOf(lease.Kind)(CallOf(program, lease, item, body), ct);
            return answer is GameballRefusal refusal ? refusal.Error : null;
        }
        catch (Exception bug) when (bug is not OperationCanceledException && !DatabaseFault.IsOutage(bug))
        {
            // One item that cannot be carried out must not hold up all others.
            Log.Failed(logger, bug, lease.BatchId, item.Item);
            return GameballErrors.Bug;
        }
    }

    private GameballHandler HandlerOf(BatchKind kind) => kind switch
    {
        BatchKind.Customers => customers.CreateOrUpdateAsync,
        BatchKind.Orders => orders.RecordAsync,
        BatchKind.Events => events.RecordAsync,
    };

    /// <summary>A batch is taken with the secret only, so its items are trusted.</summary>
    private static GameballCall CallOf(ReferralProgram program, BatchLease lease, WaitingItem item, WireObject body) => new(
        program, Trusted: true, lease.CallerOf(new BatchItemClaim(lease.BatchId, item.Item, lease.Lease)), default, [], QueryCollection.Empty, body, Language: null);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "Item {Item} of batch {Batch} failed")]
        public static partial void Failed(ILogger logger, Exception failure, long batch, int item);
    }
}
