using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tributary.Attribution;

/// <summary>The explanation as it is kept beside the order or customer it belongs to.</summary>
public static class ExplanationJson
{
    public static string Write(IReadOnlyList<TouchOutcome> explanation) => JsonSerializer.Serialize(
        [.. explanation.Select(Keep)], ExplanationJsonContext.Default.KeptOutcomeArray);

    /// <summary>Entries of a later version that this one cannot read are left out.</summary>
    public static IReadOnlyList<TouchOutcome> Read(string json) =>
    [
        .. (JsonSerializer.Deserialize(json, ExplanationJsonContext.Default.KeptOutcomeArray) ?? [])
            .Select(Restore).OfType<TouchOutcome>(),
    ];

    private static KeptOutcome Keep(TouchOutcome outcome) => new(
        ViaText.Of(outcome.Via),
        outcome.TouchId,
        outcome.ReferrerId,
        outcome.At,
        outcome.Lead.Ticks / TimeSpan.TicksPerSecond,
        outcome.Text,
        outcome.Code,
        outcome.LinkId);

    private static TouchOutcome? Restore(KeptOutcome kept) =>
        ViaText.TryParse(kept.Via, out var via) && TouchReasonText.TryParse(kept.Reason, out var reason, out var parameter)
            ? new TouchOutcome(
                via, kept.Touch, kept.Referrer, kept.At, TimeSpan.FromSeconds(kept.SecondsBefore), kept.Text, reason, parameter) { LinkId = kept.Link }
            : null;
}

internal sealed record KeptOutcome(
    string Via, string? Touch, long? Referrer, DateTimeOffset At, long SecondsBefore, string? Text, string Reason, long? Link);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(KeptOutcome[]))]
internal sealed partial class ExplanationJsonContext : JsonSerializerContext;
