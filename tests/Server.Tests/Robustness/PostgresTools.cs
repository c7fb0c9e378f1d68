using Tributary.Storage.Cluster;

namespace Tributary.Server.Tests.Robustness;

/// <summary>PostgreSQL's own programs for operators.</summary>
internal static class PostgresTools
{
    public static async Task<ChildProcess.Result> RunAsync(string program, params string[] arguments)
    {
        var binaries = await PostgresBinaries.FindAsync(Environment.GetEnvironmentVariable("TRIBUTARY_POSTGRES_BIN"), null, default);
        return await ChildProcess.RunAsync([Path.Combine(binaries.Folder, program), .. arguments], default);
    }
}
