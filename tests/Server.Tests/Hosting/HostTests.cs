using System.Net;
using Tributary.Server.Tests.Support;
using Tributary.Tests.Support;

namespace Tributary.Server.Tests.Hosting;

/// <summary>Under which names the server answers.</summary>
public sealed class HostTests(PostgresFixture postgres)
{
    [Fact]
    public async Task N12_a_host_that_the_operator_has_not_named_is_refused()
    {
        await using var server = await StartAsync("refer.example.com", "2001:db8::1");
        foreach (var (host, path, status) in ((string, string, int)[])
        [
            ("refer.example.com", "/", 200),
            ("REFER.example.com.:8443", "/openapi/v1.json", 200),
            ("[2001:db8::1]:5080", "/", 200),
            ("127.0.0.1", "/", 200),
            ("10.1.2.3:5080", "/healthz", 200),
            ("10.1.2.3:5080", "/readyz", 200),
            ("evil", "/", 421),
            ("evil", "/healthz/", 421),
            ("evil", "/api/v1/program", 421),
            ("evil", "/api/v4.0/integrations/customers/a", 421),
            ("refer.example.com.evil", "/", 421),
            ("evil.refer.example.com", "/", 421),
            ("refer.example.com@evil", "/", 400),
        ])
            (await AskAsync(server, path, $"Host: {host}\r\n")).ShouldBe(status, $"{host} {path}");
    }

    [Fact]
    public async Task N12_CL6_before_that_any_host_is_answered()
    {
        await using var server = await StartAsync();
        (await AskAsync(server, "/", "Host: evil\r\n")).ShouldBe(200);
    }

    [Fact]
    public async Task N12_two_hosts_none_or_one_that_the_target_contradicts_are_refused()
    {
        await using var server = await StartAsync("refer.example.com");
        const string good = "Host: refer.example.com\r\n";
        foreach (var headers in (string[])[good + good, good + "Host: evil\r\n", ""])
            (await AskAsync(server, "/", headers)).ShouldBe(400, headers);
        (await AskAsync(server, "http://refer.example.com/", good)).ShouldBe(200);
        (await AskAsync(server, "http://refer.example.com/", "Host: evil\r\n")).ShouldBe(400);
        (await AskAsync(server, "http://evil/", good)).ShouldBe(400);
    }

    [Fact]
    public async Task N12_the_refusal_says_what_to_do()
    {
        await using var server = await StartAsync("refer.example.com");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/program") { Headers = { Host = "evil" } };
        using var answer = await server.Client.SendAsync(request);
        answer.StatusCode.ShouldBe(HttpStatusCode.MisdirectedRequest);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        (await answer.Content.ReadAsStringAsync()).ShouldContain("TRIBUTARY_PUBLIC_HOSTS");
    }

    private Task<TestServer> StartAsync(params string[] hosts) =>
        TestServer.StartAsync(postgres, settings: options => options with { Api = options.Api with { PublicHosts = hosts } });

    private static async Task<int> AskAsync(TestServer server, string target, string headers)
    {
        using var client = await RawClient.ConnectAsync(server.Client.BaseAddress!);
        await client.SendAsync($"GET {target} HTTP/1.1\r\n{headers}Connection: close\r\n\r\n");
        return await client.StatusAsync();
    }
}
