using System.Text.Json;

namespace Tributary.Server.Tests.Gameball;

/// <summary>What happened to a customer's rewards: gameball.md 3.11.</summary>
public sealed class ActivityTests(GameballServer server) : IClassFixture<GameballServer>
{
    private static readonly string[] Filled =
    [
        "activityId", "activityType", "activityDay", "activityDate", "activityTime", "customerId", "email", "phoneNumber", "displayName",
        "transactionId", "points", "rewardPoints", "score", "campaignName", "campaignStartDate", "campaignEndDate", "campaignEnabled",
        "currency", "isGuest", "isManualActivity", "couponCode", "couponType", "couponUsed",
    ];

    private static readonly string[] Null =
    [
        "reason", "calculatedRedemption", "actualRedemption", "familyRedemptionAmount", "familyRedemptionPoints", "paymentRewardAmount",
        "outstandingPoints", "rewardThreshold", "redemptionRewardFactor", "tierName", "rewardFactor", "couponGroup", "couponProduct",
        "couponProductId", "productVariantName",
    ];

    [Fact]
    public async Task GB46_a_referrers_points_are_in_its_own_activities_alone_as_Referral()
    {
        var shop = await server.OpenShopAsync();
        (await shop.OrderAsync("friend", "o1", code: "REF123456")).Ok();
        (await TypesAsync(shop, "user_12345")).ShouldBe(["Referral 200 o1"]);
        (await TypesAsync(shop, "friend")).ShouldBe(["Referred 100 o1"]);
        var activity = (await shop.GetAsync("customers/user_12345/activities")).Ok().GetProperty("activities")[0];
        activity.EnumerateObject().Select(member => member.Name).ShouldBe([.. Filled, .. Null], ignoreOrder: true);
        foreach (var name in Null)
            activity.GetProperty(name).ValueKind.ShouldBe(JsonValueKind.Null, name);
        var at = server.Node.Clock.GetUtcNow();
        activity.GetProperty("activityDay").GetString().ShouldBe(at.DayOfWeek.ToString());
        activity.GetProperty("activityDate").GetString().ShouldBe(at.ToString("MMMM d, yyyy", System.Globalization.CultureInfo.InvariantCulture));
        activity.GetProperty("activityTime").GetString()!.Length.ShouldBe(8);
        activity.GetProperty("campaignName").GetString().ShouldNotBeNull();
        activity.GetProperty("campaignEnabled").GetBoolean().ShouldBeTrue();
        activity.GetProperty("isManualActivity").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task What_is_taken_back_is_a_Cancel_of_both()
    {
        var shop = await server.OpenShopAsync();
        (await shop.OrderAsync("friend", "o1", code: "REF123456")).Ok();
        (await shop.RefundAsync("friend", "o1", "r1")).Ok();
        (await TypesAsync(shop, "user_12345")).ShouldBe(["Referral 200 o1", "Cancel 200 o1"]);
        (await TypesAsync(shop, "friend")).ShouldBe(["Referred 100 o1", "Cancel 100 o1"]);
        (await TypesAsync(shop, "friend", "activityType=cancel")).ShouldBe(["Cancel 100 o1"]);
    }

    [Fact]
    public async Task Pages_follow_each_other_and_types_are_counted()
    {
        var shop = await server.OpenShopAsync();
        for (var friend = 0; friend < 5; friend++)
            (await shop.OrderAsync($"friend {friend}", $"o{friend}", code: "REF123456")).Ok();
        var seen = new List<string?>();
        var (after, more) = (0L, true);
        while (more)
        {
            var page = (await shop.GetAsync($"customers/user_12345/activities?limit=2&startAfter={after}")).Ok();
            var activities = page.GetProperty("activities").EnumerateArray().ToList();
            page.GetProperty("count").GetInt32().ShouldBe(activities.Count);
            seen.AddRange(activities.Select(activity => activity.GetProperty("transactionId").GetString()));
            (after, more) = (activities[^1].GetProperty("activityId").GetInt64(), page.GetProperty("hasMore").GetBoolean());
        }
        seen.ShouldBe(["o0", "o1", "o2", "o3", "o4"]);
        (await CountAsync(shop, "")).ShouldBe(5);
        (await CountAsync(shop, "?activityType=Referral")).ShouldBe(5);
        (await CountAsync(shop, "?activityType=Referred")).ShouldBe(0);
        (await CountAsync(shop, "?activityType=TierUpgraded")).ShouldBe(0);
        (await TypesAsync(shop, "user_12345", "activityType=Expiry")).ShouldBeEmpty();
        foreach (var call in (string[])["activities", "activities/count"])
            (await shop.GetAsync($"customers/user_12345/{call}?activityType=Nothing")).Refused(422, 3003);
    }

    [Fact]
    public async Task GB18_activities_of_an_unknown_customer_are_not_found()
    {
        var shop = await server.OpenShopAsync();
        foreach (var call in (string[])["activities", "activities/count", "activities?activityType=Expiry"])
            (await shop.GetAsync($"customers/nobody/{call}")).Refused(404, 7000, "customer does not exist");
        (await shop.PublicAsync("GET", "customers/user_12345/activities")).Refused(401, 1001);
    }

    internal static async Task<IReadOnlyList<string>> TypesAsync(Shop shop, string customer, string query = "") =>
    [
        .. (await shop.GetAsync($"customers/{customer}/activities?{query}")).Ok().GetProperty("activities").EnumerateArray().Select(activity =>
            $"{activity.GetProperty("activityType").GetString()} {activity.GetProperty("points").GetRawText()} {activity.GetProperty("transactionId").GetString()}"),
    ];

    private static async Task<long> CountAsync(Shop shop, string query) =>
        (await shop.GetAsync("customers/user_12345/activities/count" + query)).Ok().GetProperty("count").GetInt64();
}
