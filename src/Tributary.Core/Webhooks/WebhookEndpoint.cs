using System.Text.Json.Serialization;
using Tributary.Primitives;

namespace Tributary.Webhooks;

/// <summary>In whose shape events are sent to an endpoint.</summary>
[JsonConverter(typeof(ExactWords<WebhookFormat>))]
public enum WebhookFormat
{
    [JsonStringEnumMemberName("native")] Native,
    [JsonStringEnumMemberName("gameball")] Gameball,
    [JsonStringEnumMemberName("partnero")] Partnero,
}

/// <summary>Why nothing is sent to an endpoint any more.</summary>
[JsonConverter(typeof(ExactWords<DisabledReason>))]
public enum DisabledReason
{
    /// <summary>It said that it is gone (410).</summary>
    [JsonStringEnumMemberName("gone")] Gone,

    /// <summary>Nothing arrived for five days.</summary>
    [JsonStringEnumMemberName("failing")] Failing,
}

/// <summary>Where events are sent.</summary>
/// <param name="Id">Our number of it.</param>
/// <param name="Key">The caller's key of it, unique in the programme; case counts.</param>
/// <param name="Events">Names of events, in the words of the format.</param>
/// <param name="Options">How it is sent to.</param>
/// <param name="FailingSince">Since when nothing arrived; null while it works.</param>
/// <param name="Disabled">Set where the server itself stopped sending.</param>
public sealed record WebhookEndpoint(
    long Id,
    string Key,
    string Name,
    string Url,
    WebhookFormat Format,
    IReadOnlyList<string> Events,
    string Secret,
    bool Active,
    EndpointOptions Options,
    DateTimeOffset? FailingSince,
    DisabledReason? Disabled,
    DateTimeOffset? DisabledAt,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt);

/// <param name="ContactEmail">Who is told by mail when nothing arrives.</param>
/// <param name="Concurrency">Messages on their way at once, 1 to 8; more than one are in order for each order, customer or referrer only.</param>
/// <param name="Headers">Sent with every message.</param>
public sealed record EndpointOptions(string? ContactEmail, int Concurrency, IReadOnlyDictionary<string, string> Headers)
{
    public const int MostConcurrency = 8;

    public static EndpointOptions Usual { get; } = new(null, 1, new Dictionary<string, string>());
}

/// <param name="Key">Null: generated.</param>
/// <param name="Events">At least one; whether the format knows them is the face's question.</param>
/// <param name="Options">Null: the usual ones.</param>
public sealed record NewEndpoint(
    string? Key, string Name, string Url, WebhookFormat Format, IReadOnlyList<string> Events, bool Active = true, EndpointOptions? Options = null);

/// <summary>Null members stay.</summary>
/// <param name="RotatesSecret">The former secret signs a second header for 24 hours.</param>
public sealed record EndpointChange(
    string? Name = null, string? Url = null, IReadOnlyList<string>? Events = null, bool? Active = null, bool RotatesSecret = false,
    EndpointOptions? Options = null);

/// <summary>Names one endpoint: by its key among those of a format, or by our number.</summary>
public sealed record EndpointName
{
    private EndpointName(WebhookFormat? format, string? key, long? id) => (Format, Key, Id) = (format, key, id);

    internal WebhookFormat? Format { get; }

    internal string? Key { get; }

    internal long? Id { get; }

    public static EndpointName OfKey(WebhookFormat format, string key) => new(format, key, null);

    public static EndpointName OfId(long id) => new(null, null, id);
}

internal static class WebhookFormats
{
    public static string Text(this WebhookFormat format) => format switch
    {
        WebhookFormat.Native => "native",
        WebhookFormat.Gameball => "gameball",
        WebhookFormat.Partnero => "partnero",
    };

    public static WebhookFormat Parse(string text) => Enum.GetValues<WebhookFormat>().Single(format => format.Text() == text);
}
