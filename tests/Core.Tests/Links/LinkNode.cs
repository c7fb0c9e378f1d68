using System.Text.Json.Nodes;
using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Tributary.Core.Tests.Keys;
using Tributary.Links;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Referrers;
using Tributary.Storage;
using Tributary.Tests.Support;

namespace Tributary.Core.Tests.Links;

/// <summary>What one server node knows of links, on a database that other nodes may share.</summary>
internal sealed class LinkNode : IAsyncDisposable
{
    public static readonly Caller Operator = new("cli", Trusted: true);

    private readonly CancellationTokenSource stop = new();
    private readonly Task listening;

    public LinkNode(TestDatabase database, HandClock? clock = null, SiteAddress? shortAddress = null, DomainPolicy? policy = null, bool listens = true)
    {
        Database = database;
        Clock = clock ?? new HandClock();
        Feed = new ChangeFeed(database.Database, NullLogger<ChangeFeed>.Instance);
        var transactions = new Transactions(database.Database, Clock);
        var server = new ServerHosts(() => shortAddress, ["refer.example", "refer.yoursite.com"]);
        Programs = new ProgramRegister(database.Database, transactions, Feed, new TestSealer(), policy);
        Hosts = new HostTable(database.Database, Feed, server, Clock);
        Table = new LinkTable(database.Database, Feed, Hosts, Programs, Clock, Memory);
        Links = new LinkRegister(database.Database, transactions, Feed, Hosts);
        Domains = new DomainRegister(database.Database, transactions, Feed, server);
        Verification = new DomainVerification(database.Database, transactions, Domains, Programs, Proofs, Clock);
        Referrers = new ReferrerRegister(database.Database, transactions);
        listening = listens ? Feed.RunAsync(stop.Token) : Task.CompletedTask;
    }

    public TestDatabase Database { get; }
    public HandClock Clock { get; }
    public ChangeFeed Feed { get; }
    public ProgramRegister Programs { get; }
    public HostTable Hosts { get; }
    public LinkMemory Memory { get; } = new(2_000);
    public LinkTable Table { get; }
    public LinkRegister Links { get; }
    public DomainRegister Domains { get; }
    public DomainVerification Verification { get; }
    public FoundProofs Proofs { get; } = new();
    public ReferrerRegister Referrers { get; }

    /// <summary>A programme on yoursite.com, with shop.yoursite.com beside it, a short host and a wildcard, all verified.</summary>
    public async Task<ReferralProgram> OpenAsync(string settings = "{}", string host = "yoursite.com")
    {
        var whole = JsonNode.Parse(settings)!.AsObject();
        whole["site"] = $"https://{host}";
        var made = (await Programs.CreateAsync(
            new NewProgram("Shop", "USD", Settings: new JsonObject { ["links"] = whole }), Operator, default)).Value.Program;
        await AddDomainAsync(made, DomainKind.Site, $"shop.{host}");
        await AddDomainAsync(made, DomainKind.Short, $"go.{host}");
        await AddDomainAsync(made, DomainKind.Wildcard, host);
        return made;
    }

    public async Task<Domain> AddDomainAsync(ReferralProgram program, DomainKind kind, string address, DomainOptions? options = null)
    {
        var domain = (await Domains.AddAsync(program, new NewDomain(kind, address, options), Operator, default)).Value;
        return (await Domains.VouchAsync(program, domain.Number, Operator, default)).Value;
    }

    public async Task<Referrer> PartnerAsync(ReferralProgram program, string? code = "JOHN20", string? key = null) =>
        (await Referrers.CreateAsync(program, new NewReferrer(ReferrerKind.Partner, key, "John Doe", Code: code), Operator, default)).Value;

    public Task<Outcome<Link>> CreateAsync(ReferralProgram program, NewLink wanted) => Links.CreateAsync(program, wanted, Operator, default);

    public Task<Outcome<Link>> ChangeAsync(ReferralProgram program, Link link, LinkChange change) =>
        Links.ChangeAsync(program, link.Id, change, Operator, default);

    public async Task<string?> UrlAsync(ReferralProgram program, Link link) => (await Domains.AddressesAsync(program, default)).UrlOf(link);

    public async Task<LinkUrls> UrlsAsync(ReferralProgram program, Link link) => (await Domains.AddressesAsync(program, default)).Of(link);

    /// <summary>What a visitor of an address meets; null where the host is none of ours.</summary>
    public async Task<RedirectAnswer?> VisitAsync(string url)
    {
        var uri = new Uri(url);
        var path = url[(url.IndexOf("//", StringComparison.Ordinal) + 2)..].Split('?')[0];
        path = path.Contains('/', StringComparison.Ordinal) ? path[path.IndexOf('/', StringComparison.Ordinal)..] : "/";
        return await Table.FindHostAsync(uri.Authority, default) is { } host ? await Table.FindAsync(host, path, uri.Query, default) : null;
    }

    public async Task<T> AskAsync<T>(string sql, object? arguments = null)
    {
        await using var connection = await Database.OpenAsOwnerAsync();
        return (await connection.ExecuteScalarAsync<T>(sql, arguments))!;
    }

    /// <summary>Waits until the node hears of changes, so that it serves from memory.</summary>
    public async Task BecomeCurrentAsync()
    {
        for (var wait = 0; !Feed.IsCurrent && wait < 500; wait++)
            await Task.Delay(10);
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await listening;
        stop.Dispose();
        Hosts.Dispose();
    }
}

/// <summary>What the outside says, as a test lays it down.</summary>
internal sealed class FoundProofs : IDomainProofs
{
    public Dictionary<string, string> Records { get; } = [];

    public Dictionary<string, string> Files { get; } = [];

    public Dictionary<string, string> Pages { get; } = [];

    public Task<string?> PageAsync(Uri address, CancellationToken ct) => Task.FromResult(Pages.GetValueOrDefault(address.AbsoluteUri));

    public Task<IReadOnlyList<string>> TextRecordsAsync(string name, CancellationToken ct) =>
        Task.FromResult<IReadOnlyList<string>>(Records.TryGetValue(name, out var text) ? ["v=spf1 -all", text] : []);

    public Task<string?> FirstLineAsync(Uri address, CancellationToken ct) => Task.FromResult(Files.GetValueOrDefault(address.AbsoluteUri));
}
