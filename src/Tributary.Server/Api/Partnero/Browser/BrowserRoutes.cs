using Tributary.Clicks.Landing;

namespace Tributary.Server.Api.Partnero.Browser;

/// <summary>The calls of the merchant's pages. The public id of the programme is their key: it lets them write, and read nothing but how.</summary>
internal static class BrowserRoutes
{
    private static readonly string[] Writing = ["touch", "direct", "customers", "transactions"];

    public static void AddBrowserCalls(this IServiceCollection services)
    {
        services.AddSingleton<BrowserFace>();
        services.AddSingleton<LandingIntake>();
        services.AddSingleton<BrowserTouches>();
        services.AddSingleton<BrowserCustomers>();
        services.AddSingleton<BrowserOrders>();
    }

    public static void MapBrowserCalls(this IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup(BrowserFace.Root).ForAnyone().ExcludeFromDescription();
        pages.MapGet("/config", (HttpContext http, string publicId, BrowserFace face) =>
            face.GetAsync(http, publicId, (call, _) => Task.FromResult(BrowserConfig.Answer(call))));
        pages.MapPost("/touch", (HttpContext http, string publicId, BrowserFace face, BrowserTouches touches) =>
            face.PostAsync(http, publicId, touches.TouchAsync));
        pages.MapPost("/direct", (HttpContext http, string publicId, BrowserFace face, BrowserTouches touches) =>
            face.PostAsync(http, publicId, touches.DirectAsync));
        pages.MapPost("/customers", (HttpContext http, string publicId, BrowserFace face, BrowserCustomers customers) =>
            face.PostAsync(http, publicId, customers.PostAsync));
        pages.MapPost("/transactions", (HttpContext http, string publicId, BrowserFace face, BrowserOrders orders) =>
            face.PostAsync(http, publicId, orders.PostAsync));
        foreach (var call in Writing)
            pages.MapMethods("/" + call, [HttpMethods.Options], (HttpContext http, string publicId, BrowserFace face) => face.PreflightAsync(http, publicId));
    }
}
