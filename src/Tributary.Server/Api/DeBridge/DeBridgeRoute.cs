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
internal sealed record DeBridgeRoute(DeBridgeService Service, string Method, string Pattern, DeBridgeHandler Handle)
{
    public DeBridgeAccess Access { get; init; } = DeBridgeAccess.Tracking;

    /// <summary>What a secret key must be allowed.</summary>
    public string Scope { get; init; } = KeyScopes.Read;

    /// <summary>Members of the body or parameters of the query; for the description.</summary>
    public IReadOnlyList<WireMember> Reads { get; init; } = [];

    /// <summary>One line for the description of the dialect.</summary>
    public required string Summary { get; init; }

    public string[] Segments { get; } = Pattern.Split('/');

    /// <summary>As a client writes it after the base address.</summary>
    public string Path => (Service == DeBridgeService.Orders ? DeBridgePath.OrderRoot : DeBridgePath.TrackingRoot) + Pattern;

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
    public IReadOnlyList<string> Values(IReadOnlyList<string> path) => [.. path.Where((_, at) => IsName(Segments[at]))];

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
    public IReadOnlyList<DeBridgeRoute> At(DeBridgePath path)
    {
        if (path.Segments is not { } segments)
            return [];
        var found = new List<DeBridgeRoute>();
        foreach (var route in routes)
        {
            if (route.Service == path.Service && (found.Count == 0 || route.Literals == found[0].Literals) && route.Matches(segments))
                found.Add(route);
        }
        return found;
    }
}
