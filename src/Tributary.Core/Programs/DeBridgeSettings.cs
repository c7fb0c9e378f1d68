using System.Text.Json.Serialization;
using Tributary.Chains;
using Tributary.Primitives;

namespace Tributary.Programs;

/// <summary>What orders with codes of integrators ask (debridge.md § 1.4).</summary>
public sealed record DeBridgeSettings
{
    /// <summary>Whether the dialect answers for this programme.</summary>
    public bool Enabled { get; init; }

    /// <summary>The name of an upstream in the server's configuration; null: the gateway answers nothing.</summary>
    public string? Upstream { get; init; }

    public DeBridgeGatewaySettings Gateway { get; init; } = new();
    public DeBridgeCodeSettings Codes { get; init; } = new();
    public DeBridgePreparedSettings Prepared { get; init; } = new();
    public DeBridgePendingEventSettings PendingEvents { get; init; } = new();
    public DeBridgeFollowerSettings Follower { get; init; } = new();
    public DeBridgeRequestLogSettings RequestLog { get; init; } = new();
    public DeBridgeRateSettings Rate { get; init; } = new();

    /// <summary>Chains besides those that are built in; one of the same number takes a built-in's place.</summary>
    public IReadOnlyList<Chain> Chains { get; init; } = [];

    [JsonIgnore]
    public ChainTable ChainTable => ChainTable.With(Chains);
}

[JsonConverter(typeof(ExactWords<GatewayAccess>))]
public enum GatewayAccess
{
    /// <summary>A key is asked for.</summary>
    [JsonStringEnumMemberName("key")] Key,
    [JsonStringEnumMemberName("public")] Public,
}

/// <summary>Who may have requests handed on to the upstream.</summary>
public sealed record DeBridgeGatewaySettings
{
    public GatewayAccess Access { get; init; }
}

/// <summary>How integrators come to their codes, and what requests carry that name none.</summary>
public sealed record DeBridgeCodeSettings
{
    public CodeAllocation Allocation { get; init; }

    /// <summary>The lowest number that is given in sequence.</summary>
    public long First { get; init; } = 1;

    /// <summary>Put on requests to the upstream that carry none; null: they go without.</summary>
    public long? Default { get; init; }

    /// <summary>Whether requests to the upstream without a code are refused.</summary>
    public bool Required { get; init; }
}

[JsonConverter(typeof(ExactWords<CodeAllocation>))]
public enum CodeAllocation
{
    /// <summary>The next free number.</summary>
    [JsonStringEnumMemberName("sequential")] Sequential,

    /// <summary>Each is told: for where an upstream has a registry of its own.</summary>
    [JsonStringEnumMemberName("manual")] Manual,
}

public sealed record DeBridgePreparedSettings
{
    /// <summary>After which a transaction that nobody signed is forgotten.</summary>
    public int TtlHours { get; init; } = 24;
}

public sealed record DeBridgePendingEventSettings
{
    /// <summary>How long events wait for an order that nobody knows.</summary>
    public int Days { get; init; } = 7;
}

/// <summary>How states of orders are asked of the upstream's tracking service.</summary>
public sealed record DeBridgeFollowerSettings
{
    private const int Usual = 40;
    private const int UsualWithToken = 240;

    public bool Enabled { get; init; } = true;

    /// <summary>Requests; null: 40, or 240 with an access token.</summary>
    public int? PerMinute { get; init; }

    public int RequestsPerMinute(bool withToken) => PerMinute ?? (withToken ? UsualWithToken : Usual);
}

/// <summary>How long requests are kept for support.</summary>
public sealed record DeBridgeRequestLogSettings
{
    public int Days { get; init; } = 7;

    /// <summary>Of each code the newest; those without a code share one such quota.</summary>
    public int PerCode { get; init; } = 10_000;
}

/// <summary>Requests per minute of one caller to one endpoint of the dialect, on one node; 0 is without limit.</summary>
public sealed record DeBridgeRateSettings
{
    public int Anonymous { get; init; } = 50;
    public int Key { get; init; } = 300;
}

internal static class DeBridgeSettingsRules
{
    private const int MostDays = 365;
    private const int MostAsked = 6_000;
    private const int MostTtlHours = 7 * 24;
    private const int MostRequests = 1_000_000;
    private const int MostChains = 200;
    private const int LongestName = 60;

    /// <summary>Chain ids beyond it could not be told exactly by every client that reads them as numbers.</summary>
    private const long MostChainId = (1L << 53) - 1;

    public static Problem? Check(DeBridgeSettings settings) =>
        SettingsRules.Range(settings.Codes.First, 1, ReferralNumber.Most, "debridge.codes.first")
        ?? SettingsRules.Range(settings.Codes.Default, 1, ReferralNumber.Most, "debridge.codes.default")
        ?? SettingsRules.Range(settings.Prepared.TtlHours, 1, MostTtlHours, "debridge.prepared.ttlHours")
        ?? SettingsRules.Range(settings.PendingEvents.Days, 1, MostDays, "debridge.pendingEvents.days")
        ?? SettingsRules.Range(settings.Follower.PerMinute, 1, MostAsked, "debridge.follower.perMinute")
        ?? SettingsRules.Range(settings.RequestLog.Days, 1, MostDays, "debridge.requestLog.days")
        ?? SettingsRules.Range(settings.RequestLog.PerCode, 0, MostRequests, "debridge.requestLog.perCode")
        ?? SettingsRules.Range(settings.Rate.Anonymous, 0, MostRequests, "debridge.rate.anonymous")
        ?? SettingsRules.Range(settings.Rate.Key, 0, MostRequests, "debridge.rate.key")
        ?? CheckChains(settings);

    private static Problem? CheckChains(DeBridgeSettings settings)
    {
        if (settings.Chains.Count > MostChains)
            return Refuse(ProblemCode.TooMany, $"At most {MostChains} chains can be added.");
        if (settings.Chains.Any(chain => chain.Id is < 1 or > MostChainId))
            return Refuse(ProblemCode.OutOfRange, "The id of a chain is a positive whole number below 2 to the power of 53.");
        if (settings.Chains.Any(chain => string.IsNullOrWhiteSpace(chain.Name) || chain.Name.Length > LongestName))
            return Refuse(ProblemCode.InvalidValue, $"A chain has a name of at most {LongestName} characters.");
        return settings.Chains.DistinctBy(chain => chain.Id).Count() < settings.Chains.Count
            ? Refuse(ProblemCode.InvalidValue, "Two chains have the same id.")
            : null;
    }

    private static Problem Refuse(ProblemCode code, string detail) => new(code, detail, SettingsRules.Path("debridge.chains"));
}
