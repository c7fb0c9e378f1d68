using System.Diagnostics;
using Dapper;
using Npgsql;
using Tributary.Storage;
using Tributary.Storage.Cluster;
using Tributary.Tests.Support;

namespace Tributary.Core.Tests.Storage;

public sealed class LocalPostgresTests
{
    private static readonly TimeSpan Patience = MachineLoad.Stretch(TimeSpan.FromSeconds(10));

    [Fact]
    public async Task The_first_start_makes_a_safe_cluster_that_only_its_owner_reaches()
    {
        await using PrivateCluster cluster = await PrivateCluster.StartAsync();
        await using NpgsqlConnection connection = await cluster.OpenAsOwnerAsync();
        (await DatabaseSafety.CheckAsync(connection, default)).ShouldBeEmpty();
        (await ShowAsync(connection, "listen_addresses")).ShouldBe("");
        (await ShowAsync(connection, "server_encoding")).ShouldBe("UTF8");
        (await ShowAsync(connection, "data_checksums")).ShouldBe("on");
        (await connection.ExecuteScalarAsync<string>("select datcollate from pg_database where datname = current_database()")).ShouldBe("C");
        string socket = await ShowAsync(connection, "unix_socket_directories");
        File.GetUnixFileMode(socket).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    [Fact]
    public async Task The_servers_role_is_no_owner()
    {
        await using PrivateCluster cluster = await PrivateCluster.StartAsync();
        await using NpgsqlConnection connection = await cluster.Database.OpenAsync(default);
        PostgresException refusal = await Should.ThrowAsync<PostgresException>(() => connection.ExecuteAsync("create table mine (id int)"));
        refusal.SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }

    [Fact]
    public async Task R2_a_killed_postmaster_is_started_again_and_what_was_committed_is_there()
    {
        await using PrivateCluster cluster = await PrivateCluster.StartAsync();
        await InsertAsync(cluster, 42);
        await KillPostmasterAsync(cluster);

        Stopwatch outage = Stopwatch.StartNew();
        (await CountUntilAnsweredAsync(cluster)).ShouldBe(1);
        outage.Elapsed.ShouldBeLessThan(MachineLoad.Stretch(TimeSpan.FromSeconds(5)));
    }

    [Fact]
    public async Task R2_a_stop_in_the_middle_of_a_recovery_ends()
    {
        PrivateCluster cluster = await PrivateCluster.StartAsync();
        await using (cluster)
        {
            await using NpgsqlConnection victim = await cluster.OpenAsOwnerAsync();
            await victim.ExecuteAsync("create table much as select n, repeat('x', 200) from generate_series(1, 200000) n");
            using var backend = Process.GetProcessById(await victim.ExecuteScalarAsync<int>("select pg_backend_pid()"));
            backend.Kill();
            while (await AnswersAsync(cluster))
            {
                await Task.Delay(5);
            }

            Stopwatch stopping = Stopwatch.StartNew();
            await cluster.Postgres.DisposeAsync();
            // A stop that hangs is given up after a minute.
            stopping.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(50));
        }
    }

    [Fact]
    public async Task R2_a_killed_backend_costs_its_own_request_only()
    {
        await using PrivateCluster cluster = await PrivateCluster.StartAsync();
        await InsertAsync(cluster, 42);
        await using (NpgsqlConnection victim = await cluster.OpenAsOwnerAsync())
        {
            int id = await victim.ExecuteScalarAsync<int>("select pg_backend_pid()");
            using var backend = Process.GetProcessById(id);
            backend.Kill();
            NpgsqlException outage = await Should.ThrowAsync<NpgsqlException>(() => victim.ExecuteAsync("select pg_sleep(5)"));
            DatabaseFault.IsOutage(outage).ShouldBeTrue(outage.ToString());
        }

        (await CountUntilAnsweredAsync(cluster)).ShouldBe(1);
    }

    [Fact]
    public async Task A_restart_keeps_the_data_and_the_socket_opens_again()
    {
        await using PrivateCluster cluster = await PrivateCluster.StartAsync();
        await InsertAsync(cluster, 1);
        await cluster.RestartAsync();
        (await CountUntilAnsweredAsync(cluster)).ShouldBe(1);
    }

    [Fact]
    public async Task A_pid_file_that_names_another_process_does_not_stop_the_start()
    {
        await using PrivateCluster other = await PrivateCluster.StartAsync();
        await using PrivateCluster cluster = await PrivateCluster.StartAsync();
        string file = Postmaster.FilePath(cluster.Postgres.ClusterFolder);
        string[] lines = await File.ReadAllLinesAsync(file);
        await cluster.Postgres.DisposeAsync();
        // After a crash of the machine the number may be anybody's; the worst case is another PostgreSQL of the account.
        lines[0] = (await File.ReadAllLinesAsync(Postmaster.FilePath(other.Postgres.ClusterFolder)))[0];
        await File.WriteAllLinesAsync(file, lines);
        await cluster.RestartAsync();
        (await CountUntilAnsweredAsync(cluster, "select count(*) from pg_roles where rolname = 'tributary'")).ShouldBe(1);
    }

