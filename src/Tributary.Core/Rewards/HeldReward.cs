using System.Text.Json.Nodes;

namespace Tributary.Rewards;

/// <summary>Why a reward was held when it was earned, kept so that one that returns in its place is held again.</summary>
internal static class HeldReward
{
    private const string Member = "heldBecause";

    public static void WriteTo(JsonObject details, string? reason)
    {
        if (reason is not null)
            details[Member] = reason;
    }

    public static string? ReasonOf(JsonObject details) => (string?)details[Member];

    public static string? ReasonOf(string details) => (string?)JsonNode.Parse(details)?[Member];
}
