namespace Tributary.Server.Tests.Gameball;

/// <summary>The published requests, byte for byte.</summary>
public sealed class SeedTests(GameballServer server) : IClassFixture<GameballServer>
{
    [Theory]
    [InlineData("GB-01")]
    [InlineData("GB-02")]
    [InlineData("GB-03")]
    [InlineData("GB-04")]
    [InlineData("GB-13")]
    [InlineData("GB-16")]
    [InlineData("GB-17")]
    public async Task A_transcript_is_answered_as_written(string name) =>
        await Transcript.PlayAsync(await server.OpenShopAsync(), name);

    [Fact]
    public async Task GB1_a_code_at_sign_up_makes_a_pending_referral()
    {
        var shop = await server.OpenShopAsync();
        await Transcript.PlayAsync(shop, "GB-01");
        var details = (await shop.GetAsync("customers/new_user_123/details")).Ok();
        details.GetProperty("displayName").GetString().ShouldBe("New Customer");
        details.GetProperty("customerAttributes").GetProperty("email").GetString().ShouldBe("newcustomer@example.com");
        details.GetProperty("isReferred").GetBoolean().ShouldBeTrue();
        details.GetProperty("referralStatus").GetString().ShouldBe("pending");
        details.GetProperty("referredByCustomerId").GetString().ShouldBe("user_12345");
        (await shop.FriendsAsync()).ShouldBe((1, 1, 0));
        (await shop.PointsAsync("user_12345")).ShouldBe(0);
        (await shop.PointsAsync("new_user_123")).ShouldBe(0);
    }

    [Fact]
    public async Task GB2_a_code_on_the_first_order_makes_customer_referral_and_both_rewards()
    {
        var shop = await server.OpenShopAsync();
        await Transcript.PlayAsync(shop, "GB-02");
        await ShouldBeRewardedAsync(shop, "new_user_123");
    }

    [Fact]
    public async Task GB3_the_same_at_the_till_and_old_dates_change_nothing()
    {
        var shop = await server.OpenShopAsync();
        await Transcript.PlayAsync(shop, "GB-03");
        await ShouldBeRewardedAsync(shop, "mobile_966500001234");
        var transactions = (await shop.GetAsync("orders/POS_987654323/transactions")).Ok();
        transactions.GetProperty("transactions")[0].GetProperty("transactionDate").GetString().ShouldBe("2025-09-29T15:20:00.000Z");
    }

    [Fact]
    public async Task GB4_code_and_link_are_read_with_the_public_key_and_no_personal_data()
    {
        var shop = await server.OpenShopAsync(Offers.TwoSided(), withReferrer: false);
        await shop.ImportAsync("user_12345", "REF123456", "John Doe", "john@example.com", "+966500009999");
        await Transcript.PlayAsync(shop, "GB-04");
        var text = (await shop.PublicAsync("GET", "customers/user_12345")).Text;
        text.ShouldNotContain("john@example.com");
        text.ShouldNotContain("966500009999");
    }

    [Fact]
    public async Task GB5_sign_up_and_order_with_the_code_are_one_referral()
    {
        var shop = await server.OpenShopAsync();
        await Transcript.PlayAsync(shop, "GB-01");
        var order = await shop.OrderAsync("new_user_123", "ORD_987654", "100.00", "REF123456");
        order.Ok().GetProperty("rewardedPoints").GetInt64().ShouldBe(100);
        order.Referral.ShouldBe("ignored; reason=customer_locked");
        await ShouldBeRewardedAsync(shop, "new_user_123");
        (await shop.TouchesAsync("new_user_123")).ShouldBe(["won", "customer_locked"]);
        (await shop.CountAsync("select count(*) from rewards where program_id = @program")).ShouldBe(2);
        (await shop.CountAsync("select count(*) from attributions where program_id = @program")).ShouldBe(1);
    }

    private static async Task ShouldBeRewardedAsync(Shop shop, string friend)
    {
        (await shop.FriendsAsync()).ShouldBe((1, 0, 1));
        (await shop.PointsAsync("user_12345")).ShouldBe(200);
        (await shop.PointsAsync(friend)).ShouldBe(100);
        var details = (await shop.GetAsync($"customers/{friend}/details")).Ok();
        details.GetProperty("referralStatus").GetString().ShouldBe("successful");
        details.GetProperty("referralActivationDate").GetString().ShouldNotBeNullOrEmpty();
    }
}
