using System.Diagnostics;
using System.Net;
using Dapper;
using Npgsql;
using Tributary.Server.Tests.Support;
using Tributary.Storage.Cluster;
using Tributary.Tests.Support;

namespace Tributary.Server.Tests.Hosting;

public sealed class ServerProcessTests(PostgresFixture postgres) : IDisposable
{
    private readonly string _folder = TestFolders.Create(PostgresFixture.FolderPrefix);

    public void Dispose() => TestFolders.Delete(_folder);

    [Fact]
    public async Task R1_a_postgres_that_outlived_its_server_is_taken_over_and_stopped_with_the_next()
    {
        int orphan;
        await using (ServerProcess first = await ServerProcess.ServeAsync(_folder))
        {
            await first.WaitUntilReadyAsync();
            orphan = RunningPostmaster().ShouldNotBeNull().ProcessId;
            await first.KillAsync();
        }

        Stopwatch start = Stopwatch.StartNew();
        await using ServerProcess second = await ServerProcess.ServeAsync(_folder);
        await second.WaitUntilReadyAsync();
        start.Elapsed.ShouldBeLessThan(MachineLoad.Stretch(TimeSpan.FromSeconds(5)));
        RunningPostmaster().ShouldNotBeNull().ProcessId.ShouldBe(orphan);

        (await second.TerminateAsync()).ShouldBe(0);
        RunningPostmaster().ShouldBeNull();
    }

    [Fact]
    public async Task R2_a_server_outlives_its_postgres_and_says_meanwhile_that_it_is_not_ready()
    {
        await using ServerProcess server = await ServerProcess.ServeAsync(_folder);
        await server.WaitUntilReadyAsync();
        using (var postmaster = Process.GetProcessById(RunningPostmaster().ShouldNotBeNull().ProcessId))
        {
            postmaster.Kill();
        }

        Stopwatch outage = Stopwatch.StartNew();
        bool refused = false;
        while (outage.Elapsed < MachineLoad.Stretch(TimeSpan.FromSeconds(5)))
        {
            using HttpResponseMessage answer = await server.Client.GetAsync("/readyz");
            if (answer.StatusCode == HttpStatusCode.ServiceUnavailable)
            {
                answer.Headers.RetryAfter.ShouldNotBeNull();
                refused = true;
            }
            else if (refused)
            {
                return;
            }

            await Task.Delay(20);
        }

        Assert.Fail((refused ? "Not ready again within 5 s. " : "The outage was never reported. ") + server.Output);
    }

    [Fact]
    public async Task R21_a_server_does_not_start_on_a_newer_schema()
    {
        await using TestDatabase database = await postgres.CreateDatabaseAsync();
        await using (NpgsqlConnection connection = await database.OpenAsOwnerAsync())
        {
            await connection.ExecuteAsync("insert into schema_migrations (number, name, sha256) values (9999, 'from_the_future', '')");
        }

        await using ServerProcess server = ServerProcess.Start(
            new Dictionary<string, string> { ["TRIBUTARY_DATABASE"] = database.Connections.Owner, ["TRIBUTARY_DATA"] = _folder }, "serve");
        (await server.WaitForExitAsync()).ShouldBe(1);
        server.Output.ShouldContain("newer than this server");
    }

    [Fact]
    public async Task Commands_work_beside_a_running_server()
    {
        await using ServerProcess server = await ServerProcess.ServeAsync(_folder);
        await server.WaitUntilReadyAsync();
        var environment = new Dictionary<string, string> { ["TRIBUTARY_DATA"] = _folder };
        await using (ServerProcess migrate = ServerProcess.Start(environment, "migrate"))
        {
            (await migrate.WaitForExitAsync()).ShouldBe(0, migrate.Output);
        }

        await using (ServerProcess twin = ServerProcess.Start(environment, "serve"))
        {
            (await twin.WaitForExitAsync()).ShouldBe(1);
            twin.Output.ShouldContain("Another Tributary server");
        }

        (await server.Client.GetAsync("/readyz")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("serve")]
    [InlineData("migrate")]
    [InlineData("demo")]
    [InlineData("keys")]
    [InlineData("doctor")]
    public async Task Every_verb_teaches_itself(string verb)
    {
        await using ServerProcess help = ServerProcess.Start(new Dictionary<string, string>(), verb, "--help");
        (await help.WaitForExitAsync()).ShouldBe(0);
        help.Output.ShouldContain("TRIBUTARY_DATA");
        help.Output.ShouldContain($"tributary {verb}");
    }

    private Postmaster? RunningPostmaster()
    {
        Postmaster? postmaster = Postmaster.Read(Path.Combine(_folder, "postgres", "cluster"));
        return postmaster is not null && postmaster.IsAlive() ? postmaster : null;
    }
}
