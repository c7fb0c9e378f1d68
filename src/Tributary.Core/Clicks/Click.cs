using Tributary.Links;

namespace Tributary.Clicks;

/// <summary>How the visitor of a click was known.</summary>
public enum VisitorSource
{
    /// <summary>Not at all: anonymous mode, or a request that no person made.</summary>
    None,

    /// <summary>The browser brought its id.</summary>
    Brought,

    /// <summary>By the key derived for the day; the browser was given a new id.</summary>
    Given,

    /// <summary>By the key derived for the day alone: no cookie was set.</summary>
    Derived,
}

/// <summary>What else is to be known of a request.</summary>
[Flags]
public enum ClickFlags
{
    None = 0,
    Https = 1,
    NoFetchMetadata = 2,
    NoFetchUser = 4,
    Gpc = 8,
    Vpn = 16,

    /// <summary>The first valid click of its visitor on the link; what <c>unique_clicks</c> counts.</summary>
    Unique = 32,

    /// <summary>Loopback, private or a configured proxy's: the address says nothing about the visitor (CL-17).</summary>
    PrivateAddress = 64,

    /// <summary>The browser was given the id of this click, so an order may come with it.</summary>
    IdGiven = 128,
}

/// <summary>
/// What a click would be if its agent were no robot's, kept in the flags of one that counts as such: lists change, and what else
/// the rules saw in the request is not in its row.
/// </summary>
internal static class ButForAgent
{
    /// <summary>The bits of the flags that hold the verdict's number.</summary>
    public const int Bits = 31 << Shift;

    private const int Shift = 8;

    public static ClickFlags Of(Verdict verdict) => (ClickFlags)((int)verdict << Shift);

    public static Verdict In(ClickFlags flags) => (Verdict)(((int)flags & Bits) >> Shift);
}

/// <summary>One request on a link with its verdict, as it is written down. Its time is in its id.</summary>
public sealed record Click
{
    public required ClickId Id { get; init; }
    public required long ProgramId { get; init; }
    public required long LinkId { get; init; }
    public required long ReferrerId { get; init; }

    /// <summary>When it arrived: in which day and hour of the programme's zone it counts.</summary>
    public required CountedIn CountedIn { get; init; }

    /// <summary>How soon another click of the same visitor on the link repeats this one.</summary>
    public int DuplicateSeconds { get; init; }

    public LinkForm Form { get; init; }
    public string? Channel { get; init; }

    /// <summary>The code or short code as typed.</summary>
    public string? Token { get; init; }

    public Verdict Verdict { get; init; }

    /// <summary>The valid click that a duplicate repeats.</summary>
    public Guid? StandsFor { get; init; }

    /// <summary>Brought by the browser or given to it.</summary>
    public Guid? VisitorId { get; init; }

    /// <summary>What unique clicks and duplicates are judged by: the id that was brought, or the key derived for the day.</summary>
    public Guid? VisitorKey { get; init; }

    public VisitorSource VisitorFrom { get; init; }

    /// <summary>The agent as it was sent, cut; written once to <c>agents</c> under <see cref="AgentId"/>.</summary>
    public string? Agent { get; init; }

    public long? AgentId { get; init; }

    /// <summary>ISO 3166-1 alpha-2 in upper case; null: not known.</summary>
    public string? Country { get; init; }

    public string? Device { get; init; }
    public string? Browser { get; init; }
    public string? System { get; init; }

    /// <summary>Cut to /24 or /48.</summary>
    public string? Address { get; init; }

    public string? PageHost { get; init; }
    public string? PagePath { get; init; }
    public string? ReferringHost { get; init; }
    public CampaignParameters Parameters { get; init; } = CampaignParameters.None;
    public ClickFlags Flags { get; init; }
}

/// <summary>The UTM values and <c>sub1</c> … <c>sub5</c> of a request, each cut to 200 characters.</summary>
public sealed record CampaignParameters
{
    // Before what is made of it.
    private static readonly string?[] Nothing = new string?[10];

    public static CampaignParameters None { get; } = new();

    /// <summary>Parameter names in the order of <see cref="Values"/>.</summary>
    public static IReadOnlyList<string> Names { get; } =
        ["utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", "sub1", "sub2", "sub3", "sub4", "sub5"];

    public IReadOnlyList<string?> Values { get; init; } = Nothing;

    public bool Equals(CampaignParameters? other) => other is not null && Values.SequenceEqual(other.Values);

    public override int GetHashCode() => Values.Aggregate(0, HashCode.Combine);
}
