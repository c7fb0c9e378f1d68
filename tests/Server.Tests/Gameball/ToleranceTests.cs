using System.Text.Json.Nodes;

namespace Tributary.Server.Tests.Gameball;

/// <summary>What clients send and this dialect forgives, keeps or ignores: gameball.md 2.6 and 3.1.</summary>
public sealed class ToleranceTests(GameballServer server) : IClassFixture<GameballServer>
{
    [Fact]
    public async Task GB20_older_names_other_types_and_unknown_members_are_accepted()
    {
        var shop = await server.OpenShopAsync();
        var answer = await shop.PostAsync("customers", """
            {"playerUniqueId":4711,"playerAttributes":{"displayName":"Old Client","custom":[],"devices":{},"utms":null,"zip":12345},
             "referralCode":"REF123456","isGuest":"false","pushProvider":"fcm","unknown":{"deep":[1,2,{"x":null}]},"email":null,"levelOrder":""}
            """);
        answer.Ok().GetProperty("customerId").GetString().ShouldBe("4711");
        answer.Referral.ShouldBe("accepted");
        var customer = (await shop.GetAsync("customers/4711")).Ok();
        customer.GetProperty("displayName").GetString().ShouldBe("Old Client");
        customer.GetProperty("customerAttributes").GetProperty("zip").GetString().ShouldBe("12345");
        (await shop.PostAsync("orders", """
            {"customerId":4711,"orderId":1001,"totalPaid":"100.00","lineItems":{},"redemption":[],"merchant":[],"extra":[],"orderDate":""}
            """)).Ok().GetProperty("rewardedPoints").GetInt64().ShouldBe(100);
    }

    [Fact]
    public async Task GB20_attributes_may_stand_at_the_top_and_later_calls_clear_nothing()
    {
        var shop = await server.OpenShopAsync();
        (await shop.PostAsync("customers", """
            {"customerId":"flat","name":"Flat Client","city":"Riyadh","dateOfBirth":"1980-02-29T00:00:00Z","joinDate":"2001-01-01",
             "totalSpent":19.995,"totalOrders":"3","channel":"kiosk","custom":{"size":"L","city":"elsewhere"},"devices":["phone"],
             "customerAttributes":{"country":"SA","lastOrderDate":"0001-01-01T00:00:00"}}
            """)).Ok();
        (await shop.PostAsync("customers", """
            {"customerId":"flat","customerAttributes":{"displayName":"","city":null,"custom":{"size":null,"shoe":"42"}},"mobile":" "}
            """)).Ok();
        var details = (await shop.GetAsync("customers/flat/details")).Ok();
        details.GetProperty("displayName").GetString().ShouldBe("Flat Client");
        var attributes = details.GetProperty("customerAttributes");
        attributes.GetProperty("city").GetString().ShouldBe("Riyadh");
        attributes.GetProperty("country").GetString().ShouldBe("SA");
        attributes.GetProperty("dateOfBirth").GetString().ShouldBe("1980-02-29");
        attributes.GetProperty("joinDate").GetString().ShouldBe("2001-01-01T00:00:00.000Z");
        attributes.GetProperty("lastOrderDate").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        attributes.GetProperty("totalSpent").GetRawText().ShouldBe("20");
        attributes.GetProperty("totalOrders").GetInt32().ShouldBe(3);
        attributes.GetProperty("channel").GetString().ShouldBe("kiosk");
        JsonNode.DeepEquals(
            JsonNode.Parse(attributes.GetProperty("custom").GetRawText()), JsonNode.Parse("""{"size":"L","city":"elsewhere","shoe":"42"}"""))
            .ShouldBeTrue();
        attributes.GetProperty("devices").GetRawText().ShouldBe("""["phone"]""");
    }

    [Fact]
    public async Task GB19_every_answer_has_the_members_of_its_table()
    {
        var shop = await server.OpenShopAsync();
        (await shop.SignUpAsync("friend", "REF123456")).Ok();
        Names((await shop.SignUpAsync("friend")).Ok()).ShouldBe("gameballId customerId");
        var profile = (await shop.PublicAsync("GET", "customers/friend")).Ok();
        Names(profile).ShouldBe("gameballId customerId displayName customerAttributes referralCode referralLink dynamicReferralLink isReferred");
        Names(profile.GetProperty("customerAttributes")).ShouldBe(
            "gender country city zip source custom tags utms utMs devices paymentMethods totalSpent totalOrders lastOrderDate manualDate");
        var details = (await shop.GetAsync("customers/friend/details")).Ok();
        Names(details).ShouldBe(
            "gameballId customerId displayName customerAttributes referralCode referralLink dynamicReferralLink isReferred guest createdAt "
            + "referralStatus referredByCustomerId referralActivationDate");
        Names(details.GetProperty("customerAttributes")).ShouldBe(
            "displayName firstName lastName email mobile gender country city zip preferredLanguage source channel dateOfBirth joinDate custom "
            + "tags utms utMs devices paymentMethods totalSpent avgOrderAmount totalOrders lastOrderDate manualDate");
        Names((await shop.GetAsync("customers/friend/hash")).Ok()).ShouldBe("hash");
        Names((await shop.GetAsync("customers/friend/referrals")).Ok()).ShouldBe("referredFriends count hasMore");
        Names((await shop.GetAsync("customers/friend/referrals/count")).Ok()).ShouldBe("count totalPending totalActive");
        Names((await shop.GetAsync("customers/friend/coupons")).Ok()).ShouldBe("coupons");
        Names((await shop.GetAsync("referrals/validate?referrerCode=X")).Ok()).ShouldBe("isValid");
    }

