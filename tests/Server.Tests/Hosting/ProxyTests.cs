using System.Net;
using Tributary.Programs;
using Tributary.Server.Api;
using Tributary.Server.Tests.Support;
using Tributary.Server.Tests.V1;
using Tributary.Storage;
using Tributary.Tests.Support;

namespace Tributary.Server.Tests.Hosting;

/// <summary>Whose word about the client's address and transport is taken. What was taken shows in the audit log.</summary>
public sealed class ProxyTests(PostgresFixture postgres)
{
    private const string Ours = "127.0.0.0/24";

    [Fact]
    public async Task N12_what_a_stranger_claims_is_ignored()
    {
        foreach (var networks in (IPNetwork[][])[[], [IPNetwork.Parse("10.0.0.0/8")]])
        {
            await using var server = await StartAsync(new ApiOptions { Proxies = networks });
            foreach (var claim in ((string, string)[])
            [
                ("X-Forwarded-For", "203.0.113.7"),
                ("X-Real-IP", "203.0.113.7"),
                ("CF-Connecting-IP", "203.0.113.7"),
                ("True-Client-IP", "203.0.113.7"),
                ("Forwarded", "for=203.0.113.7;proto=https;host=evil"),
                ("X-Forwarded-Proto", "https"),
                ("X-Forwarded-Host", "evil"),
                ("X-Forwarded-Prefix", "/evil"),
                ("X-Original-URL", "/api/v1/audit"),
            ])
                (await AskAsync(server, claim)).ShouldBe(new Seen(Ours, Secure: false), claim.ToString());
        }
    }

    [Fact]
    public async Task N12_of_known_proxies_as_many_steps_are_believed_as_there_are_proxies()
    {
        await using var one = await StartAsync(new ApiOptions { Proxies = [IPNetwork.Parse("127.0.0.0/8")] });
        await using var two = await StartAsync(new ApiOptions { Proxies = [IPNetwork.Parse("127.0.0.0/8")], ProxyHops = 2 });
        foreach (var (server, forwarded, kept) in ((TestServer, string, string)[])
        [
            (one, "203.0.113.7", "203.0.113.0/24"),
            (one, "8.8.8.8, 203.0.113.7", "203.0.113.0/24"),
            (one, "8.8.8.8, 127.0.0.9", Ours),
            (two, "8.8.8.8, 203.0.113.7, 127.0.0.9", "203.0.113.0/24"),
            (two, "8.8.8.8, 203.0.113.7", "203.0.113.0/24"),
            (one, "2001:db8:1:2::7", "2001:db8:1::/48"),
            (one, "nonsense", Ours),
        ])
            (await AskAsync(server, ("X-Forwarded-For", forwarded))).Address.ShouldBe(kept, forwarded);
    }

    [Fact]
    public async Task N12_a_known_proxy_says_that_its_client_came_over_https_but_not_for_which_host()
    {
        var options = new ApiOptions { Proxies = [IPNetwork.Parse("127.0.0.1/32")], PublicHosts = ["refer.example.com"] };
        await using var server = await StartAsync(options);
        var seen = await AskAsync(server, ("X-Forwarded-For", "203.0.113.7"), ("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "evil"));
        seen.Secure.ShouldBeTrue();
    }

    private Task<TestServer> StartAsync(ApiOptions options) =>
        TestServer.StartAsync(postgres, settings: each => each with { Api = options with { RequestsPerMinute = 0, PlainHttp = true } });

    private static async Task<Seen> AskAsync(TestServer server, params (string Name, string Value)[] headers)
    {
        var programs = (ProgramRegister)server.Services.GetService(typeof(ProgramRegister))!;
        var made = (await programs.CreateAsync(new NewProgram("Shop", "USD"), new Caller("cli", Trusted: true), CancellationToken.None)).Value;
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/keys") { Content = new StringContent("""{"kind":"secret"}""") };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.Authorization = new("Bearer", made.Secret.Token);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value).ShouldBeTrue();
        var answer = (await new ApiClient(server.Client).SendAsync(request)).Ok(HttpStatusCode.Created);
        using var audit = new HttpRequestMessage(HttpMethod.Get, "/api/v1/audit?verb=key.created&limit=1") { Headers = { Authorization = new("Bearer", made.Secret.Token) } };
        var entry = (await new ApiClient(server.Client).SendAsync(audit)).Ok();
        return new Seen((string?)entry["items.0.address"], answer.Headers.ContainsKey("Strict-Transport-Security"));
    }

    private sealed record Seen(string? Address, bool Secure);
}
