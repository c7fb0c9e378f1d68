using System.Text.Json.Nodes;
using Tributary.Core.Tests.Orders;
using Tributary.Orders;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Reporting;
using Tributary.Rewards;
using Tributary.Signups;
using Tributary.Tests.Support;

namespace Tributary.Core.Tests.Reporting;

/// <summary>What a merchant reads about an order, word by word.</summary>
public sealed class ExplainOrderTests(PostgresFixture postgres)
{
    private const string Percent = """
        {"steps":[{"name":"Order","trigger":"order","lines":[
          {"number":1,"recipient":"referrer","amount":{"kind":"percent","ppm":100000}}]}],"holdDays":30}
        """;

    private const string BigOrders = """
        {"steps":[{"name":"Order","trigger":"order","minimumOrder":{"USD":50000},"lines":[
          {"number":1,"recipient":"referrer","amount":{"kind":"fixed","amount":500,"currency":"USD"}}]}],"holdDays":0}
        """;

    [Fact]
    public async Task An_order_with_a_code_tells_whose_it_is_what_it_earned_and_what_a_refund_took()
    {
        await using var shop = await OpenAsync();
        await NameAsync(shop, "new_user_123", "New Customer");
        await shop.OrderAsync("new_user_123", "ORD_987654", code: "REF123456");
        (await shop.ExplainAsync("ORD_987654")).Story.ShouldBe(
        [
            "New Customer placed order ORD_987654 of 100.00 USD on 15 Jan 2026, 12:00.",
            "“REF123456” belongs to John Doe; it won because New Customer named it with this order and had no referrer before.",
            "The referrer reward of 200 Points for John Doe from “Bring a friend” is available.",
            "The friend reward of 100 Points for New Customer from “Bring a friend” is available.",
        ]);

        await shop.RefundAsync("ORD_987654", "R_1");
        var refunded = await shop.ExplainAsync("ORD_987654");
        refunded.Story.ShouldBe(
        [
            "New Customer placed order ORD_987654 of 100.00 USD on 15 Jan 2026, 12:00; all of it was refunded.",
            "“REF123456” belongs to John Doe; it won because New Customer named it with this order and had no referrer before.",
            "The referrer reward of 200 Points for John Doe from “Bring a friend” was taken back because the order was refunded.",
            "The friend reward of 100 Points for New Customer from “Bring a friend” was taken back because the order was refunded.",
            "The refund R_1 of 100.00 USD on 15 Jan 2026, 12:00 took back 200 Points from John Doe and 100 Points from New Customer.",
        ]);
        refunded.Transfers.Select(transfer => transfer.Sentence).ShouldBe(
        [
            "Earned: 200 Points to John Doe (pending) and 100 Points to New Customer (pending).",
            "Approved: 200 Points of John Doe from pending to available and 100 Points of New Customer from pending to available.",
            "Taken back by a refund: 200 Points from John Doe (available) and 100 Points from New Customer (available).",
        ]);
    }

    [Fact]
    public async Task The_data_says_what_the_sentences_say()
    {
        await using var shop = await OpenAsync();
        await shop.OrderAsync("new_user_123", "1", code: "REF123456");
        var told = await shop.ExplainAsync("1");
        told.Credit.Referrer!.MerchantId.ShouldBe("user_12345");
        told.Credit.Via.ShouldBe("code");
        told.Touches.Single().Outcome.ShouldBe("won");
        told.Campaigns.Single(campaign => campaign.Reason == "reached").Lines.Select(line => line.RewardId).ShouldBe(told.Rewards.Select(r => (long?)r.RewardId));
        told.Rewards.Select(reward => (reward.Role, reward.State, reward.Owed, reward.Unit!.Value.Text)).ShouldBe(
            [("referrer", "available", 200, "points:points"), ("customer", "available", 100, "points:points")]);
        told.Transfers.SelectMany(transfer => transfer.Entries).Count(entry => entry.Recipient is not null).ShouldBe(6);
    }

