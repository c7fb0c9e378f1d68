using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Tributary.Storage;
using Xunit;

[assembly: AssemblyFixture(typeof(Tributary.Tests.Support.PostgresFixture))]

namespace Tributary.Tests.Support;

/// <summary>
/// One PostgreSQL per test run: a private cluster in a folder of its own (without fsync; the tests that kill it make
/// their own), or the server that <c>TRIBUTARY_TEST_DATABASE</c> names. Databases are copies of one migrated template.
/// </summary>
public sealed class PostgresFixture : IAsyncLifetime
{
    internal const string FolderPrefix = "tributary-tests-";

    private static int s_databases;

    private readonly SemaphoreSlim _copying = new(1, 1);
    private readonly string _run = $"{Environment.ProcessId}_{Random.Shared.Next(100_000, 1_000_000)}";
    private readonly Lazy<Task> _started;
    private LocalPostgres? _cluster;
    private PostgresConnections _base = null!;
    private string? _folder;

    public PostgresFixture() => _started = new Lazy<Task>(StartAsync);

    private string Template => "tributary_template_" + _run;

    /// <summary>Nothing yet: a run of pure tests needs no database.</summary>
    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (!_started.IsValueCreated)
        {
            return;
        }

        if (_cluster is null)
        {
            await ExecuteAsync($"drop database if exists {Template} with (force)");
            return;
        }

        await _cluster.DisposeAsync();
        TestFolders.Delete(_folder!);
    }

    /// <summary>A database of the present schema that nobody else uses. Dispose it to drop it early.</summary>
    public Task<TestDatabase> CreateDatabaseAsync() => CreateAsync($" template {Template}");

    /// <summary>A database without any schema.</summary>
    public Task<TestDatabase> CreateEmptyDatabaseAsync() => CreateAsync(" template template0");

    private async Task StartAsync()
    {
        _base = Environment.GetEnvironmentVariable("TRIBUTARY_TEST_DATABASE") is { Length: > 0 } given
            ? PostgresConnections.Single(given)
            : await StartClusterAsync();
        await ExecuteAsync($"create database {Template}");
        await Migrator.MigrateAsync(Named(Template), CancellationToken.None);
    }

    private async Task<TestDatabase> CreateAsync(string options)
    {
        await _started.Value;
        string name = string.Create(CultureInfo.InvariantCulture, $"test_{_run}_{Interlocked.Increment(ref s_databases)}");
        // PostgreSQL copies a template for one session at a time.
        await _copying.WaitAsync();
        try
        {
            await ExecuteAsync($"create database {name}{options}");
        }
        finally
        {
            _copying.Release();
        }

        return new TestDatabase(name, Named(name), () => ExecuteAsync($"drop database if exists {name} with (force)"));
    }

    private async Task<PostgresConnections> StartClusterAsync()
    {
        await TestFolders.RemoveAbandonedAsync(FolderPrefix);
        _folder = TestFolders.Create(FolderPrefix);
        _cluster = await LocalPostgres.PrepareAsync(
            LocalPostgresSettings.FromEnvironment(_folder) with { Parameters = Fast, InitArguments = ["--no-sync"] },
            CancellationToken.None);
        await _cluster.StartAsync(NullLogger.Instance, CancellationToken.None);
        return _cluster.Connections;
    }

    private static Dictionary<string, string> Fast => new()
    {
        ["fsync"] = "off",
        ["full_page_writes"] = "off",
        ["shared_buffers"] = "64MB",
        ["max_wal_size"] = "1GB",
        ["max_connections"] = "300",
        ["autovacuum_naptime"] = "5min",
    };

    private PostgresConnections Named(string database) => new(
        new NpgsqlConnectionStringBuilder(_base.Server) { Database = database }.ConnectionString,
        new NpgsqlConnectionStringBuilder(_base.Owner) { Database = database }.ConnectionString);

    private async Task ExecuteAsync(string sql)
    {
        var builder = new NpgsqlConnectionStringBuilder(_base.Owner) { Pooling = false, CommandTimeout = 60 };
        await using NpgsqlConnection connection = new(builder.ConnectionString);
        await connection.OpenAsync();
        await using NpgsqlCommand command = new(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}

/// <summary>One test database: its connection strings in both roles and an open <see cref="Database"/>.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private readonly Func<Task> _drop;

    internal TestDatabase(string name, PostgresConnections connections, Func<Task> drop)
    {
        Name = name;
        Connections = connections;
        Database = new Database(connections.Server, new DatabaseSettings { MaxPoolSize = 80, CommandTimeoutSeconds = 60 });
        _drop = drop;
    }

    public string Name { get; }

    public PostgresConnections Connections { get; }

    /// <summary>With the server's rights: it cannot change the ledger.</summary>
    public Database Database { get; }

    /// <summary>A connection with the owner's rights, for what a test must break.</summary>
    public async Task<NpgsqlConnection> OpenAsOwnerAsync()
    {
        var builder = new NpgsqlConnectionStringBuilder(Connections.Owner) { Pooling = false };
        NpgsqlConnection connection = new(builder.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        await _drop();
    }
}
