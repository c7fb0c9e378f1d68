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

/// <summary>Where events are sent.</summary>
/// <param name="Id">Our number of it.</param>
/// <param name="Key">The caller's key of it, unique in the programme; case counts.</param>
/// <param name="Events">Names of events, in the words of the format.</param>
public sealed record WebhookEndpoint(
    long Id,
    string Key,
    string Name,
    string Url,
    WebhookFormat Format,
    IReadOnlyList<string> Events,
    string Secret,
    bool Active,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt);

/// <param name="Key">Null: generated.</param>
/// <param name="Events">At least one; whether the format knows them is the face's question.</param>
public sealed record NewEndpoint(
    string? Key, string Name, string Url, WebhookFormat Format, IReadOnlyList<string> Events, bool Active = true);

/// <summary>Null members stay.</summary>
/// <param name="RotatesSecret">The former secret signs a second header for 24 hours.</param>
public sealed record EndpointChange(
    string? Name = null, string? Url = null, IReadOnlyList<string>? Events = null, bool? Active = null, bool RotatesSecret = false);

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
