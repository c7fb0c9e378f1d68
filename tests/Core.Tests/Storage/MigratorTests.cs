using Dapper;
using Npgsql;
using Tributary.Storage;
using Tributary.Tests.Support;

namespace Tributary.Core.Tests.Storage;

public sealed class MigratorTests(PostgresFixture postgres)
{
    private static readonly Migration First = new(1, "first", "create table first_table (id int primary key); insert into first_table values (1);");
    private static readonly Migration Second = new(2, "second", "create table second_table (id int primary key);");

    private const string KillSleepingSql = """
        select count(*) from (
          select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and pid <> pg_backend_pid() and wait_event = 'PgSleep') killed
        """;

    [Fact]
    public async Task A_second_run_changes_nothing()
    {
        await using TestDatabase test = await postgres.CreateEmptyDatabaseAsync();
        (await Migrator.MigrateAsync(test.Connections, [First, Second], default)).Count.ShouldBe(2);
        (await Migrator.MigrateAsync(test.Connections, [First, Second], default)).ShouldBeEmpty();
        await using NpgsqlConnection connection = await test.Database.OpenAsync(default);
        (await Migrator.VersionAsync(connection, default)).ShouldBe(2);
    }

    [Fact]
    public async Task R21_nodes_that_start_at_once_migrate_once()
    {
        await using TestDatabase test = await postgres.CreateEmptyDatabaseAsync();
        Migration slow = First with { Sql = First.Sql + " select pg_sleep(0.3);" };
        IReadOnlyList<Migration>[] applied = await Task.WhenAll(
            Enumerable.Range(0, 4).Select(_ => Task.Run(() => Migrator.MigrateAsync(test.Connections, [slow, Second], default))));
        applied.Sum(steps => steps.Count).ShouldBe(2);
    }

    [Fact]
    public async Task R21_a_newer_schema_is_refused_and_left_alone()
    {
        await using TestDatabase test = await postgres.CreateEmptyDatabaseAsync();
        await Migrator.MigrateAsync(test.Connections, [First, Second], default);
        MigratorException refusal = await Should.ThrowAsync<MigratorException>(
            () => Migrator.MigrateAsync(test.Connections, [First], default));
        refusal.Message.ShouldContain("newer than this server");
        refusal.Message.ShouldContain("step 2");
    }

    [Fact]
    public async Task R21_a_step_whose_text_changed_is_refused()
    {
        await using TestDatabase test = await postgres.CreateEmptyDatabaseAsync();
        await Migrator.MigrateAsync(test.Connections, [First], default);
        Migration changed = First with { Sql = First.Sql + " " };
        MigratorException refusal = await Should.ThrowAsync<MigratorException>(
            () => Migrator.MigrateAsync(test.Connections, [changed, Second], default));
        refusal.Message.ShouldContain("another text");
    }

    [Fact]
    public async Task R21_a_step_that_fails_leaves_no_trace_and_can_be_repeated()
    {
        await using TestDatabase test = await postgres.CreateEmptyDatabaseAsync();
        Migration broken = new(2, "broken", "create table half (id int); select 1 / 0;");
        await Should.ThrowAsync<MigratorException>(() => Migrator.MigrateAsync(test.Connections, [First, broken], default));
        await using NpgsqlConnection connection = await test.OpenAsOwnerAsync();
        (await connection.ExecuteScalarAsync<string?>("select to_regclass('half')::text")).ShouldBeNull();
        (await Migrator.MigrateAsync(test.Connections, [First, Second], default)).ShouldBe([Second]);
    }

    [Fact]
    public async Task R21_a_migration_killed_in_the_middle_is_taken_up_again()
    {
        await using TestDatabase test = await postgres.CreateEmptyDatabaseAsync();
        Migration slow = Second with { Sql = Second.Sql + " select pg_sleep(60);" };
        Task migrating = Migrator.MigrateAsync(test.Connections, [First, slow], default);
        await using NpgsqlConnection connection = await test.OpenAsOwnerAsync();
        while (await connection.ExecuteScalarAsync<int>(KillSleepingSql) == 0)
        {
            await Task.Delay(20);
        }

        await Should.ThrowAsync<Exception>(() => migrating);
        (await Migrator.VersionAsync(connection, default)).ShouldBe(1);
        (await Migrator.MigrateAsync(test.Connections, [First, Second], default)).ShouldBe([Second]);
    }

    [Fact]
    public async Task R21_a_missing_earlier_step_is_refused()
    {
        await using TestDatabase test = await postgres.CreateEmptyDatabaseAsync();
        await Migrator.MigrateAsync(test.Connections, [Second], default);
        MigratorException refusal = await Should.ThrowAsync<MigratorException>(
            () => Migrator.MigrateAsync(test.Connections, [First, Second], default));
        refusal.Message.ShouldContain("lacks step 1");
    }

    [Fact]
    public void A_step_has_the_same_hash_whatever_its_line_ends()
    {
        new Migration(1, "x", "a\r\nb\r\n").Sha256.ShouldBe(new Migration(1, "x", "a\nb\n").Sha256);
    }

    [Fact]
    public void The_embedded_steps_are_numbered_without_gaps()
    {
        Migration.Embedded.Select(migration => migration.Number).ShouldBe(Enumerable.Range(1, Migration.Embedded.Count));
    }

    [Theory]
    [InlineData("update transfers set program_id = program_id")]
    [InlineData("delete from entries")]
    [InlineData("truncate audit_entries")]
    [InlineData("update entries set program_id = program_id")]
    [InlineData("delete from audit_entries")]
    [InlineData("delete from schema_migrations")]
    public async Task The_servers_role_appends_to_the_ledger_and_never_changes_it(string sql)
    {
        await using TestDatabase test = await postgres.CreateDatabaseAsync();
        Assert.SkipWhen(test.Connections.Server == test.Connections.Owner, "the given database has one role for both");
        await using NpgsqlConnection connection = await test.Database.OpenAsync(default);
        PostgresException refusal = await Should.ThrowAsync<PostgresException>(() => connection.ExecuteAsync(sql));
        refusal.SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }
}
