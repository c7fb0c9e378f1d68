using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Tributary.Server.Hosting;
using Tributary.Server.Tests.Support;
using Tributary.Tests.Support;

namespace Tributary.Server.Tests.Hosting;

/// <summary>The server looks after its own ledger (money.md MO-84).</summary>
public sealed class SelfCheckTests(PostgresFixture postgres)
{
    private const string TransferWithoutEntriesSql = """
        insert into workspaces (name, created_at) values ('w', now());
        insert into programs (workspace_id, public_id, name, mode, state, currency, settings, hash_key, created_at)
        values (1, 'prg_a', 'A', 'test', 'active', 'USD', '{}', '\x00', now()), (1, 'prg_b', 'B', 'test', 'active', 'USD', '{}', '\x00', now());
        insert into transfers (program_id, transfer_id, kind, cause, sequence, unit, debit, credit, actor, created_at)
        values (1, 1, 'earn', 'order:1', 1, 'USD', 5, 5, 'test', @at);
        """;

    [Fact]
    public async Task MO84_a_broken_ledger_is_found_where_something_moved_lately()
    {
        var database = await postgres.CreateDatabaseAsync();
        await using var server = await TestServer.StartAsync(database.Connections, owned: database);
        var check = server.Services.GetRequiredService<SelfCheck>();
        (await check.RunAsync(CancellationToken.None)).ShouldBeEmpty();
        await using (var owner = await database.OpenAsOwnerAsync())
            await owner.ExecuteAsync(TransferWithoutEntriesSql, new { at = server.Clock.GetUtcNow().UtcDateTime });
        (await check.RunAsync(CancellationToken.None)).ShouldBe([1L]);
        server.Clock.Advance(TimeSpan.FromDays(1));
        (await check.RunAsync(CancellationToken.None)).ShouldBeEmpty();
    }
}
