using System.Text.Json;
using Tributary.Campaigns;
using Tributary.Primitives;
using Tributary.Storage;

namespace Tributary.Server.Tests.Gameball;

/// <summary>What referral campaigns say and give: gameball.md 5.</summary>
public sealed class CampaignTests(GameballServer server) : IClassFixture<GameballServer>
{
    [Fact]
    public async Task GB8_a_campaign_for_the_referrer_alone_gives_the_friend_nothing()
    {
        var shop = await server.OpenShopAsync(Offers.OneSided());
        var order = await shop.OrderAsync("friend", "o1", code: "REF123456");
        order.Ok().GetProperty("rewardedPoints").GetInt64().ShouldBe(0);
        (await shop.PointsAsync("user_12345")).ShouldBe(200);
        (await shop.GetAsync("configurations/referrals")).Ok().GetProperty("referralMethod").GetString().ShouldBe("CustomerOnly");
    }

    [Fact]
    public async Task GB8_a_fault_before_the_commit_leaves_nothing()
    {
        var shop = await server.OpenShopAsync();
        var transactions = server.Get<Transactions>();
        transactions.FaultPoint = point =>
        {
            if (point == "before_commit")
                throw new InvalidOperationException("A fault that a test injected.");
        };
        try
        {
            (await shop.OrderAsync("friend", "o1", code: "REF123456")).Refused(500, 5000);
        }
        finally
        {
            transactions.FaultPoint = null;
        }
        foreach (var table in (string[])["orders", "rewards", "entries", "transfers", "attributions", "touches"])
            (await shop.CountAsync($"select count(*) from {table} where program_id = @program")).ShouldBe(0, table);
        (await shop.GetAsync("customers/friend")).Refused(404, 7000);
        (await shop.OrderAsync("friend", "o1", code: "REF123456")).Ok().GetProperty("rewardedPoints").GetInt64().ShouldBe(100);
    }

    [Fact]
    public async Task GB10_without_a_campaign_everything_answers_and_nothing_is_rewarded()
    {
        var shop = await server.OpenShopAsync(campaign: null);
        await Transcript.PlayAsync(shop, "GB-01");
        await Transcript.PlayAsync(shop, "GB-04");
        var order = (await shop.OrderAsync("new_user_123", "ORD_987654", "100.00")).Ok();
        order.EnumerateObject().Select(member => member.Name).ShouldBe(
            ["customerId", "orderId", "status", "rewardedPoints", "pointsEarned", "redeemedPoints", "pointsRedeemed", "lineItems"]);
        order.GetProperty("rewardedPoints").GetInt64().ShouldBe(0);
        (await shop.FriendsAsync()).ShouldBe((1, 0, 1));
        var configuration = (await shop.PublicAsync("GET", "configurations/referrals")).Ok();
        configuration.EnumerateObject().Select(member => $"{member.Name}={member.Value.GetRawText()}").ShouldBe(
        [
            "isActive=false", "referralMethod=null", "eventName=null", "eventMetaData=null", "friendReward=null", "customerReward=null",
            "description=null",
        ]);
        (await shop.CountAsync("select count(*) from rewards where program_id = @program")).ShouldBe(0);
    }

    [Fact]
    public async Task GB39_a_campaign_of_one_step_is_shown_without_steps()
    {
        var definition = Offers.TwoSided(Offers.Where("total_paid", ConditionOperator.Gte, "50")) with
        {
            Descriptions = new Dictionary<string, string> { ["en"] = "Bring a friend", ["fr"] = "Amenez un ami" },
        };
        var shop = await server.OpenShopAsync(definition);
        var shown = (await shop.PublicAsync("GET", "configurations/referrals")).Ok();
        shown.GetProperty("isActive").GetBoolean().ShouldBeTrue();
        shown.GetProperty("referralMethod").GetString().ShouldBe("CustomerAndFriend");
        shown.GetProperty("eventName").GetString().ShouldBe("place_order");
        shown.GetProperty("eventMetaData").GetRawText().ShouldBe("""{"name":"total_paid","operator":"greater_than_or_equal","value":"50"}""");
        shown.GetProperty("friendReward").GetRawText().ShouldBe("""{"score":null,"point":100,"coupon":null}""");
        shown.GetProperty("customerReward").GetRawText().ShouldBe("""{"score":null,"point":200,"coupon":null,"extraReward":null}""");
        shown.GetProperty("description").GetString().ShouldBe("Bring a friend");
        shown.TryGetProperty("steps", out _).ShouldBeFalse();
        var french = await shop.SendAsync("GET", Shop.V40 + "configurations/program/referrals", null, ("APIKey", shop.ApiKey), ("lang", "fr-CA"));
        french.Ok().GetProperty("description").GetString().ShouldBe("Amenez un ami");
        (await shop.GetAsync("configurations/referrals?lang=fr")).Ok().GetProperty("description").GetString().ShouldBe("Amenez un ami");
    }

