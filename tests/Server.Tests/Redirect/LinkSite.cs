using System.Net;
using System.Text.Json.Nodes;
using Dapper;
using Tributary.Links;
using Tributary.Programs;
using Tributary.Referrers;
using Tributary.Server.Tests.Support;
using Tributary.Storage;
using Tributary.Tests.Support;

namespace Tributary.Server.Tests.Redirect;

/// <summary>A node behind a proxy that tells visitors' addresses, with programmes whose links it answers.</summary>
public sealed class LinkSite(PostgresFixture postgres) : IAsyncLifetime
{
    internal static readonly Caller Operator = new("cli", Trusted: true);

    private static int s_lastProgram;

    internal TestServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Server = await StartAsync(postgres);

    public async ValueTask DisposeAsync() => await Server.DisposeAsync();

    internal static Task<TestServer> StartAsync(PostgresFixture postgres) => TestServer.StartAsync(postgres, settings: Configure);

    internal static ServerOptions Configure(ServerOptions options) => options with
    {
        DataFolder = TestFolders.Create("tributary-links-"),
        Api = options.Api with { Proxies = [IPNetwork.Parse("127.0.0.0/8")] },
        Clicks = options.Clicks with { CountryHeader = "X-Country", Patience = TimeSpan.FromSeconds(10) },
    };

    internal Task<LinkShop> OpenAsync(string clicks = "{}", string links = "{}") => OpenAsync(Server, clicks, links);

    /// <summary>A programme on a site of its own, with a short host, a wildcard, and the partner JOHN20.</summary>
    internal static async Task<LinkShop> OpenAsync(TestServer server, string clicks = "{}", string links = "{}")
    {
        var site = $"shop{Interlocked.Increment(ref s_lastProgram)}.example";
        var linkSettings = JsonNode.Parse(links)!.AsObject();
        linkSettings["site"] = $"https://{site}";
        var settings = new JsonObject { ["links"] = linkSettings, ["clicks"] = JsonNode.Parse(clicks) };
        var program = (await server.Get<ProgramRegister>().CreateAsync(new NewProgram("Shop", "USD", Settings: settings), Operator, default)).Value.Program;
        var domains = server.Get<DomainRegister>();
        foreach (var (kind, host) in new[] { (DomainKind.Short, $"go.{site}"), (DomainKind.Wildcard, site) })
        {
            var domain = (await domains.AddAsync(program, new NewDomain(kind, host, null), Operator, default)).Value;
            (await domains.VouchAsync(program, domain.Number, Operator, default)).Succeeded.ShouldBeTrue();
        }
        var partner = (await server.Get<ReferrerRegister>().CreateAsync(
            program, new NewReferrer(ReferrerKind.Partner, null, "John", Code: "JOHN20"), Operator, default)).Value;
        return new LinkShop(server, program, site, partner.Id);
    }
}

/// <summary>One programme of a test, and visitors of its links.</summary>
internal sealed class LinkShop(TestServer server, ReferralProgram program, string site, long partnerId)
{
    public const string Chrome = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36";

    private static int s_lastAddress;

    public TestServer Server => server;

    public ReferralProgram Program => program;

    public string Site => site;

    public long PartnerId => partnerId;

    /// <summary>What a person's browser sends; an address that nobody else of the tests has.</summary>
    public Dictionary<string, string?> Person()
    {
        var number = Interlocked.Increment(ref s_lastAddress);
        return new()
        {
            ["Host"] = $"john20.{site}",
            ["User-Agent"] = Chrome,
            ["Accept-Language"] = "en",
            ["Sec-Fetch-Dest"] = "document",
            ["Sec-Fetch-Mode"] = "navigate",
            ["Sec-Fetch-User"] = "?1",
            ["X-Forwarded-For"] = $"203.{1 + (number >> 16)}.{(number >> 8) & 255}.{number & 255}",
        };
    }

    public async Task<HttpResponseMessage> VisitAsync(Dictionary<string, string?> headers, string path = "/", string method = "GET", string? body = null)
    {
        using var handler = new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false };
        using var client = new HttpClient(handler) { BaseAddress = server.Client.BaseAddress };
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        foreach (var (name, value) in headers)
            if (value is not null)
                request.Headers.TryAddWithoutValidation(name, value).ShouldBeTrue(name);
        if (body is not null)
            request.Content = new StringContent(body);
        return await client.SendAsync(request);
    }

    /// <summary>The rows of the programme's clicks, oldest first.</summary>
    public async Task<IReadOnlyList<IDictionary<string, object?>>> RowsAsync()
    {
        await using var connection = await server.Database.OpenAsync(default);
        return [.. (await connection.QueryAsync("select * from clicks where program_id = @Id order by click_id", new { program.Id })).Cast<IDictionary<string, object?>>()];
    }

    public async Task<string?> LastVerdictAsync() => await RowsAsync() is [.., var last] ? (string?)last["verdict"] : null;

    public Task<string> ShortCodeAsync() => ValueAsync<string>("select short_code from links where program_id = @Id limit 1");

    public async Task<T> ValueAsync<T>(string sql)
    {
        await using var connection = await server.Database.OpenAsync(default);
        return (await connection.ExecuteScalarAsync<T>(sql, new { program.Id }))!;
    }

    public async Task ExecuteAsync(string sql)
    {
        await using var connection = await server.Database.OpenAsync(default);
        await connection.ExecuteAsync(sql, new { program.Id });
        server.Get<ChangeFeed>().Forget(null);
        server.Get<ChangeFeed>().Forget(program.Id);
    }

    public async Task ShouldAddUpAsync()
    {
        await using var connection = await server.Database.OpenAsync(default);
        (await connection.QueryAsync<string>(ClickSums.DifferencesSql, new { ProgramId = program.Id })).ShouldBeEmpty();
    }
}
