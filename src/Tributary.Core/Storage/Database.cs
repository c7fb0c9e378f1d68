using Npgsql;

namespace Tributary.Storage;

/// <summary>Limits of one node's connections.</summary>
public sealed record DatabaseSettings
{
    /// <summary>Connections this node opens at most; a request waits for a free one up to <see cref="ConnectTimeoutSeconds"/>.</summary>
    public int MaxPoolSize { get; init; } = 50;
    public int ConnectTimeoutSeconds { get; init; } = 5;
    public int CommandTimeoutSeconds { get; init; } = 10;
    public string ApplicationName { get; init; } = "tributary";

    /// <summary>Operations that this node runs at once; one more waits up to <see cref="ConnectTimeoutSeconds"/>. Null: as many as it has connections.</summary>
    public int? MaxTransactions { get; init; }

    /// <summary>These settings for a PostgreSQL on the same machine, which shares its processors with the server.</summary>
    public DatabaseSettings BesidePostgres() =>
        this with { MaxTransactions = MaxTransactions ?? Math.Max(LeastTransactions, TransactionsPerProcessor * Environment.ProcessorCount) };

    // Few enough not to take turns, enough to share the syncs of a slow disk.
    private const int LeastTransactions = 8;
    private const int TransactionsPerProcessor = 4;
}

/// <summary>
/// The way to the database. Every caller opens a connection, uses it and disposes it; the pool keeps the physical ones
/// and prepares repeated statements by itself. While the gate is closed (start-up, before the schema is known to be
/// the right one) opening fails like an outage, so that every face answers 503 in its own shape.
/// </summary>
public sealed class Database : IAsyncDisposable
{
    private readonly TransactionSlots _slots;
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

    static Database() => DapperTypes.Register();

    public Database(string connectionString, DatabaseSettings? settings = null, bool open = true)
    {
        settings ??= new DatabaseSettings();
        Source = NpgsqlDataSource.Create(WithLimits(connectionString, settings));
        _slots = new TransactionSlots(settings.MaxTransactions ?? settings.MaxPoolSize, TimeSpan.FromSeconds(settings.ConnectTimeoutSeconds));
        if (open)
        {
            OpenGate();
        }
    }

    /// <summary>The pool itself, for what needs it directly (bulk copy, notifications). It ignores the gate.</summary>
    public NpgsqlDataSource Source { get; }

    public bool IsOpen => _opened.Task.IsCompleted;

    /// <summary>Lets requests in, once the schema is known to be right.</summary>
    public void OpenGate() => _opened.TrySetResult();

    /// <summary>Waits for the gate; for jobs that begin with the server.</summary>
    public Task WhenOpenAsync(CancellationToken ct) => _opened.Task.WaitAsync(ct);

    /// <summary>An open connection from the pool. Fails with what <see cref="DatabaseFault.IsOutage"/> recognises when there is none.</summary>
    public ValueTask<NpgsqlConnection> OpenAsync(CancellationToken ct)
    {
        return IsOpen
            ? Source.OpenConnectionAsync(ct)
            : ValueTask.FromException<NpgsqlConnection>(new DatabaseNotReadyException());
    }

    /// <summary>A place among the transactions that run at once; before the connection, so that none is held in waiting.</summary>
    internal ValueTask<TransactionSlots.Slot> EnterAsync(CancellationToken ct) => _slots.TakeAsync(ct);

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        _slots.Dispose();
    }

    private static string WithLimits(string connectionString, DatabaseSettings settings)
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString)
        {
            ApplicationName = settings.ApplicationName,
            MaxPoolSize = settings.MaxPoolSize,
            Timeout = settings.ConnectTimeoutSeconds,
            CommandTimeout = settings.CommandTimeoutSeconds,
            MaxAutoPrepare = 200,
            AutoPrepareMinUsages = 2,
            // Nothing here leaves session state behind, so the round trip that resets it is saved.
            NoResetOnClose = true,
        };
        return builder.ConnectionString;
    }
}

/// <summary>The server is still starting its database or migrating it.</summary>
public sealed class DatabaseNotReadyException()
    : Exception("The database is not ready yet: the server is still starting. Try again in a few seconds.");
