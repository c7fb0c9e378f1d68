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
        await Wrk.VisitAllAsync(
            folder,
            new Uri($"http://{server.Endpoint}"),
            options.Links,
            Clients,
            options.Seconds,
            visited => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{visited} visited, {Megabytes(server.ResidentBytes):0} MB")));
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
