namespace Tributary.Server.Web;

/// <summary>Vendored files below <c>wwwroot/lib</c>. A browser asks each time whether its copy is still the one, and mostly hears that it is.</summary>
internal static class VendoredAssets
{
    public static void UseVendoredAssets(this WebApplication app) => app.UseStaticFiles(new StaticFileOptions
    {
        OnPrepareResponse = asset => asset.Context.Response.Headers.CacheControl = "no-cache",
    });
}
