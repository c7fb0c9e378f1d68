using System.Diagnostics;
using Dapper;
using Npgsql;
using Tributary.Storage;
using Tributary.Storage.Cluster;
using Tributary.Tests.Support;

namespace Tributary.Core.Tests.Storage;

public sealed class DiskFullTests : IAsyncDisposable
{
    private static readonly TimeSpan Patience = MachineLoad.Stretch(TimeSpan.FromSeconds(20));

    private readonly string _folder = PrivateCluster.NewFolder();
    private bool _mounted;

    public async ValueTask DisposeAsync()
    {
        if (_mounted)
        {
            await ChildProcess.RunAsync(["umount", "-l", _folder], default);
        }

        TestFolders.Delete(_folder);
    }

    [Fact]
    public async Task R5_a_full_disk_refuses_writes_and_space_given_back_lets_them_resume()
    {
        _mounted = (await ChildProcess.RunAsync(["mount", "-t", "tmpfs", "-o", "size=96m,mode=0711", "tmpfs", _folder], default)).Succeeded;
        Assert.SkipUnless(_mounted, "mounting a small file system needs root");
        string ballast = Path.Combine(_folder, "ballast");
        await File.WriteAllBytesAsync(ballast, new byte[12 * 1024 * 1024]);
        await using PrivateCluster cluster = await PrivateCluster.StartAsync(Small, Path.Combine(_folder, "data"));
        await using (NpgsqlConnection owner = await cluster.OpenAsOwnerAsync())
        {
            await owner.ExecuteAsync("create table kept (number int primary key, text text); grant select, insert on kept to public; alter table kept alter text set storage external");
        }

        (int acknowledged, Exception refusal) = await FillAsync(cluster.Database);
        DatabaseFault.IsOutage(refusal).ShouldBeTrue(refusal.ToString());

        File.Delete(ballast);
        await WriteUntilAcceptedAsync(cluster.Database, acknowledged + 1_000_000);
        await using NpgsqlConnection connection = await cluster.Database.OpenAsync(default);
        // What was acknowledged is there, and nothing but the one write whose answer was the failure may be besides.
        long kept = await connection.ExecuteScalarAsync<long>("select count(*) from kept where number < 1000000");
        kept.ShouldBeInRange(acknowledged, acknowledged + 1);
    }

    private static LocalPostgresSettings Small(LocalPostgresSettings usual) => usual with
    {
        InitArguments = ["--no-sync", "--wal-segsize=1"],
        Parameters = new Dictionary<string, string>
        {
            ["shared_buffers"] = "16MB",
            ["min_wal_size"] = "2MB",
            ["max_wal_size"] = "6MB",
        },
    };

    private static async Task<(int Acknowledged, Exception Refusal)> FillAsync(Database database)
    {
        for (int number = 0; ; number++)
        {
            try
            {
                await InsertAsync(database, number);
            }
            catch (NpgsqlException refusal)
            {
                return (number, refusal);
            }
        }
    }

    private static async Task WriteUntilAcceptedAsync(Database database, int number)
    {
        Stopwatch waited = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                await InsertAsync(database, number);
                return;
            }
            catch (NpgsqlException outage) when (DatabaseFault.IsOutage(outage) && waited.Elapsed < Patience)
            {
                await Task.Delay(100);
            }
        }
    }

    private static async Task InsertAsync(Database database, int number)
    {
        await using NpgsqlConnection connection = await database.OpenAsync(default);
        await connection.ExecuteAsync("insert into kept (number, text) values (@number, repeat('x', 200000))", new { number });
    }
}
