using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Tributary.Server.Api.V1;

/// <summary>The OpenAPI document of the native API: from the routes, with what the routes share said once here.</summary>
internal static class V1Description
{
    public static void AddV1Description(this IServiceCollection services)
    {
        services.AddOpenApi(V1Routes.Document, options => options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1);
    }
}
