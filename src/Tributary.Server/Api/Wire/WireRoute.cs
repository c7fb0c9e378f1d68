namespace Tributary.Server.Api.Wire;

/// <summary>A call of a dialect, found by its path: literal segments, in any letter case, and <c>{names}</c>.</summary>
internal abstract record WireRoute(string Method, string Pattern)
{
    public string[] Segments { get; } = Pattern.Split('/');

    public int Literals => Segments.Count(segment => !IsName(segment));

    public static bool IsName(string segment) => segment.StartsWith('{');

    /// <summary>All calls at a path, one per method; literal segments win over <c>{names}</c>.</summary>
    /// <param name="routes">Those with the most literal segments first.</param>
    public static List<TRoute> At<TRoute>(IEnumerable<TRoute> routes, IReadOnlyList<string> path)
        where TRoute : WireRoute
    {
        var found = new List<TRoute>();
        foreach (var route in routes)
        {
            if ((found.Count == 0 || route.Literals == found[0].Literals) && route.Matches(path))
                found.Add(route);
        }
        return found;
    }

    /// <summary>The texts that stand for the pattern's names, in their order.</summary>
    public IReadOnlyList<string> Values(IReadOnlyList<string> path) => [.. path.Where((_, at) => IsName(Segments[at]))];

    private bool Matches(IReadOnlyList<string> path)
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
}