    [Fact]
    public async Task A_partial_refund_shows_what_is_still_owed_and_until_when_it_waits()
    {
        await using var shop = await OpenAsync(Percent);
        await shop.OrderAsync("tom", "1", total: 10_000, code: "REF123456");
        await shop.RefundAsync("1", "R_1", amount: 4_000);
        var story = (await shop.ExplainAsync("1")).Story;
        story[0].ShouldBe("Customer tom placed order 1 of 100.00 USD on 15 Jan 2026, 12:00; 40.00 USD of it was refunded.");
        story[2].ShouldBe(
            "The referrer reward of 6.00 USD for John Doe from “Bring a friend” is pending until 14 Feb 2026, 12:00. "
            + "It was 10.00 USD at first; 4.00 USD was taken back because part of the order was refunded.");
        story[3].ShouldBe("The refund R_1 of 40.00 USD on 15 Jan 2026, 12:00 took back 4.00 USD from John Doe.");
        shop.Clock.Advance(TimeSpan.FromDays(31));
        (await shop.ExplainAsync("1")).Story[2].ShouldContain("waited until 14 Feb 2026, 12:00 and is now due for approval.");
    }

    [Fact]
    public async Task What_did_not_count_and_what_did_not_pay_says_why()
    {
        await using var shop = await OpenAsync();
        await shop.AddCampaignAsync(BigOrders, "Big orders");
        await shop.SignUpAsync("tom", "REF123456");
        await shop.SignUpAsync("ann", ownCode: "ANN12345");
        await shop.OrderAsync("tom", "1", code: "ANN12345");
        (await shop.ExplainAsync("1")).Story.ShouldBe(
        [
            "Customer tom placed order 1 of 100.00 USD on 15 Jan 2026, 12:00.",
            "John Doe is credited, because John Doe has been the referrer of customer tom since 15 Jan 2026, 12:00.",
            "The code “ANN12345” of customer ann does not count, because the customer already has a referrer.",
            "“Big orders”: it asks for an order of at least 500.00 USD, and this one counts 100.00 USD.",
            "The referrer reward of 200 Points for John Doe from “Bring a friend” is available.",
            "The friend reward of 100 Points for customer tom from “Bring a friend” is available.",
        ], ignoreOrder: true);
        await shop.OrderAsync("tom", "2", code: "REF123456");
        (await shop.ExplainAsync("2")).Story.ShouldContain("The code “REF123456” of John Doe changes nothing: John Doe is the customer's referrer already.");
        (await shop.ExplainAsync("2")).Story.ShouldContain("“Bring a friend”: this step counts once, and the customer had reached it before.");
    }

    [Fact]
    public async Task An_order_without_a_referrer_is_explained_like_all_others()
    {
        await using var shop = await OpenAsync();
        await shop.OrderAsync("tom", "1", code: "NOSUCHCODE");
        (await shop.ExplainAsync("1")).Story.ShouldBe(
        [
            "Customer tom placed order 1 of 100.00 USD on 15 Jan 2026, 12:00.",
            "Nobody is credited: nothing that was named to say who referred customer tom counts.",
            "The code “NOSUCHCODE” does not count, because nobody has such a code.",
            "“Bring a friend”: it rewards referrals, and nobody referred this customer.",
        ]);
        await shop.OrderAsync("ann", "2");
        (await shop.ExplainAsync("2")).Credit.Sentence.ShouldBe("Nobody is credited: nobody referred customer ann.");
    }

    [Fact]
    public async Task Without_any_campaign_the_order_says_so()
    {
        await using var shop = await OpenAsync(campaign: null);
        await shop.OrderAsync("tom", "1", code: "REF123456");
        (await shop.ExplainAsync("1")).Story[^1].ShouldBe("No campaign was active, so nothing was earned.");
    }

    [Fact]
    public async Task Where_refunds_leave_rewards_alone_the_refund_says_so()
    {
        await using var shop = await OpenAsync();
        shop.Set(settings => settings with { Orders = settings.Orders with { RefundsTouchRewards = false } });
        await shop.OrderAsync("tom", "1", code: "REF123456");
        await shop.RefundAsync("1", "R_1");
        (await shop.ExplainAsync("1")).Story[^1].ShouldBe(
            "The refund R_1 of 100.00 USD on 15 Jan 2026, 12:00 took nothing back, because in this programme refunds leave rewards as they are.");
    }