    [Fact]
    public async Task A_first_start_that_was_killed_half_way_is_begun_again()
    {
        string folder = PrivateCluster.NewFolder();
        string unfinished = Path.Combine(folder, "postgres", "cluster.unfinished");
        Directory.CreateDirectory(unfinished);
        await File.WriteAllTextAsync(Path.Combine(unfinished, "PG_VERSION"), "1");
        if (Environment.IsPrivilegedProcess)
        {
            File.SetUnixFileMode(Path.Combine(folder, "postgres"), (UnixFileMode)0b111_001_001);
        }

        await using PrivateCluster cluster = await PrivateCluster.StartAsync(folder: folder);
        (await CountUntilAnsweredAsync(cluster, "select count(*) from pg_roles where rolname = 'tributary'")).ShouldBe(1);
    }

    [Fact]
    public async Task A_second_server_on_the_folder_is_refused_and_a_command_joins()
    {
        await using PrivateCluster cluster = await PrivateCluster.StartAsync();
        LocalPostgresException refusal = await Should.ThrowAsync<LocalPostgresException>(
            () => LocalPostgres.PrepareAsync(PrivateCluster.Settings(cluster.Folder), default));
        refusal.Message.ShouldContain("Another Tributary server");
        refusal.Message.ShouldContain("TRIBUTARY_DATA");

        await using (LocalPostgres joined = await LocalPostgres.PrepareAsync(PrivateCluster.Settings(cluster.Folder) with { JoinRunning = true }, default))
        {
            joined.IsJoined.ShouldBeTrue();
            joined.Connections.ShouldBe(cluster.Postgres.Connections);
        }

        // The command's end left the server's PostgreSQL alone.
        await using NpgsqlConnection connection = await cluster.Database.OpenAsync(default);
        (await connection.ExecuteScalarAsync<int>("select 1")).ShouldBe(1);
    }

    [Fact]
    public async Task A_data_folder_whose_path_is_too_long_for_a_socket_works()
    {
        string parent = PrivateCluster.NewFolder();
        string folder = Path.Combine(parent, new string('x', 60), "a folder, with 'odd' letters é", new string('y', 40));
        try
        {
            await using PrivateCluster cluster = await PrivateCluster.StartAsync(folder: folder);
            (await CountUntilAnsweredAsync(cluster, "select count(*) from pg_roles where rolname = 'tributary'")).ShouldBe(1);
        }
        finally
        {
            TestFolders.Delete(parent);
        }
    }

    [Fact]
    public async Task R25_each_unsafe_setting_is_named()
    {
        Dictionary<string, string> settings = new()
        {
            ["fsync"] = "off",
            ["full_page_writes"] = "off",
            ["synchronous_commit"] = "off",
            ["data_sync_retry"] = "on",
        };
        await using PrivateCluster cluster = await PrivateCluster.StartAsync(usual => usual with { Parameters = settings });
        await cluster.Postgres.DisposeAsync();
        await DisableChecksumsAsync(cluster.Postgres.ClusterFolder);
        await cluster.RestartAsync(PrivateCluster.Settings(cluster.Folder) with { Parameters = settings });

        await using NpgsqlConnection connection = await cluster.OpenAsOwnerAsync();
        IReadOnlyList<UnsafeSetting> found = await DatabaseSafety.CheckAsync(connection, default);
        found.Select(setting => setting.Setting).ShouldBe([.. settings.Keys, "data_checksums"], ignoreOrder: true);
        found.Where(setting => setting.BlocksPayouts).Select(setting => setting.Setting).ShouldBe(["fsync", "full_page_writes"], ignoreOrder: true);
    }

    private static async Task DisableChecksumsAsync(string clusterFolder)
    {
        PostgresBinaries binaries = await PostgresBinaries.FindAsync(null, null, default);
        PostgresAccount account = await PostgresAccount.ChooseAsync(clusterFolder, "postgres", default);
        ChildProcess.Result result = await account.RunAsync(
            [Path.Combine(binaries.Folder, "pg_checksums"), "--disable", "--pgdata", clusterFolder], default);
        result.Succeeded.ShouldBeTrue(result.Output);
    }

    private static async Task InsertAsync(PrivateCluster cluster, int value)
    {
        await using NpgsqlConnection connection = await cluster.OpenAsOwnerAsync();
        await connection.ExecuteAsync("create table kept (value int); grant select on kept to public");
        await connection.ExecuteAsync("insert into kept values (@value)", new { value });
    }

    private static async Task KillPostmasterAsync(PrivateCluster cluster)
    {
        Postmaster postmaster = Postmaster.Read(cluster.Postgres.ClusterFolder).ShouldNotBeNull();
        using var process = Process.GetProcessById(postmaster.ProcessId);
        process.Kill();
        await process.WaitForExitAsync();
    }

    private static async Task<long> CountUntilAnsweredAsync(PrivateCluster cluster, string sql = "select count(*) from kept")
    {
        Stopwatch waited = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                await using NpgsqlConnection connection = await cluster.Database.OpenAsync(default);
                return await connection.ExecuteScalarAsync<long>(sql);
            }
            catch (Exception outage) when (DatabaseFault.IsOutage(outage) && waited.Elapsed < Patience)
            {
                await Task.Delay(20);
            }
        }
    }

    private static async Task<string> ShowAsync(NpgsqlConnection connection, string setting)
        => await connection.ExecuteScalarAsync<string>("select current_setting(@setting)", new { setting }) ?? "";

    private static async Task<bool> AnswersAsync(PrivateCluster cluster)
    {
        try
        {
            await using NpgsqlConnection connection = await cluster.OpenAsOwnerAsync();
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }
}
