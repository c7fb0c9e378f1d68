using Microsoft.AspNetCore.Http.HttpResults;
using Tributary.Server.Api;

namespace Tributary.Server.Web.Reference;

/// <summary>The browsable reference of the APIs, and pages that explain what they answered.</summary>
internal static class ReferenceEndpoints
{
    public static void MapReference(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/docs", Reference).ForAnyone().ExcludeFromDescription();
        routes.MapGet("/docs/gameball", Gameball).ForAnyone().ExcludeFromDescription();
        routes.MapGet("/docs/partnero", Partnero).ForAnyone().ExcludeFromDescription();
        routes.MapGet("/docs/problems", Problems).ForAnyone().ExcludeFromDescription();
    }

    /// <summary>A description that does not exist shows the first.</summary>
    private static RazorComponentResult<ReferencePage> Reference(HttpContext http, string? document)
    {
        var names = ReferencePage.Documents.Select(each => each.Name).ToList();
        return Pages.Show<ReferencePage>(http, names.Contains(document!) ? document! : names[0]);
    }

    private static RazorComponentResult<GameballCodesPage> Gameball(HttpContext http) => Pages.Show<GameballCodesPage>(http);

    private static RazorComponentResult<PartneroCodesPage> Partnero(HttpContext http) => Pages.Show<PartneroCodesPage>(http);

    private static RazorComponentResult<ProblemsPage> Problems(HttpContext http) => Pages.Show<ProblemsPage>(http);
}
