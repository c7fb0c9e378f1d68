using System.Net;
using Dapper;
using Tributary.Keys;
using Tributary.Storage;

namespace Tributary.Server.Tests.V1;

/// <summary>A POST under an idempotency key is done once (promises.md § 1).</summary>
public sealed class IdempotencyTests(V1Node node) : IClassFixture<V1Node>
{
    private const string Order = """{"orderId":"o-1","customerId":"c","total":100}""";

    [Fact]
    public async Task The_same_request_again_gets_the_kept_answer_and_says_so()
    {
        var shop = await node.OpenShopAsync();
        const string body = """{"kind":"partner","name":"Ann"}""";
        var first = (await shop.Api.PostAsync("/referrers", body, "k1")).Ok(HttpStatusCode.Created);
        first.Headers.ContainsKey("Idempotency-Replayed").ShouldBeFalse();
        var again = (await shop.Api.PostAsync("/referrers", body, "k1")).Ok(HttpStatusCode.Created);
        again.Text.ShouldBe(first.Text);
        again.Headers["Idempotency-Replayed"].ShouldBe("true");
        (await shop.Api.GetAsync("/referrers")).Ok()["items"]!.AsArray().Count.ShouldBe(1);
    }

    [Fact]
    public async Task R12_a_slow_call_is_not_run_twice()
    {
        var shop = await node.OpenShopAsync();
        (await shop.Api.PutAsync("/customers/c")).Ok();
        // Whoever changes the customer waits for this row, and so does the order.
        await using var connection = await node.Server.Database.OpenAsync(CancellationToken.None);
        await using var hold = await connection.BeginTransactionAsync();
        await connection.ExecuteAsync("select 1 from customers where program_id = @id for update", new { id = shop.Program.Id });
        var slow = shop.Api.PostAsync("/orders", Order, "slow");
        for (var n = 0; n < 3; n++)
        {
            await Task.Delay(n == 0 ? 500 : 1000);
            var refused = (await shop.Api.PostAsync("/orders", Order, "slow")).ShouldBeProblem(HttpStatusCode.Conflict, "idempotency_in_flight");
            refused.Headers["Retry-After"].ShouldBe("1");
        }
        slow.IsCompleted.ShouldBeFalse();
        await hold.CommitAsync();
        var answer = (await slow).Ok();
        (await shop.Api.PostAsync("/orders", Order, "slow")).Ok().Text.ShouldBe(answer.Text);
        (await shop.Api.GetAsync("/orders")).Ok()["items"]!.AsArray().Count.ShouldBe(1);
    }

