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
internal sealed record GameballRoute(string Method, string Pattern, KeyDemand Demand, GameballHandler Handle) : WireRoute(Method, Pattern)
{
    public RateGroup Rate { get; init; } = RateGroup.Others;

    /// <summary>What the JSON body has; null: the call has none, and whatever is sent is ignored.</summary>
    public IReadOnlyList<WireMember>? Body { get; init; }

    /// <summary>The member that holds a list of items, which may also be the whole body; such a body may be larger than others.</summary>
    public string? Items { get; init; }

    public IReadOnlyList<WireMember> Query { get; init; } = [];

    /// <summary>One line for the description of the dialect.</summary>
    public required string Summary { get; init; }

    /// <summary>The object of a success.</summary>
    public required JsonTypeInfo Answer { get; init; }
}
