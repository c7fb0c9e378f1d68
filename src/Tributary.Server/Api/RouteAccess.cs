namespace Tributary.Server.Api;

/// <summary>Who may use a route at all.</summary>
internal enum RouteCallers
{
    /// <summary>Everybody, without a key.</summary>
    Anyone,

    /// <summary>A secret key, also one bound to a referrer, which then meets only what is that referrer's.</summary>
    BoundSecret,

    /// <summary>A secret key of the whole programme.</summary>
    Secret,

    /// <summary>A publishable key, from pages of the programme's own sites, or a secret key of the whole programme.</summary>
    Publishable,
}

/// <summary>
/// What a route says of its callers. Every route carries one, and a test fails for a route that does not, so that none
/// is open by oversight (N13).
/// </summary>
/// <param name="Scope">What the key must be allowed; see <see cref="Keys.KeyScopes"/>.</param>
/// <param name="WhilePaused">Whether it works while the programme is paused.</param>
internal sealed record RouteAccess(RouteCallers Callers, string? Scope = null, bool WhilePaused = true);

internal static class RouteAccessExtensions
{
    public static TBuilder ForAnyone<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new RouteAccess(RouteCallers.Anyone));

    public static TBuilder ForSecrets<TBuilder>(this TBuilder route, string scope, bool whilePaused = true)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new RouteAccess(RouteCallers.Secret, scope, whilePaused));

    public static TBuilder ForPublishable<TBuilder>(this TBuilder route, string scope)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new RouteAccess(RouteCallers.Publishable, scope, WhilePaused: false));

    public static TBuilder ForReferrersToo<TBuilder>(this TBuilder route, string scope, bool whilePaused = true)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new RouteAccess(RouteCallers.BoundSecret, scope, whilePaused));
}
