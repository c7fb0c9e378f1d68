using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tributary.Attribution;
using Tributary.Campaigns;

namespace Tributary.Rewards;

/// <summary>
/// Why an order or a customer was decided as it was, as it is kept beside it: who is credited, what became of every touch,
/// and what each campaign did about it. <c>Reporting</c> turns it into sentences.
/// </summary>
internal static class Explanation
{
    public static string ToJson(ReferralDecision decision, RewardPlan plan)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (decision.ReferrerId is { } referrer)
                json.WriteNumber("referrerId", referrer);
            if (decision.Via is { } via)
                json.WriteString("via", via);
            if (decision.CodeOutcome is { } code)
                WriteCode(json, code);
            json.WritePropertyName("touches");
            json.WriteRawValue(ExplanationJson.Write(decision.Touches), skipInputValidation: true);
            WriteCampaigns(json, plan.Outcomes);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>A kept explanation with what the campaigns did later, when the order was paid.</summary>
    public static string WithCampaigns(string kept, RewardPlan plan)
    {
        var explanation = (JsonObject)JsonNode.Parse(kept)!;
        explanation["campaigns"] = JsonNode.Parse(ToJson(ReferralDecision.AsDecided(null), plan))!["campaigns"]!.DeepClone();
        return explanation.ToJsonString();
    }

    /// <summary>A kept explanation after the credit was corrected: what became of its touches, and what the campaigns do now.</summary>
    /// <param name="touches">All of them, as they stand now.</param>
    /// <param name="cause">What was decided, such as <c>order:1216</c>; its campaigns are replaced where the plan names them.</param>
    public static string Corrected(string? kept, long? referrerId, string? via, IReadOnlyList<TouchOutcome> touches, RewardPlan plan, string cause)
    {
        var explanation = kept is null ? [] : (JsonObject)JsonNode.Parse(kept)!;
        explanation["referrerId"] = referrerId;
        explanation["via"] = via;
        explanation["touches"] = JsonNode.Parse(ExplanationJson.Write(touches));
        var outcomes = plan.Outcomes.Where(outcome => outcome.Cause == cause).ToList();
        var told = outcomes.Select(outcome => outcome.CampaignId).ToHashSet();
        var campaigns = new JsonArray();
        foreach (var campaign in (explanation["campaigns"] as JsonArray ?? []).OfType<JsonObject>().Where(old => !told.Contains((long)old["campaignId"]!)))
            campaigns.Add(campaign.DeepClone());
        foreach (var campaign in Campaigns(outcomes))
            campaigns.Add(campaign!.DeepClone());
        explanation["campaigns"] = campaigns;
        if (referrerId is null)
            explanation.Remove("referrerId");
        if (via is null)
            explanation.Remove("via");
        return explanation.ToJsonString();
    }

    /// <summary>What became of every touch when it was decided.</summary>
    public static IReadOnlyList<TouchOutcome> Touches(string? kept) =>
        kept is not null && JsonNode.Parse(kept)?["touches"] is { } touches ? ExplanationJson.Read(touches.ToJsonString()) : [];

    /// <summary>What became of the code that the call carried; null where it carried none.</summary>
    public static ClaimOutcome? CodeOutcome(string explanation)
    {
        var code = JsonNode.Parse(explanation)?["code"];
        return code is null ? null : new ClaimOutcome((bool)code["accepted"]!, (string)code["reason"]!);
    }

    private static JsonArray Campaigns(IReadOnlyList<CampaignOutcome> outcomes)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            WriteCampaigns(json, outcomes);
            json.WriteEndObject();
        }
        return (JsonArray)JsonNode.Parse(buffer.WrittenSpan)!["campaigns"]!;
    }

    private static void WriteCode(Utf8JsonWriter json, ClaimOutcome code)
    {
        json.WriteStartObject("code");
        json.WriteBoolean("accepted", code.Accepted);
        json.WriteString("reason", code.Reason);
        json.WriteEndObject();
    }

    private static void WriteCampaigns(Utf8JsonWriter json, IReadOnlyList<CampaignOutcome> outcomes)
    {
        json.WriteStartArray("campaigns");
        foreach (var outcome in outcomes)
        {
            json.WriteStartObject();
            json.WriteNumber("campaignId", outcome.CampaignId);
            json.WriteString("campaign", outcome.Campaign);
            json.WriteNumber("version", outcome.Version);
            if (outcome.Step is { } step)
                json.WriteNumber("step", step);
            json.WriteString("cause", outcome.Cause);
            WriteReason(json, outcome.Reason);
            WriteLines(json, outcome.Lines);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteReason(Utf8JsonWriter json, Reason? reason)
    {
        if (reason is null)
            return;
        json.WritePropertyName("reason");
        reason.ToJson().WriteTo(json);
    }

    private static void WriteLines(Utf8JsonWriter json, IReadOnlyList<LineOutcome> lines)
    {
        json.WriteStartArray("lines");
        foreach (var line in lines)
        {
            json.WriteStartObject();
            json.WriteNumber("line", line.Line);
            json.WriteString("role", line.Role);
            if (line.RecipientId is { } recipient)
                json.WriteNumber("recipientId", recipient);
            WriteReason(json, line.Reason);
            if (line.RewardId is { } reward)
            {
                json.WriteNumber("rewardId", reward);
                json.WriteString("kind", line.Kind);
                json.WriteString("amount", line.Amount.ToString(CultureInfo.InvariantCulture));
                json.WriteString("unit", line.Unit);
            }
            if (line.ClampedBy is { } clampedBy)
                json.WriteString("clampedBy", clampedBy);
            if (line.AvailableAt is { } availableAt)
                json.WriteString("availableAt", availableAt);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
