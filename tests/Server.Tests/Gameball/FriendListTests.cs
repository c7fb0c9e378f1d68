namespace Tributary.Server.Tests.Gameball;

/// <summary>Lists of friends: gameball.md 3.5.</summary>
public sealed class FriendListTests(GameballServer server) : IClassFixture<GameballServer>
{
    [Fact]
    public async Task GB38_pages_have_no_gap_and_no_repetition_while_friends_are_added()
    {
        var shop = await server.OpenShopAsync();
        for (var friend = 0; friend < 450; friend++)
            (await shop.SignUpAsync($"friend {friend}", "REF123456")).Ok();
        (await shop.FriendsAsync()).ShouldBe((450, 450, 0));
        var seen = new List<string>();
        long after = 0;
        foreach (var (size, more) in ((int, bool)[])[(200, true), (200, true), (50, false)])
        {
            var page = (await shop.GetAsync($"customers/user_12345/referrals?limit=200&startAfter={after}")).Ok();
            var friends = page.GetProperty("referredFriends").EnumerateArray().ToList();
            page.GetProperty("count").GetInt32().ShouldBe(size);
            page.GetProperty("hasMore").GetBoolean().ShouldBe(more);
            friends.Count.ShouldBe(size);
            seen.AddRange(friends.Select(friend => friend.GetProperty("customerId").GetString()!));
            after = friends[^1].GetProperty("gameballId").GetInt64();
            if (more)
                (await shop.SignUpAsync($"somebody else after {after}", "NOSUCH")).Ok();
        }
        seen.ShouldBe(Enumerable.Range(0, 450).Select(friend => $"friend {friend}"));
        (await CountOfAsync(shop, "limit=0")).ShouldBe(1);
        (await CountOfAsync(shop, "limit=999")).ShouldBe(200);
        (await CountOfAsync(shop, "")).ShouldBe(50);
        (await shop.GetAsync("customers/user_12345/referrals?limit=many")).Refused(422, 3003, "invalid limit value");
        (await shop.GetAsync("customers/user_12345/referrals?startAfter=-1")).Refused(422, 3003);
        (await shop.GetAsync("customers/user_12345/referrals?startAfter=1%27%20or%201=1")).Refused(422, 3003);
    }

    [Fact]
    public async Task Friends_are_shown_with_name_contact_and_status()
    {
        var shop = await server.OpenShopAsync();
        (await shop.PostAsync("customers", """
            {"customerId":"friend","email":"f@example.com","mobile":"+966500001234","referrerCode":"REF123456",
             "customerAttributes":{"firstName":"Fatima","lastName":"Noor","joinDate":"2020-05-01"}}
            """)).Ok();
        var page = (await shop.GetAsync("customers/user_12345/referrals")).Ok();
        var number = (await shop.GetAsync("customers/friend")).Ok().GetProperty("gameballId").GetInt64();
        page.GetRawText().ShouldBe(
            """{"referredFriends":[{"customerId":"friend","displayName":"Fatima Noor","email":"f@example.com","mobileNumber":"+966500001234","joinDate":"2020-05-01T00:00:00.000Z","status":"Pending","gameballId":"""
            + number + """}],"count":1,"hasMore":false}""");
        (await shop.SendAsync("DELETE", Shop.V40 + "customers/friend")).Ok();
        (await CountOfAsync(shop, "")).ShouldBe(0);
        (await shop.FriendsAsync()).ShouldBe((0, 0, 0));
    }

    private static async Task<int> CountOfAsync(Shop shop, string query) =>
        (await shop.GetAsync($"customers/user_12345/referrals?{query}")).Ok().GetProperty("count").GetInt32();
}
