using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Tributary.Storage;

/// <summary>
/// Hears of changes to programmes, their keys and settings that any node made, so that this node's caches forget what
/// they hold. Between two notifications the connection is asked for a sign of life; a cache may be believed only as long
/// as the last sign is fresh, which bounds how stale an answer can be even where a cut goes unnoticed.
/// </summary>
public sealed partial class ChangeFeed(Database database, ILogger<ChangeFeed> logger)
{
    public const string Channel = "tributary_changes";

    /// <summary>Told by whoever gave positions to events, after the commit; the payload is the programme.</summary>
    internal const string EventsChannel = "tributary_events";

    /// <summary>Told together with the former where an endpoint is to be told something.</summary>
    internal const string DeliveriesChannel = "tributary_deliveries";

    private static readonly TimeSpan SignOfLifeEvery = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan BelievedFor = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(500);
    private const int SignOfLifeTimeoutSeconds = 2;

    /// <summary>When the last answered sign of life was asked for; 0 while not listening. Monotonic: the wall clock may jump.</summary>
    private long freshAt;

    /// <summary>The programme that changed; null: anything may have changed.</summary>
    public event Action<long?>? Changed;

    /// <summary>Something of a programme changed that caches keep by itself.</summary>
    public event Action<ChangedPart>? PartChanged;

    /// <summary>A programme has newly published events; null: any may have.</summary>
    public event Action<long?>? EventsPublished;

    /// <summary>There may be something to send to webhooks of a programme; null: of any.</summary>
    public event Action<long?>? DeliveriesQueued;

    /// <summary>Whether everything changed more than a second ago has been heard of.</summary>
    public bool IsCurrent
    {
        get
        {
            var at = Volatile.Read(ref freshAt);
            return at != 0 && Stopwatch.GetElapsedTime(at) <= BelievedFor;
        }
    }

    /// <summary>Makes every node forget what it cached of the transaction's programme, when the transaction commits.</summary>
    public static void Announce(Transaction tx) =>
        tx.Writes.Add("select pg_notify($1, $2)", Param.Of(Channel), Param.Of(tx.ProgramId.ToString(CultureInfo.InvariantCulture)));

    /// <summary>Makes every node forget what it cached of one part of the transaction's programme, when the transaction commits.</summary>
    /// <param name="kind">One of <see cref="ChangedPart"/>'s.</param>
    public static void Announce(Transaction tx, string kind, long id) => tx.Writes.Add(
        "select pg_notify($1, $2)", Param.Of(Channel), Param.Of(new ChangedPart(tx.ProgramId, kind, id).ToString()));

    /// <summary>As <see cref="Forget(long?)"/>, of one part.</summary>
    public void ForgetPart(ChangedPart part) => PartChanged?.Invoke(part);

    /// <summary>Makes this node forget at once; called after a commit, so that its own caller sees the change.</summary>
    public void Forget(long? programId) => Changed?.Invoke(programId);

    /// <summary>Listens until it is told to stop, through any number of outages.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            try
            {
                await ListenAsync(ct);
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault) when (DatabaseFault.IsOutage(fault) || fault is NpgsqlException)
            {
                Log.Cut(logger, fault.GetType().Name);
            }
            finally
            {
                Volatile.Write(ref freshAt, 0);
            }
            await Task.Delay(RetryAfter, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ListenAsync(CancellationToken ct)
    {
        await database.WhenOpenAsync(ct);
        await using var connection = await database.OpenAsync(ct);
        connection.Notification += OnNotification;
        try
        {
            await ExecuteAsync(connection, $"listen {Channel}; listen {EventsChannel}; listen {DeliveriesChannel}", ct);
            // What changed before this moment was not heard; what changes from now on will be.
            Forget(null);
            EventsPublished?.Invoke(null);
            DeliveriesQueued?.Invoke(null);
            while (true)
            {
                var asked = Stopwatch.GetTimestamp();
                await ExecuteAsync(connection, "select 1", ct);
                Volatile.Write(ref freshAt, asked);
                await connection.WaitAsync(SignOfLifeEvery, ct);
            }
        }
        finally
        {
            connection.Notification -= OnNotification;
            await StopListeningAsync(connection);
        }
    }

    /// <summary>The connection goes back to the pool, where nobody would read its notifications.</summary>
    private static async Task StopListeningAsync(NpgsqlConnection connection)
    {
        try
        {
            await ExecuteAsync(connection, "unlisten *", CancellationToken.None);
        }
        catch (Exception fault) when (fault is NpgsqlException or InvalidOperationException)
        {
            // It is broken, so the pool drops it anyway.
        }
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = SignOfLifeTimeoutSeconds };
        await command.ExecuteNonQueryAsync(ct);
    }

    private void OnNotification(object sender, NpgsqlNotificationEventArgs e)
    {
        if (e.Channel == DeliveriesChannel)
        {
            DeliveriesQueued?.Invoke(long.Parse(e.Payload, NumberStyles.None, CultureInfo.InvariantCulture));
            return;
        }
        if (e.Channel == EventsChannel)
        {
            EventsPublished?.Invoke(long.Parse(e.Payload, NumberStyles.None, CultureInfo.InvariantCulture));
            return;
        }
        if (ChangedPart.TryParse(e.Payload) is { } part)
        {
            ForgetPart(part);
            return;
        }
        var isNumber = long.TryParse(e.Payload, NumberStyles.None, CultureInfo.InvariantCulture, out var programId);
        Forget(isNumber ? programId : null);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Not hearing of changes ({Fault}); cached keys and settings are read again before each use.")]
        public static partial void Cut(ILogger logger, string fault);
    }
}
