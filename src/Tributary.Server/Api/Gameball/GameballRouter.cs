namespace Tributary.Server.Api.Gameball;

/// <summary>Finds the call that a path and a method name. Literal segments win over <c>{names}</c>.</summary>
internal sealed class GameballRouter
{
    private readonly GameballRoute[] routes;

    public GameballRouter(IEnumerable<GameballRoute> routes) =>
        this.routes = [.. routes.OrderByDescending(route => route.Literals)];

    public IReadOnlyList<GameballRoute> Routes => routes;

    /// <summary>The calls at a path, one per method; empty when the path is unknown.</summary>
    public IReadOnlyList<GameballRoute> At(GameballPath path)
    {
        if (path.Segments is not { } segments)
            return [];
        var found = new List<GameballRoute>();
        foreach (var route in routes)
        {
            if ((found.Count == 0 || route.Literals == found[0].Literals) && route.Matches(segments))
                found.Add(route);
        }
        return found;
    }
}
