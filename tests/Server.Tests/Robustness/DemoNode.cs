using System.Diagnostics;
using System.Text;
using Npgsql;
using Tributary.Server.Demo;
using Tributary.Server.Tests.Support;
using Tributary.Storage;
using Tributary.Storage.Cluster;
using Tributary.Tests.Support;

namespace Tributary.Server.Tests.Robustness;

/// <summary>The real executable with the demo programme and a private, durable PostgreSQL, to be killed and started again.</summary>
internal sealed class DemoNode : IAsyncDisposable
{
    private ServerProcess? server;
    private DemoFile? demo;

    private DemoNode(string folder) => Folder = folder;

    public string Folder { get; }

    public ServerProcess Server => server ?? throw new InvalidOperationException("Not started.");

    public DemoFile Demo => demo ?? throw new InvalidOperationException("No demo programme. " + Server.Output);

    public string Cluster => Path.Combine(Folder, "postgres", "cluster");

    public PostgresConnections Connections => ClusterRoles.Connections(Path.Combine(Folder, "postgres", "socket"));

    private Dictionary<string, string> Environment => new() { ["TRIBUTARY_DATA"] = Folder };

    /// <param name="folder">Where its data goes; null: a folder of its own.</param>
    public static async Task<DemoNode> StartAsync(string? folder = null)
    {
        var node = new DemoNode(folder ?? TestFolders.Create(PostgresFixture.FolderPrefix));
        await node.ServeAsync();
        node.demo = await DemoFile.ReadAsync(new ServerOptions { DataFolder = node.Folder }, default);
        return node;
    }

    /// <summary>SIGKILL of the server alone.</summary>
    public Task KillServerAsync() => Server.KillAsync();

    /// <summary>Starts the server on what a killed one left.</summary>
    /// <returns>How long it took to the first answer that a client could use.</returns>
    public async Task<TimeSpan> ServeAsync()
    {
        var begun = Stopwatch.StartNew();
        if (server is not null)
            await server.DisposeAsync();
        server = await ServerProcess.ServeAsync(Folder, "--demo");
        await server.WaitUntilReadyAsync();
        return begun.Elapsed;
    }

    /// <summary>The main process of the private PostgreSQL, null while there is none.</summary>
    public Postmaster? Postmaster() =>
        Storage.Cluster.Postmaster.Read(Cluster) is { } found && found.IsAlive() ? found : null;

    /// <summary>Bytes of clicks that are not known to be in the database.</summary>
    public long SpoolBytes() =>
        Directory.EnumerateFiles(Path.Combine(Folder, "spool"), "*.clicks", SearchOption.AllDirectories).Sum(LengthOf);

    /// <summary>Waits for a PostgreSQL that is recovering: what killed it may take effect only after others were still answered.</summary>
    public async Task<NpgsqlConnection> OpenAsync()
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(Connections.Owner) { Pooling = false }.ConnectionString);
            try
            {
                await connection.OpenAsync();
                return connection;
            }
            catch (NpgsqlException outage) when (DatabaseFault.IsOutage(outage) && waited.Elapsed < Rounds.Limit(5))
            {
                await connection.DisposeAsync();
                await Task.Delay(50);
            }
        }
    }

    /// <summary>A request of a till, with the demo programme's keys.</summary>
    public async Task<HttpResponseMessage> PostAsync(string path, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Server.Client.BaseAddress!, "/api/v4.0/integrations/" + path))
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("apiKey", Demo.Gameball.ApiKey);
        request.Headers.Add("secretKey", Demo.Gameball.SecretKey);
        return await Server.Client.SendAsync(request);
    }

    /// <summary>A read through the native API.</summary>
    public async Task<HttpResponseMessage> GetAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Server.Client.BaseAddress!, "/api/v1" + path));
        request.Headers.Authorization = new("Bearer", Demo.Keys.Secret);
        return await Server.Client.SendAsync(request);
    }

    /// <summary><c>tributary doctor</c> beside the running server, and PostgreSQL's own check of its files.</summary>
    public async Task ShouldBeHealthyAsync()
    {
        await using (var doctor = ServerProcess.Start(Environment, "doctor"))
            (await doctor.WaitForExitAsync()).ShouldBe(0, doctor.Output);
        var target = new NpgsqlConnectionStringBuilder(Connections.Owner);
        var checkup = await PostgresTools.RunAsync(
            "pg_amcheck", "-h", target.Host!, "-U", target.Username!, "--install-missing", "-d", target.Database!);
        checkup.Succeeded.ShouldBeTrue(checkup.Output);
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        TestFolders.Delete(Folder);
    }

    private static long LengthOf(string file)
    {
        try
        {
            return new FileInfo(file).Length;
        }
        catch (FileNotFoundException)
        {
            return 0;
        }
    }
}
