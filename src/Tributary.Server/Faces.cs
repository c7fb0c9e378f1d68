using Tributary.Server.Api;
using Tributary.Server.Api.DeBridge;
using Tributary.Server.Api.Gameball;
using Tributary.Server.Api.Partnero;
using Tributary.Server.Api.Partnero.Browser;
using Tributary.Server.Api.V1;
using Tributary.Server.Snippet;
using Tributary.Server.Web;

namespace Tributary.Server;

/// <summary>
/// The list of what the server shows: each face adds its services and maps its routes by one line here. A face that
/// answers errors in a shape of its own registers an <c>IExceptionHandler</c> that judges by its path; the native
/// shape is the last resort.
/// </summary>
internal static class Faces
{
    public static void AddServices(IServiceCollection services)
    {
        services.AddSingleton<ExposedKeys>();
        services.AddSingleton<BearerKeys>();
        services.AddGameball();
        services.AddPartnero();
        services.AddDeBridge();
        services.AddBrowserCalls();
        services.AddV1();
        services.AddWeb();
    }

    public static void Map(WebApplication app)
    {
        app.MapOpenApi("/openapi/{documentName}.json").ForAnyone();
        app.MapGameball();
        app.MapPartnero();
        app.MapDeBridge();
        app.MapV1();
        app.UseVendoredAssets();
        app.MapSnippet();
        app.MapBrowserCalls();
        app.MapWeb();
    }
}
