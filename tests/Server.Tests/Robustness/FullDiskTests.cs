using System.Diagnostics;
using Dapper;
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
        await MountAsync();
        string logFolder = TestFolders.Create(PostgresFixture.FolderPrefix + "log-");
        await using var node = await DemoNode.StartAsync(Path.Combine(folder, "data"));
        using var log = new AcknowledgementLog(Path.Combine(logFolder, "acknowledged"));
        await using var tills = Tills.Open(node, log);
        string ballast = Path.Combine(folder, "ballast");
        await FillAsync(ballast, () => tills.Refused >= 10);

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

    [Fact]
    public async Task R5_redirects_go_on_while_the_disk_is_full_and_the_loss_is_told()
    {
        await MountAsync();
        await using var node = await DemoNode.StartAsync(Path.Combine(folder, "data"));
        await using var visitors = Visitors.Open(node, await Visitors.MakeLinkAsync(node, "FULL"));
        await visitors.UntilAsync(() => visitors.Answered.Count > 50);
        string ballast = Path.Combine(folder, "ballast");
        await FillAsync(ballast, () => node.Server.Output.Contains("CLICKS ARE BEING LOST", StringComparison.Ordinal));
        int answered = visitors.Answered.Count;
        await visitors.UntilAsync(() => visitors.Answered.Count > answered + 100);
        using (var readiness = await node.Server.Client.GetAsync("/readyz"))
            ((int)readiness.StatusCode).ShouldBe(503);

        File.Delete(ballast);
        await node.Server.WaitUntilReadyAsync();
        var known = visitors.Answered.Keys.ToHashSet();
        await visitors.UntilAsync(() => visitors.Answered.Count > known.Count + 50);
        await visitors.CloseAsync();
        visitors.Refused.ShouldBe(0);
        await visitors.UntilAsync(() => node.SpoolBytes() == 0);
        await using var connection = await node.OpenAsync();
        var rows = await connection.QueryAsync<Guid>("select click_id from clicks");
        visitors.Answered.Keys.Except(known).Except(rows).ShouldBeEmpty("answered after there was room again, but lost");
        await node.ShouldBeHealthyAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (mounted)
            await ChildProcess.RunAsync(["umount", "-l", folder], default);
        TestFolders.Delete(folder);
    }

    private async Task MountAsync()
    {
        mounted = (await ChildProcess.RunAsync(["mount", "-t", "tmpfs", "-o", "size=256m,mode=0711", "tmpfs", folder], default)).Succeeded;
        Assert.SkipUnless(mounted, "mounting a small file system needs root");
    }

    /// <summary>Takes all room that is left, and what is given back meanwhile, until it is felt.</summary>
    private static async Task FillAsync(string ballast, Func<bool> isFelt)
    {
        var waited = Stopwatch.StartNew();
        var block = new byte[64 * 1024];
        while (!isFelt())
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
