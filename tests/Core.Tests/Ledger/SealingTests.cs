using Dapper;
using Npgsql;
using Tributary.Core.Tests.Rewards;
using Tributary.Ledger;
using Tributary.Tests.Support;

namespace Tributary.Core.Tests.Ledger;

public sealed class SealingTests(ClassDatabase shared) : IClassFixture<ClassDatabase>, IAsyncLifetime
{
    private readonly HandClock clock = new();
    private readonly TestDatabase database = shared.Database;
    private RewardBook book = null!;
    private Sealing sealing = null!;

    public async ValueTask InitializeAsync()
    {
        book = await RewardBook.OpenAsync(database, clock);
        sealing = new Sealing(database.Database, clock);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task MO_84_everything_committed_is_sealed_once_and_verifies()
    {
        await Transfers(5);
        await Seal();
        await Transfers(3);
        await Seal();
        await Seal();

        await ShouldHold(members: 8);
    }

    [Theory]
    [InlineData("UPDATE transfers SET actor = 'x'")]
    [InlineData("DELETE FROM transfers")]
    [InlineData("TRUNCATE transfers CASCADE")]
    [InlineData("UPDATE entries SET amount = amount + 1")]
    [InlineData("DELETE FROM entries")]
    [InlineData("UPDATE seals SET hash = ''")]
    [InlineData("DELETE FROM seals")]
    [InlineData("UPDATE audit_entries SET actor = 'x'")]
    [InlineData("DELETE FROM audit_entries")]
    public async Task I4_the_servers_role_can_change_nothing_of_it(string sql)
    {
        await using var connection = await database.Database.OpenAsync(default);

        var refused = await Should.ThrowAsync<PostgresException>(() => connection.ExecuteAsync(sql));

        refused.SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }

    [Theory]
    [InlineData("transfers", "transfer_id")]
    [InlineData("entries", "transfer_id")]
    [InlineData("audit_entries", "audit_id")]
    public async Task I4_a_change_of_any_column_by_the_owner_is_found_and_its_seal_named(string table, string key)
    {
        await Transfers(3);
        await Seal();
        await Transfers(3);
        await Seal();
        await using var owner = await database.OpenAsOwnerAsync();
        var columns = (await owner.QueryAsync<(string Name, string Type)>(
            "select column_name, udt_name from information_schema.columns where table_name = @table and table_schema = 'public'", new { table }))
            .Where(column => column.Name != "program_id" && column.Name != key && column.Name != "n").ToList();
        columns.Count.ShouldBeGreaterThan(5);

        foreach (var (name, type) in columns)
        {
            await using var attempt = await owner.BeginTransactionAsync();
            await owner.ExecuteAsync($"""
                do $$ declare c text; begin
                  for c in select conname from pg_constraint where conrelid = '{table}'::regclass and contype = 'c' loop
                    execute format('alter table {table} drop constraint %I', c);
                  end loop;
                end $$;
                update {table} set {name} = {Changed(name, type)}
                where ctid = (select ctid from {table} where program_id = {book.Ledger.ProgramId} order by {key} desc limit 1);
                """);
            var report = await SealVerification.VerifyAsync(
                owner, book.Ledger.ProgramId, table == "audit_entries" ? SealSubject.AuditEntries : SealSubject.Transfers, default);
            report.Fault.ShouldNotBeNull($"{table}.{name}");
            report.Fault.ShouldContain($"seal {await SealOfLastAsync(owner, table, key)} of", Case.Sensitive, $"{table}.{name}");
            await attempt.RollbackAsync();
        }
    }

    [Theory]
    [InlineData("delete from entries where program_id = @p and n = 2 and transfer_id = @id", "was changed")]
    [InlineData("delete from entries where program_id = @p and transfer_id = @id; delete from transfers where program_id = @p and transfer_id = @id", "is missing")]
    [InlineData("update seals set hash = sha256(hash) where program_id = @p and seal = 1", "seal 1 of transfers breaks")]
    [InlineData("delete from seals where program_id = @p and seal = 1", "seal 1 of transfers is missing")]
    [InlineData("update seals set previous = hash where program_id = @p and seal = 2", "seal 2 of transfers does not follow seal 1")]
    [InlineData("""
        insert into transfers (program_id, transfer_id, kind, cause, sequence, unit, debit, credit, actor, created_at)
        values (@p, 5, 'earn', 'forged', 1, 'USD', 5, 5, 'x', '2025-01-01')
        """, "and in no seal: it was added afterwards")]
    public async Task I4_what_an_owner_does_by_hand_is_found(string sql, string found)
    {
        await Transfers(3);
        await Seal();
        await Transfers(3);
        await Seal();
        await using var owner = await database.OpenAsOwnerAsync();
        await using var attempt = await owner.BeginTransactionAsync();
        var id = await owner.ExecuteScalarAsync<long>("select max(transfer_id) from transfers where program_id = @p", new { p = book.Ledger.ProgramId });

        await owner.ExecuteAsync(sql, new { p = book.Ledger.ProgramId, id });

        (await SealVerification.VerifyAsync(owner, book.Ledger.ProgramId, SealSubject.Transfers, default)).Fault.ShouldNotBeNull().ShouldContain(found);
    }

    [Fact]
    public async Task MO_84_sealing_stops_short_of_a_transaction_that_still_runs()
    {
        await Transfers(1);
        await Seal();
        await Transfers(2);
        await using var slow = await database.Database.OpenAsync(default);
        await using var running = await slow.BeginTransactionAsync();
        await slow.ExecuteAsync("""
            insert into transfers (program_id, transfer_id, kind, cause, sequence, unit, debit, credit, actor, created_at)
            values (@p, 7, 'earn', 'slow', 1, 'USD', 5, 5, 'x', @now)
            """, new { p = book.Ledger.ProgramId, now = clock.GetUtcNow() });
        await SealOnce();
        await Transfers(2);
        await SealOnce();

        (await Verify()).Unsealed.ShouldBeGreaterThanOrEqualTo(2);

        await running.CommitAsync();
        await Seal();
        await ShouldHold(members: 6);
    }

    [Fact]
    public async Task R20_a_copy_restored_into_another_database_verifies_and_is_sealed_on()
    {
        await Transfers(3);
        await Seal();
        await Transfers(2);
        await using var owner = await database.OpenAsOwnerAsync();
        // As after a restore: rows whose transaction numbers this database has not reached, and a chain made elsewhere.
        await owner.ExecuteAsync("""
            update transfers set transaction_xid = '9999999999' where program_id = @p
              and transfer_id > all (select unnest(members) from seals where program_id = @p and subject = 'transfers');
            update seals set era = 'elsewhere', up_to_xid = '9999990000' where program_id = @p
            """, new { p = book.Ledger.ProgramId });

        (await Verify()).ShouldBe(new SealReport(1, 3, 2, null));
        await Transfers(2);
        await Seal();
        await Transfers(2);
        await Seal();
        await ShouldHold(members: 9);
    }

    [Fact]
    public async Task A_restored_row_whose_transaction_number_comes_up_again_is_not_sealed_twice()
    {
        await Transfers(3);
        await Seal();
        await using var owner = await database.OpenAsOwnerAsync();
        await owner.ExecuteAsync("""
            update seals set up_to_xid = (select min(transaction_xid) from transfers where program_id = @p) where program_id = @p
            """, new { p = book.Ledger.ProgramId });
        await Transfers(1);
        await Seal();

        await ShouldHold(members: 4);
    }

    [Fact]
    public async Task Many_rows_make_several_seals_and_four_nodes_make_each_once()
    {
        await book.Ledger.ExecuteAsync("""
            insert into transfers (program_id, transfer_id, kind, cause, sequence, unit, debit, credit, actor, created_at)
            select @program, n, 'earn', 'many', n, 'USD', 5, 5, 'x', now() from generate_series(1, 1500) n
            """);
        await Seal();
        await Parallel.ForAsync(0, 1_100, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (n, _) => await Transfers(1));

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => SealOnce()));
        await Seal();

