namespace Tributary.Server.Tests.Gameball;

/// <summary>Two programmes never meet.</summary>
public sealed class IsolationTests(GameballServer server) : IClassFixture<GameballServer>
{
    [Fact]
    public async Task GB48_the_keys_of_one_programme_reach_nothing_of_another_with_equal_ids()
    {
        var a = await server.OpenShopAsync();
        var b = await server.OpenShopAsync(Offers.TwoSided(), withReferrer: false);
        (await a.OrderAsync("friend", "o1", "100", "REF123456")).Ok();
        (await b.SignUpAsync("friend")).Ok();

        (await b.GetAsync("customers/user_12345")).Refused(404, 7000);
        (await b.GetAsync("customers/user_12345/balance")).Refused(404, 7000);
        (await b.GetAsync("orders/o1/transactions")).Ok().GetProperty("count").GetInt32().ShouldBe(0);
        (await b.GetAsync("referrals/validate?referrerCode=REF123456")).Ok().GetProperty("isValid").GetBoolean().ShouldBeFalse();
        (await b.SignUpAsync("new", "REF123456")).Referral.ShouldBe("ignored; reason=unknown_code");
        (await b.OrderAsync("friend", "o1", "50", "REF123456")).Referral.ShouldBe("ignored; reason=unknown_code");
        (await b.RefundAsync("friend", "o1", "r1", "10")).Ok();
        (await b.SendAsync("DELETE", Shop.V40 + "customers/friend")).Ok();

        (await a.GetAsync("customers/friend")).Ok().GetProperty("isReferred").GetBoolean().ShouldBeTrue();
        (await a.PointsAsync("friend")).ShouldBe(100);
        (await a.CountAsync("select count(*) from refunds where program_id = @program")).ShouldBe(0);
        (await a.CountAsync("select total from orders where program_id = @program and order_id = 'o1'")).ShouldBe(10_000);
    }

    [Fact]
    public async Task GB48_a_key_and_the_secret_of_another_programme_are_no_pair()
    {
        var a = await server.OpenShopAsync();
        var b = await server.OpenShopAsync();
        (await a.SendAsync("GET", Shop.V40 + "customers/user_12345/balance", null, ("APIKey", a.ApiKey), ("SecretKey", b.Secret)))
            .Refused(401, 1001);
        (await a.SendAsync("GET", Shop.V40 + "customers/user_12345", null, ("APIKey", b.Secret), ("SecretKey", b.Secret)))
            .Refused(401, 1000);
    }
}
