using System.Globalization;
using Dapper;
using Npgsql;

namespace Tributary.Storage;

/// <summary>
/// Brings a database to this build's schema: numbered steps, each in one transaction with its record, under an
/// advisory lock, so that of several nodes that start at once one migrates and the others find the work done.
/// Forward only. A schema newer than this build, or a step whose text changed after it ran, is refused.
/// </summary>
public static class Migrator
{
    // One lock of the whole database; the number only has to be ours ("tributar" in ASCII).
    private const long LockKey = 0x7472_6962_7574_6172;

    /// <summary>Applies what is missing of this build's own schema and returns it.</summary>
    public static Task<IReadOnlyList<Migration>> MigrateAsync(PostgresConnections connections, CancellationToken ct)
        => MigrateAsync(connections, Migration.Embedded, ct);

    /// <summary>Applies what is missing of <paramref name="known"/> and returns it. Throws <see cref="MigratorException"/>.</summary>
    public static async Task<IReadOnlyList<Migration>> MigrateAsync(
        PostgresConnections connections, IReadOnlyList<Migration> known, CancellationToken ct)
    {
        await using NpgsqlConnection connection = new(OwnerConnection(connections));
        await connection.OpenAsync(ct);
        await connection.ExecuteAsync(new CommandDefinition(
            "select pg_advisory_lock(@key)", new { key = LockKey }, cancellationToken: ct));
        await connection.ExecuteAsync(new CommandDefinition(CreateTable, cancellationToken: ct));
        IReadOnlyList<Migration> pending = Pending(known, await AppliedAsync(connection, ct));
        foreach (Migration migration in pending)
        {
            await ApplyAsync(connection, migration, ct);
        }

        await GrantAsync(connection, connections, ct);
        return pending;
    }

    /// <summary>The number of the newest step a database has, 0 for an empty one. Needs no more than reading.</summary>
    public static async Task<int> VersionAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        bool exists = await connection.ExecuteScalarAsync<bool>(new CommandDefinition(
            "select to_regclass('public.schema_migrations') is not null", cancellationToken: ct));
        return exists
            ? await connection.ExecuteScalarAsync<int>(new CommandDefinition(
                "select coalesce(max(number), 0) from schema_migrations", cancellationToken: ct))
            : 0;
    }

    private const string CreateTable = """
        create table if not exists schema_migrations (
          number int primary key,
          name text not null,
          sha256 text not null,
          applied_at timestamptz not null default now()
        )
        """;

    private static string OwnerConnection(PostgresConnections connections)
    {
        // Unpooled: the advisory lock ends with the session. No time limit: a step may rewrite a large table.
        return new NpgsqlConnectionStringBuilder(connections.Owner)
        {
            Pooling = false,
            CommandTimeout = 0,
            ApplicationName = "tributary migrate",
        }.ConnectionString;
    }

    private static async Task<IReadOnlyList<Applied>> AppliedAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        IEnumerable<Applied> rows = await connection.QueryAsync<Applied>(new CommandDefinition(
            "select number, name, sha256 from schema_migrations order by number", cancellationToken: ct));
        return rows.AsList();
    }

    private static List<Migration> Pending(IReadOnlyList<Migration> known, IReadOnlyList<Applied> applied)
    {
        Dictionary<int, Migration> byNumber = known.ToDictionary(migration => migration.Number);
        foreach (Applied step in applied)
        {
            RefuseUnlessKnown(step, byNumber, known.Count == 0 ? 0 : known.Max(migration => migration.Number));
        }

        int newest = applied.Count == 0 ? 0 : applied[^1].Number;
        HashSet<int> done = applied.Select(step => step.Number).ToHashSet();
        List<Migration> pending = known.Where(migration => !done.Contains(migration.Number))
            .OrderBy(migration => migration.Number).ToList();
        if (pending.Count > 0 && pending[0].Number < newest)
        {
            throw new MigratorException(Invariant(
                $"The database has step {newest} of the schema but lacks step {pending[0].Number} ({pending[0].Name}). It was not made by a release of Tributary; restore a backup."));
        }

        return pending;
    }

    private static void RefuseUnlessKnown(Applied step, Dictionary<int, Migration> known, int newestKnown)
    {
        if (!known.TryGetValue(step.Number, out Migration? migration))
        {
            throw new MigratorException(Invariant(
                $"The database's schema is newer than this server: it has step {step.Number} ({step.Name}), this server knows {newestKnown}. Start the newer release of Tributary again, or restore a backup made before it ran. Nothing was changed."));
        }

        if (!string.Equals(migration.Sha256, step.Sha256, StringComparison.Ordinal))
        {
            throw new MigratorException(Invariant(
                $"Step {step.Number} ({step.Name}) of the schema was applied with another text than this server has. The database belongs to another build of Tributary: start that build, or restore a backup. Nothing was changed."));
        }
    }

    private static async Task ApplyAsync(NpgsqlConnection connection, Migration migration, CancellationToken ct)
    {
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(ct);
        try
        {
            await ExecuteTextAsync(connection, migration.Sql, ct);
        }
        catch (PostgresException failure)
        {
            throw new MigratorException(Invariant(
                $"Step {migration.Number} ({migration.Name}) of the schema failed and was rolled back: {failure.MessageText}"), failure);
        }

        await connection.ExecuteAsync(new CommandDefinition(
            "insert into schema_migrations (number, name, sha256) values (@Number, @Name, @Sha256)",
            new { migration.Number, migration.Name, migration.Sha256 }, transaction, cancellationToken: ct));
        await transaction.CommitAsync(ct);
    }

    private static async Task GrantAsync(NpgsqlConnection connection, PostgresConnections connections, CancellationToken ct)
    {
        string? serverRole = new NpgsqlConnectionStringBuilder(connections.Server).Username;
        string? ownerRole = new NpgsqlConnectionStringBuilder(connections.Owner).Username;
        if (serverRole is null || string.Equals(serverRole, ownerRole, StringComparison.Ordinal))
        {
            return;
        }

        string quoted = '"' + serverRole.Replace("\"", "\"\"", StringComparison.Ordinal) + '"';
        string sql = EmbeddedText.Read(typeof(Migrator).Assembly, "storage/Privileges.sql");
        await ExecuteTextAsync(connection, sql.Replace("{role}", quoted, StringComparison.Ordinal), ct);
    }

    /// <summary>Runs many statements as they stand; text of ours, never with values in it.</summary>
    private static async Task ExecuteTextAsync(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using NpgsqlCommand command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(ct);
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private sealed record Applied(int Number, string Name, string Sha256);
}
