using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Tributary.ChainOrders;
using Tributary.Primitives;

namespace Tributary.Server.Api.V1.ChainOrders;

/// <summary>Takes reports one by one or in batches. Each item of a batch is its own transaction; what is of one order stays in its order.</summary>
internal sealed class ChainIntake(RecordChainOrder orders, RecordChainEvent events)
{
    private const int MostItems = 1000;

    /// <summary>Items that are worked on at the same time.</summary>
    private const int AtOnce = 4;

    public async Task<Outcome<ChainOutcome>> RecordAsync(Call call, ChainOrderBody body, CancellationToken ct) =>
        body.ToReport(call.Program.Settings.DeBridge.ChainTable).TryGet(out var report, out var problem)
            ? await orders.ExecuteAsync(call.Program, report, ChainOrderSource.Native, call.BoundTo, call.Caller, ct)
            : problem;

    /// <param name="orderId">Null: the event names its order.</param>
    public async Task<Outcome<ChainOutcome>> ReportAsync(Call call, ChainEventBody body, string? orderId, CancellationToken ct)
    {
        var read = new ChainReading(call.Program.Settings.DeBridge.ChainTable);
        var report = body.ToReport(read, orderId);
        return read.Problem is { } problem ? problem : await events.ExecuteAsync(call.Program, report, call.BoundTo, call.Caller, ct);
    }

    public Task<Answer<ChainBatchAnswer>> RecordAllAsync(Call call, IReadOnlyList<JsonElement> items, CancellationToken ct) =>
        AllAsync<ChainOrderBody>(call, items, "orders", (body, stop) => RecordAsync(call, body, stop), ct);

    public Task<Answer<ChainBatchAnswer>> ReportAllAsync(Call call, IReadOnlyList<JsonElement> items, CancellationToken ct) =>
        AllAsync<ChainEventBody>(call, items, "events", (body, stop) => ReportAsync(call, body, null, stop), ct);

    private static async Task<Answer<ChainBatchAnswer>> AllAsync<TBody>(
        Call call, IReadOnlyList<JsonElement> items, string field, Func<TBody, CancellationToken, Task<Outcome<ChainOutcome>>> take,
        CancellationToken ct)
        where TBody : class
    {
        if (items.Count is 0 or > MostItems)
            return new Problem(ProblemCode.TooMany, $"A batch holds 1 to {MostItems} items.", field);
        var results = new ChainBatchResult[items.Count];
        var type = (JsonTypeInfo<TBody>)V1Json.Strict.GetTypeInfo(typeof(TBody))!;
        var ofOneOrder = Enumerable.Range(0, items.Count).GroupBy(n => IdOf(items[n]) ?? n.ToString(CultureInfo.InvariantCulture));
        var limits = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct };
        await Parallel.ForEachAsync(ofOneOrder, limits, async (same, stop) =>
        {
            foreach (var index in same)
            {
                var bytes = Encoding.UTF8.GetBytes(items[index].GetRawText());
                var outcome = StrictJson.Read(bytes, type).TryGet(out var body, out var unread) ? await take(body, stop) : unread;
                results[index] = ResultOf(index, IdOf(items[index]), outcome, call.Caller.RequestId!);
            }
        });
        return new ChainBatchAnswer(results);
    }

    /// <summary>As it was written: two spellings of one id are two groups, which their order's lock keeps apart.</summary>
    private static string? IdOf(JsonElement item)
    {
        if (item.ValueKind != JsonValueKind.Object || !item.TryGetProperty("orderId", out var id) || id.ValueKind != JsonValueKind.String)
            return null;
        try
        {
            return id.GetString()!.ToLowerInvariant();
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair; reading the item says so.
            return null;
        }
    }

    private static ChainBatchResult ResultOf(int index, string? orderId, Outcome<ChainOutcome> result, string requestId)
    {
        if (!result.TryGet(out var outcome, out var problem))
            return new ChainBatchResult(index, orderId, "refused", V1Problems.Of(problem, requestId));
        return new ChainBatchResult(
            index, outcome.OrderId, ChainOutcomeAnswer.Word(outcome.Kind),
            outcome.Problem is { } refused ? V1Problems.Of(refused, requestId) : null);
    }
}
