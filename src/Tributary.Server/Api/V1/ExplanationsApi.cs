using System.Text.Json.Nodes;

namespace Tributary.Server.Api.V1;

/// <summary>Why something was decided as it was.</summary>
/// <param name="ReferrerId">Whom it is credited to; null: nobody.</param>
/// <param name="Touches">Everything that could have decided it, each with its reason.</param>
/// <param name="Campaigns">What each campaign paid, or why it did not.</param>
internal sealed record ExplanationAnswer(long? ReferrerId, string? Via, JsonArray Touches, JsonArray Campaigns)
{
    public static ExplanationAnswer Of(long? referrerId, string? via, JsonObject? kept) => new(
        referrerId, via, Part(kept, "touches"), Part(kept, "campaigns"));

    private static JsonArray Part(JsonObject? kept, string name) => kept?[name]?.DeepClone() as JsonArray ?? [];
}
