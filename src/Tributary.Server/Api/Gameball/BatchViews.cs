using System.Globalization;
using Tributary.Batches;
using Tributary.Server.Api.Gameball.Wire;

namespace Tributary.Server.Api.Gameball;

internal sealed record BatchAnswer(long JobId);

/// <param name="Message">What the call did.</param>
internal sealed record BatchStoppedAnswer(string BatchId, string Status, string Message)
{
    public static BatchStoppedAnswer Of(BatchProgress batch, bool stopped) => new(
        BatchStatusAnswer.IdOf(batch), BatchStatusAnswer.WordOf(batch.Status), stopped ? "batch stopped" : "batch has already ended");
}

/// <param name="Progress">Of a hundred; whole only when all is processed.</param>
internal sealed record BatchStatusAnswer(
    string BatchId,
    string Status,
    int Progress,
    int TotalItems,
    int ProcessedItems,
    int FailedItems,
    IReadOnlyList<BatchResultView> Results,
    IReadOnlyList<BatchErrorView> Errors)
{
    public static BatchStatusAnswer Of(BatchProgress batch) => new(
        IdOf(batch),
        WordOf(batch.Status),
        (int)(100L * batch.Results.Count / batch.Items),
        batch.Items,
        batch.Results.Count,
        batch.FailedItems,
        [.. batch.Results.Select(BatchResultView.Of)],
        [.. batch.Results.Where(result => result.Code is not null).Select(BatchErrorView.Of)]);

    public static string IdOf(BatchProgress batch) => batch.BatchId.ToString(CultureInfo.InvariantCulture);

    public static string WordOf(BatchStatus status) => status switch
    {
        BatchStatus.Pending => "pending",
        BatchStatus.Processing => "processing",
        BatchStatus.Completed => "completed",
        BatchStatus.Failed => "failed",
        BatchStatus.Stopped => "stopped",
    };
}

/// <summary>The older form of the same.</summary>
internal sealed record OldBatchStatusAnswer(
    string Operation,
    string Status,
    int TotalCount,
    int FinishedCount,
    int ErrorCount,
    WireInstant CreatedAt,
    WireInstant? StartedAt,
    OldBatchResponse Response)
{
    public static OldBatchStatusAnswer Of(BatchProgress batch) => new(
        OperationOf(batch.Kind),
        WordOf(batch.Status),
        batch.Items,
        batch.Results.Count,
        batch.FailedItems,
        new WireInstant(batch.AcceptedAt),
        WireInstant.Of(batch.StartedAt),
        new OldBatchResponse(
            [.. batch.Results.Where(result => result.Code is null).Select(BatchResultView.Of)],
            [.. batch.Results.Where(result => result.Code is not null).Select(BatchErrorView.Of)]));

    private static string OperationOf(BatchKind kind) => kind switch
    {
        BatchKind.Customers => "customers",
        BatchKind.Orders => "orders",
        BatchKind.Events => "events",
    };

    private static string WordOf(BatchStatus status) => status switch
    {
        BatchStatus.Pending => "queued",
        BatchStatus.Processing => "running",
        BatchStatus.Completed => "completed",
        BatchStatus.Failed => "failed",
        BatchStatus.Stopped => "stopped",
    };
}

internal sealed record OldBatchResponse(IReadOnlyList<BatchResultView> Successful, IReadOnlyList<BatchErrorView> Failed);

/// <param name="Index">The item's place in the batch, from 0.</param>
/// <param name="OrderId">Null where the item is no order.</param>
internal sealed record BatchResultView(int Index, string? CustomerId, string? OrderId, bool Success)
{
    public static BatchResultView Of(BatchItemResult result) => new(result.Item, result.CustomerId, result.OrderId, result.Code is null);
}

/// <param name="Code">As the single call answers it.</param>
internal sealed record BatchErrorView(int Index, string? CustomerId, string? OrderId, int Code, string Message)
{
    public static BatchErrorView Of(BatchItemResult result) =>
        new(result.Item, result.CustomerId, result.OrderId, result.Code.GetValueOrDefault(), result.Message ?? "");
}
