using System.Diagnostics;
using System.Net;
using Tributary.Storage.Cluster;
using Tributary.Tests.Support;

namespace Tributary.Server.Tests.Robustness;

/// <summary>A disk that is full for a while.</summary>
public sealed class FullDiskTests : IAsyncDisposable
{
    private readonly string folder = TestFolders.Create(PostgresFixture.FolderPrefix);
    private bool mounted;

    [Fact]
    public async Task R5_a_full_disk_is_said_so_and_orders_resume_when_there_is_room_again()
    {
        mounted = (await ChildProcess.RunAsync(["mount", "-t", "tmpfs", "-o", "size=256m,mode=0711", "tmpfs", folder], default)).Succeeded;
        Assert.SkipUnless(mounted, "mounting a small file system needs root");
        string logFolder = TestFolders.Create(PostgresFixture.FolderPrefix + "log-");
        await using var node = await DemoNode.StartAsync(Path.Combine(folder, "data"));
        using var log = new AcknowledgementLog(Path.Combine(logFolder, "acknowledged"));
        await using var tills = Tills.Open(node, log);
        string ballast = Path.Combine(folder, "ballast");
        await FillAsync(ballast, tills);

        int acknowledged = log.Acknowledged().Count;
        File.Delete(ballast);
        var waited = Stopwatch.StartNew();
        while (log.Acknowledged().Count < acknowledged + 20)
        {
            waited.Elapsed.ShouldBeLessThan(Rounds.Limit(20), node.Server.Output);
            await Task.Delay(50);
        }
        await tills.CloseAsync();
        await using var connection = await node.OpenAsync();
        await Oracle.CheckAsync(connection, log);
        await node.ShouldBeHealthyAsync();
        TestFolders.Delete(logFolder);
    }

    public async ValueTask DisposeAsync()
    {
        if (mounted)
            await ChildProcess.RunAsync(["umount", "-l", folder], default);
        TestFolders.Delete(folder);
    }

    /// <summary>Takes all room that is left, and what is given back meanwhile, until tills are told to come back later.</summary>
    private static async Task FillAsync(string ballast, Tills tills)
    {
        var waited = Stopwatch.StartNew();
        var block = new byte[64 * 1024];
        while (tills.Refused < 10)
        {
            waited.Elapsed.ShouldBeLessThan(Rounds.Limit(30));
            try
            {
                await File.AppendAllBytesAsync(ballast, block);
            }
            catch (IOException)
            {
                await Task.Delay(20);
            }
        }
    }
}
