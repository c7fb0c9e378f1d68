using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tributary.Server.Api.DeBridge.Gateway;

/// <summary>The services that a programme's gateway and follower ask; configured by the operator alone.</summary>
/// <param name="OrderApi">What <c>/v1.0/…</c> is appended to.</param>
/// <param name="TrackingApi">What <c>/api/…</c> is appended to; null: states of orders are not followed.</param>
/// <param name="AccessToken">Ours; sent instead of any caller's.</param>
public sealed record DeBridgeUpstream(Uri OrderApi, Uri? TrackingApi = null, string? AccessToken = null)
{
    public const string Variable = "TRIBUTARY_DEBRIDGE_UPSTREAMS";

    private const string Wanted =
        """must be JSON such as {"main":{"orderApi":"https://…","trackingApi":"https://…","accessToken":"…"}}, with https except on this machine""";

    /// <summary>By name. Throws <see cref="ArgumentException"/> where the text cannot be used.</summary>
    internal static IReadOnlyDictionary<string, DeBridgeUpstream> Parse(string? text)
    {
        if (text is null)
            return new Dictionary<string, DeBridgeUpstream>();
        try
        {
            var read = JsonSerializer.Deserialize(text, DeBridgeUpstreamJson.Default.DictionaryStringUpstreamText)!;
            return read.ToDictionary(entry => entry.Key, entry => Of(entry.Value), StringComparer.Ordinal);
        }
        catch (JsonException)
        {
            throw new ArgumentException($"{Variable} {Wanted}.");
        }
    }

    private static DeBridgeUpstream Of(UpstreamText text) =>
        new(Address(text.OrderApi), text.TrackingApi is { } tracking ? Address(tracking) : null, text.AccessToken);

    private static Uri Address(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Query.Length == 0 && uri.UserInfo.Length == 0
        && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback))
            ? uri
            : throw new ArgumentException($"{Variable} {Wanted}.");

    /// <summary>The token is nobody's to read in a log.</summary>
    public override string ToString() => OrderApi.ToString();
}

internal sealed record UpstreamText
{
    public required string OrderApi { get; init; }
    public string? TrackingApi { get; init; }
    public string? AccessToken { get; init; }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Strict, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Dictionary<string, UpstreamText>))]
internal sealed partial class DeBridgeUpstreamJson : JsonSerializerContext;
