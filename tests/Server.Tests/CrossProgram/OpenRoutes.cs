namespace Tributary.Server.Tests.CrossProgram;

/// <summary>Routes that take no key and show nothing of any programme but, at most, of the demo's.</summary>
internal static class OpenRoutes
{
    public static readonly IReadOnlySet<string> All = new HashSet<string>(StringComparer.Ordinal)
    {
        "GET /",
        "POST /tour/{number:int}",
        "GET /assets/{hash}/{name}",
        "GET /t.js",
        "GET /t-more.js",
        "GET /t.json",
        "GET /js/universal.js",
        "GET /pub/v1/{publicId}/config",
        "POST /pub/v1/{publicId}/touch",
        "OPTIONS /pub/v1/{publicId}/touch",
        "POST /pub/v1/{publicId}/direct",
        "OPTIONS /pub/v1/{publicId}/direct",
        "POST /pub/v1/{publicId}/customers",
        "OPTIONS /pub/v1/{publicId}/customers",
        "POST /pub/v1/{publicId}/transactions",
        "OPTIONS /pub/v1/{publicId}/transactions",
        "GET /docs",
        "GET /docs/gameball",
        "GET /docs/partnero",
        "GET /docs/problems",
        "GET /.well-known/tributary/tls",
        "GET /healthz",
        "GET /readyz",
        "GET /openapi/debridge.json",
        "GET /openapi/gameball.json",
        "GET /openapi/partnero.json",
        "GET /openapi/{documentName}.json",
    };
}
