using System.Text.Json.Serialization.Metadata;
using Tributary.Keys;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Server.Api.Wire;

namespace Tributary.Server.Api.Partnero;

internal delegate Task<PartneroAnswer> PartneroHandler(PartneroCall call, CancellationToken ct);

/// <summary>One call of this dialect.</summary>
/// <param name="Pattern">Below the base path: literal segments (a colon method belongs to its segment) and <c>{names}</c>.</param>
internal sealed record PartneroRoute(string Method, string Pattern, PartneroHandler Handle) : WireRoute(Method, Pattern)
{
    /// <summary>Set where only programmes of one type offer the call; others answer 403.</summary>
    public PartneroType? Only { get; init; }

    /// <summary>What the key must be allowed; null: reading for GET, else writing.</summary>
    public string? Scope { get; init; }

    public int MostBodyBytes { get; init; } = Limits.BodyBytes;

    /// <summary>Members that the call reads, from the body or the query; for the description.</summary>
    public IReadOnlyList<WireMember> Reads { get; init; } = [];

    /// <summary>One line for the description of the dialect.</summary>
    public required string Summary { get; init; }

    /// <summary>What stands in <c>data</c>, or one row of it; null: the answer is <c>{"status":1}</c>, or no JSON.</summary>
    public JsonTypeInfo? Data { get; init; }

    public bool IsList { get; init; }

    /// <summary>Of a success; for the description.</summary>
    public int SuccessStatus { get; init; } = StatusCodes.Status200OK;

    public string NeededScope => Scope ?? (HttpMethods.IsGet(Method) ? KeyScopes.Read : KeyScopes.Write);

    /// <summary>A paused programme may be read, and settled by whoever manages it.</summary>
    public bool WorksWhilePaused => NeededScope != KeyScopes.Write;
}
