using Tributary.Bench.Report;
using Tributary.Bench.Rows;

namespace Tributary.Bench.Orders;

/// <summary>
/// Orders over HTTP against pgbench writing the rows that those orders really write, on one private PostgreSQL with its
/// usual, durable settings, in alternating rounds.
/// </summary>
internal sealed class OrdersScenario(BenchOptions options, BenchFolder folder, BenchShop shop)
{
    /// <summary>Enough for the compiler's last tier.</summary>
    private const int WarmUpSeconds = 30;

    /// <summary>Orders by which the rows of both sides are compared.</summary>
    private const int Compared = 100;

    private readonly OrderNumbers numbers = new();

    private string ScriptPath => Path.Combine(folder.Path, "order.sql");

    public static async Task<OrdersTable> RunAsync(BenchOptions options)
    {
        BenchShop? shop = null;
        using var folder = await BenchFolder.CreateAsync(options, async made => shop = await BenchShop.OpenAsync(made));
        return await new OrdersScenario(options, folder, shop!).MeasureAsync();
    }

    private async Task<OrdersTable> MeasureAsync()
    {
        var table = await PrepareAsync();
        foreach (int clients in options.Clients)
            await MeasureAsync(clients, table);
        return table;
    }

    /// <summary>Learns what rows an order writes, and checks that pgbench writes the same.</summary>
    private async Task<OrdersTable> PrepareAsync()
    {
        await using var server = await ServerProcess.StartAsync(folder);
        await using var connection = await folder.OpenAsync();
        var rows = new OrderRows(connection, await TableCatalog.ReadAsync(connection), shop);
        var load = new OrderLoad(server.Endpoint, shop.Keys, numbers);
        // Every referrer has a balance and counters of the day afterwards, as in a programme that has been running for a while.
        await load.SendAsync(BenchShop.Referrers);
        await rows.FillCountersAsync();
        string script = await rows.ScriptAsync(() => load.SendAsync(1));
        await File.WriteAllTextAsync(ScriptPath, script);
        if (options.KeepScript is { } copy)
            await File.WriteAllTextAsync(copy, script);

        string http = await rows.AddedByAsync(() => load.SendAsync(Compared), Compared);
        string baseline = await rows.AddedByAsync(() => PgBench().RunTimesAsync(ScriptPath, Compared), Compared);
        if (http != baseline)
            throw new InvalidOperationException($"The two sides write different rows.\nOrders over HTTP:\n{http}\npgbench:\n{baseline}");
        Console.WriteLine($"Rows of one order, on both sides:\n{http}\n");
        return new OrdersTable(Machine.Describe(connection.PostgreSqlVersion.ToString()), options, http);
    }

    /// <summary>A server of its own for each number of clients, warmed up by as many.</summary>
    private async Task MeasureAsync(int clients, OrdersTable table)
    {
        await using var server = await ServerProcess.StartAsync(folder);
        await using var connection = await folder.OpenAsync();
        var load = new OrderLoad(server.Endpoint, shop.Keys, numbers);
        await load.RunAsync(clients, TimeSpan.FromSeconds(WarmUpSeconds));
        var settled = new Settled(connection, options.Statements);
        for (int round = 1; round <= options.Rounds; round++)
        {
            var result = await RoundAsync(server, settled, load, clients, round);
            Console.WriteLine(result);
            table.Add(result);
        }
    }

    private async Task<OrdersRound> RoundAsync(ServerProcess server, Settled settled, OrderLoad load, int clients, int round)
    {
        await settled.BeginAsync();
        var before = (Postgres: PostgresSeconds(), Server: server.ProcessorTime);
        var http = await load.RunAsync(clients, TimeSpan.FromSeconds(options.Seconds));
        var cost = CostOf(PostgresSeconds() - before.Postgres, (server.ProcessorTime - before.Server).TotalSeconds, http.Orders);
        await settled.EndAsync("orders over HTTP", http.Orders);

        await settled.BeginAsync();
        double postgresBefore = PostgresSeconds();
        await server.PauseAsync();
        var baseline = await PgBench().RunAsync(ScriptPath, clients, options.Seconds);
        await server.ResumeAsync();
        var baselineCost = CostOf(PostgresSeconds() - postgresBefore, baseline.ProcessorSeconds, baseline.Transactions);
        await settled.EndAsync("pgbench", baseline.Transactions);
        return new OrdersRound(clients, round, http, cost, baseline.PerSecond, baselineCost);
    }

    private PgBench PgBench() => new(options.PostgresBinaries, folder.Connections.Owner);

    private double PostgresSeconds() => ProcessorTime.OfPostgres(folder.Cluster);

    private static OrderCost CostOf(double postgresSeconds, double callerSeconds, long orders) =>
        new(postgresSeconds * 1e6 / orders, callerSeconds * 1e6 / orders);
}
