using System.Globalization;
using Dapper;
using Tributary.Bench.Report;

namespace Tributary.Bench.Redirects;

/// <summary>Every link of a programme is visited once; then the server knows them all, and its resident memory is read.</summary>
internal sealed class LinksScenario(BenchOptions options, BenchFolder folder, ServerProcess server)
{
    private const long Target = 400L * 1024 * 1024;
    private const int Clients = 64;

    /// <summary>Until what the visits themselves needed is given back.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(10);

    public static async Task<string> RunAsync(BenchOptions options)
    {
        using var folder = await BenchFolder.CreateAsync(options, made => BenchLinks.FillAsync(made, options.Links));
        await using var server = await ServerProcess.StartAsync(folder, BenchLinks.Environment);
        return await new LinksScenario(options, folder, server).MeasureAsync();
    }

    private async Task<string> MeasureAsync()
    {
        var atStart = server.ResidentBytes;
        var visited = 0;
        while (visited < options.Links)
        {
            // What was under way when a round ended may not have arrived.
            var first = Math.Max(1, visited + 1 - Clients);
            var answered = await Wrk.WalkAsync(folder, new Uri($"http://{server.Endpoint}"), first, options.Links, Clients, options.Seconds);
            if (first - 1 + answered <= visited)
                throw new InvalidOperationException("Hardly a link was visited in that time; --seconds makes rounds longer.");
            visited = first - 1 + answered;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{visited} visited, {Megabytes(server.ResidentBytes):0} MB"));
        }
        await Task.Delay(Rest);
        await using var connection = await folder.OpenAsync();
        var known = await connection.ExecuteScalarAsync<long>("select count(distinct link_id) from link_days", commandTimeout: 600);
        var day = TimeProvider.System.GetUtcNow();
        return string.Create(CultureInfo.InvariantCulture, $"""
            {day:yyyy-MM-dd}, {Machine.Describe(connection.PostgreSqlVersion.ToString())}.

            | links visited | resident at start | resident with all known | at most meanwhile | target |
            |---:|---:|---:|---:|---:|
            | {known} | {Megabytes(atStart):0} MB | {Megabytes(server.ResidentBytes):0} MB | {Megabytes(server.MostResidentBytes):0} MB | < {Megabytes(Target):0} MB |
            """);
    }

    private static double Megabytes(long bytes) => bytes / (1024.0 * 1024.0);
}
