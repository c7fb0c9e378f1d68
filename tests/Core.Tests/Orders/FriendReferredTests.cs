using Tributary.Tests.Support;

namespace Tributary.Core.Tests.Orders;

/// <summary>A referral that becomes active triggers campaigns of the referrer (gameball.md 4.4, 5.2).</summary>
public sealed class FriendReferredTests(PostgresFixture postgres)
{
    private const string EachFriend = """
        {"audience":"everyone","steps":[{"name":"A friend","trigger":"event","eventName":"friend_referred","lines":[
          {"number":1,"recipient":"customer","amount":{"kind":"points","points":50,"unit":"points:points"}}]}],"holdDays":0}
        """;

    private const string FirstFriend = """
        {"audience":"everyone","steps":[{"name":"The first friend","trigger":"event","eventName":"friend_referred","once":true,"lines":[
          {"number":1,"recipient":"customer","amount":{"kind":"points","points":1000,"unit":"points:points"}}]}],"holdDays":0}
        """;

    [Fact]
    public async Task GB_friend_referred_pays_the_referrer_for_each_friend_once()
    {
        await using var shop = await OpenAsync(EachFriend);
        await shop.OrderAsync("tom", "1", code: "REF123456");
        (await shop.AvailableAsync("user_12345")).ShouldBe(250);
        await shop.OrderAsync("tom", "2");
        (await shop.AvailableAsync("user_12345")).ShouldBe(250);
        await shop.OrderAsync("ann", "3", code: "REF123456");
        (await shop.AvailableAsync("user_12345")).ShouldBe(500);
        (await shop.CountAsync("select count(*) from customer_events where name = 'friend_referred'")).ShouldBe(2);
    }

    [Fact]
    public async Task GB_friend_referred_is_taken_back_with_the_activation_and_never_stands_twice()
    {
        await using var shop = await OpenAsync(EachFriend);
        await shop.OrderAsync("tom", "1", code: "REF123456");
        await shop.RefundAsync("1", "r1");
        (await shop.TextAsync("select status from attributions")).ShouldBe("pending");
        (await shop.AvailableAsync("user_12345")).ShouldBe(0);
        await shop.OrderAsync("tom", "2");
        (await shop.AvailableAsync("user_12345")).ShouldBe(250);
        await shop.ReinstateAsync("r1");
        (await shop.AvailableAsync("user_12345")).ShouldBe(250);
        await shop.RefundAsync("2", "r2");
        (await shop.TextAsync("select string_agg(cause || ' ' || state, ', ' order by reward_id) from rewards where cause like 'friend:%'"))
            .ShouldNotBeNull().ShouldContain(":2 ");
        (await shop.CountAsync("select count(*) from rewards where cause like 'friend:%' and state <> 'reversed'")).ShouldBeLessThanOrEqualTo(1);
    }

    [Fact]
    public async Task GB_a_step_that_counts_once_takes_the_first_friend_alone()
    {
        await using var shop = await OpenAsync(FirstFriend);
        await shop.OrderAsync("tom", "1", code: "REF123456");
        await shop.OrderAsync("ann", "2", code: "REF123456");
        (await shop.AvailableAsync("user_12345")).ShouldBe(1400);
        await shop.RefundAsync("1", "r1");
        (await shop.AvailableAsync("user_12345")).ShouldBe(200);
    }

    [Fact]
    public async Task GB_friend_referred_sent_by_a_client_triggers_nothing()
    {
        await using var shop = await OpenAsync(EachFriend);
        await shop.EventAsync("user_12345", "friend_referred");
        (await shop.AvailableAsync("user_12345")).ShouldBe(0);
    }

    [Fact]
    public async Task GB_friend_referred_explains_itself()
    {
        await using var shop = await OpenAsync(EachFriend);
        await shop.OrderAsync("tom", "1", code: "REF123456");
        (await shop.TextAsync("""
            select concat_ws(' ', metadata ->> 'referred_friend_id', metadata ->> 'total_price', explanation -> 'campaigns' -> 0 ->> 'campaignId')
            from customer_events where name = 'friend_referred'
            """)).ShouldBe("tom 100 2");
    }

    private async Task<Shop> OpenAsync(string campaign)
    {
        var shop = await Shop.OpenAsync(postgres);
        await shop.AddCampaignAsync(campaign, "Friends");
        return shop;
    }
}
