using Dapper;
using Npgsql;

namespace Tributary.Storage.Cluster;

/// <summary>The database and the two roles of a private cluster.</summary>
internal static class ClusterRoles
{
    /// <summary>Made by initdb; owns the schema.</summary>
    public const string Owner = "tributary_owner";

    /// <summary>Serves requests; gets its rights from <c>Privileges.sql</c>.</summary>
    public const string Server = "tributary";

    private const string DatabaseName = "tributary";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public static PostgresConnections Connections(string socketFolder, string database = DatabaseName)
        => new(ConnectionString(socketFolder, Server, database), ConnectionString(socketFolder, Owner, database));

    /// <summary>Waits through start-up and crash recovery.</summary>
    public static async Task WaitUntilAnsweringAsync(string socketFolder, CancellationToken ct)
    {
        while (!await AnswersAsync(socketFolder, ct))
        {
            await Task.Delay(Pause, ct);
        }
    }

    public static async Task EnsureAsync(string socketFolder, CancellationToken ct)
    {
        await using NpgsqlConnection connection = new(MaintenanceConnection(socketFolder));
        await connection.OpenAsync(ct);
        Present present = await connection.QuerySingleAsync<Present>(new CommandDefinition("""
            select exists (select from pg_roles where rolname = @Server) as role,
                   exists (select from pg_database where datname = @DatabaseName) as database
            """, new { Server, DatabaseName }, cancellationToken: ct));
        if (!present.Role)
        {
            await connection.ExecuteAsync(new CommandDefinition($"create role {Server} login", cancellationToken: ct));
        }

        if (!present.Database)
        {
            await connection.ExecuteAsync(new CommandDefinition($"create database {DatabaseName}", cancellationToken: ct));
        }
    }

    /// <summary>False while it starts, recovers or stops.</summary>
    public static async Task<bool> AnswersAsync(string socketFolder, CancellationToken ct)
    {
        try
        {
            await using NpgsqlConnection connection = new(MaintenanceConnection(socketFolder));
            await connection.OpenAsync(ct);
            return true;
        }
        catch (NpgsqlException failure) when (DatabaseFault.IsOutage(failure))
        {
            return false;
        }
    }

    private static string MaintenanceConnection(string socketFolder)
        => new NpgsqlConnectionStringBuilder(ConnectionString(socketFolder, Owner, "postgres")) { Pooling = false }.ConnectionString;

    private static string ConnectionString(string socketFolder, string role, string database)
        => new NpgsqlConnectionStringBuilder { Host = socketFolder, Username = role, Database = database }.ConnectionString;

    private sealed record Present(bool Role, bool Database);
}
