using System.Net;
using System.Text.Json;
using Tributary.Server.Tests.Support;
using Tributary.Storage;
using Tributary.Tests.Support;

namespace Tributary.Server.Tests.Hosting;

public sealed class HealthTests(PostgresFixture postgres)
{
    [Fact]
    public async Task A_node_is_ready_once_its_database_is()
    {
        await using TestServer server = await TestServer.StartAsync(postgres);
        using HttpResponseMessage answer = await server.Client.GetAsync("/readyz");
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await StatusAsync(answer)).ShouldBe("ready");
    }

    [Fact]
    public async Task A_node_without_its_database_is_alive_not_ready_and_refuses_politely()
    {
        PostgresConnections nowhere = PostgresConnections.Single("Host=127.0.0.1;Port=1;Username=nobody;Database=none");
        await using TestServer server = await TestServer.StartAsync(nowhere, untilReady: false);
        (await server.Client.GetAsync("/healthz")).StatusCode.ShouldBe(HttpStatusCode.OK);
        using HttpResponseMessage answer = await server.Client.GetAsync("/readyz");
        answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        answer.Headers.RetryAfter.ShouldNotBeNull();
        (await StatusAsync(answer)).ShouldBe("starting");
        await Should.ThrowAsync<DatabaseNotReadyException>(async () => await server.Database.OpenAsync(default));
    }

    [Fact]
    public async Task R25_an_unsafe_database_is_reported()
    {
        await using TestServer server = await TestServer.StartAsync(postgres);
        using JsonDocument report = JsonDocument.Parse(await server.Client.GetStringAsync("/readyz"));
        Dictionary<string, bool> settings = report.RootElement.GetProperty("unsafe").EnumerateArray()
            .ToDictionary(item => item.GetProperty("setting").GetString()!, item => item.GetProperty("payoutsRefused").GetBoolean());
        Assert.SkipUnless(settings.Count > 0, "the given database is safe");
        // The tests' cluster runs without both.
        settings.ShouldBe(new Dictionary<string, bool> { ["fsync"] = true, ["full_page_writes"] = true }, ignoreOrder: true);
    }

    [Fact]
    public async Task Every_answer_carries_the_security_headers_and_no_server_name()
    {
        await using TestServer server = await TestServer.StartAsync(postgres);
        foreach (string path in (string[])["/healthz", "/readyz", "/no-such-page"])
        {
            using HttpResponseMessage answer = await server.Client.GetAsync(path);
            Header(answer, "X-Content-Type-Options").ShouldBe("nosniff");
            Header(answer, "Referrer-Policy").ShouldBe("strict-origin-when-cross-origin");
            Header(answer, "Permissions-Policy").ShouldBe("camera=(), microphone=(), geolocation=()");
            Header(answer, "Content-Security-Policy").ShouldContain("frame-ancestors");
            answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
            answer.Headers.Contains("Server").ShouldBeFalse();
            answer.Headers.Contains("X-Powered-By").ShouldBeFalse();
        }
    }

    private static string Header(HttpResponseMessage answer, string name) => answer.Headers.GetValues(name).Single();

    private static async Task<string?> StatusAsync(HttpResponseMessage answer)
    {
        using JsonDocument report = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return report.RootElement.GetProperty("status").GetString();
    }
}
