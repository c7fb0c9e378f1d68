using System.Text.Json.Nodes;
using Tributary.Core.Tests.Orders;
using Tributary.Primitives;
using Tributary.Reporting;
using Tributary.Signups;
using Tributary.Tests.Support;

namespace Tributary.Core.Tests.Reporting;

/// <summary>What a merchant reads about a customer, word by word.</summary>
public sealed class ExplainCustomerTests(PostgresFixture postgres)
{
    [Fact]
    public async Task A_referred_customer_from_sign_up_to_refund()
    {
        await using var shop = await OpenAsync();
        await shop.SignUpAsync("tom", "REF123456");
        (await shop.ExplainCustomerAsync("tom")).Story.ShouldBe(
        [
            "Customer tom registered on 15 Jan 2026, 12:00.",
            "“REF123456” belongs to John Doe; it won because customer tom named it with the sign-up and had no referrer before. "
            + "The referral is pending until customer tom does what the campaign asks.",
            "“Bring a friend”: it waits for an order.",
        ]);

        await shop.OrderAsync("tom", "1");
        await shop.RefundAsync("1", "R_1");
        await shop.OrderAsync("tom", "2", total: 5_000);
        (await shop.ExplainCustomerAsync("tom")).Story.ShouldBe(
        [
            "Customer tom registered on 15 Jan 2026, 12:00.",
            "“REF123456” belongs to John Doe; it won because customer tom named it with the sign-up and had no referrer before.",
            "“Bring a friend”: it waits for an order.",
            "Order 2 of 50.00 USD on 15 Jan 2026, 12:00, credited to John Doe.",
            "Order 1 of 100.00 USD on 15 Jan 2026, 12:00, credited to John Doe; all of it refunded.",
            "The friend reward of 100 Points for customer tom from “Bring a friend” for order 2 is available.",
            "The friend reward of 100 Points for customer tom from “Bring a friend” for order 1 was taken back because the order was refunded.",
            "Customer tom has 100 Points available now.",
        ]);
    }

    [Fact]
    public async Task The_one_who_refers_sees_whom_the_rewards_are_for()
    {
        await using var shop = await OpenAsync();
        await shop.OrderAsync("tom", "1", code: "REF123456");
        var told = await shop.ExplainCustomerAsync("user_12345");
        told.Story.ShouldBe(
        [
            "John Doe registered on 15 Jan 2026, 12:00.",
            "Nobody is credited: nobody referred John Doe.",
            "“Bring a friend”: it waits for an order.",
            "The referrer reward of 200 Points for John Doe from “Bring a friend” for order 1 of customer tom is available.",
            "John Doe has 200 Points available now.",
        ]);
        told.RewardsAsCustomer.ShouldBeEmpty();
        told.RewardsAsReferrer.Single().Owed.ShouldBe(200);
        told.Balances.Single().Available.ShouldBe(200);
    }

    [Fact]
    public async Task A_code_that_came_with_the_first_order_names_the_order()
    {
        await using var shop = await OpenAsync();
        await shop.OrderAsync("tom", "17", code: "REF123456");
        var told = await shop.ExplainCustomerAsync("tom");
        told.Credit.Sentence.ShouldBe("“REF123456” belongs to John Doe; it won because customer tom named it with order 17 and had no referrer before.");
        told.Touches.Single().OrderId.ShouldBe("17");
        told.ReferralStatus.ShouldBe("active");
    }

    [Fact]
    public async Task Every_code_that_did_not_count_is_listed_with_its_reason()
    {
        await using var shop = await OpenAsync();
        await shop.SignUpAsync("tom", "NOPE1234");
        await shop.SignUpAsync("tom", "REF123456");
        await shop.SignUpAsync("tom", "REF-123456");
        var told = await shop.ExplainCustomerAsync("tom");
        told.Touches.Select(touch => (touch.Text, touch.Outcome)).ShouldBe(
            [("REF-123456", "customer_locked"), ("REF123456", "won"), ("NOPE1234", "unknown_code")]);
        told.Story.ShouldContain("The code “NOPE1234” does not count, because nobody has such a code.");
    }

    [Fact]
    public async Task Reported_acts_tell_what_they_counted_for()
    {
        await using var shop = await OpenAsync("""
            {"steps":[{"name":"Review","trigger":"event","eventName":"write_review","lines":[
              {"number":1,"recipient":"customer","amount":{"kind":"points","points":10}}]}],"holdDays":0}
            """);
        await shop.SignUpAsync("tom", "REF123456");
        await shop.EventAsync("tom", "write_review");
        await shop.EventAsync("tom", "view_page");
        var told = await shop.ExplainCustomerAsync("tom");
        told.Events.Select(act => act.Sentence).ShouldBe(
        [
            "“view_page” was reported for 15 Jan 2026, 12:00; no campaign rewarded it.",
            "“write_review” was reported for 15 Jan 2026, 12:00; it counted for “Bring a friend”.",
        ]);
        told.Story.ShouldContain("The friend reward of 10 Points for customer tom from “Bring a friend” is available.");
    }

    [Fact]
    public async Task A_guest_is_called_one_and_an_unknown_customer_is_not_found()
    {
        await using var shop = await OpenAsync();
        await shop.OrderAsync("till-7", "1", guest: true);
        (await shop.ExplainCustomerAsync("till-7")).Story[0].ShouldBe("Customer till-7 is a guest: it buys without an account and has no code of its own.");
        (await new ExplainCustomer(shop.Database, shop.Clock).ExecuteAsync(shop.Program, "nobody", default)).Problem.Code.ShouldBe(ProblemCode.NotFound);
    }

    [Fact]
    public async Task A_deleted_friend_has_no_name_in_what_others_read()
    {
        await using var shop = await OpenAsync();
        await ExplainOrderTests.NameAsync(shop, "tom", "Tom Secret");
        await shop.OrderAsync("tom", "1", code: "REF123456");
        (await new DeleteCustomer(shop.Transactions).ExecuteAsync(shop.Program, "tom", shop.Caller, default)).Succeeded.ShouldBeTrue();
        var all = string.Join('\n', [.. (await shop.ExplainAsync("1")).Story, .. (await shop.ExplainCustomerAsync("user_12345")).Story]);
        all.ShouldNotContain("Tom Secret", Case.Insensitive);
        all.ShouldNotContain("customer tom", Case.Insensitive);
        all.ShouldContain("a deleted customer");
    }

    private async Task<Shop> OpenAsync(string campaign = Shop.TwoSided)
    {
        var shop = await Shop.OpenAsync(postgres, campaign);
        await ExplainOrderTests.NameAsync(shop, "user_12345", "John Doe");
        return shop;
    }
}
