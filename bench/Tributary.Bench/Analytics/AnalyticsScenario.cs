using System.Diagnostics;
using System.Globalization;
using System.Text;
using Tributary.Bench.Report;
using Tributary.Reporting.Analytics;
using Tributary.Storage;

namespace Tributary.Bench.Analytics;

/// <summary>What a dashboard asks, of a programme with 100 thousand clicks and of one with 10 million, on one private PostgreSQL.</summary>
internal static class AnalyticsScenario
{
    private const int Few = 100_000;
    private const int Many = 10_000_000;
    private const int WarmUps = 5;
    private const int Runs = 40;

    public static async Task<string> RunAsync(BenchOptions options)
    {
        string table = "";
        using var folder = await BenchFolder.CreateAsync(options, async made => table = await MeasureAsync(made));
        return table;
    }

    private static async Task<string> MeasureAsync(BenchFolder folder)
    {
        await using var connection = await folder.OpenAsync();
        var (few, many) = (await SampleClicks.FillAsync(connection, 1, Few), await SampleClicks.FillAsync(connection, 2, Many));
        await using var database = new Database(folder.Connections.Owner);
        var query = new AnalyticsQuery(database, TimeProvider.System);
        var text = new StringBuilder(Machine.Describe(connection.PostgreSqlVersion.ToString()));
        text.Append("\n\n| question | 100 thousand clicks, ms | 10 million clicks, ms | ratio |\n|---|---|---|---|\n");
        foreach (var (name, ask) in Questions(database, query))
        {
            double ofFew = await MedianAsync(() => ask(few));
            double ofMany = await MedianAsync(() => ask(many));
            text.Append(CultureInfo.InvariantCulture, $"| {name} | {ofFew:0.0} | {ofMany:0.0} | {ofMany / ofFew:0.00} |\n");
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: {ofFew:0.0} ms, {ofMany:0.0} ms"));
        }
        return text.ToString();
    }

    private static IEnumerable<(string Name, Func<SampleClicks, Task> Ask)> Questions(Database database, AnalyticsQuery query)
    {
        yield return ("30 days by day", sample => AskAsync(query, sample.Ask(30)));
        yield return ("90 days by week, by country", sample => AskAsync(query, sample.Ask(90, Interval.Week, Grouping.Country)));
        yield return ("90 days by week, by referring site", sample => AskAsync(query, sample.Ask(90, Interval.Week, Grouping.ReferringHost)));
        yield return ("30 days, the best links", sample => AskAsync(query, sample.Ask(30, Interval.Day, Grouping.Link)));
        yield return ("90 days, the best partners", sample => AskAsync(query, sample.Ask(90, Interval.Day, Grouping.Partner)));
        yield return ("one partner, 90 days by device", sample => AskAsync(query, sample.Ask(90, Interval.Day, Grouping.Device) with { ReferrerId = sample.ReferrerId }));
        yield return ("one link, 90 days", sample => AskAsync(query, sample.Ask(90) with { LinkId = sample.LinkId }));
        yield return ("a list of 25 links with their numbers", async sample =>
        {
            await using var connection = await database.OpenAsync(CancellationToken.None);
            await LinkStats.ReadAsync(
                connection, sample.ProgramId, [.. Enumerable.Range(0, 25).Select(n => sample.LinkId + n)], null, null, CancellationToken.None);
        });
    }

    private static async Task AskAsync(AnalyticsQuery query, AnalyticsQuestion question)
    {
        if ((await query.AskAsync(question, CancellationToken.None)).Value.Totals.Clicks.Clicks == 0)
            throw new InvalidOperationException("The question met no clicks.");
    }

    private static async Task<double> MedianAsync(Func<Task> ask)
    {
        var times = new List<double>();
        for (int n = 0; n < WarmUps + Runs; n++)
        {
            long start = Stopwatch.GetTimestamp();
            await ask();
            if (n >= WarmUps)
                times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
        times.Sort();
        return times[times.Count / 2];
    }
}
