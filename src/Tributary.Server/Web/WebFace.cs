using Tributary.Server.Secrets;
using Tributary.Server.Web.Reference;
using Tributary.Server.Web.Start;

namespace Tributary.Server.Web;

/// <summary>The pages: Razor components rendered on the server, plain forms, no state between requests.</summary>
internal static class WebFace
{
    public static void AddWeb(this IServiceCollection services)
    {
        services.AddRazorComponents();
        services.RemoveEagerKeyRing();
        services.AddSingleton<Tour>();
        services.AddSingleton<StartFactsReader>();
    }

    public static void MapWeb(this IEndpointRouteBuilder routes)
    {
        routes.MapAssets();
        routes.MapStart();
        routes.MapReference();
    }
}
