using System.Text.Json;
using Tributary.Server.Api.Wire;

namespace Tributary.Server.Api.DeBridge;

/// <summary>Reads the body of a request to the tracking service (debridge.md § 2).</summary>
internal static class DeBridgeBodies
{
    private const int MostBytes = 64 * 1024;
    private const int MostDepth = 16;

    private static readonly DeBridgeError OtherType = new(DeBridgeFault.UnsupportedType, "The body is JSON, sent as application/json.");
    private static readonly DeBridgeError TooLarge = new(DeBridgeFault.TooLarge, "The body has at most 64 kB.");

    public static async Task<(DeBridgeInput Input, DeBridgeError? Refusal)> ReadAsync(HttpRequest request, CancellationToken ct)
    {
        if (!IsJson(request.ContentType))
            return (DeBridgeInput.Empty, OtherType);
        return await RequestBytes.ReadAsync(request, MostBytes, ct) is { } bytes ? Parse(bytes) : (DeBridgeInput.Empty, TooLarge);
    }

    private static (DeBridgeInput Input, DeBridgeError? Refusal) Parse(byte[] bytes)
    {
        switch (WireDocument.TryParse(bytes, out var document))
        {
            case WireDocumentFault.Empty:
                return (DeBridgeInput.Empty, null);
            case WireDocumentFault.Malformed:
                return (DeBridgeInput.Empty, DeBridgeError.Invalid("body", "it is not JSON."));
            case WireDocumentFault.HostileText:
                return (DeBridgeInput.Empty, DeBridgeError.Invalid("body", "it holds text that cannot be kept."));
            case WireDocumentFault.RepeatedMember:
                return (DeBridgeInput.Empty, DeBridgeError.Invalid("body", "a property stands there twice."));
            case null:
                break;
        }
        using (document)
        {
            var root = document!.RootElement;
            if (root.ValueKind == JsonValueKind.Null)
                return (DeBridgeInput.Empty, null);
            if (root.ValueKind != JsonValueKind.Object || DepthOf(root) > MostDepth)
                return (DeBridgeInput.Empty, DeBridgeError.Invalid("body", $"an object of at most {MostDepth} levels is expected."));
            return (DeBridgeInput.OfBody(root), null);
        }
    }

    private static int DepthOf(JsonElement value) => 1 + (value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().Select(member => DepthOf(member.Value)).DefaultIfEmpty().Max(),
        JsonValueKind.Array => value.EnumerateArray().Select(DepthOf).DefaultIfEmpty().Max(),
        _ => -1,
    });

    private static bool IsJson(string? contentType)
    {
        var type = contentType?.Split(';')[0].Trim().ToLowerInvariant();
        return type is null or "" or "application/json" or "text/json"
            || (type.StartsWith("application/", StringComparison.Ordinal) && type.EndsWith("+json", StringComparison.Ordinal));
    }
}
