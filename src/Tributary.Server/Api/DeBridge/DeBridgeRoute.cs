using Tributary.Keys;
using Tributary.Server.Api.Wire;

namespace Tributary.Server.Api.DeBridge;

/// <summary>Who may ask.</summary>
internal enum DeBridgeAccess
{
    /// <summary>Whoever meets any orders; what is not his does not exist for him.</summary>
    Tracking,

    /// <summary>Whoever may have requests handed on to the upstream.</summary>
    Gateway,

    /// <summary>Either: orders that do not exist for the caller are asked of the upstream.</summary>
    Both,
}

internal delegate Task<DeBridgeAnswer> DeBridgeHandler(DeBridgeCall call, CancellationToken ct);

/// <summary>One call of this dialect.</summary>
/// <param name="Pattern">Below the service's root: literal segments and <c>{names}</c>.</param>
internal sealed record DeBridgeRoute(DeBridgeService Service, string Method, string Pattern, DeBridgeHandler Handle) : WireRoute(Method, Pattern)
{
    public DeBridgeAccess Access { get; init; } = DeBridgeAccess.Tracking;

    /// <summary>What a secret key must be allowed.</summary>
    public string Scope { get; init; } = KeyScopes.Read;

    /// <summary>Members of the body or parameters of the query; for the description.</summary>
    public IReadOnlyList<WireMember> Reads { get; init; } = [];

    /// <summary>One line for the description of the dialect.</summary>
    public required string Summary { get; init; }

    /// <summary>As a client writes it after the base address.</summary>
    public string Path => (Service == DeBridgeService.Orders ? DeBridgePath.OrderRoot : DeBridgePath.TrackingRoot) + Pattern;

    public IReadOnlyList<string> Methods => HttpMethods.IsGet(Method) ? [Method, HttpMethods.Head] : [Method];

    public bool Accepts(string method) => Methods.Any(each => HttpMethods.Equals(each, method));
}

/// <summary>Finds the calls at a path, one per method. Literal segments win over <c>{names}</c>.</summary>
internal sealed class DeBridgeRouter
{
    private readonly DeBridgeRoute[] routes;

    public DeBridgeRouter(IEnumerable<DeBridgeRoute> routes) =>
        this.routes = [.. routes.OrderByDescending(route => route.Literals)];

    public IReadOnlyList<DeBridgeRoute> Routes => routes;

    /// <summary>Empty when the path is unknown.</summary>
    public IReadOnlyList<DeBridgeRoute> At(DeBridgePath path) =>
        path.Segments is { } segments ? WireRoute.At(routes.Where(route => route.Service == path.Service), segments) : [];
}
