using Tributary.Server.Tests.Support;
using Tributary.Server.Tests.V1;
using Tributary.Tests.Support;

namespace Tributary.Server.Tests.Cli;

public sealed class KeysCommandTests(PostgresFixture postgres)
{
    [Fact]
    public async Task A_programme_is_made_and_its_keys_are_listed_rotated_and_revoked_beside_a_running_node()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var server = await TestServer.StartAsync(database.Connections);
        var made = await RunAsync(database, 0, "create", "--new-program", "Till shop", "--currency", "EUR");
        var secret = Word(made, "secret");
        (await ClientOf(server, secret).GetAsync("/program")).Ok().Text.ShouldContain("\"currency\":\"EUR\"");

        var listed = await RunAsync(database, 0, "list");
        listed.ShouldNotContain(secret);
        var line = listed.Split('\n').Single(each => each.Contains(" secret ", StringComparison.Ordinal));
        line.ShouldContain("…" + secret[^4..]);
        var id = line.Split(' ')[0];

        var rotated = await RunAsync(database, 0, "rotate", id, "--overlap-hours", "1");
        var next = rotated.Split('\n').First(each => each.StartsWith("trs_live_", StringComparison.Ordinal)).Trim();
        await RunAsync(database, 0, "revoke", id);
        await RefusedAsync(ClientOf(server, secret));
        (await ClientOf(server, next).GetAsync("/program")).Ok();
        (await RunAsync(database, 1, "revoke", "key_unknown")).ShouldContain("No such key");
    }

    [Fact]
    public async Task Without_a_programme_it_says_how_to_make_one()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        (await RunAsync(database, 1, "list")).ShouldContain("--new-program");
    }

    /// <summary>The node hears of the revocation within a second.</summary>
    private static async Task RefusedAsync(ApiClient client)
    {
        for (var attempt = 0; attempt < 100; attempt++)
        {
            if ((await client.GetAsync("/program")).Status == System.Net.HttpStatusCode.Unauthorized)
                return;
            await Task.Delay(20);
        }
        throw new TimeoutException("The node still accepts the revoked key.");
    }

    private static ApiClient ClientOf(TestServer server, string token)
    {
        var http = new HttpClient { BaseAddress = server.Client.BaseAddress };
        http.DefaultRequestHeaders.Authorization = new("Bearer", token);
        return new ApiClient(http);
    }

    private static async Task<string> RunAsync(TestDatabase database, int expected, params string[] arguments)
    {
        var environment = new Dictionary<string, string>
        {
            ["TRIBUTARY_DATABASE"] = database.Connections.Owner,
            ["TRIBUTARY_MASTER_KEY"] = Convert.ToBase64String(new byte[32]),
        };
        await using var command = ServerProcess.Start(environment, ["keys", .. arguments]);
        (await command.WaitForExitAsync()).ShouldBe(expected, command.Output);
        return command.Output;
    }

    private static string Word(string output, string label) =>
        output.Split('\n').Single(line => line.StartsWith(label + " ", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1].Trim();
}
