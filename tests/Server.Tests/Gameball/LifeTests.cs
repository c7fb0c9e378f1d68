using Tributary.Programs;

namespace Tributary.Server.Tests.Gameball;

/// <summary>Merging and deletion of customers: gameball.md 4.6 and 4.7.</summary>
public sealed class LifeTests(GameballServer server) : IClassFixture<GameballServer>
{
    [Fact]
    public async Task GB43_two_ids_of_one_mobile_number_become_one_customer()
    {
        var shop = await server.OpenShopAsync();
        await shop.ImportAsync("web", "WEBCODE1", mobile: "+966500001111");
        await shop.ImportAsync("till", "TILLCODE1");
        (await shop.OrderAsync("friend of web", "o1", code: "WEBCODE1")).Ok();
        (await shop.OrderAsync("friend of till", "o2", code: "TILLCODE1")).Ok();
        (await shop.OrderAsync("web", "o3", code: "REF123456")).Ok();
        (await shop.PointsAsync("web")).ShouldBe(300);
        await shop.ChangeAsync("""{"customers":{"mergeBy":"mobile"}}""");

        (await shop.SignUpAsync("till", more: ",\"mobile\":\"00966500001111\"")).Ok();
        var web = (await shop.GetAsync("customers/web")).Ok();
        var till = (await shop.GetAsync("customers/till")).Ok();
        till.GetProperty("gameballId").GetInt64().ShouldBe(web.GetProperty("gameballId").GetInt64());
        till.GetProperty("customerId").GetString().ShouldBe("till");
        (await shop.PointsAsync("till")).ShouldBe(500);
        (await shop.FriendsAsync("till")).ShouldBe((2, 0, 2));
        foreach (var code in (string[])["WEBCODE1", "TILLCODE1"])
            (await shop.SignUpAsync($"later by {code}", code)).Referral.ShouldBe("accepted");
        (await shop.FriendsAsync("web")).ShouldBe((4, 2, 2));
    }

    [Fact]
    public async Task GB43_an_unknown_id_with_a_known_number_is_an_alias()
    {
        var shop = await server.OpenShopAsync();
        await shop.ChangeAsync("""{"customers":{"mergeBy":"mobile"}}""");
        var web = (await shop.SignUpAsync("web", more: ",\"mobile\":\"+966500002222\"")).Ok().GetProperty("gameballId").GetInt64();
        var till = (await shop.SignUpAsync("till", more: ",\"mobile\":\"966500002222\"")).Ok();
        till.GetProperty("gameballId").GetInt64().ShouldBe(web);
        till.GetProperty("customerId").GetString().ShouldBe("till");
        (await shop.OrderAsync("till", "o1", code: "REF123456")).Referral.ShouldBe("accepted");
        (await shop.GetAsync("customers/web")).Ok().GetProperty("isReferred").GetBoolean().ShouldBeTrue();
        var again = await shop.OrderAsync("web", "o1", code: "REF123456");
        again.Ok().GetProperty("customerId").GetString().ShouldBe("web");
    }

    [Fact]
    public async Task GB43_if_one_had_referred_the_other_that_referral_is_void()
    {
        var shop = await server.OpenShopAsync();
        await shop.ImportAsync("web", "WEBCODE1", mobile: "+966500003333");
        (await shop.OrderAsync("till", "o1", code: "WEBCODE1")).Ok().GetProperty("rewardedPoints").GetInt64().ShouldBe(100);
        (await shop.PointsAsync("web")).ShouldBe(200);
        await shop.ChangeAsync("""{"customers":{"mergeBy":"mobile"}}""");
        (await shop.SignUpAsync("till", more: ",\"mobile\":\"+966500003333\"")).Ok();
        (await shop.PointsAsync("web")).ShouldBe(0);
        (await shop.GetAsync("customers/web")).Ok().GetProperty("isReferred").GetBoolean().ShouldBeFalse();
        (await shop.FriendsAsync("web")).ShouldBe((0, 0, 0));
    }

    [Theory]
    [InlineData("DELETE", "customers/gone", null)]
    [InlineData("POST", "customers/gone/delete", "{}")]
    [InlineData("POST", "customers/gone/delete", "not json")]
    public async Task GB44_a_deleted_customer_is_gone_but_its_orders_are_not(string method, string path, string? body)
    {
        var shop = await server.OpenShopAsync();
        await shop.ImportAsync("gone", "GONECODE1", "Gone Girl", "gone@example.com");
        var number = (await shop.GetAsync("customers/gone")).Ok().GetProperty("gameballId").GetInt64();
        (await shop.OrderAsync("gone", "o1", "100")).Ok();
        (await shop.OrderAsync("friend", "o2", code: "GONECODE1")).Ok();

        (await shop.SendAsync(method, Shop.V40 + path, body)).Ok().GetRawText().ShouldBe("""{"success":true,"message":"customer deleted"}""");
        (await shop.GetAsync("customers/gone")).Refused(404, 7000);
        (await shop.SendAsync(method, Shop.V40 + path, body)).Refused(404, 7000);
        (await shop.GetAsync("referrals/validate?referrerCode=GONECODE1")).Ok().GetProperty("isValid").GetBoolean().ShouldBeFalse();
        (await shop.GetAsync("customers/friend")).Ok().GetProperty("isReferred").GetBoolean().ShouldBeTrue();
        (await shop.PointsAsync("friend")).ShouldBe(100);
        (await shop.RefundAsync("gone", "o1", "r1")).Ok().GetProperty("refundAmount").GetRawText().ShouldBe("100");
        foreach (var text in (string[])["gone@example.com", "Gone Girl"])
            (await shop.CountAsync($"select count(*) from customers c where program_id = @program and c::text like '%{text}%'")).ShouldBe(0);

        (await shop.SignUpAsync("gone", "REF123456")).Referral.ShouldBe("ignored; reason=customer_not_new");
        (await shop.GetAsync("customers/gone")).Ok().GetProperty("gameballId").GetInt64().ShouldBeGreaterThan(number);
        (await shop.SendAsync(method, Shop.V40 + path, body)).Ok();
        server.Clock.Advance(TimeSpan.FromDays(91));
        (await shop.SignUpAsync("gone", "REF123456")).Referral.ShouldBe("accepted");
    }
}
