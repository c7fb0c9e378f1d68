using System.Collections.Frozen;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http.HttpResults;
using Tributary.Server.Api;

namespace Tributary.Server.Web;

/// <summary>
/// The few files that pages need, kept in the assembly so that a page works wherever the executable lies. Their address
/// carries a hash of their content, so browsers may keep them for good.
/// </summary>
internal static class PageAssets
{
    private const string Prefix = "assets/";
    private const int HashCharacters = 12;

    private static readonly FrozenDictionary<string, string> Types = new Dictionary<string, string>
    {
        [".css"] = "text/css; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".svg"] = "image/svg+xml",
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, Asset> All = Read();

    /// <summary>The address of <c>page.css</c> and the like.</summary>
    public static string Url(string name) => $"/assets/{All[name].Hash}/{name}";

    public static void MapAssets(this IEndpointRouteBuilder routes) => routes.MapGet("/assets/{hash}/{name}", Get).ForAnyone().ExcludeFromDescription();

    private static Results<FileContentHttpResult, NotFound> Get(HttpResponse response, string hash, string name)
    {
        if (!All.TryGetValue(name, out var asset) || asset.Hash != hash)
            return TypedResults.NotFound();
        response.Headers.CacheControl = "public, max-age=31536000, immutable";
        response.Headers["Cross-Origin-Resource-Policy"] = "same-origin";
        return TypedResults.Bytes(asset.Content, asset.Type);
    }

    private static FrozenDictionary<string, Asset> Read()
    {
        var assembly = typeof(PageAssets).Assembly;
        var assets = new Dictionary<string, Asset>();
        foreach (var resource in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            using var stream = assembly.GetManifestResourceStream(resource)!;
            using var copy = new MemoryStream();
            stream.CopyTo(copy);
            var content = copy.ToArray();
            var name = resource[Prefix.Length..];
            assets[name] = new Asset(content, Types[Path.GetExtension(name)], Convert.ToHexStringLower(SHA256.HashData(content))[..HashCharacters]);
        }
        return assets.ToFrozenDictionary();
    }

    private sealed record Asset(byte[] Content, string Type, string Hash);
}