    [Fact]
    public async Task GB39_of_two_steps_each_pays_in_its_turn()
    {
        var shop = await server.OpenShopAsync(Offers.Of(
            Offers.Step(1, "Join", StepTrigger.Lead, [Offers.ForFriend(1, 50)]),
            Offers.Step(2, "Buy", StepTrigger.Order, [Offers.ForReferrer(2, 200)])));
        var shown = (await shop.PublicAsync("GET", "configurations/referrals")).Ok();
        shown.GetProperty("eventName").GetString().ShouldBe("place_order");
        shown.GetProperty("friendReward").ValueKind.ShouldBe(JsonValueKind.Null);
        shown.GetProperty("customerReward").GetProperty("point").GetInt64().ShouldBe(200);
        shown.GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("eventName").GetString())
            .ShouldBe(["create_account", "place_order"]);
        shown.GetProperty("steps")[0].GetProperty("friendReward").GetRawText().ShouldBe("""{"score":null,"point":50,"points":50,"coupon":null}""");
        shown.GetProperty("steps")[0].GetProperty("isOneTime").GetBoolean().ShouldBeTrue();

        (await shop.SignUpAsync("friend", "REF123456")).Ok();
        (await shop.PointsAsync("friend")).ShouldBe(50);
        (await shop.PointsAsync("user_12345")).ShouldBe(0);
        (await shop.FriendsAsync()).ShouldBe((1, 1, 0));
        await ShouldHaveStepsAsync(shop, "Completed", "Pending");
        (await shop.OrderAsync("friend", "o1")).Ok();
        (await shop.PointsAsync("user_12345")).ShouldBe(200);
        (await shop.PointsAsync("friend")).ShouldBe(50);
        (await shop.FriendsAsync()).ShouldBe((1, 0, 1));
        await ShouldHaveStepsAsync(shop, "Completed", "Completed");
    }

    [Fact]
    public async Task GB40_every_fifth_active_friend_is_a_bonus()
    {
        var definition = Offers.TwoSided() with { Bonus = new MilestoneBonus(5, [Offers.ForReferrer(9, 500)]) };
        var shop = await server.OpenShopAsync(definition);
        for (var friend = 1; friend <= 4; friend++)
            (await shop.OrderAsync($"friend {friend}", $"o{friend}", code: "REF123456")).Ok();
        (await shop.PointsAsync("user_12345")).ShouldBe(800);
        (await shop.OrderAsync("friend 5", "o5", code: "REF123456")).Ok();
        (await shop.PointsAsync("user_12345")).ShouldBe(1500);
        (await ActivityTests.TypesAsync(shop, "user_12345", "activityType=ReferralBonusReward")).ShouldHaveSingleItem().ShouldStartWith("ReferralBonusReward 500");
        (await shop.RefundAsync("friend 3", "o3", "r3")).Ok();
        (await shop.PointsAsync("user_12345")).ShouldBe(800);
        (await shop.OrderAsync("friend 6", "o6", code: "REF123456")).Ok();
        (await shop.PointsAsync("user_12345")).ShouldBe(1500);
        (await shop.OrderAsync("friend 7", "o7", code: "REF123456")).Ok();
        (await shop.PointsAsync("user_12345")).ShouldBe(1700);
        (await shop.CountAsync("select count(*) from rewards where program_id = @program and step = 0 and state <> 'reversed'")).ShouldBe(1);
        var extra = (await shop.GetAsync("configurations/referrals")).Ok().GetProperty("customerReward").GetProperty("extraReward");
        extra.GetRawText().ShouldBe("""{"forEvery":5,"score":null,"point":500,"coupon":null}""");
    }

    [Fact]
    public async Task GB41_a_step_on_an_event_asks_its_metadata()
    {
        var step = Offers.Step(1, "Profile", StepTrigger.Event, [Offers.ForReferrer(1, 200), Offers.ForFriend(2, 100)]) with
        {
            EventName = "profile_completed",
            Conditions = Offers.Where("level", ConditionOperator.Eq, "Gold, Platinum"),
        };
        var shop = await server.OpenShopAsync(Offers.Of(step));
        (await shop.SignUpAsync("friend", "REF123456")).Ok();
        await EventAsync(shop, "profile_completed", """{"level":"silver"}""");
        await EventAsync(shop, "place_order", """{"level":"gold","total_paid":1000}""");
        (await shop.PointsAsync("friend")).ShouldBe(0);
        (await shop.FriendsAsync()).ShouldBe((1, 1, 0));
        await EventAsync(shop, "profile_completed", """{"level":"gold"}""");
        (await shop.PointsAsync("friend")).ShouldBe(100);
        await EventAsync(shop, "profile_completed", """{"level":"gold"}""");
        (await shop.PointsAsync("friend")).ShouldBe(100);
        (await shop.PointsAsync("user_12345")).ShouldBe(200);
        (await shop.FriendsAsync()).ShouldBe((1, 0, 1));
        (await shop.CountAsync("select count(*) from customer_events where program_id = @program")).ShouldBe(4);
    }

    [Fact]
    public async Task GB41_a_client_cannot_invent_an_order()
    {
        var shop = await server.OpenShopAsync();
        (await shop.SignUpAsync("friend", "REF123456")).Ok();
        foreach (var name in (string[])["place_order", "create_account", "friend_referred", "order_refunded", "points_redeemed"])
            await EventAsync(shop, name, """{"total_paid":1000}""");
        (await shop.FriendsAsync()).ShouldBe((1, 1, 0));
        (await shop.CountAsync("select count(*) from rewards where program_id = @program")).ShouldBe(0);
    }

    [Fact]
    public async Task GB42_a_friend_is_given_a_coupon()
    {
        var terms = new CouponTerms
        {
            Kind = CouponKind.PercentageDiscount,
            Name = "Welcome",
            Percent = new Rate(100_000),
            Currency = Currency.Of("USD"),
            MinimumOrder = 5000,
            ExpiresAfterDays = 14,
            CodePrefix = "WELCOME",
        };
        var shop = await server.OpenShopAsync(Offers.Of(Offers.Step(
            1, "Buy", StepTrigger.Order,
            [Offers.ForReferrer(1, 200), Offers.Line(2, RewardRole.Customer, new CouponAmount(terms))])));
        (await shop.OrderAsync("friend", "o1", code: "REF123456")).Ok();
        var coupon = (await CouponsAsync(shop, "friend")).ShouldHaveSingleItem();
        coupon.EnumerateObject().Select(member => member.Name).ShouldBe(
        [
            "name", "code", "value", "type", "target", "currency", "startDate", "expiryDate", "isExpired", "isActive", "usageLimit",
            "limitPerCustomer", "usedCount", "customerUsedCount", "isAvailableToUse", "iconPath",
        ]);
        coupon.GetProperty("code").GetString()!.ShouldMatch("^WELCOME[0-9A-Z]{10}$");
        coupon.GetProperty("type").GetString().ShouldBe("Percentage");
        coupon.GetProperty("value").GetRawText().ShouldBe("10");
        coupon.GetProperty("target").GetString().ShouldBe("Reward");
        coupon.GetProperty("isAvailableToUse").GetBoolean().ShouldBeTrue();
        DateTimeOffset.Parse(coupon.GetProperty("expiryDate").GetString()!, null)
            .ShouldBe(DateTimeOffset.Parse(coupon.GetProperty("startDate").GetString()!, null).AddDays(14));

        var use = $$""","redemption":{"couponCodes":["{{coupon.GetProperty("code").GetString()}}"]}""";
        (await shop.OrderAsync("friend", "o2", more: use)).Ok();
        coupon = (await CouponsAsync(shop, "friend")).ShouldHaveSingleItem();
        coupon.GetProperty("usedCount").GetInt32().ShouldBe(1);
        coupon.GetProperty("isAvailableToUse").GetBoolean().ShouldBeFalse();

        (await shop.OrderAsync("second", "o3", code: "REF123456")).Ok();
        (await shop.RefundAsync("second", "o3", "r3")).Ok();
        (await CouponsAsync(shop, "second")).ShouldHaveSingleItem().GetProperty("isActive").GetBoolean().ShouldBeFalse();
        (await shop.GetAsync("configurations/referrals")).Ok().GetProperty("friendReward").GetProperty("coupon")
            .GetProperty("options").GetProperty("minOrderValue").GetRawText().ShouldBe("50");
    }

    private static async Task<List<JsonElement>> CouponsAsync(Shop shop, string customer) =>
        [.. (await shop.GetAsync($"customers/{customer}/coupons")).Ok().GetProperty("coupons").EnumerateArray()];

    private static async Task EventAsync(Shop shop, string name, string metadata) =>
        (await shop.PublicAsync("POST", "events", $$"""{"customerId":"friend","events":{"{{name}}":{{metadata}} } }""")).Ok()
            .GetRawText().ShouldBe("""{"success":true,"message":"Events processed"}""");

    private static async Task ShouldHaveStepsAsync(Shop shop, params string[] statuses)
    {
        var friend = (await shop.GetAsync("customers/user_12345/referrals")).Ok().GetProperty("referredFriends")[0];
        friend.GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("status").GetString()!).ShouldBe(statuses);
    }
}
