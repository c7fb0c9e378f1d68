using System.Net;
using System.Text.Json.Nodes;

namespace Tributary.Server.Tests.V1;

/// <summary>Campaigns, rewards, points and explanations through the native API.</summary>
public sealed class EarningTests(V1Node node) : IClassFixture<V1Node>
{
    /// <summary>Two-sided: 200 points for the referrer, 100 for the friend, and 10 % of the first order in money.</summary>
    private const string GiveAndGet = """
        {"name":"Give and get","definition":{"holdDays":0,"steps":[{"trigger":"first_order","lines":[
          {"recipient":"referrer","amount":{"kind":"points","points":200}},
          {"recipient":"customer","amount":{"kind":"points","points":100}},
          {"recipient":"referrer","holdDays":30,"amount":{"kind":"percent","ppm":100000}}]}]}}
        """;

    [Fact]
    public async Task A_campaign_is_drafted_activated_changed_paused_resumed_and_ended()
    {
        var shop = await node.OpenShopAsync();
        var id = await CreateAsync(shop, activate: false);
        ((string?)(await shop.Api.GetAsync($"/campaigns/{id}")).Ok()["state"]).ShouldBe("draft");
        ((string?)(await shop.Api.PostAsync($"/campaigns/{id}/activate")).Ok()["state"]).ShouldBe("active");
        var definition = (await shop.Api.GetAsync($"/campaigns/{id}")).Ok()["definition"]!.DeepClone();
        definition["steps"]![0]!["lines"]![0]!["amount"]!["points"] = 300;
        var changed = (await shop.Api.PatchAsync($"/campaigns/{id}", new JsonObject { ["definition"] = definition, ["version"] = 1 }.ToJsonString())).Ok();
        ((int?)changed["version"]).ShouldBe(2);
        (await shop.Api.PatchAsync($"/campaigns/{id}", """{"name":"x","version":1}""")).ShouldBeProblem(HttpStatusCode.Conflict, "version_conflict");
        (await shop.Api.GetAsync($"/campaigns/{id}/versions")).Ok()["items"]!.AsArray().Count.ShouldBe(2);
        foreach (var (verb, state) in ((string, string)[])[("pause", "paused"), ("resume", "active"), ("end", "ended")])
            ((string?)(await shop.Api.PostAsync($"/campaigns/{id}/{verb}")).Ok()["state"]).ShouldBe(state);
        (await shop.Api.PostAsync($"/campaigns/{id}/resume")).ShouldBeProblem(HttpStatusCode.Conflict, "illegal_transition");
        (await shop.Api.GetAsync("/campaigns?state=ended")).Ok()["items"]!.AsArray().Count.ShouldBe(1);
        (await shop.Api.PostAsync("/campaigns", """{"name":"x","definition":{"steps":[{"trigger":"first_order"}]}}"""))
            .ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "missing_field", "definition.steps.0.lines");
        (await shop.Api.PostAsync("/campaigns", """{"name":"x","definition":{"stops":[]}}"""))
            .ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "unknown_member", "definition.stops");
    }

    [Fact]
    public async Task A_friends_first_order_rewards_both_and_the_dry_run_said_so()
    {
        var shop = await node.OpenShopAsync();
        await CreateAsync(shop);
        var (ann, bob) = await FriendsAsync(shop);
        const string order = """{"orderId":"o-1","customerId":"bob","total":5000}""";
        var tried = (await shop.Api.PostAsync("/orders/dry-run", order)).Ok();
        (await shop.Api.GetAsync("/orders/o-1")).ShouldBeProblem(HttpStatusCode.NotFound, "not_found");
        var recorded = (await shop.Api.PostAsync("/orders", order)).Ok();
        ((long?)recorded["customerEarned"]!["points:points"]).ShouldBe(100);
        (await shop.Api.PostAsync("/orders", order)).Ok().Text.ShouldBe(recorded.Text);
        var rewards = (await shop.Api.GetAsync("/rewards?orderId=o-1")).Ok()["items"]!.AsArray();
        rewards.Select(reward => ((long)reward!["recipientId"]!, (long)reward["net"]!, (string?)reward["unit"], (string?)reward["state"]))
            .ShouldBe([(ann, 200, "points:points", "available"), (bob, 100, "points:points", "available"), (ann, 500, "USD", "pending")], ignoreOrder: true);
        var explained = (await shop.Api.GetAsync("/orders/o-1/explanation")).Ok();
        explained["story"]!.AsArray().ShouldNotBeEmpty();
        ((string?)explained["credit.sentence"]).ShouldNotBeNullOrWhiteSpace();
        explained["rewards"]!.AsArray().Count.ShouldBe(tried["rewards"]!.AsArray().Count);
        (await shop.Api.GetAsync("/customers/bob/explanation")).Ok()["story"]!.AsArray().ShouldNotBeEmpty();
        var balances = (await shop.Api.GetAsync($"/recipients/{ann}/balances")).Ok()["items"]!.AsArray();
        balances.Select(balance => ((string?)balance!["unit"], (long)balance["earned"]!, (long)balance["usable"]!))
            .ShouldBe([("USD", 500L, 0L), ("points:points", 200L, 200L)]);
        (await shop.Api.GetAsync($"/recipients/{ann}/entries?limit=1")).Ok()["next"].ShouldNotBeNull();
    }

    [Fact]
    public async Task Points_are_redeemed_as_far_as_they_go()
    {
        var shop = await node.OpenShopAsync();
        await CreateAsync(shop);
        var (ann, _) = await FriendsAsync(shop);
        (await shop.Api.PostAsync("/orders", """{"orderId":"o-1","customerId":"bob","total":5000}""")).Ok();
        ((long?)(await shop.Api.PostAsync($"/recipients/{ann}/redemptions", """{"amount":150,"reason":"mug"}""")).Ok(HttpStatusCode.Created)["left"]).ShouldBe(50);
        (await shop.Api.PostAsync($"/recipients/{ann}/redemptions", """{"amount":51}""")).ShouldBeProblem(HttpStatusCode.Conflict, "insufficient_balance", "amount");
        (await shop.Api.PostAsync($"/recipients/{ann}/redemptions", """{"amount":1,"unit":"USD"}""")).ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "invalid_value", "unit");
        (await shop.Api.PostAsync("/recipients/1/redemptions", """{"amount":1}""")).ShouldBeProblem(HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task A_reward_is_held_released_approved_early_and_reversed()
    {
        var shop = await node.OpenShopAsync();
        await CreateAsync(shop);
        await FriendsAsync(shop);
        (await shop.Api.PostAsync("/orders", """{"orderId":"o-1","customerId":"bob","total":5000}""")).Ok();
        var id = (long)(await shop.Api.GetAsync("/rewards?state=pending")).Ok()["items.0.id"]!;
        ((string?)(await shop.Api.PostAsync($"/rewards/{id}/hold", """{"reason":"looks odd"}""")).Ok()["state"]).ShouldBe("held");
        ((string?)(await shop.Api.PostAsync($"/rewards/{id}/release")).Ok()["state"]).ShouldBe("pending");
        (await shop.Api.PostAsync($"/rewards/{id}/approve")).ShouldBeProblem(HttpStatusCode.Conflict, "illegal_transition");
        ((string?)(await shop.Api.PostAsync($"/rewards/{id}/approve", """{"early":true}""")).Ok()["state"]).ShouldBe("available");
        (await shop.Api.PostAsync($"/rewards/{id}/reject", """{"reason":"no"}""")).ShouldBeProblem(HttpStatusCode.Conflict, "illegal_transition");
        (await shop.Api.PostAsync($"/rewards/{id}/reverse")).ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "missing_field", "reason");
        ((long?)(await shop.Api.PostAsync($"/rewards/{id}/reverse", """{"reason":"agreed"}""")).Ok()["net"]).ShouldBe(0);
        (await shop.Api.GetAsync($"/rewards/{id}")).Ok();
    }

    [Fact]
    public async Task A_refund_takes_back_a_reinstatement_gives_again_an_amendment_recomputes()
    {
        var shop = await node.OpenShopAsync();
        await CreateAsync(shop);
        await FriendsAsync(shop);
        (await shop.Api.PostAsync("/orders", """{"orderId":"o-1","customerId":"bob","total":5000}""")).Ok();
        (await shop.Api.PostAsync("/refunds", """{"refundId":"r-1","orderId":"o-1"}""")).Ok()["customerTaken"]!["points:points"]!.GetValue<long>().ShouldBe(100);
        (await Owed(shop)).ShouldBe(0);
        (await shop.Api.PostAsync("/refunds/r-1/reinstate")).Ok();
        (await Owed(shop)).ShouldBe(800);
        (await shop.Api.PostAsync("/orders/o-1/amendments", """{"version":2,"total":2000}""")).Ok()["changed"]!.GetValue<bool>().ShouldBeTrue();
        (await Owed(shop)).ShouldBe(500);
        (await shop.Api.PostAsync("/refunds", """{"refundId":"r-2","orderId":"o-1","amount":2001}""")).ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "refund_exceeds_order");
    }

    [Fact]
    public async Task A_claim_by_hand_moves_the_customer()
    {
        var shop = await node.OpenShopAsync();
        await FriendsAsync(shop);
        (await shop.Api.PutAsync("/customers/cyd")).Ok();
        var cyd = (long)(await shop.Api.GetAsync("/customers/cyd")).Ok()["number"]!;
        ((bool?)(await shop.Api.PostAsync("/customers/bob/claim", $$"""{"referrerId":{{cyd}},"reason":"met at the fair"}""")).Ok()["moved"]).ShouldBe(true);
        ((long?)(await shop.Api.GetAsync("/customers/bob")).Ok()["referredBy.referrerId"]).ShouldBe(cyd);
    }

    private static async Task<long> Owed(Shop shop) =>
        (await shop.Api.GetAsync("/rewards?orderId=o-1")).Ok()["items"]!.AsArray().Sum(reward => (long)reward!["net"]!);

    private static async Task<long> CreateAsync(Shop shop, bool activate = true)
    {
        var id = (long)(await shop.Api.PostAsync("/campaigns", GiveAndGet)).Ok(HttpStatusCode.Created)["id"]!;
        if (activate)
            (await shop.Api.PostAsync($"/campaigns/{id}/activate")).Ok();
        return id;
    }

    /// <summary>Ann, and Bob who signed up with her code.</summary>
    private static async Task<(long Ann, long Bob)> FriendsAsync(Shop shop)
    {
        var ann = (long)(await shop.Api.PutAsync("/customers/ann", """{"ownCode":"ANNS"}""")).Ok()["number"]!;
        var bob = (long)(await shop.Api.PutAsync("/customers/bob", """{"referrerCode":"ANNS"}""")).Ok()["number"]!;
        return (ann, bob);
    }
}
