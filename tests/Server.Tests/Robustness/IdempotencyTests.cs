using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Tributary.Server.Tests.V1;
using Tributary.Storage;

namespace Tributary.Server.Tests.Robustness;

/// <summary>What a client's own key for a call promises.</summary>
public sealed class IdempotencyTests(V1Node node) : IClassFixture<V1Node>
{
    private const string Order = """{"orderId":"o-1","customerId":"bob","total":5000}""";
    private const string OtherOrder = """{"orderId":"o-2","customerId":"bob","total":5000}""";

    [Fact]
    public async Task R12_a_slow_call_is_not_run_twice()
    {
        var shop = await node.OpenShopAsync();
        var transactions = node.Server.Services.GetRequiredService<Transactions>();
        using var reached = new SemaphoreSlim(0);
        using var goOn = new ManualResetEventSlim();
        transactions.FaultPoint = point =>
        {
            if (point != "before_commit")
                return;
            reached.Release();
            goOn.Wait();
        };
        var slow = Task.Run(() => shop.Api.PostAsync("/orders", Order, "key-1"));
        try
        {
            await reached.WaitAsync();
            for (int attempt = 0; attempt < 3; attempt++)
            {
                var meanwhile = await shop.Api.PostAsync("/orders", Order, "key-1");
                meanwhile.ShouldBeProblem(HttpStatusCode.Conflict, "idempotency_in_flight");
                meanwhile.Headers["Retry-After"].ShouldBe("1");
            }
        }
        finally
        {
            transactions.FaultPoint = null;
            goOn.Set();
        }
        var first = (await slow).Ok();
        var again = (await shop.Api.PostAsync("/orders", Order, "key-1")).Ok();
        again.Text.ShouldBe(first.Text);
        again.Headers["Idempotency-Replayed"].ShouldBe("true");
        first.Headers.ContainsKey("Idempotency-Replayed").ShouldBeFalse();
        (await shop.Api.GetAsync("/orders")).Ok()["items"]!.AsArray().Count.ShouldBe(1);
    }

    [Fact]
    public async Task R13_a_key_belongs_to_one_body()
    {
        var shop = await node.OpenShopAsync();
        (await shop.Api.PostAsync("/orders", Order, "key-1")).Ok();
        (await shop.Api.PostAsync("/orders", OtherOrder, "key-1")).ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "idempotency_mismatch");
        (await shop.Api.GetAsync("/orders/o-2")).ShouldBeProblem(HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task R13_a_key_is_independent_on_another_route_with_another_key_and_in_another_programme()
    {
        var shop = await node.OpenShopAsync();
        (await shop.Api.PostAsync("/orders", Order, "key-1")).Ok();
        (await shop.Api.PostAsync("/refunds", """{"refundId":"r-1","orderId":"o-1","amount":100}""", "key-1")).Ok();

        var colleague = node.Client((await node.MintAsync(shop.Program, new Keys.NewKey(Keys.ApiKeyKind.Secret))).Token);
        (await colleague.PostAsync("/orders", OtherOrder, "key-1")).Ok().Headers.ContainsKey("Idempotency-Replayed").ShouldBeFalse();

        var neighbour = await node.OpenShopAsync("Neighbour");
        (await neighbour.Api.PostAsync("/orders", OtherOrder, "key-1")).Ok().Headers.ContainsKey("Idempotency-Replayed").ShouldBeFalse();
        (await neighbour.Api.GetAsync("/orders/o-2")).Ok();
    }

    [Fact]
    public async Task R13_a_call_that_failed_left_no_key()
    {
        var shop = await node.OpenShopAsync();
        const string refund = """{"refundId":"r-1","orderId":"o-1","amount":9999}""";
        (await shop.Api.PostAsync("/orders", Order)).Ok();
        (await shop.Api.PostAsync("/refunds", refund, "key-1")).ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "refund_exceeds_order");
        (await shop.Api.PostAsync("/refunds", refund.Replace("9999", "100", StringComparison.Ordinal), "key-1")).Ok();
    }
}