    [Fact]
    public async Task A_reward_earned_again_by_a_later_order_is_told_there()
    {
        await using var shop = await OpenAsync();
        await shop.OrderAsync("tom", "1", code: "REF123456");
        await shop.OrderAsync("tom", "2");
        await shop.RefundAsync("1", "R_1");
        (await shop.ExplainAsync("1")).Rewards.ShouldAllBe(reward => reward.State == "reversed");
        (await shop.ExplainAsync("2")).Story.ShouldContain("The friend reward of 100 Points for customer tom from “Bring a friend” is available.");
    }

    [Fact]
    public async Task An_order_of_another_programme_is_not_there()
    {
        await using var shop = await OpenAsync();
        await shop.OrderAsync("tom", "1", code: "REF123456");
        var other = shop.Program with { Id = 2 };
        (await new ExplainOrder(shop.Database, shop.Clock).ExecuteAsync(other, "1", default)).Problem.Code.ShouldBe(ProblemCode.NotFound);
        (await new ExplainCustomer(shop.Database, shop.Clock).ExecuteAsync(other, "tom", default)).Problem.Code.ShouldBe(ProblemCode.NotFound);
        (await new ExplainOrder(shop.Database, shop.Clock).ExecuteAsync(shop.Program, "2", default)).Problem.Code.ShouldBe(ProblemCode.NotFound);
    }

    [Fact]
    public async Task Times_are_those_of_the_programmes_zone()
    {
        await using var shop = await OpenAsync();
        shop.Set(settings => settings with { TimeZone = "Asia/Kathmandu" });
        await shop.OrderAsync("tom", "1");
        (await shop.ExplainAsync("1")).Story[0].ShouldEndWith("on 15 Jan 2026, 17:45.");
    }

    [Fact]
    public async Task A_claim_by_hand_says_that_the_reward_went_to_somebody_else()
    {
        await using var shop = await OpenAsync(Percent);
        await shop.SignUpAsync("ann");
        await shop.OrderAsync("tom", "1", code: "REF123456");
        var ann = await shop.CountAsync("select customer_id from customer_ids where merchant_id = 'ann'");
        (await new ClaimCustomer(shop.Transactions).ExecuteAsync(shop.Program, "tom", ann, "They called us.", shop.Caller, default)).Succeeded.ShouldBeTrue();
        var story = (await shop.ExplainAsync("1")).Story;
        story.ShouldContain(
            "The referrer reward of 10.00 USD for John Doe from “Bring a friend” was taken back because somebody else was named as the referrer.");
        story.ShouldContain("The referrer reward of 10.00 USD for customer ann from “Bring a friend” is pending until 14 Feb 2026, 12:00.");
        (await shop.ExplainCustomerAsync("tom")).Credit.Sentence.ShouldStartWith(
            "Customer ann is credited, because a person named customer ann by hand; that comes before everything else.");
    }

    [Fact]
    public async Task A_changed_amount_is_told_with_the_reward()
    {
        await using var shop = await OpenAsync(Percent);
        await shop.OrderAsync("tom", "1", code: "REF123456");
        (await new AmendOrder(shop.Transactions).ExecuteAsync(shop.Program, new OrderAmendment("1", 2, 15_000, null, null, null, null), shop.Caller, default)).Succeeded.ShouldBeTrue();
        (await shop.ExplainAsync("1")).Story.ShouldContain(
            "The referrer reward of 15.00 USD for John Doe from “Bring a friend” is pending until 14 Feb 2026, 12:00. "
            + "It was 10.00 USD at first; 5.00 USD came to it because the order's amount was changed.");
    }

    [Fact]
    public async Task A_reward_on_hold_says_who_said_why()
    {
        await using var shop = await OpenAsync(Percent);
        await shop.OrderAsync("tom", "1", code: "REF123456");
        var reward = (await shop.ExplainAsync("1")).Rewards.Single().RewardId;
        (await new HoldReward(shop.Transactions).HoldAsync(shop.Program, reward, "Looks like the same household.", shop.Caller, default)).Succeeded.ShouldBeTrue();
        (await shop.ExplainAsync("1")).Story.ShouldContain(
            "The referrer reward of 10.00 USD for John Doe from “Bring a friend” is on hold: Looks like the same household.");
    }

