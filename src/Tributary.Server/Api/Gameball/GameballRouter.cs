using Tributary.Server.Api.Wire;

namespace Tributary.Server.Api.Gameball;

/// <summary>Finds the call that a path and a method name. Literal segments win over <c>{names}</c>.</summary>
internal sealed class GameballRouter
{
    private readonly GameballRoute[] routes;

    public GameballRouter(IEnumerable<GameballRoute> routes) =>
        this.routes = [.. routes.OrderByDescending(route => route.Literals)];

    public IReadOnlyList<GameballRoute> Routes => routes;

    /// <summary>The calls at a path, one per method; empty when the path is unknown.</summary>
    public IReadOnlyList<GameballRoute> At(GameballPath path) =>
        path.Segments is { } segments ? WireRoute.At(routes, segments) : [];
}
