using System.Text.Json.Serialization.Metadata;
using Tributary.Server.Api.Gameball.Wire;
using Tributary.Server.Api.Wire;

namespace Tributary.Server.Api.Gameball;

/// <summary>Which keys a call asks for on v4.0.</summary>
internal enum KeyDemand
{
    /// <summary>The publishable key suffices.</summary>
    ApiKey,

    /// <summary>The secret is needed as well.</summary>
    Secret,
}

/// <summary>Calls that are counted together where a call is not trusted.</summary>
internal enum RateGroup
{
    CustomersAndEvents,
    Others,
}

internal delegate Task<GameballAnswer> GameballHandler(GameballCall call, CancellationToken ct);

/// <summary>One call of this dialect.</summary>
/// <param name="Pattern">Below <c>/integrations/</c>: literal segments and <c>{names}</c>.</param>
internal sealed record GameballRoute(string Method, string Pattern, KeyDemand Demand, GameballHandler Handle)
{
    public RateGroup Rate { get; init; } = RateGroup.Others;

    /// <summary>What the JSON body has; null: the call has none, and whatever is sent is ignored.</summary>
    public IReadOnlyList<WireMember>? Body { get; init; }

    public IReadOnlyList<WireMember> Query { get; init; } = [];

    /// <summary>One line for the description of the dialect.</summary>
    public required string Summary { get; init; }

    /// <summary>The object of a success.</summary>
    public required JsonTypeInfo Answer { get; init; }

    public string[] Segments { get; } = Pattern.Split('/');

    public int Literals => Segments.Count(segment => !IsName(segment));

    public static bool IsName(string segment) => segment.StartsWith('{');

    public bool Matches(IReadOnlyList<string> path)
    {
        if (path.Count != Segments.Length)
            return false;
        for (var at = 0; at < Segments.Length; at++)
        {
            if (!IsName(Segments[at]) && !Segments[at].Equals(path[at], StringComparison.OrdinalIgnoreCase))
                return false;
        }
        return true;
    }

    /// <summary>The texts that stand for the pattern's names, in their order.</summary>
    public IReadOnlyList<string> Values(IReadOnlyList<string> path) =>
        [.. path.Where((_, at) => IsName(Segments[at]))];
}
