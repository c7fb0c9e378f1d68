using System.Diagnostics;
using Npgsql;
using Tributary.Storage;
using Tributary.Webhooks.Publishing;

namespace Tributary.Webhooks.Deliveries;

/// <summary>An endpoint to which something is due.</summary>
/// <param name="IsFailing">Whether its last attempt failed.</param>
public sealed record DueLane(long ProgramId, long EndpointId, bool IsFailing);

/// <summary>The right of one sender to send to one endpoint, for a while.</summary>
public sealed class Lane(long programId, long endpointId, long lease, long taken)
{
    public long ProgramId => programId;

    public long EndpointId => endpointId;

    /// <summary>Rises with every holder.</summary>
    public long Lease => lease;

    /// <summary>What is left of it at least, by the monotonic clock of this node: counted from before it was asked for.</summary>
    public TimeSpan Left => DeliveryQueue.LeaseTime - Stopwatch.GetElapsedTime(taken);

    internal void Renewed(long at) => taken = at;
}

/// <summary>An endpoint as its sender needs it; read anew with every handful of deliveries.</summary>
/// <param name="Secrets">The present one first; a former one while it still signs. None: they cannot be read.</param>
public sealed record Target(
    string Key, string Url, WebhookFormat Format, IReadOnlyList<string> Secrets, int Concurrency, IReadOnlyList<(string Name, string Value)> Headers,
    DateTimeOffset? FailingSince);

/// <summary>One event to be told to one endpoint.</summary>
/// <param name="Event">Null: a test.</param>
/// <param name="Attempts">That were made.</param>
/// <param name="ScheduleFrom">Those of them that the present schedule does not count.</param>
/// <param name="Body">As it was sent before, if it was.</param>
public sealed record QueuedDelivery(
    long Id, PublishedEvent? Event, string Name, long Party, int Attempts, int ScheduleFrom, string? Body)
{
    /// <summary>What is told one after the other, where an endpoint takes several messages at once.</summary>
    public long OrderedBy => Party != 0 ? Party : Event?.OrderKey ?? Event?.CustomerId ?? Event?.ReferrerId ?? Id;

    internal const string Columns = "d.delivery_id, d.name, d.party, d.attempts, d.schedule_from, d.body, d.event_id is not null";

    private const int Own = 7;

    internal static QueuedDelivery Read(NpgsqlDataReader row) => new(
        row.GetInt64(0), row.GetBoolean(6) ? PublishedEvent.Read(row, Own) : null, row.GetString(1), row.GetInt64(2), row.GetInt32(3), row.GetInt32(4),
        row.TextOrNull(5));
}

/// <summary>What to do with a delivery after an attempt, or after it was found that there is nothing to tell.</summary>
public enum DeliveryFate
{
    Delivered,
    Waits,
    Failed,
    Skipped,
}

/// <param name="DueAt">Of one that waits.</param>
/// <param name="Attempt">Null: none was made.</param>
public sealed record DeliveryResult(long Id, DeliveryFate Fate, DateTimeOffset? DueAt, string? Body, AttemptMade? Attempt);

/// <param name="Number">From 1, over all schedules.</param>
/// <param name="Status">Null: no answer.</param>
public sealed record AttemptMade(int Number, DateTimeOffset At, TimeSpan Duration, int? Status, string? Answer);

/// <param name="PausedUntil">Nothing is sent before; null: no pause.</param>
/// <param name="Url">Who asks for the pause: an endpoint that has moved meanwhile makes none.</param>
public sealed record LaneNews(IReadOnlyList<DeliveryResult> Results, DateTimeOffset? PausedUntil, string? Url = null)
{
    public bool HasSuccess => Results.Any(result => result.Fate == DeliveryFate.Delivered);

    public bool HasFailure => Results.Any(result => result.Fate is DeliveryFate.Waits or DeliveryFate.Failed);
}
