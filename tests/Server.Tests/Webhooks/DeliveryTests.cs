using System.Net;
using Microsoft.AspNetCore.Http;
using System.Text;
using System.Text.Json.Nodes;
using Tributary.Server.Tests.Support;
using Tributary.Server.Tests.V1;
using Tributary.Storage;
using Tributary.Webhooks;
using Tributary.Webhooks.Deliveries;

namespace Tributary.Server.Tests.Webhooks;

/// <summary>Messages of the native format at a real receiver.</summary>
public sealed class DeliveryTests(HookNode node) : IClassFixture<HookNode>
{
    [Fact]
    public async Task W1_W4_an_event_arrives_signed_with_the_body_that_the_stream_has()
    {
        await using var receiver = await Receiver.StartAsync();
        var shop = await node.Node.OpenShopAsync();
        var hook = await HookNode.HookAsync(shop, receiver, "customer.created");
        await using var stream = await StreamClient.OpenAsync(node.Node.Server.Client.BaseAddress!, shop.Key.Token);
        (await shop.Api.PutAsync("/customers/ann")).Ok();
        var message = (await receiver.WaitForAsync(1))[0];
        (message.Path, message.Headers["Content-Type"], message.Type).ShouldBe(("/hook", "application/json", "customer.created"));
        message.Id.ShouldNotContain(".");
        Verify(hook.Secret, message).ShouldBeTrue();
        (await stream.NextAsync()).Data.ShouldBe(message.Text);
        message.Json.AsObject().Select(member => member.Key).ShouldBe(["type", "timestamp", "sequence", "id", "subject", "customerNumber", "referrerId", "data"]);
    }

