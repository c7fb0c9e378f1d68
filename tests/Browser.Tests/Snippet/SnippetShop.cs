using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Tributary.Browser.Tests.Support;
using Tributary.Keys;
using Tributary.Links;
using Tributary.Programs;
using Tributary.Referrers;
using Tributary.Server.Tests.Support;
using Tributary.Storage;
using Tributary.Tests.Support;

namespace Tributary.Browser.Tests.Snippet;

/// <summary>A shop on one origin and Tributary on another, with the partner <c>JOHN20</c>; both clocks are moved together.</summary>
internal sealed class SnippetShop : IAsyncDisposable
{
    /// <summary>When a page and its scripts have asked for everything they ask for.</summary>
    public static readonly PageGotoOptions Arrived = new() { WaitUntil = WaitUntilState.NetworkIdle };

    private static readonly Caller Operator = new("cli", Trusted: true);

    private readonly TestServer server;
    private readonly Chromium chromium;
    private readonly List<IBrowserContext> browsers = [];
    private ReferralProgram program = null!;
    private Referrer partner = null!;

    private SnippetShop(TestServer server, Chromium chromium, MerchantSite site)
    {
        this.server = server;
        this.chromium = chromium;
        Site = site;
    }

    public MerchantSite Site { get; }

    public Uri Tributary => server.Client.BaseAddress!;

    public string PublicId { get; private set; } = null!;

    /// <summary>The native API with the shop's secret key: what its back end would use.</summary>
    public HttpClient BackEnd { get; private set; } = null!;

    /// <summary>The tag of the snippet as the guide shows it.</summary>
    public string Tag => $"<script async src=\"{Tributary}t.js\" data-program=\"{PublicId}\"></script>";

    /// <param name="settings">Settings of the programme, besides its site.</param>
    public static async Task<SnippetShop> OpenAsync(PostgresFixture postgres, Chromium chromium, string settings = "{}")
    {
        var server = await TestServer.StartAsync(postgres);
        server.Clock.Set(DateTimeOffset.UtcNow);
        var shop = new SnippetShop(server, chromium, await MerchantSite.StartAsync(server.Client.BaseAddress!));
        await shop.FoundAsync(JsonNode.Parse(settings)!.AsObject());
        return shop;
    }

    /// <summary>Another person's browser.</summary>
    public async Task<IBrowserContext> BrowserAsync()
    {
        var browser = await chromium.Browser.NewContextAsync(new BrowserNewContextOptions { UserAgent = await PersonsAgentAsync() });
        await browser.Clock.InstallAsync(new ClockInstallOptions { TimeDate = server.Clock.GetUtcNow().UtcDateTime });
        browsers.Add(browser);
        return browser;
    }

    /// <summary>What Chromium calls itself in front of a person.</summary>
    private async Task<string> PersonsAgentAsync()
    {
        await using var context = await chromium.Browser.NewContextAsync();
        var agent = await (await context.NewPageAsync()).EvaluateAsync<string>("navigator.userAgent");
        return agent.Replace("Headless", "", StringComparison.Ordinal);
    }

    /// <summary>Opens an address and waits until the snippet has told what it had to tell.</summary>
    public static async Task<IPage> VisitAsync(IBrowserContext browser, string url)
    {
        var page = await browser.NewPageAsync();
        await page.GotoAsync(url, Arrived);
        return page;
    }

    /// <summary>Time goes by, for the server and for every browser.</summary>
    public async Task PassAsync(TimeSpan time)
    {
        server.Clock.Advance(time);
        foreach (var browser in browsers)
            await browser.Clock.SetSystemTimeAsync(server.Clock.GetUtcNow().UtcDateTime);
    }

    public static async Task<string?> CookieAsync(IBrowserContext browser, string name) =>
        (await browser.CookiesAsync()).SingleOrDefault(cookie => cookie.Name == name)?.Value;

    /// <summary>Clicks by verdict.</summary>
    public async Task<IReadOnlyDictionary<string, long>> VerdictsAsync()
    {
        await using var connection = await server.Database.OpenAsync(default);
        return (await Dapper.SqlMapper.QueryAsync<(string Verdict, long Count)>(
            connection, "select verdict, count(*) from clicks group by verdict")).ToDictionary(row => row.Verdict, row => row.Count);
    }