    [Fact]
    public async Task R13_a_key_is_used_for_one_request_only_and_by_programme_key_and_route()
    {
        var shop = await node.OpenShopAsync();
        var other = await node.OpenShopAsync("Other");
        var second = node.Client((await node.MintAsync(shop.Program, new NewKey(ApiKeyKind.Secret))).Token);
        (await shop.Api.PostAsync("/orders", Order, "k")).Ok();
        (await shop.Api.PostAsync("/orders", Order.Replace("100", "200", StringComparison.Ordinal), "k"))
            .ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "idempotency_mismatch");
        (await shop.Api.PostAsync("/orders", Order + " ", "k")).ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "idempotency_mismatch");
        (await shop.Api.PostAsync("/referrers", """{"kind":"partner"}""", "k")).Ok(HttpStatusCode.Created);
        (await other.Api.PostAsync("/orders", Order, "k")).Ok().Headers.ContainsKey("Idempotency-Replayed").ShouldBeFalse();
        (await second.PostAsync("/orders", Order, "k")).Ok().Headers.ContainsKey("Idempotency-Replayed").ShouldBeFalse();
        (await shop.Api.PostAsync("/orders", Order, "K")).Ok().Headers.ContainsKey("Idempotency-Replayed").ShouldBeFalse();
    }

    [Fact]
    public async Task A_key_holds_for_one_thing_in_the_path()
    {
        var shop = await node.OpenShopAsync();
        var seeds = await Seeds.SowAsync(shop);
        (await shop.Api.PostAsync($"/campaigns/{seeds.Campaign}/pause", "{}", "k")).Ok();
        (await shop.Api.PostAsync($"/campaigns/{seeds.Paused}/pause", "{}", "k")).ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "idempotency_mismatch");
    }

    [Fact]
    public async Task PR9_a_failed_call_leaves_no_key()
    {
        var shop = await node.OpenShopAsync();
        (await shop.Api.PostAsync("/referrers", """{"kind":"customer"}""", "k")).ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "invalid_value");
        (await shop.Api.PostAsync("/referrers", """{"kind":"partner"}""", "k")).Ok(HttpStatusCode.Created);
        (await shop.Api.PostAsync("/referrers/1/codes", "{}", "k2")).ShouldBeProblem(HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task An_answer_is_kept_for_seven_days()
    {
        var shop = await node.OpenShopAsync();
        (await shop.Api.PostAsync("/referrers", """{"kind":"partner"}""", "k")).Ok(HttpStatusCode.Created);
        node.Clock.Advance(IdempotencyRetention.Kept);
        await node.Get<IdempotencyRetention>().RunAsync(CancellationToken.None);
        (await shop.Api.PostAsync("/referrers", """{"kind":"partner"}""", "k")).Ok(HttpStatusCode.Created).Headers.ContainsKey("Idempotency-Replayed").ShouldBeTrue();
        node.Clock.Advance(TimeSpan.FromSeconds(1));
        (await node.Get<IdempotencyRetention>().RunAsync(CancellationToken.None)).ShouldBeGreaterThan(0);
        (await shop.Api.PostAsync("/referrers", """{"kind":"partner"}""", "k")).Ok(HttpStatusCode.Created).Headers.ContainsKey("Idempotency-Replayed").ShouldBeFalse();
    }

    [Fact]
    public async Task Simultaneous_twins_are_one_effect()
    {
        var shop = await node.OpenShopAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => shop.Api.PostAsync("/referrers", """{"kind":"integrator"}""", "twins")));
        foreach (var answer in answers.Where(answer => answer.Status != HttpStatusCode.Created))
            answer.ShouldBeProblem(HttpStatusCode.Conflict, "idempotency_in_flight");
        answers.Where(answer => answer.Status == HttpStatusCode.Created).Select(answer => answer.Text).Distinct().Count().ShouldBe(1);
        (await shop.Api.GetAsync("/referrers")).Ok()["items"]!.AsArray().Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_token_is_shown_once_even_where_the_answer_is_repeated()
    {
        var shop = await node.OpenShopAsync();
        var first = (await shop.Api.PostAsync("/keys", """{"kind":"secret"}""", "k")).Ok(HttpStatusCode.Created);
        var again = (await shop.Api.PostAsync("/keys", """{"kind":"secret"}""", "k")).Ok(HttpStatusCode.Created);
        again["token"].ShouldBeNull();
        ((string?)again["key.id"]).ShouldBe((string?)first["key.id"]);
        (await shop.Api.PostAsync("/programs", """{"name":"x","currency":"USD"}""", "p")).Ok(HttpStatusCode.Created);
        var program = (await shop.Api.PostAsync("/programs", """{"name":"x","currency":"USD"}""", "p")).Ok(HttpStatusCode.Created);
        program["secret.token"].ShouldBeNull();
        (await shop.Api.GetAsync("/programs")).Ok()["items"]!.AsArray().Count.ShouldBe(2);
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    public async Task Other_texts_are_no_idempotency_key(string? key)
    {
        var shop = await node.OpenShopAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/referrers")
        {
            Content = new StringContent("""{"kind":"partner"}""", System.Text.Encoding.UTF8, "application/json"),
        };
        request.Headers.TryAddWithoutValidation("Idempotency-Key", key ?? new string('x', 256)).ShouldBeTrue();
        (await shop.Api.SendAsync(request)).ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "invalid_value", "Idempotency-Key");
        (await shop.Api.GetAsync("/referrers")).Ok()["items"]!.AsArray().ShouldBeEmpty();
    }
}