    [Fact]
    public async Task A_limit_that_cut_a_reward_is_named()
    {
        await using var shop = await OpenAsync("""
            {"steps":[{"name":"Order","trigger":"order","lines":[
              {"number":1,"recipient":"referrer","amount":{"kind":"percent","ppm":100000,"mostPerOrder":{"USD":750}}}]}],"holdDays":30}
            """);
        await shop.OrderAsync("tom", "1", code: "REF123456");
        (await shop.ExplainAsync("1")).Story.ShouldContain(
            "The referrer reward of 7.50 USD for John Doe from “Bring a friend” is pending until 14 Feb 2026, 12:00. "
            + "It is the most that one order gives.");
    }

    [Fact]
    public async Task A_converted_reward_names_the_rate_and_one_without_a_rate_waits()
    {
        await using var shop = await OpenAsync(Percent);
        shop.Set(settings => settings with { Rewards = settings.Rewards with { PayIn = "EUR" } });
        await shop.OrderAsync("tom", "1", code: "REF123456");
        (await shop.ExplainAsync("1")).Story.ShouldContain(
            "The referrer reward of 10.00 USD for John Doe from “Bring a friend” is on hold because no exchange rate is known for it yet.");
        await shop.ExecuteAsync("""
            insert into exchange_rates (program_id, from_unit, to_unit, rate, scale, source, valid_at, created_at)
            values (1, 'USD', 'EUR', 92345, 5, 'test', '2026-01-15T12:00:00Z', now())
            """);
        await shop.OrderAsync("tom", "2");
        (await shop.ExplainAsync("2")).Story.ShouldContain(
            "The referrer reward of 9.23 EUR for John Doe from “Bring a friend” is pending until 14 Feb 2026, 12:00. It was converted from USD at 0.92345.");
    }

    [Fact]
    public async Task A_coupon_is_named_by_its_code()
    {
        await using var shop = await OpenAsync("""
            {"steps":[{"name":"Order","trigger":"order","lines":[
              {"number":1,"recipient":"customer","amount":{"kind":"coupon","coupon":{"kind":"free_shipping","codePrefix":"THANKS"}}},
              {"number":2,"recipient":"referrer","amount":{"kind":"custom","name":"Tote bag"}}]}],"holdDays":0}
            """);
        await shop.OrderAsync("tom", "1", code: "REF123456");
        var told = await shop.ExplainAsync("1");
        told.Rewards[0].Coupon!.ShouldStartWith("THANKS");
        told.Story.ShouldContain($"The friend reward (coupon {told.Rewards[0].Coupon}) for customer tom from “Bring a friend” is available.");
        told.Story.ShouldContain("The referrer reward (“Tote bag”, carried out by you) for John Doe from “Bring a friend” is available.");
    }

    private async Task<Shop> OpenAsync(string? campaign = Shop.TwoSided)
    {
        var shop = await Shop.OpenAsync(postgres, campaign);
        await NameAsync(shop, "user_12345", "John Doe");
        return shop;
    }

    internal static async Task NameAsync(Shop shop, string id, string name)
    {
        var input = new CustomerInput { MerchantId = id, Guest = true, Attributes = new JsonObject { ["displayName"] = name } };
        (await new RegisterCustomer(shop.Transactions).ExecuteAsync(shop.Program, input, ReferralClaim.None, shop.Caller, default)).Succeeded.ShouldBeTrue();
    }
}

internal static class Explaining
{
    public static async Task<OrderExplanation> ExplainAsync(this Shop shop, string order) =>
        (await new ExplainOrder(shop.Database, shop.Clock).ExecuteAsync(shop.Program, order, default)).Value;

    public static async Task<CustomerExplanation> ExplainCustomerAsync(this Shop shop, string customer) =>
        (await new ExplainCustomer(shop.Database, shop.Clock).ExecuteAsync(shop.Program, customer, default)).Value;
}
