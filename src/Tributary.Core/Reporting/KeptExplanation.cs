using System.Text.Json;
using System.Text.Json.Nodes;
using Tributary.Attribution;
using Tributary.Campaigns;

namespace Tributary.Reporting;

/// <summary>An explanation as it was kept beside its order, customer or event (<c>Rewards/Explanation</c> writes it).</summary>
internal sealed record KeptExplanation(
    long? ReferrerId, string? Via, IReadOnlyList<TouchOutcome> Touches, IReadOnlyList<KeptCampaign> Campaigns)
{
    public static readonly KeptExplanation None = new(null, null, [], []);

    public IEnumerable<long> PartyIds =>
    [
        .. ReferrerId is { } referrer ? [referrer] : Array.Empty<long>(),
        .. Touches.Select(touch => touch.ReferrerId).OfType<long>(),
        .. Campaigns.SelectMany(campaign => campaign.Lines).Select(line => line.RecipientId).OfType<long>(),
    ];

    public IEnumerable<long> RewardIds => Campaigns.SelectMany(campaign => campaign.Lines).Select(line => line.RewardId).OfType<long>();

    public static KeptExplanation Read(string? json)
    {
        if (json is null)
            return None;
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        return new KeptExplanation(
            Number(root, "referrerId"),
            Text(root, "via"),
            root.TryGetProperty("touches", out var touches) ? ExplanationJson.Read(touches.GetRawText()) : [],
            [.. Items(root, "campaigns").Select(ReadCampaign)]);
    }

    private static KeptCampaign ReadCampaign(JsonElement json) => new(
        Number(json, "campaignId") ?? 0,
        Text(json, "campaign") ?? "",
        (int)(Number(json, "version") ?? 0),
        (int?)Number(json, "step"),
        Text(json, "cause") ?? "",
        ReadReason(json),
        [.. Items(json, "lines").Select(ReadLine)]);

    private static KeptLine ReadLine(JsonElement json) => new(
        (int)(Number(json, "line") ?? 0),
        Text(json, "role") ?? "",
        Number(json, "recipientId"),
        ReadReason(json),
        Number(json, "rewardId"),
        Text(json, "clampedBy"));

    private static Reason? ReadReason(JsonElement json) =>
        json.TryGetProperty("reason", out var reason) ? Reason.FromJson(JsonObject.Create(reason)!) : null;

    private static JsonElement.ArrayEnumerator Items(JsonElement json, string name) =>
        json.TryGetProperty(name, out var items) ? items.EnumerateArray() : default;

    private static long? Number(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.GetInt64() : null;

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.GetString() : null;
}

/// <param name="Step">Null: no step was open for it, or a bonus for several customers was due.</param>
/// <param name="Reason">Why it paid nothing; null: it paid.</param>
internal sealed record KeptCampaign(
    long CampaignId, string Campaign, int Version, int? Step, string Cause, Reason? Reason, IReadOnlyList<KeptLine> Lines);

/// <param name="Reason">Why it paid nothing; null: it paid.</param>
/// <param name="ClampedBy">The limit that cut the amount.</param>
internal sealed record KeptLine(int Line, string Role, long? RecipientId, Reason? Reason, long? RewardId, string? ClampedBy);
