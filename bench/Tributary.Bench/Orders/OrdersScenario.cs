using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Tributary.Bench.Report;
using Tributary.Bench.Rows;
using Tributary.Storage;

namespace Tributary.Bench.Orders;

/// <summary>
/// Orders over HTTP against pgbench writing the rows that those orders really write, on one private PostgreSQL with its
/// usual, durable settings, in alternating rounds.
/// </summary>
internal sealed class OrdersScenario : IAsyncDisposable
{
    /// <summary>Enough for the compiler's last tier.</summary>
    private const int WarmUpSeconds = 15;

    /// <summary>Orders by which the rows of both sides are compared.</summary>
    private const int Compared = 100;

    private const string UnsealedSql = """
        select exists (
          select from transfers t
          where t.transaction_xid >= (select coalesce(max(s.up_to_xid), '0') from seals s where s.program_id = t.program_id and s.subject = 'transfers'))
        """;

    private readonly BenchOptions options;
    private readonly string folder;
    private readonly LocalPostgres postgres;
    private readonly NpgsqlConnection connection;
    private readonly PgBench pgbench;
    private readonly string scriptPath;

    private OrdersScenario(BenchOptions options, string folder, LocalPostgres postgres)
    {
        this.options = options;
        this.folder = folder;
        this.postgres = postgres;
        connection = new NpgsqlConnection(postgres.Connections.Owner);
        pgbench = new PgBench(options.PostgresBinaries, postgres.Connections.Owner);
        scriptPath = Path.Combine(folder, "order.sql");
    }

    public static async Task<OrdersTable> RunAsync(BenchOptions options)
    {
        string folder = TemporaryFolder();
        var settings = LocalPostgresSettings.FromEnvironment(folder) with { Parameters = options.PostgresParameters };
        var postgres = await LocalPostgres.PrepareAsync(settings, CancellationToken.None);
        await using var scenario = new OrdersScenario(options, folder, postgres);
        await postgres.StartAsync(NullLogger.Instance, CancellationToken.None);
        await Migrator.MigrateAsync(postgres.Connections, CancellationToken.None);
        await scenario.connection.OpenAsync();
        return await scenario.MeasureAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await connection.DisposeAsync();
        await postgres.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private async Task<OrdersTable> MeasureAsync()
    {
        var shop = await BenchShop.OpenAsync(postgres.Connections, folder);
        await using var server = await ServerProcess.StartAsync(folder, postgres.Connections.Owner);
        var load = new OrderLoad(server.Endpoint, shop.Keys);
        // Every referrer has a balance afterwards, as in a programme that has been running for a while.
        await load.SendAsync(BenchShop.Referrers);
        var tables = await TableCatalog.ReadAsync(connection);
        await WriteScriptAsync(shop, load, tables);
        string rows = await CompareRowsAsync(shop, load, tables);
        Console.WriteLine($"Rows of one order, on both sides:\n{rows}\n");

        await load.RunAsync(16, TimeSpan.FromSeconds(WarmUpSeconds));
        var table = new OrdersTable(Machine.Describe(connection.PostgreSqlVersion.ToString()), options, rows);
        foreach (int clients in options.Clients)
        {
            for (int round = 1; round <= options.Rounds; round++)
                table.Add(await RoundAsync(server, load, clients, round));
        }
        return table;
    }

    private async Task<OrdersRound> RoundAsync(ServerProcess server, OrderLoad load, int clients, int round)
    {
        await SettleAsync();
        var before = (Postgres: PostgresSeconds(), Server: server.ProcessorTime);
        var http = await load.RunAsync(clients, TimeSpan.FromSeconds(options.Seconds));
        await TellStatementsAsync("orders over HTTP", http.Orders);
        var cost = CostOf(PostgresSeconds() - before.Postgres, (server.ProcessorTime - before.Server).TotalSeconds, http.Orders);

        await SettleAsync();
        double postgresBefore = PostgresSeconds();
        await server.PauseAsync();
        var baseline = await pgbench.RunAsync(scriptPath, clients, options.Seconds);
        await server.ResumeAsync();
        await TellStatementsAsync("pgbench", baseline.Transactions);
        var baselineCost = CostOf(PostgresSeconds() - postgresBefore, baseline.ProcessorSeconds, baseline.Transactions);
        var result = new OrdersRound(clients, round, http, cost, baseline.PerSecond, baselineCost);
        Console.WriteLine(result);
        return result;
    }

    private double PostgresSeconds() => ProcessorTime.OfPostgres(postgres.ClusterFolder);

    private static OrderCost CostOf(double postgresSeconds, double callerSeconds, long orders) =>
        new(postgresSeconds * 1e6 / orders, callerSeconds * 1e6 / orders);

    /// <summary>Both sides start with nothing left over from the other; sealing the ledger is work of the server's.</summary>
    private async Task SettleAsync()
    {
        while (await connection.ExecuteScalarAsync<bool>(UnsealedSql))
            await Task.Delay(200);
        await connection.ExecuteAsync("vacuum analyze");
        await connection.ExecuteAsync("checkpoint", commandType: System.Data.CommandType.Text);
        if (options.Statements)
            await StatementTimes.ResetAsync(connection);
    }

    private async Task TellStatementsAsync(string side, long orders)
    {
        if (options.Statements)
            await StatementTimes.PrintAsync(connection, side, orders);
    }

    private async Task WriteScriptAsync(BenchShop shop, OrderLoad load, IReadOnlyList<Table> tables)
    {
        var before = await RowImage.TakeAsync(connection, tables, shop.ProgramId);
        await load.SendAsync(1);
        var after = await RowImage.TakeAsync(connection, tables, shop.ProgramId);
        string script = PgbenchScript.Of(new SampleOrder(before.Until(after)), tables, shop.FirstReferrer, shop.LastReferrer);
        await File.WriteAllTextAsync(scriptPath, script);
        if (options.KeepScript is { } copy)
            await File.WriteAllTextAsync(copy, script);
    }

    /// <summary>Fails unless an order adds as many rows to each table, and as much to counters and balances, on both sides.</summary>
    private async Task<string> CompareRowsAsync(BenchShop shop, OrderLoad load, IReadOnlyList<Table> tables)
    {
        var begin = await RowCounts.TakeAsync(connection, tables, shop.ProgramId);
        await load.SendAsync(Compared);
        var middle = await RowCounts.TakeAsync(connection, tables, shop.ProgramId);
        await pgbench.RunTimesAsync(scriptPath, Compared);
        var end = await RowCounts.TakeAsync(connection, tables, shop.ProgramId);
        string http = middle.PerOrder(begin, Compared);
        string baseline = end.PerOrder(middle, Compared);
        return http == baseline
            ? http
            : throw new InvalidOperationException($"The two sides write different rows.\nOrders over HTTP:\n{http}\npgbench:\n{baseline}");
    }

    private static string TemporaryFolder()
    {
        string folder = Directory.CreateTempSubdirectory("tributary-bench-").FullName;
        // PostgreSQL's own account passes through when this runs as root.
        File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        return folder;
    }
}
