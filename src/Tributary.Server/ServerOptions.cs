using Tributary.Programs;
using Tributary.Server.Api;
using Tributary.Server.Api.DeBridge.Gateway;
using Tributary.Storage;

namespace Tributary.Server;

/// <summary>What the server is told from outside. Every value has a working default.</summary>
public sealed record ServerOptions
{
    public const string DefaultDataFolder = "./data";
    public const string DefaultUrls = "http://localhost:5080";

    /// <summary><c>TRIBUTARY_DATA</c>: the server's folder, with its private PostgreSQL unless <see cref="Database"/> is set.</summary>
    public string DataFolder { get; init; } = DefaultDataFolder;

    /// <summary><c>TRIBUTARY_URLS</c>: addresses to listen at, separated by semicolons. Port 0 takes a free one.</summary>
    public string Urls { get; init; } = DefaultUrls;

    /// <summary><c>TRIBUTARY_DATABASE</c>: an existing PostgreSQL; null starts a private one.</summary>
    public PostgresConnections? Database { get; init; }

    /// <summary><c>TRIBUTARY_MASTER_KEY</c>: 32 bytes in base 64, the same on every node; null keeps one in the data folder.</summary>
    public string? MasterKey { get; init; }

    /// <summary><c>TRIBUTARY_PUBLIC_URL</c>: where the world finds this server; null: where it listens.</summary>
    public SiteAddress? PublicUrl { get; init; }

    /// <summary><c>TRIBUTARY_SHORT_URL</c>: where short links of programmes without a short host of their own are answered; null: nowhere.</summary>
    public SiteAddress? ShortUrl { get; init; }

    /// <summary><c>TRIBUTARY_VERIFY_SITES</c>: whether a programme's site, too, carries links only once it is verified.</summary>
    public bool VerifySites { get; init; }

    /// <summary><c>TRIBUTARY_OUTBOUND_ALLOW</c>: networks inside that requests on behalf of programmes may go to; none by default.</summary>
    public IReadOnlyList<System.Net.IPNetwork> OutboundAllowed { get; init; } = [];

    /// <summary>
    /// <c>TRIBUTARY_DEBRIDGE_PROGRAM</c>: public id of the programme that the deBridge dialect speaks for where a request names none;
    /// null: of a demo the demo's, else none.
    /// </summary>
    public string? DeBridgeProgram { get; init; }

    /// <summary><c>TRIBUTARY_DEBRIDGE_UPSTREAMS</c>: services that gateways of programmes ask, by the names that programmes know them by.</summary>
    public IReadOnlyDictionary<string, DeBridgeUpstream> DeBridgeUpstreams { get; init; } = new Dictionary<string, DeBridgeUpstream>();

    /// <summary><c>TRIBUTARY_OUTBOUND_ANY_PORT</c>: whether such requests may use plain http and ports other than 443 and 8443.</summary>
    public bool OutboundAnyPort { get; init; }

    /// <summary>Limits and trust of all APIs.</summary>
    public ApiOptions Api { get; init; } = new();

    /// <summary>How clicks are written down.</summary>
    public Redirect.ClickOptions Clicks { get; init; } = new();

    /// <summary>Make the demo programme when it is missing.</summary>
    public bool Demo { get; init; }

    /// <summary>Limits of this node's connection pool.</summary>
    public DatabaseSettings Pool { get; init; } = new();

    /// <summary>The settings as the environment gives them.</summary>
    public static ServerOptions FromEnvironment() => new()
    {
        DataFolder = Variable("TRIBUTARY_DATA") ?? DefaultDataFolder,
        Urls = Variable("TRIBUTARY_URLS") ?? DefaultUrls,
        Database = Variable("TRIBUTARY_DATABASE") is { } address ? PostgresConnections.Single(address) : null,
        MasterKey = Variable(Secrets.MasterKey.Variable),
        PublicUrl = Address("TRIBUTARY_PUBLIC_URL"),
        ShortUrl = Address("TRIBUTARY_SHORT_URL"),
        VerifySites = ApiOptions.YesNo(Variable, "TRIBUTARY_VERIFY_SITES"),
        OutboundAllowed = ApiOptions.Networks(Variable("TRIBUTARY_OUTBOUND_ALLOW"), "TRIBUTARY_OUTBOUND_ALLOW"),
        DeBridgeProgram = Variable("TRIBUTARY_DEBRIDGE_PROGRAM"),
        DeBridgeUpstreams = DeBridgeUpstream.Parse(Variable("TRIBUTARY_DEBRIDGE_UPSTREAMS")),
        OutboundAnyPort = ApiOptions.YesNo(Variable, "TRIBUTARY_OUTBOUND_ANY_PORT"),
        Api = ApiOptions.From(Variable),
        Clicks = Redirect.ClickOptions.From(Variable),
    };

    private static SiteAddress? Address(string name)
    {
        if (Variable(name) is not { } text)
            return null;
        return SiteAddress.Parse(text).TryGet(out var address, out _) && address.BasePath.Length == 0
            ? address
            : throw new ArgumentException($"{name} must be an address such as https://refer.example.com, without a path.");
    }

    private static string? Variable(string name)
        => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