        await ShouldHold(members: 2_600);
        (await Verify()).Seals.ShouldBeGreaterThanOrEqualTo(4);
    }

    [Fact]
    public async Task A_round_seals_every_programme_that_has_news()
    {
        await Transfers(2);

        (await sealing.RunAsync(default)).ShouldBeGreaterThan(0);

        await ShouldHold(members: 2);
        (await SealOnce()).ShouldBe(0);
    }

    private async Task Transfers(int count)
    {
        for (var n = 0; n < count; n++)
            await book.EarnAsync(100 + n, recipient: 1 + n);
        await book.Ledger.ExecuteAsync("""
            insert into audit_entries (program_id, actor, verb, subject, before, after, reason, address, request_id, occurred_at)
            values (@program, 'key:1', 'reward.hold', 'reward:1', '{"a": 1}', '{"a": 2}', 'why', '10.0.0.0', 'r1', @now)
            """, new { now = clock.GetUtcNow() });
    }

    private Task<int> SealOnce() => sealing.RunAsync(book.Ledger.ProgramId, default);

    /// <summary>Until all is sealed: a transaction in any database of the cluster, such as another test's, holds sealing back.</summary>
    private async Task Seal()
    {
        for (var attempt = 0; attempt < 200; attempt++)
        {
            await SealOnce();
            if ((await Verify()).Unsealed == 0 && (await Verify(SealSubject.AuditEntries)).Unsealed == 0)
                return;
            await Task.Delay(50);
        }
    }

    private async Task ShouldHold(long members)
    {
        var report = await Verify();
        (report.Members, report.Unsealed, report.Fault).ShouldBe((members, 0, null));
    }

    private async Task<long> SealOfLastAsync(NpgsqlConnection owner, string table, string key) => await owner.ExecuteScalarAsync<long>($"""
        select seal from seals where program_id = @p and (select max({key}) from {table} where program_id = @p) = any (members)
          and subject = @subject
        """, new { p = book.Ledger.ProgramId, subject = table == "audit_entries" ? table : "transfers" });

    private async Task<SealReport> Verify(SealSubject? subject = null)
    {
        await using var connection = await database.Database.OpenAsync(default);
        return await SealVerification.VerifyAsync(connection, book.Ledger.ProgramId, subject ?? SealSubject.Transfers, default);
    }

    private static string Changed(string column, string type) => type switch
    {
        "text" => $"coalesce({column}, '') || 'x'",
        "int8" or "int4" or "numeric" => $"coalesce({column}, 0) + 1",
        "timestamptz" => $"{column} + interval '1 microsecond'",
        "jsonb" => """'{"a": 3}'""",
        "xid8" => "'1'",
        _ => throw new ArgumentException($"{column}: {type}"),
    };
}
