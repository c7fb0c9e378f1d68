using System.Net;
using Tributary.Server.Tests.V1;

namespace Tributary.Server.Tests.Robustness;

/// <summary>Several people and machines act on the same reward or customer at the same moment.</summary>
public sealed class RaceTests(V1Node node) : IClassFixture<V1Node>
{
    private const string Campaign = """
        {"name":"Bounty","definition":{"holdDays":30,"steps":[{"trigger":"first_order","lines":[
          {"recipient":"referrer","amount":{"kind":"fixed","amount":500,"currency":"USD"}}]}]}}
        """;

    [Fact]
    public async Task D23_a_bounty_is_approved_once_however_many_approve_it()
    {
        var shop = await OpenAsync();
        for (int round = 0; round < Rounds.Of(quick: 5, @long: 50); round++)
        {
            long reward = await BountyAsync(shop, round);
            var answers = await AtOnceAsync(16, _ => shop.Api.PostAsync($"/rewards/{reward}/approve", """{"early":true}"""));
            answers.Count(answer => answer.Status == HttpStatusCode.OK).ShouldBe(1);
            foreach (var loser in answers.Where(answer => answer.Status != HttpStatusCode.OK))
                loser.ShouldBeProblem(HttpStatusCode.Conflict, "illegal_transition");
        }
    }

    [Fact]
    public async Task D23_approval_rejection_and_refund_at_once_leave_one_outcome_and_exact_sums()
    {
        var shop = await OpenAsync();
        for (int round = 0; round < Rounds.Of(quick: 10, @long: 100); round++)
        {
            long reward = await BountyAsync(shop, round);
            Func<Task<ApiAnswer>>[] acts =
            [
                () => shop.Api.PostAsync($"/rewards/{reward}/approve", """{"early":true}"""),
                () => shop.Api.PostAsync($"/rewards/{reward}/reject", """{"reason":"fraud"}"""),
                () => shop.Api.PostAsync("/refunds", $$"""{"refundId":"r-{{round}}","orderId":"o-{{round}}"}"""),
            ];
            var answers = await Task.WhenAll(acts.Select(act => Task.Run(act)));
            answers.ShouldAllBe(answer => answer.Status == HttpStatusCode.OK || answer.Status == HttpStatusCode.Conflict);
            answers[2].Ok();
            string? state = (string?)(await shop.Api.GetAsync($"/rewards/{reward}")).Ok()["state"];
            state.ShouldBeOneOf("rejected", "reversed");
        }
        (await EarnedAsync(shop)).ShouldBe(0);
    }

    [Fact]
    public async Task D23_one_customer_created_by_many_at_once_is_one()
    {
        var shop = await OpenAsync();
        var answers = await AtOnceAsync(32, _ => shop.Api.PutAsync("/customers/newcomer", """{"referrerCode":"ANN2026"}"""));
        answers.Select(answer => (long)answer.Ok()["number"]!).Distinct().ShouldHaveSingleItem();
        answers.Count(answer => (bool)answer["created"]!).ShouldBe(1);
    }

    private async Task<Shop> OpenAsync()
    {
        var shop = await node.OpenShopAsync();
        long campaign = (long)(await shop.Api.PostAsync("/campaigns", Campaign)).Ok(HttpStatusCode.Created)["id"]!;
        (await shop.Api.PostAsync($"/campaigns/{campaign}/activate")).Ok();
        (await shop.Api.PutAsync("/customers/ann", """{"ownCode":"ANN2026"}""")).Ok();
        return shop;
    }

    private static async Task<long> BountyAsync(Shop shop, int round)
    {
        (await shop.Api.PostAsync("/orders", $$"""{"orderId":"o-{{round}}","customerId":"friend {{round}}","total":5000,"referrerCode":"ANN2026"}""")).Ok();
        return (long)(await shop.Api.GetAsync($"/rewards?orderId=o-{round}")).Ok()["items.0.id"]!;
    }

    /// <summary>What the referrer has earned and not given back.</summary>
    private static async Task<long> EarnedAsync(Shop shop)
    {
        long ann = (long)(await shop.Api.GetAsync("/customers/ann")).Ok()["number"]!;
        var balances = (await shop.Api.GetAsync($"/recipients/{ann}/balances")).Ok()["items"]!.AsArray();
        return balances.Sum(balance => (long)balance!["earned"]! - (long)balance["reversed"]!);
    }

    private static Task<ApiAnswer[]> AtOnceAsync(int calls, Func<int, Task<ApiAnswer>> call) =>
        Task.WhenAll(Enumerable.Range(0, calls).Select(number => Task.Run(() => call(number))));
}