    [Fact]
    public async Task W8_first_attempts_come_in_the_order_of_the_events_one_at_a_time_each_once()
    {
        await using var receiver = await Receiver.StartAsync();
        var shop = await node.Node.OpenShopAsync();
        await HookNode.HookAsync(shop, receiver);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => node.RaiseAsync(shop, 50)));
        var messages = await receiver.WaitForAsync(200);
        messages.Select(message => (long)message.Json["sequence"]!).ShouldBe(Enumerable.Range(1, 200).Select(n => (long)n));
        receiver.MostAtOnce.ShouldBe(1);
        await Task.Delay(200);
        receiver.All.Count.ShouldBe(200);
    }

    [Fact]
    public async Task W8_several_at_once_keep_the_order_of_each_referrer()
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = (message, _, _) => Task.Delay(10 + (message.Body[^3] % 3 * 10));
        var shop = await node.Node.OpenShopAsync();
        await HookNode.HookAsync(shop, receiver, "referrer.updated", ""","concurrency":4""");
        for (var n = 0; n < 60; n++)
            await node.Get<Transactions>().RunAsync<string>(
                shop.Program.Id, V1Node.Operator,
                (tx, _) =>
                {
                    tx.Raise(EventType.ReferrerUpdated, "referrer:1", [], referrerId: 1 + (n % 6));
                    return Task.FromResult<Primitives.Outcome<string>>("done");
                },
                CancellationToken.None);
        var messages = await receiver.WaitForAsync(60);
        receiver.MostAtOnce.ShouldBeInRange(2, 4);
        foreach (var one in messages.GroupBy(message => (long)message.Json["referrerId"]!))
            one.Select(message => (long)message.Json["sequence"]!).ShouldBeInOrder();
    }

    [Fact]
    public async Task Only_what_was_asked_for_is_sent()
    {
        await using var receiver = await Receiver.StartAsync();
        var shop = await node.Node.OpenShopAsync();
        await HookNode.HookAsync(shop, receiver, "order.*");
        await node.RaiseAsync(shop, 1, EventType.CustomerCreated);
        await node.RaiseAsync(shop, 1, EventType.OrderCancelled);
        await node.RaiseAsync(shop, 1, EventType.OrderCreated);
        (await receiver.WaitForAsync(2)).Select(message => message.Type).ShouldBe(["order.cancelled", "order.created"]);
    }

    [Fact]
    public async Task W4_a_large_event_names_where_it_can_be_read()
    {
        await using var receiver = await Receiver.StartAsync();
        var shop = await node.Node.OpenShopAsync();
        await HookNode.HookAsync(shop, receiver);
        await node.Get<Transactions>().RunAsync<string>(
            shop.Program.Id, V1Node.Operator,
            (tx, _) =>
            {
                tx.Raise(EventType.OrderCreated, "order:1", new JsonObject { ["text"] = new string('x', 30_000) });
                return Task.FromResult<Primitives.Outcome<string>>("done");
            },
            CancellationToken.None);
        var message = (await receiver.WaitForAsync(1))[0];
        message.Body.Length.ShouldBeLessThan(20_000);
        var read = (string)message.Json["data"]!["eventUrl"]!;
        ((string)(await shop.Api.GetAsync(read["/api/v1".Length..])).Ok()["data.text"]!).Length.ShouldBe(30_000);
    }

    [Fact]
    public async Task W3_after_a_rotation_both_secrets_sign_and_the_secret_is_shown_once()
    {
        await using var receiver = await Receiver.StartAsync();
        var shop = await node.Node.OpenShopAsync();
        var hook = await HookNode.HookAsync(shop, receiver);
        hook.Secret.ShouldStartWith("whsec_");
        Convert.FromBase64String(hook.Secret["whsec_".Length..]).Length.ShouldBe(32);
        (await hook.ShowAsync()).Text.ShouldNotContain(hook.Secret);
        var fresh = (string)(await shop.Api.PostAsync($"/webhooks/{hook.Id}/rotate")).Ok()["secret"]!;
        fresh.ShouldNotBe(hook.Secret);
        await node.RaiseAsync(shop, 1);
        var message = (await receiver.WaitForAsync(1))[0];
        message.Headers["webhook-signature"].Split(' ').Length.ShouldBe(2);
        (Verify(hook.Secret, message), Verify(fresh, message)).ShouldBe((true, true));
        await shop.ExecuteAsync("update webhook_endpoints set former_until = now() - interval '1 second' where program_id = @Id", new { shop.Program.Id });
        await node.RaiseAsync(shop, 1);
        message = (await receiver.WaitForAsync(2))[1];
        (Verify(hook.Secret, message), Verify(fresh, message)).ShouldBe((false, true));
    }

    [Fact]
    public async Task W9_the_log_tells_every_attempt_and_one_delivery_or_a_range_is_sent_again_under_the_same_id()
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = (_, n, http) =>
        {
            http.Response.StatusCode = n <= 2 ? 500 : 200;
            return http.Response.WriteAsync($"answer {n}\0");
        };
        var shop = await node.Node.OpenShopAsync();
        var hook = await HookNode.HookAsync(shop, receiver);
        var from = DateTimeOffset.UtcNow.AddMinutes(-1);
        await node.RaiseAsync(shop, 1);
        var first = (await receiver.WaitForAsync(1))[0];
        await Until.TrueAsync(async () => (string)(await hook.DeliveriesAsync())[0]!["state"]! == "waiting");
        var logged = (await hook.DeliveriesAsync())[0]!;
        ((int)logged["lastStatus"]!, (int)logged["attempts"]!, (string)logged["body"]!).ShouldBe((500, 1, first.Text));
        var id = (long)logged["id"]!;
        (await shop.Api.PostAsync($"/deliveries/{id}/redeliver")).Ok();
        await receiver.WaitForAsync(2);
        await Until.TrueAsync(async () => (int)(await hook.DeliveryAsync(id))["attempts"]! == 2);
        (await shop.Api.PostAsync($"/deliveries/{id}/redeliver")).Ok();
        await receiver.WaitForAsync(3);
        await Until.TrueAsync(async () => (string)(await hook.DeliveryAsync(id))["state"]! == "delivered");
        var history = (await hook.DeliveryAsync(id))["history"]!.AsArray();
        history.Select(attempt => (int)attempt!["status"]!).ShouldBe([500, 500, 200]);
        ((string)history[2]!["answer"]!).ShouldBe("answer 3\ufffd");
        var range = $$"""{"from":"{{from:O}}","to":"{{DateTimeOffset.UtcNow.AddMinutes(1):O}}","onlyFailed":false}""";
        ((int)(await shop.Api.PostAsync($"/webhooks/{hook.Id}/redeliver", range)).Ok()["deliveries"]!).ShouldBe(1);
        var all = await receiver.WaitForAsync(4);
        all.Select(message => message.Id).Distinct().Count().ShouldBe(1);
        all.Select(message => message.Text).Distinct().Count().ShouldBe(1);
    }

    [Fact]
    public async Task W9_the_test_button_sends_ten_times_an_hour()
    {
        await using var receiver = await Receiver.StartAsync();
        var shop = await node.Node.OpenShopAsync();
        var hook = await HookNode.HookAsync(shop, receiver, "order.created");
        for (var n = 0; n < DeliveryLog.TestsPerHour; n++)
            (await shop.Api.PostAsync($"/webhooks/{hook.Id}/test")).Ok(HttpStatusCode.Created);
        (await shop.Api.PostAsync($"/webhooks/{hook.Id}/test")).ShouldBeProblem(HttpStatusCode.TooManyRequests, "rate_limited");
        var messages = await receiver.WaitForAsync(DeliveryLog.TestsPerHour);
        messages.ShouldAllBe(message => message.Type == "webhook.test" && Verify(hook.Secret, message));
    }

    [Fact]
    public async Task W12_headers_of_the_endpoints_own_are_sent_and_never_shown()
    {
        await using var receiver = await Receiver.StartAsync();
        var shop = await node.Node.OpenShopAsync();
        var hook = await HookNode.HookAsync(shop, receiver, "*", ""","headers":{"Authorization":"Bearer hidden","X-Shop":"one"}""");
        await node.RaiseAsync(shop, 1);
        var message = (await receiver.WaitForAsync(1))[0];
        (message.Headers["Authorization"], message.Headers["X-Shop"]).ShouldBe(("Bearer hidden", "one"));
        (await hook.ShowAsync()).Text.ShouldNotContain("hidden");
        (await shop.Api.GetAsync("/audit")).Text.ShouldNotContain("hidden");
        foreach (var name in new[] { "Host", "content-length", "Webhook-Id", "X-Partnero-Signature", "Content-Encoding", "expect", "a b", "" })
            (await shop.Api.PatchAsync($"/webhooks/{hook.Id}", $$$"""{"headers":{"{{{name}}}":"x"}}""")).ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "invalid_value", "headers");
        (await shop.Api.PatchAsync($"/webhooks/{hook.Id}", $$$"""{"headers":{"X-Long":"{{{new string('x', 4_096)}}}"}}""")).ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "too_long", "headers");
        (await shop.Api.PatchAsync($"/webhooks/{hook.Id}", """{"headers":{"X-A":null}}""")).ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "invalid_value", "headers");
    }

    [Fact]
    public async Task What_an_endpoint_asks_for_must_exist()
    {
        var shop = await node.Node.OpenShopAsync();
        foreach (var events in new[] { "\"order.vanished\"", "\"nothing.*\"", "\"\"", "null" })
            (await shop.Api.PostAsync("/webhooks", $$"""{"url":"https://example.com/","events":[{{events}}]}""")).ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "invalid_value", "events");
        (await shop.Api.PostAsync("/webhooks", """{"url":"https://example.com/","events":[]}""")).ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "missing_field", "events");
        (await shop.Api.PostAsync("/webhooks", """{"url":"https://example.com/","events":["*"],"concurrency":9}""")).ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "out_of_range", "concurrency");
    }

    [Fact]
    public async Task P3_bodies_and_answers_are_kept_for_30_days()
    {
        await using var receiver = await Receiver.StartAsync();
        var shop = await node.Node.OpenShopAsync();
        var hook = await HookNode.HookAsync(shop, receiver);
        await node.RaiseAsync(shop, 2);
        await Until.TrueAsync(async () => (await hook.DeliveriesAsync("?state=delivered")).Count == 2);
        var oldest = (long)(await hook.DeliveriesAsync())[1]!["id"]!;
        await shop.ExecuteAsync("update deliveries set created_at = now() - interval '31 days' where program_id = @Id and delivery_id = @oldest", new { shop.Program.Id, oldest });
        await node.Get<DeliveryLog>().ForgetAsync(CancellationToken.None);
        (await hook.DeliveriesAsync()).Count.ShouldBe(1);
        (await shop.Api.GetAsync($"/deliveries/{oldest}")).ShouldBeProblem(HttpStatusCode.NotFound, "not_found");
        (await node.AskAsync<long>("select count(*) from delivery_attempts where program_id = @Id", new { shop.Program.Id })).ShouldBe(1);
    }

    [Fact]
    public async Task P3_many_are_sent_again_forgotten_and_deleted_batch_by_batch()
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Say(503, ("Retry-After", "3600"));
        var shop = await node.Node.OpenShopAsync();
        var hook = await HookNode.HookAsync(shop, receiver, "order.created");
        Task FillAsync(int count, string age) => shop.ExecuteAsync(
            $"""
            insert into deliveries (program_id, endpoint_id, name, state, ended_at, created_at)
            select @Id, @hook, 'order.created', 'failed', now(), now() - interval '{age}' from generate_series(1, {count})
            """, new { shop.Program.Id, hook = hook.Id });
        Task<long> CountAsync(string what) => node.AskAsync<long>($"select count(*) from deliveries where program_id = @Id and {what}", new { shop.Program.Id });
        await FillAsync(11_000, "31 days");
        await FillAsync(10_500, "1 day");
        await node.Get<DeliveryLog>().ForgetAsync(CancellationToken.None);
        (await CountAsync("true")).ShouldBe(10_500);
        var range = $$"""{"from":"{{DateTimeOffset.UtcNow.AddDays(-2):O}}","to":"{{DateTimeOffset.UtcNow:O}}"}""";
        ((int)(await shop.Api.PostAsync($"/webhooks/{hook.Id}/redeliver", range)).Ok()["deliveries"]!).ShouldBe(10_500);
        (await CountAsync("state = 'waiting'")).ShouldBeGreaterThan(10_400);
        await node.Get<WebhookHealth>().DisableAsync(shop.Program.Id, hook.Id, DisabledReason.Gone, null, CancellationToken.None);
        (await CountAsync("state in ('new', 'waiting')")).ShouldBe(0);
        (await shop.Api.DeleteAsync($"/webhooks/{hook.Id}")).Ok();
        (await CountAsync("true")).ShouldBe(0);
    }

    internal static bool Verify(string secret, Received message) => WebhookSignature.Verify(
        secret, message.Id, message.Headers["webhook-timestamp"], message.Headers["webhook-signature"], Encoding.UTF8.GetBytes(message.Text), DateTimeOffset.UtcNow);
}
