using System.Globalization;
using System.Text;

namespace Tributary.Bench.Orders;

/// <summary>Processor time of one order in microseconds: what PostgreSQL took, and who talked to it.</summary>
internal sealed record OrderCost(double Postgres, double Caller)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Postgres:0} + {Caller:0} µs");
}

/// <summary>One round of both sides.</summary>
internal sealed record OrdersRound(int Clients, int Round, LoadResult Http, OrderCost HttpCost, double Baseline, OrderCost BaselineCost)
{
    public double Ratio => Http.PerSecond / Baseline;

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Clients,3} clients, round {Round}: {Http.PerSecond,6:0} orders/s (median {Http.MedianMilliseconds:0.00} ms, p99 {Http.Percentile99Milliseconds:0.0} ms, CPU {HttpCost}), pgbench {Baseline,6:0}/s (CPU {BaselineCost}), ratio {Ratio:0.00}");
}

/// <summary>The scenario's result as docs/performance.md shows it.</summary>
internal sealed class OrdersTable(string machine, BenchOptions options, string rows)
{
    private readonly List<OrdersRound> rounds = [];

    public void Add(OrdersRound round) => rounds.Add(round);

    public string Markdown(DateOnly date)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{date:yyyy-MM-dd}, {machine}; {options.Rounds} rounds of {options.Seconds} s a side.\n");
        text.AppendLine("| clients | orders over HTTP, per second | median | 99 % under | pgbench, the same rows, per second | ratio |");
        text.AppendLine("|---:|---:|---:|---:|---:|---:|");
        foreach (var of in rounds.GroupBy(round => round.Clients))
        {
            double http = Median(of.Select(round => round.Http.PerSecond));
            double baseline = Median(of.Select(round => round.Baseline));
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {of.Key} | {http:0} | {Median(of.Select(round => round.Http.MedianMilliseconds)):0.0} ms | {Median(of.Select(round => round.Http.Percentile99Milliseconds)):0.0} ms | {baseline:0} | {Median(of.Select(round => round.Ratio)):0.00} × |");
        }
        text.AppendLine("\nMedians of the rounds. Rows that one order adds, checked to be the same on both sides:\n");
        text.AppendLine(string.Join(", ", rows.Split('\n')) + ".");
        return text.ToString();
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }
}
