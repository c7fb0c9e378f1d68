using System.Text.Json.Nodes;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Tributary.Server.Cli;
using Tributary.Server.Tests.Support;
using Tributary.Server.Tests.V1;
using Tributary.Tests.Support;

namespace Tributary.Server.Tests.Demo;

public sealed class DemoTests(PostgresFixture postgres) : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("tributary-demo-").FullName;
    private TestDatabase database = null!;

    private string File => Path.Combine(folder, "demo.json");

    public async ValueTask InitializeAsync() => database = await postgres.CreateDatabaseAsync();

    public async ValueTask DisposeAsync()
    {
        await database.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task The_demo_works_at_the_first_request_and_its_keys_survive_a_restart()
    {
        string first;
        await using (var server = await StartAsync())
        {
            first = await ReadAsync();
            var demo = JsonNode.Parse(first)!;
            System.IO.File.GetUnixFileMode(File).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
            using var http = new HttpClient { BaseAddress = new Uri((string)demo["baseUrl"]!) };
            await ShouldKnowJohnAsync(http, demo);
        }
        await using var again = await StartAsync();
        var second = JsonNode.Parse(await ReadAsync())!;
        second["keys"]!.ToJsonString().ShouldBe(JsonNode.Parse(first)!["keys"]!.ToJsonString());
        ((string?)second["gameball"]!["secretKey"]).ShouldBe((string?)JsonNode.Parse(first)!["gameball"]!["secretKey"]);
    }

    [Fact]
    public async Task A_lost_file_is_made_again_with_new_keys_and_the_lost_ones_are_refused()
    {
        var options = Options;
        (await DemoCommand.RunAsync(options, TextWriter.Null, CancellationToken.None)).ShouldBe(0);
        var lost = JsonNode.Parse(await ReadAsync())!;
        System.IO.File.Delete(File);
        await using var server = await StartAsync();
        var found = JsonNode.Parse(await ReadAsync())!;
        ((string?)found["keys"]!["secret"]).ShouldNotBe((string?)lost["keys"]!["secret"]);
        using var http = new HttpClient { BaseAddress = server.Client.BaseAddress };
        await ShouldKnowJohnAsync(http, found);
        http.DefaultRequestHeaders.Authorization = new("Bearer", (string?)lost["keys"]!["secret"]);
        (await new ApiClient(http).GetAsync("/program")).Status.ShouldBe(System.Net.HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task The_demos_integrators_have_orders_that_the_first_question_shows()
    {
        await using var server = await StartAsync();
        var demo = JsonNode.Parse(await ReadAsync())!["debridge"]!;
        using var http = new HttpClient();
        using var question = new StringContent($$"""{"referralCode":{{demo["referralCode"]}},"take":100}""", System.Text.Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync((string?)demo["trackingBaseUrl"] + "/api/Orders/filteredList", question);
        var listed = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        listed["orders"]!.AsArray().Count.ShouldBe(100);
        ((int)listed["totalCount"]!).ShouldBeInRange(100, 200);
        listed["orders"]!.AsArray().Select(order => (string?)order!["state"]).Distinct().ShouldContain("ClaimedUnlock");
        var orderId = (string?)listed["orders"]![0]!["orderId"]!["stringValue"];
        (await http.GetStringAsync($"{(string?)demo["dlnBaseUrl"]}/v1.0/dln/order/{orderId}/status")).ShouldContain(orderId!);
        var summary = JsonNode.Parse(await http.GetStringAsync($"{(string?)demo["trackingBaseUrl"]}/api/ReferralProgram/{demo["referralCode"]}/summary"))!;
        ((int)summary["totalUsers"]!).ShouldBeGreaterThan(10);
        ((decimal)summary["totalAmountGivenUsd"]!).ShouldBeGreaterThan(1_000);
        await using var connection = await server.Database.OpenAsync(CancellationToken.None);
        (await connection.ExecuteScalarAsync<int>("select count(*)::int from chain_orders")).ShouldBe(240);
        (await connection.ExecuteScalarAsync<int>("select count(distinct referral_code)::int from chain_orders")).ShouldBe(3);
        (await connection.ExecuteScalarAsync<int>("select count(*)::int from chain_refusals")).ShouldBe(0);
        await Gameball.Invariants.CheckAsync(server.Services);
    }

    /// <summary>Told to the server that is starting, and by the command, which runs none.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_demos_partner_has_had_visitors_and_the_numbers_add_up(bool byCommand)
    {
        if (byCommand)
            (await DemoCommand.RunAsync(Options, TextWriter.Null, CancellationToken.None)).ShouldBe(0);
        await using var server = await StartAsync();
        var demo = JsonNode.Parse(await ReadAsync())!;
        using var http = new HttpClient { BaseAddress = server.Client.BaseAddress };
        http.DefaultRequestHeaders.Authorization = new("Bearer", (string?)demo["partnero"]!["token"]);
        var links = JsonNode.Parse(await http.GetStringAsync("/v1/partners/partner_123/referral_links"))!["data"]!.AsArray();
        var numbers = links.ToDictionary(link => (string)link!["key"]!, link => ((long)link!["stats"]!["clicks"]!, (long)link["stats"]!["unique_clicks"]!));
        numbers["JOHN20"].ShouldBe((3, 2));
        numbers["link_456"].ShouldBe((2, 2));
        numbers["BF24"].ShouldBe((1, 1));
        numbers["SUMMER24"].ShouldBe((1, 1));
        await using var connection = await server.Database.OpenAsync(CancellationToken.None);
        (await connection.QueryAsync<string>("select verdict || ' ' || count(*) from clicks group by verdict order by verdict"))
            .ShouldBe(["bot 1", "duplicate 1", "not_navigation 1", "valid 7"]);
        (await connection.QueryAsync<string>(ClickSums.DifferencesSql, new { ProgramId = (long)demo["program"]!["id"]! })).ShouldBeEmpty();
    }

    /// <summary>Two friends of John's have ordered: 200 points for each, and 5 % of their three orders after the refund.</summary>
    private static async Task ShouldKnowJohnAsync(HttpClient http, JsonNode demo)
    {
        http.DefaultRequestHeaders.Authorization = new("Bearer", (string?)demo["keys"]!["secret"]);
        var api = new ApiClient(http);
        var john = (await api.GetAsync($"/customers/{(string?)demo["referrer"]!["customerId"]}")).Ok();
        ((string?)john["code"]).ShouldBe("REF123456");
        ((string?)demo["referrer"]!["link"]).ShouldBe("https://yourwebsite.com/signup?ref=REF123456");
        var balances = (await api.GetAsync($"/recipients/{(long)john["number"]!}/balances")).Ok()["items"]!.AsArray();
        balances.Select(balance => ((string?)balance!["unit"], (long)balance["earned"]! - (long)balance["reversed"]!))
            .ShouldBe([("USD", 445L + 150L + 600L), ("points:points", 400L)]);
        using var call = new HttpRequestMessage(HttpMethod.Get, new Uri($"{new Uri((string)demo["gameball"]!["baseUrl"]!).AbsolutePath}/customers/user_12345", UriKind.Relative));
        call.Headers.Add("APIKey", (string?)demo["gameball"]!["apiKey"]);
        call.Headers.Add("SecretKey", (string?)demo["gameball"]!["secretKey"]);
        using var answer = await http.SendAsync(call);
        (await answer.Content.ReadAsStringAsync()).ShouldContain("\"referralCode\":\"REF123456\"");
    }

    private ServerOptions Options => new()
    {
        Urls = "http://127.0.0.1:0",
        DataFolder = folder,
        Database = database.Connections,
        Demo = true,
    };

    private Task<TestServer> StartAsync() =>
        TestServer.StartAsync(database.Connections, builder => builder.Services.AddSingleton(Options));

    private Task<string> ReadAsync() => System.IO.File.ReadAllTextAsync(File);
}
