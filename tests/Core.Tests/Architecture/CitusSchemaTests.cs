using Dapper;
using Npgsql;
using Tributary.Tests.Support;

namespace Tributary.Core.Tests.Architecture;

/// <summary>The schema can be distributed by programme: see <c>deploy/</c> and R26.</summary>
public sealed class CitusSchemaTests(PostgresFixture postgres)
{
    /// <summary>Of the whole server; on a cluster every node has a copy.</summary>
    internal static readonly string[] Directories = ["workspaces", "programs", "api_keys", "protection_keys", "schema_migrations", "redirect_hosts", "server_short_codes"];

    private const string TablesSql = """
        select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') order by relname
        """;

    private const string UniqueKeysSql = """
        select i.indrelid::regclass::text as table, i.indexrelid::regclass::text as name, a.attname as first
        from pg_index i
        left join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
        where i.indisunique and i.indrelid in (select oid from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p'))
        """;

    private const string PrimaryKeysSql = "select conrelid::regclass::text from pg_constraint where contype = 'p'";

    private const string ForeignKeysSql = """
        select c.conrelid::regclass::text as table, c.conname as name, f.attname as first, t.attname as target
        from pg_constraint c
        join pg_attribute f on f.attrelid = c.conrelid and f.attnum = c.conkey[1]
        join pg_attribute t on t.attrelid = c.confrelid and t.attnum = c.confkey[1]
        where c.contype = 'f'
        """;

    private const string TriggersSql = "select tgrelid::regclass::text || '.' || tgname from pg_trigger where not tgisinternal";

    [Fact]
    public async Task R26_every_key_of_a_programmes_table_leads_with_the_programme()
    {
        await using TestDatabase test = await postgres.CreateDatabaseAsync();
        await using NpgsqlConnection connection = await test.OpenAsOwnerAsync();
        var tables = (await connection.QueryAsync<string>(TablesSql)).Except(Directories).ToList();
        tables.Count.ShouldBeGreaterThan(20);
        tables.Except(await connection.QueryAsync<string>(PrimaryKeysSql)).ShouldBeEmpty();
        var keys = await connection.QueryAsync<(string Table, string Name, string? First)>(UniqueKeysSql);
        keys.Where(key => tables.Contains(key.Table) && key.First != "program_id").ShouldBeEmpty();
    }

    [Fact]
    public async Task R26_every_foreign_key_of_a_programmes_table_carries_the_programme()
    {
        await using TestDatabase test = await postgres.CreateDatabaseAsync();
        await using NpgsqlConnection connection = await test.OpenAsOwnerAsync();
        var keys = await connection.QueryAsync<(string Table, string Name, string First, string Target)>(ForeignKeysSql);
        keys.Where(key => !Directories.Contains(key.Table) && (key.First != "program_id" || key.Target != "program_id")).ShouldBeEmpty();
    }

    [Fact]
    public async Task R26_there_are_no_triggers()
    {
        await using TestDatabase test = await postgres.CreateDatabaseAsync();
        await using NpgsqlConnection connection = await test.OpenAsOwnerAsync();
        (await connection.QueryAsync<string>(TriggersSql)).ShouldBeEmpty();
    }
}
