using Npgsql;
using Tributary.Server.Tests.Support;
using Tributary.Storage.Cluster;
using Tributary.Tests.Support;

namespace Tributary.Server.Tests.Robustness;

/// <summary>Both usual kinds of backup, taken while orders and refunds stream in, restore to a healthy database.</summary>
public sealed class BackupTests
{
    private const string Restored = "restored";

    [Fact]
    public async Task R20_a_base_backup_and_a_dump_taken_during_writes_restore()
    {
        await using var node = await DemoNode.StartAsync();
        using var log = new AcknowledgementLog(Path.Combine(node.Folder, "acknowledged"));
        var before = new HashSet<string>();
        string copy = Path.Combine(node.Folder, "copy");
        string dump = Path.Combine(node.Folder, "dump");
        await using (var tills = Tills.Open(node, log))
        {
            await UntilBusyAsync(log);
            before.UnionWith(log.Acknowledged());
            await CopyClusterAsync(node, copy);
            await RunAsync(node, "pg_dump", "-Fc", "-f", dump, "tributary");
            await tills.CloseAsync();
        }
        await ShouldBeHealthyAsync("--data", copy);

        await RunAsync(node, "createdb", Restored);
        await RunAsync(node, "pg_restore", "-d", Restored, dump);
        string restored = new NpgsqlConnectionStringBuilder(node.Connections.Owner) { Database = Restored }.ConnectionString;
        await ShouldBeHealthyAsync("--database", restored);
        await ShouldHoldAsync(restored, before);
    }

    private static async Task UntilBusyAsync(AcknowledgementLog log)
    {
        while (log.Acknowledged().Count < 50)
            await Task.Delay(50);
    }

    /// <summary>As PostgreSQL's own account, into a data folder like the server's.</summary>
    private static async Task CopyClusterAsync(DemoNode node, string copy)
    {
        string cluster = Path.Combine(copy, "postgres", "cluster");
        Directory.CreateDirectory(Path.GetDirectoryName(cluster)!);
        var account = await PostgresAccount.ChooseAsync(node.Cluster, "postgres", default);
        await account.CreateFolderAsync(cluster, default);
        var binaries = await PostgresBinaries.FindAsync(null, null, default);
        var target = new NpgsqlConnectionStringBuilder(node.Connections.Owner);
        var taken = await account.RunAsync(
            [Path.Combine(binaries.Folder, "pg_basebackup"), "-h", target.Host!, "-U", target.Username!, "-D", cluster, "-X", "stream", "-c", "fast"],
            default);
        taken.Succeeded.ShouldBeTrue(taken.Output);
    }

    private static async Task RunAsync(DemoNode node, string program, params string[] arguments)
    {
        var target = new NpgsqlConnectionStringBuilder(node.Connections.Owner);
        var result = await PostgresTools.RunAsync(program, ["-h", target.Host!, "-U", target.Username!, .. arguments]);
        result.Succeeded.ShouldBeTrue(result.Output);
    }

    private static async Task ShouldBeHealthyAsync(params string[] place)
    {
        await using var doctor = ServerProcess.Start(new Dictionary<string, string>(), ["doctor", .. place]);
        (await doctor.WaitForExitAsync()).ShouldBe(0, doctor.Output);
    }

    /// <summary>What was acknowledged before the backup began is in it, and what is in it was sent.</summary>
    private static async Task ShouldHoldAsync(string connectionString, HashSet<string> acknowledged)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        acknowledged.Except(await Oracle.RecordedAsync(connection)).ShouldBeEmpty();
    }
}
