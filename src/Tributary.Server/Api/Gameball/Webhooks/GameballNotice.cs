using System.Text.Json.Nodes;
using Tributary.Customers;
using Tributary.Programs;
using Tributary.Webhooks.Deliveries;

namespace Tributary.Server.Api.Gameball.Webhooks;

/// <summary>What a shop's app shows a customer whom a referral has paid; the texts are the programme's.</summary>
internal static class GameballNotice
{
    /// <summary>Null where the reward is not a referral's.</summary>
    public static JsonNode? Of(ToldEvent told, CustomerProfile profile)
    {
        var data = JsonNode.Parse(told.Event.Data)!.AsObject();
        var texts = told.Program.Settings.Gameball;
        if (data["campaignId"] is null || TextsOf(texts, data["role"]?.ToString()) is not { } chosen)
            return null;
        var amount = data["kind"]?.ToString() == "points" ? data["amount"]?.ToString() ?? "" : "";
        return new JsonArray(new JsonObject
        {
            // So spelled by Gameball.
            ["local"] = texts.NoticeLanguage,
            ["icon"] = texts.NoticeIcon,
            ["title"] = Filled(chosen.Title, profile, amount),
            ["body"] = Filled(chosen.Body, profile, amount),
        });
    }

    private static (string Title, string Body)? TextsOf(GameballSettings texts, string? role) => role switch
    {
        "referrer" => (texts.ReferrerNoticeTitle, texts.ReferrerNoticeBody),
        "customer" => (texts.FriendNoticeTitle, texts.FriendNoticeBody),
        _ => null,
    };

    private static string Filled(string template, CustomerProfile profile, string points) => template
        .Replace("{name}", profile.DisplayName ?? "", StringComparison.Ordinal)
        .Replace("{points}", points, StringComparison.Ordinal);
}
