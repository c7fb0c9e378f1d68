using Microsoft.AspNetCore.Http.HttpResults;
using Tributary.Server.Api;

namespace Tributary.Server.Web.Reference;

/// <summary>Pages that explain what an API answered.</summary>
internal static class ReferenceEndpoints
{
    public static void MapReference(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/docs/gameball", Gameball).ForAnyone().ExcludeFromDescription();
        routes.MapGet("/docs/problems", Problems).ForAnyone().ExcludeFromDescription();
    }

    private static RazorComponentResult<GameballCodesPage> Gameball(HttpContext http) => Pages.Show<GameballCodesPage>(http);

    private static RazorComponentResult<ProblemsPage> Problems(HttpContext http) => Pages.Show<ProblemsPage>(http);
}
