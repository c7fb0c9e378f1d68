using System.Text.Json;
using Dapper;
using Npgsql;
using Tributary.Batches;
using Tributary.Keys;
using Tributary.Programs;
using Tributary.Server.Tests.Support;
using Tributary.Tests.Support;

namespace Tributary.Server.Tests.Gameball;

/// <summary>A node that dies among a batch.</summary>
public sealed class KilledBatchTests(PostgresFixture postgres)
{
    private const int Items = 400;
    private const int Malformed = 7;

    [Theory]
    [InlineData("customers", "select count(*) from customers where program_id = @id and registered_at is not null")]
    [InlineData("events", "select count(*) from customer_events where program_id = @id")]
    public async Task GB45_another_node_goes_on_and_every_item_is_carried_out_once(string kind, string countSql)
    {
        await using var database = await postgres.CreateDatabaseAsync();
        var (program, batch) = await AcceptAsync(database, kind);
        await using var connection = await database.Database.OpenAsync(default);
        var folder = Directory.CreateTempSubdirectory("tributary-batch-").FullName;
        var killed = ServerProcess.Start(
            new Dictionary<string, string>
            {
                ["TRIBUTARY_DATA"] = folder,
                ["TRIBUTARY_DATABASE"] = database.Connections.Owner,
                ["TRIBUTARY_MASTER_KEY"] = Convert.ToBase64String(new byte[32]),
            },
            "serve");
        await Until.TrueAsync(async () => await CountAsync("select count(*) from batch_items where program_id = @id and state = 'done'") >= 40, TimeSpan.FromSeconds(60));
        await killed.KillAsync();
        var doneByKilled = await CountAsync("select count(*) from batch_items where program_id = @id and state = 'done'");
        doneByKilled.ShouldBeLessThan(Items - 1, "It was killed too late to show anything.");
        (await CountAsync(countSql)).ShouldBe(doneByKilled, "An item is done exactly when what it does is.");

        await using var other = await TestServer.StartAsync(database.Connections);
        other.Clock.Set(TimeProvider.System.GetUtcNow() + BatchWork.LeaseTime);
        var batches = other.Get<BatchRegister>();
        await Until.TrueAsync(
            async () => (await batches.FindAsync(program.Id, batch, default))!.Status is BatchStatus.Completed, TimeSpan.FromSeconds(60));
        var progress = (await batches.FindAsync(program.Id, batch, default))!;
        progress.Results.Select(result => result.Item).ShouldBe(Enumerable.Range(0, Items));
        progress.Results.Where(result => result.Code is not null).ShouldHaveSingleItem().Item.ShouldBe(Malformed);
        (await CountAsync(countSql)).ShouldBe(Items - 1);
        (await CountAsync("select lease from batches where program_id = @id")).ShouldBeGreaterThan(1);
        Directory.Delete(folder, recursive: true);

        Task<long> CountAsync(string sql) => connection.ExecuteScalarAsync<long>(sql, new { id = program.Id })!;
    }

    /// <summary>A node takes the batch and is gone before anything has begun: the batch is born in other hands, and is let go then.</summary>
    private static async Task<(ReferralProgram Program, long Batch)> AcceptAsync(TestDatabase database, string kind)
    {
        await using var connection = await database.Database.OpenAsync(default);
        await using var owner = new NpgsqlConnection(database.Connections.Owner);
        await owner.ExecuteAsync("alter table batches alter column leased_until set default 'infinity'");
        ReferralProgram program;
        long batch;
        await using (var node = await TestServer.StartAsync(database.Connections))
            (program, batch) = await AcceptAsync(node, kind);
        await connection.ExecuteAsync(
            "update batches set leased_until = '-infinity', accepted_at = @now where program_id = @id",
            new { id = program.Id, now = TimeProvider.System.GetUtcNow() });
        return (program, batch);
    }

    private static async Task<(ReferralProgram Program, long Batch)> AcceptAsync(TestServer node, string kind)
    {
        var program = (await node.Get<ProgramRegister>().CreateAsync(new NewProgram("Shop", "USD"), GameballServer.Operator, default)).Value.Program;
        var keys = node.Get<ApiKeys>();
        var api = (await keys.CreateAsync(program, new NewKey(ApiKeyKind.GameballApi), KeyScopes.All, GameballServer.Operator, default)).Value.Token;
        var secret = (await keys.CreateAsync(program, new NewKey(ApiKeyKind.GameballSecret), KeyScopes.All, GameballServer.Operator, default)).Value.Token;
        var items = Enumerable.Range(0, Items).Select(n => n == Malformed ? "{}" : $$"""{"customerId":"c{{n}}","events":{"visit":null} }""");
        var body = JsonSerializer.SerializeToUtf8Bytes(JsonDocument.Parse($"[{string.Join(',', items)}]").RootElement);
        var answer = await Answer.AskAsync(
            node, "POST", $"{Shop.V40}batch/{kind}", body, "application/json", ("APIKey", api), ("SecretKey", secret));
        return (program, answer.Ok().GetProperty("jobId").GetInt64());
    }
}
