namespace Tributary.Batches;

/// <summary>What the items of a batch are.</summary>
public enum BatchKind
{
    Customers,
    Orders,
    Events,
}

/// <summary>How far a batch is.</summary>
public enum BatchStatus
{
    /// <summary>Nobody has begun with it.</summary>
    Pending,
    Processing,
    Completed,

    /// <summary>It is through, and no item succeeded.</summary>
    Failed,

    /// <summary>Somebody stopped it; what was finished stays.</summary>
    Stopped,
}

/// <summary>An item as it came.</summary>
/// <param name="CustomerId">Whom it is about, where that can be read: items of one customer are carried out in their order.</param>
/// <param name="Body">The JSON as sent.</param>
public sealed record NewBatchItem(string? CustomerId, string? OrderId, string Body);

public sealed record BatchAccepted(long BatchId);

/// <summary>An item that is finished.</summary>
/// <param name="Code">Why it failed, in the dialect's numbers; null: it succeeded.</param>
public sealed record BatchItemResult(int Item, string? CustomerId, string? OrderId, int? Code, string? Message);

/// <param name="Items">How many there are.</param>
/// <param name="Results">Those that are finished, by their place in the batch.</param>
public sealed record BatchProgress(
    long BatchId, BatchKind Kind, BatchStatus Status, int Items, DateTimeOffset AcceptedAt, DateTimeOffset? StartedAt, IReadOnlyList<BatchItemResult> Results)
{
    public int FailedItems => Results.Count(result => result.Code is not null);
}

/// <param name="Changed">False: it had ended before.</param>
public sealed record BatchStopped(bool Changed);

internal static class BatchKindText
{
    public static string Of(BatchKind kind) => kind switch
    {
        BatchKind.Customers => "customers",
        BatchKind.Orders => "orders",
        BatchKind.Events => "events",
    };

    public static BatchKind Parse(string text) => text switch
    {
        "customers" => BatchKind.Customers,
        "orders" => BatchKind.Orders,
        "events" => BatchKind.Events,
        _ => throw new InvalidOperationException($"No kind of batch: {text}."),
    };
}