    /// <summary>The short address of the partner's default link, on the shop's short host, as it is reached in a test: over HTTP on this port.</summary>
    /// <param name="host">A short host of the programme, added where it has another.</param>
    public async Task<string> ShortUrlAsync(string? host = null)
    {
        if (host is not null)
            await ProveAsync(DomainKind.Short, host);
        var link = (await Service<LinkRegister>().FindAsync(program.Id, "JOHN20", default))!;
        var address = (await Service<DomainRegister>().AddressesAsync(program, default)).Of(link).Short.ShouldNotBeNull();
        return new UriBuilder(address) { Scheme = "http", Host = host ?? new Uri(address).Host, Port = Tributary.Port }.Uri.ToString();
    }

    /// <summary>Of every order, held back for a month.</summary>
    public async Task PayTenPercentAsync()
    {
        using var made = await BackEnd.PostAsJsonAsync("/api/v1/campaigns", JsonNode.Parse("""
            {"name":"Ten percent","definition":{"steps":[{"trigger":"order","once":false,"lines":[
              {"recipient":"referrer","holdDays":30,"amount":{"kind":"percent","ppm":100000}}]}]}}
            """));
        var campaign = (await made.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetInt64();
        using var active = await BackEnd.PostAsync(new Uri($"/api/v1/campaigns/{campaign}/activate", UriKind.Relative), null);
        active.EnsureSuccessStatusCode();
    }

    /// <summary>Of rewards that stand.</summary>
    public async Task<IReadOnlyList<string?>> RewardStatesAsync() =>
        [.. (await AskAsync("rewards")).GetProperty("items").EnumerateArray().Select(reward => reward.GetProperty("state").GetString()).Where(state => state != "reversed")];

    public async Task AddDirectLinkAsync(string page) =>
        _ = (await Service<LinkRegister>().CreateAsync(program, new NewLink(partner.Id, DirectPage: page), Operator, default)).Value;

    public async Task<JsonElement> AskAsync(string path) => await BackEnd.GetFromJsonAsync<JsonElement>("/api/v1/" + path);

    public async ValueTask DisposeAsync()
    {
        foreach (var browser in browsers)
            await browser.DisposeAsync();
        BackEnd?.Dispose();
        await Site.DisposeAsync();
        await server.DisposeAsync();
    }

    private async Task FoundAsync(JsonObject settings)
    {
        var links = settings["links"]?.AsObject() ?? [];
        links["site"] = Site.Url("");
        settings["links"] = links.DeepClone();
        program = (await Service<ProgramRegister>().CreateAsync(new NewProgram("Shop", "USD", Settings: settings), Operator, default)).Value.Program;
        PublicId = program.PublicId;
        foreach (var host in (string[])["yoursite.com", "shop.yoursite.com"])
            await ProveAsync(DomainKind.Site, Site.Url("", host));
        await ProveAsync(DomainKind.Short, "go.yoursite.com");
        partner = (await Service<ReferrerRegister>().CreateAsync(
            program, new NewReferrer(ReferrerKind.Partner, "partner_123", "John", Code: "JOHN20"), Operator, default)).Value;
        var key = (await Service<ApiKeys>().CreateAsync(program, new NewKey(ApiKeyKind.Secret), KeyScopes.All, Operator, default)).Value.Token;
        BackEnd = new HttpClient { BaseAddress = Tributary };
        BackEnd.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
    }

    private async Task ProveAsync(DomainKind kind, string address)
    {
        var domains = Service<DomainRegister>();
        var known = (await domains.ListAsync(program.Id, default)).FirstOrDefault(domain => domain.Kind == kind && address.Contains("//" + domain.Address.Host, StringComparison.Ordinal));
        var domain = known ?? (await domains.AddAsync(program, new NewDomain(kind, address), Operator, default)).Value;
        if (!domain.CarriesLinks)
            _ = (await domains.VouchAsync(program, domain.Number, Operator, default)).Value;
    }

    private T Service<T>()
        where T : notnull => server.Services.GetRequiredService<T>();
}