    [Fact]
    public async Task The_same_sign_up_again_changes_and_announces_nothing()
    {
        var shop = await server.OpenShopAsync();
        const string Body = """
            {"customerId":"c","email":"c@example.com","customerAttributes":{"displayName":"C","custom":{"a":1,"b":[1,2]}},"deviceToken":"t"}
            """;
        var first = (await shop.PostAsync("customers", Body)).Ok().GetRawText();
        var events = await EventsAsync(shop);
        server.Clock.Advance(TimeSpan.FromHours(1));
        (await shop.PostAsync("customers", Body)).Ok().GetRawText().ShouldBe(first);
        (await EventsAsync(shop)).ShouldBe(events);
    }

    [Fact]
    public async Task N14_members_that_are_none_change_nothing()
    {
        var shop = await server.OpenShopAsync();
        var other = await server.OpenShopAsync();
        (await shop.PostAsync("customers", $$"""
            {"customerId":"c","programId":{{other.Program.Id}},"program_id":1,"gameballId":1,"status":"active","balance":1000000,"points":500,
             "role":"admin","approvedAt":"2026-01-01","isReferred":true,"registeredAt":"2001-01-01","trusted":true,
             "customerAttributes":{"points":500,"isReferred":true,"knownBefore":true,"referrerId":1} }
            """)).Ok();
        (await other.GetAsync("customers/c")).Refused(404, 7000);
        (await shop.PointsAsync("c")).ShouldBe(0);
        (await shop.GetAsync("customers/c")).Ok().GetProperty("isReferred").GetBoolean().ShouldBeFalse();
        (await shop.SignUpAsync("c", "REF123456")).Referral.ShouldBe("accepted");
        var order = await shop.OrderAsync("c", "o1", more: ""","status":"cancelled","state":"open","rewardedPoints":9999,"programId":7""");
        order.Ok().GetProperty("rewardedPoints").GetInt64().ShouldBe(100);
    }

    [Theory]
    [InlineData("bidi \u202Etxt.exe\u202C")]
    [InlineData("\u0430dmin homoglyph")]
    [InlineData("Turkish \u0130\u0131iI")]
    [InlineData("emoji \uD83D\uDE00\uD83C\uDDF8\uD83C\uDDE6")]
    [InlineData("<script>alert('x')</script>")]
    [InlineData("'; drop table customers; --")]
    [InlineData("\\\" {{7*7}} ${x} %00 \u2028")]
    public async Task N6_hostile_text_is_kept_and_shown_as_it_is(string text)
    {
        var shop = await server.OpenShopAsync();
        var body = new JsonObject
        {
            ["customerId"] = text,
            ["customerAttributes"] = new JsonObject { ["displayName"] = text, ["custom"] = new JsonObject { [text] = text } },
        };
        (await shop.PostAsync("customers", body.ToJsonString())).Ok().GetProperty("customerId").GetString().ShouldBe(text);
        var details = (await shop.GetAsync($"customers/{Uri.EscapeDataString(text)}/details")).Ok();
        details.GetProperty("displayName").GetString().ShouldBe(text);
        details.GetProperty("customerAttributes").GetProperty("custom").GetProperty(text).GetString().ShouldBe(text);
        (await shop.OrderAsync(text, text, more: $",\"channel\":{System.Text.Json.JsonSerializer.Serialize(text)}")).Ok();
        (await shop.GetAsync($"orders/{Uri.EscapeDataString(text)}/transactions")).Ok().GetProperty("count").GetInt32().ShouldBe(1);
    }

    [Theory]
    [InlineData("\\u0000")]
    [InlineData("\\uD800")]
    [InlineData("\\uDC00\\uD800")]
    [InlineData("a\\u0007b")]
    public async Task N6_what_cannot_be_kept_is_refused(string escape)
    {
        var shop = await server.OpenShopAsync();
        foreach (var member in (string[])["customerId", "email", "mobile", "deviceToken", "city"])
            (await shop.PostAsync("customers", $$"""{"customerId":"c","{{(member == "customerId" ? "x" : member)}}":"{{escape}}","CITY2":"{{escape}}"}"""))
                .Status.ShouldBeOneOf(member == "customerId" ? [200, 422] : [422]);
        (await shop.PostAsync("customers", $$"""{"customerId":"{{escape}}"}""")).Refused(422, 3003);
    }

    [Fact]
    public async Task N7_quotes_in_any_parameter_are_only_text()
    {
        var shop = await server.OpenShopAsync();
        foreach (var attack in (string[])["' or '1'='1", "\" or \"\"=\"", "1; drop table customers", "\\'; --", "%' --", "@program", "$1"])
        {
            var text = Uri.EscapeDataString(attack);
            (await shop.GetAsync($"customers/{text}")).Refused(404, 7000);
            (await shop.GetAsync($"customers/{text}/referrals?startAfter=0&limit=10&sort={text}")).Refused(404, 7000);
            (await shop.GetAsync($"customers/user_12345/referrals?limit={text}")).Refused(422, 3003);
            (await shop.GetAsync($"orders/{text}/transactions")).Ok().GetProperty("count").GetInt32().ShouldBe(0);
            (await shop.GetAsync($"referrals/validate?referrerCode={text}&forCustomerId={text}")).Ok().GetProperty("isValid").GetBoolean().ShouldBeFalse();
            (await shop.SignUpAsync("c", attack)).Ok();
        }
    }

    private static string Names(System.Text.Json.JsonElement element) =>
        string.Join(' ', element.EnumerateObject().Select(member => member.Name));

    private static Task<long> EventsAsync(Shop shop) => shop.CountAsync("select count(*) from events where program_id = @program");
}
