using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Tributary.Server.Web;

/// <summary>Answers with a page or a part of one.</summary>
internal static class Pages
{
    /// <param name="facts">The page's parameter <c>Facts</c>; null: it has none.</param>
    public static RazorComponentResult<TPage> Show<TPage>(HttpContext http, object? facts = null)
        where TPage : IComponent
    {
        var parameters = new Dictionary<string, object?> { ["Nonce"] = PageHeaders.Apply(http) };
        if (facts is not null)
            parameters["Facts"] = facts;
        return new RazorComponentResult<TPage>(parameters) { PreventStreamingRendering = true };
    }

    /// <summary>A part that a script of the page puts in its place; it runs nothing itself.</summary>
    public static RazorComponentResult<TPart> Part<TPart>(HttpContext http, object facts)
        where TPart : IComponent
    {
        PageHeaders.Apply(http);
        return new RazorComponentResult<TPart>(new Dictionary<string, object?> { ["Facts"] = facts }) { PreventStreamingRendering = true };
    }
}
