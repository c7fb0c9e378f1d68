using System.Diagnostics;
using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Tributary.Server.Outbound.Webhooks;
using Tributary.Server.Tests.Support;
using Tributary.Server.Tests.V1;
using Tributary.Storage;
using Tributary.Tests.Support;
using Tributary.Webhooks.Deliveries;

namespace Tributary.Server.Tests.Webhooks;

/// <summary>Receivers that are slow, broken, gone or away for days; nodes that die.</summary>
public sealed class FailureTests(PostgresFixture postgres)
{
    private static readonly TimeSpan[] Schedule = [.. RetrySchedule.Native.Select(pause => pause * 1.21)];

    [Fact]
    public async Task R17_W6_W7_an_outage_of_75_hours_is_survived_and_told_once()
    {
        await using var hooks = await OpenAsync();
        await using var receiver = await Receiver.StartAsync();
        receiver.Say(500);
        var shop = await hooks.Node.OpenShopAsync();
        var hook = await HookNode.HookAsync(shop, receiver, "order.created", ""","contactEmail":"it@example.com" """);
        await hooks.RaiseAsync(shop, 1);
        for (var attempt = 1; attempt <= Schedule.Length; attempt++)
        {
            await Attempted(hook, receiver, attempt);
            if (attempt == Schedule.Length)
                receiver.Say(204);
            hooks.Clock.Move(Schedule[attempt - 1]);
            await hooks.Get<WebhookHealth>().RunAsync(CancellationToken.None);
        }
        await Until.TrueAsync(async () => (string)(await hook.DeliveriesAsync())[0]!["state"]! == "delivered");
        var all = receiver.All;
        (all.Count, all.Select(message => message.Id).Distinct().Count(), all.Select(message => message.Text).Distinct().Count()).ShouldBe((10, 1, 1));
        all.ShouldAllBe(message => WebhookSignature.Verify(
            hook.Secret, message.Id, message.Headers["webhook-timestamp"], message.Headers["webhook-signature"], message.Body,
            DateTimeOffset.FromUnixTimeSeconds(long.Parse(message.Headers["webhook-timestamp"], System.Globalization.CultureInfo.InvariantCulture))));
        all.Select(message => message.Headers["webhook-timestamp"]).Distinct().Count().ShouldBeGreaterThan(8);
        await hooks.Get<WebhookHealth>().RunAsync(CancellationToken.None);
        var shown = await hook.ShowAsync();
        ((bool)shown["active"]!, shown["failingSince"]).ShouldBe((true, null));
        (await CountAsync(hooks, shop, EventType.WebhookFailing)).ShouldBe(1);
        (await hooks.AskAsync<long>("select count(*) from outgoing_mails where program_id = @Id", new { shop.Program.Id })).ShouldBe(1);
    }

    [Fact]
    public async Task W7_after_120_hours_without_success_an_endpoint_is_disabled_and_both_are_told_once()
    {
        await using var hooks = await OpenAsync();
        await using var receiver = await Receiver.StartAsync();
        receiver.Say(500);
        var shop = await hooks.Node.OpenShopAsync();
        var hook = await HookNode.HookAsync(shop, receiver, "order.created", ""","contactEmail":"it@example.com" """);
        await hooks.RaiseAsync(shop, 1);
        await Attempted(hook, receiver, 1);
        foreach (var hours in new[] { 23, 2, 94, 2, 1 })
        {
            hooks.Clock.Move(TimeSpan.FromHours(hours));
            for (var round = 0; round < 2; round++)
                await hooks.Get<WebhookHealth>().RunAsync(CancellationToken.None);
            if (hours == 94)
                ((bool)(await hook.ShowAsync())["active"]!).ShouldBeTrue();
        }
        var shown = await hook.ShowAsync();
        ((bool)shown["active"]!, (string?)shown["disabledReason"]).ShouldBe((false, "failing"));
        (await CountAsync(hooks, shop, EventType.WebhookFailing), await CountAsync(hooks, shop, EventType.WebhookDisabled)).ShouldBe((1, 1));
        (await hooks.AskAsync<string>("select string_agg(kind, ',' order by mail_id) from outgoing_mails where program_id = @Id", new { shop.Program.Id }))
            .ShouldBe("webhook_failing,webhook_disabled");
        ((string)(await hook.DeliveriesAsync())[0]!["state"]!).ShouldBe("failed");
        receiver.Say(200);
        (await shop.Api.PatchAsync($"/webhooks/{hook.Id}", """{"active":true}""")).Ok()["failingSince"].ShouldBeNull();
        var range = $$"""{"from":"{{DateTimeOffset.UtcNow.AddDays(-1):O}}","to":"{{DateTimeOffset.UtcNow.AddDays(1):O}}"}""";
        ((int)(await shop.Api.PostAsync($"/webhooks/{hook.Id}/redeliver", range)).Ok()["deliveries"]!).ShouldBe(1);
        await Until.TrueAsync(async () => (string)(await hook.DeliveriesAsync())[0]!["state"]! == "delivered");
    }

    [Fact]
    public async Task R7_a_wall_clock_that_jumps_moves_no_retry_and_disables_nothing()
    {
        await using var hooks = await OpenAsync();
        await using var receiver = await Receiver.StartAsync();
        receiver.Say(500);
        var shop = await hooks.Node.OpenShopAsync();
        var hook = await HookNode.HookAsync(shop, receiver, "order.created");
        await hooks.RaiseAsync(shop, 1);
        await Attempted(hook, receiver, 1);
        await Attempted(hook, receiver, 2);
        foreach (var jump in new[] { TimeSpan.FromDays(40), TimeSpan.FromDays(-42) })
        {
            hooks.Clock.MoveWall(jump);
            await hooks.Get<WebhookHealth>().RunAsync(CancellationToken.None);
            await hooks.Get<DeliveryLog>().ForgetAsync(CancellationToken.None);
            await Task.Delay(1_500);
            receiver.All.Count.ShouldBe(2);
        }
        ((bool)(await hook.ShowAsync())["active"]!).ShouldBeTrue();
        hooks.Clock.Move(Schedule[1]);
        await Attempted(hook, receiver, 3);
    }

    [Fact]
    public async Task W5_an_endpoint_that_says_it_is_gone_is_disabled_at_once()
    {
        await using var hooks = await OpenAsync();
        await using var receiver = await Receiver.StartAsync();
        receiver.Say(410);
        var shop = await hooks.Node.OpenShopAsync();
        var hook = await HookNode.HookAsync(shop, receiver, "order.created");
        await hooks.RaiseAsync(shop, 1);
        await Until.TrueAsync(async () => !(bool)(await hook.ShowAsync())["active"]!);
        ((string?)(await hook.ShowAsync())["disabledReason"]).ShouldBe("gone");
        await hooks.RaiseAsync(shop, 3);
        await Task.Delay(1_500);
        receiver.All.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task W5_Retry_After_pauses_the_endpoint_as_long_as_it_asks(int status)
    {
        await using var hooks = await OpenAsync();
        await using var receiver = await Receiver.StartAsync();
        receiver.Say(status, ("Retry-After", "7200"));
        var shop = await hooks.Node.OpenShopAsync();
        var hook = await HookNode.HookAsync(shop, receiver, "order.created");
        await hooks.RaiseAsync(shop, 1);
        await Attempted(hook, receiver, 1);
        receiver.Say(200);
        await hooks.RaiseAsync(shop, 2);
        hooks.Clock.Move(TimeSpan.FromMinutes(110));
        await Task.Delay(1_500);
        receiver.All.Count.ShouldBe(1);
        hooks.Clock.Move(TimeSpan.FromMinutes(11));
        await receiver.WaitForAsync(4);
    }

    [Fact]
    public async Task W5_an_endpoint_that_moves_is_sent_to_at_once_and_its_former_address_ends_nothing()
    {
        await using var hooks = await OpenAsync();
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = async (message, n, http) =>
        {
            if (message.Path == "/moved")
                return;
            if (n == 1)
                http.Response.Headers["Retry-After"] = "7200";
            else
                await Task.Delay(1_500);
            http.Response.StatusCode = n == 1 ? 503 : 410;
        };
        var shop = await hooks.Node.OpenShopAsync();
        var hook = await HookNode.HookAsync(shop, receiver, "order.created", path: "/first");
        await hooks.RaiseAsync(shop, 1);
        await Attempted(hook, receiver, 1);
        await hooks.RaiseAsync(shop, 1);
        (await shop.Api.PatchAsync($"/webhooks/{hook.Id}", $$"""{"url":"{{receiver.Url}}/second"}""")).Ok()["failingSince"].ShouldBeNull();
        (await receiver.WaitForAsync(2))[1].Path.ShouldBe("/second");
        (await shop.Api.PatchAsync($"/webhooks/{hook.Id}", $$"""{"url":"{{receiver.Url}}/moved"}""")).Ok();
        await hooks.RaiseAsync(shop, 1);
        (await receiver.WaitForAsync(3))[2].Path.ShouldBe("/moved");
        ((bool)(await hook.ShowAsync())["active"]!).ShouldBeTrue();
    }

    [Fact]
    public async Task W5_a_redirect_is_a_failure_and_is_not_followed()
    {
        await using var hooks = await OpenAsync();
        await using var inner = await Receiver.StartAsync();
        await using var receiver = await Receiver.StartAsync();
        receiver.Say(302, ("Location", inner.Url + "/inside"));
        var shop = await hooks.Node.OpenShopAsync();
        var hook = await HookNode.HookAsync(shop, receiver, "order.created");
        await hooks.RaiseAsync(shop, 1);
        await Until.TrueAsync(async () => (await hook.DeliveriesAsync()) is [{ } one] && (string)one["state"]! == "waiting");
        ((int)(await hook.DeliveriesAsync())[0]!["lastStatus"]!).ShouldBe(302);
        inner.All.ShouldBeEmpty();
    }

    [Fact]
    public async Task R16_one_endpoint_that_hangs_starves_nobody()
    {
        await using var hooks = await OpenAsync();
        await using var hanging = await Receiver.StartAsync();
        hanging.Answer = (_, _, http) => Task.Delay(TimeSpan.FromSeconds(15), http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        await using var healthy = await Receiver.StartAsync();
        var shop = await hooks.Node.OpenShopAsync();
        for (var n = 0; n < 40; n++)
            await HookNode.HookAsync(shop, hanging, "order.created", path: $"/bad{n}");
        await HookNode.HookAsync(shop, healthy, "order.created");
        var late = await LatenessAsync(hooks, shop, healthy);
        late[(int)(late.Count * 0.95)].ShouldBeLessThan(MachineLoad.Stretch(TimeSpan.FromSeconds(2)));
    }

    [Fact]
    public async Task R16_endpoints_that_answer_slowly_starve_nobody_either()
    {
        await using var hooks = await OpenAsync();
        await using var slow = await Receiver.StartAsync();
        slow.Answer = (_, _, http) => Task.Delay(TimeSpan.FromSeconds(3), http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        await using var healthy = await Receiver.StartAsync();
        Shop[] shops = [await hooks.Node.OpenShopAsync(), await hooks.Node.OpenShopAsync()];
        foreach (var each in shops)
            for (var n = 0; n < 70; n++)
                await HookNode.HookAsync(each, slow, "order.created", path: $"/slow{n}");
        foreach (var each in shops)
            await hooks.RaiseAsync(each, 1);
        // By then the node knows them.
        await slow.WaitForAsync(140, TimeSpan.FromSeconds(60));
        var shop = await hooks.Node.OpenShopAsync();
        await HookNode.HookAsync(shop, healthy, "order.created");
        foreach (var each in shops)
            await hooks.RaiseAsync(each, 5);
        await Task.Delay(500);
        var late = await LatenessAsync(hooks, shop, healthy);
        late[(int)(late.Count * 0.95)].ShouldBeLessThan(MachineLoad.Stretch(TimeSpan.FromSeconds(2)));
        (await hooks.AskAsync<long>("select count(*) from webhook_lanes where program_id = @Id and failing_since is not null", new { shops[0].Program.Id })).ShouldBe(0);
    }

    [Fact]
    public async Task A_node_that_stops_writes_what_it_sent_and_lets_the_next_one_go_on()
    {
        await using var hooks = await OpenAsync();
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = (_, n, _) => Task.Delay(n == 2 ? 1_500 : 0);
        var shop = await hooks.Node.OpenShopAsync();
        var hook = await HookNode.HookAsync(shop, receiver, "order.created");
        await hooks.RaiseAsync(shop, 1);
        await receiver.WaitForAsync(1);
        await hooks.RaiseAsync(shop, 2);
        await receiver.WaitForAsync(2);
        await hooks.Node.Server.Services.GetServices<IHostedService>().OfType<WebhookSender>().Single().StopAsync(CancellationToken.None);
        (await hook.DeliveriesAsync()).Select(one => (string)one!["state"]!).Count(state => state == "delivered").ShouldBe(2);
        (await hooks.AskAsync<bool>("select leased_until = '-infinity' from webhook_lanes where program_id = @Id", new { shop.Program.Id })).ShouldBeTrue();
    }

    [Fact]
    public async Task A_secret_that_cannot_be_read_is_a_failure_of_that_endpoint_alone()
    {
        await using var hooks = await OpenAsync();
        await using var receiver = await Receiver.StartAsync();
        var shop = await hooks.Node.OpenShopAsync();
        var broken = await HookNode.HookAsync(shop, receiver, "order.created", path: "/broken");
        await HookNode.HookAsync(shop, receiver, "order.created");
        await shop.ExecuteAsync("update webhook_endpoints set sealed_secret = 'x' where program_id = @Id and endpoint_id = @hook", new { shop.Program.Id, hook = broken.Id });
        await hooks.RaiseAsync(shop, 1);
        (await receiver.WaitForAsync(1))[0].Path.ShouldBe("/hook");
        await Until.TrueAsync(async () => (await broken.DeliveriesAsync()) is [{ } one] && (string)one["state"]! == "waiting");
        (await hooks.AskAsync<bool>("select failing_since is not null from webhook_lanes where program_id = @Id and endpoint_id = @hook", new { shop.Program.Id, hook = broken.Id }))
            .ShouldBeTrue();
    }

    [Theory]
    [InlineData(200)]
    [InlineData(410)]
    public async Task W5_the_status_counts_where_the_body_breaks_off(int status)
    {
        await using var hooks = await OpenAsync();
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = async (_, _, http) =>
        {
            http.Response.StatusCode = status;
            http.Response.ContentLength = 1_000;
            await http.Response.WriteAsync("begun");
            await http.Response.Body.FlushAsync();
            await Task.Delay(300);
            http.Abort();
        };
        var shop = await hooks.Node.OpenShopAsync();
        var hook = await HookNode.HookAsync(shop, receiver, "order.created");
        await hooks.RaiseAsync(shop, 1);
        await Until.TrueAsync(async () => (await hook.DeliveriesAsync()) is [{ } one] && (string)one["state"]! == (status == 200 ? "delivered" : "failed"));
        var history = (await hook.DeliveryAsync((long)(await hook.DeliveriesAsync())[0]!["id"]!))["history"]!.AsArray();
        ((int)history[0]!["status"]!, (string)history[0]!["answer"]!).ShouldBe((status, "begun"));
        await Until.TrueAsync(async () => (bool)(await hook.ShowAsync())["active"]! == (status == 200));
    }

    [Fact]
    public async Task R15_W8_a_backlog_at_a_broken_receiver_is_no_storm_and_is_drained_when_it_recovers()
    {
        await using var hooks = await OpenAsync();
        await using var receiver = await Receiver.StartAsync();
        receiver.Say(500);
        var shop = await hooks.Node.OpenShopAsync();
        var hook = await HookNode.HookAsync(shop, receiver, "order.created");
        await hooks.Get<Transactions>().RunAsync<string>(
            shop.Program.Id, V1Node.Operator,
            (tx, _) =>
            {
                for (var n = 0; n < 500; n++)
                    tx.Raise(EventType.OrderCreated, $"order:{n}", []);
                return Task.FromResult<Primitives.Outcome<string>>("done");
            },
            CancellationToken.None);
        await receiver.WaitForAsync(400, TimeSpan.FromSeconds(60));
        receiver.MostAtOnce.ShouldBe(1);
        var seconds = receiver.All.GroupBy(message => (int)message.At.TotalSeconds).Select(second => second.Count()).ToList();
        ((double)seconds.Max()).ShouldBeLessThan(2.0 * receiver.All.Count / seconds.Count + 10);
        receiver.Say(200);
        // Whatever failed twice is due in five minutes.
        hooks.Clock.Move(TimeSpan.FromMinutes(7));
        await Until.TrueAsync(
            async () => await hooks.AskAsync<long>("select count(*) from deliveries where program_id = @Id and state <> 'delivered'", new { shop.Program.Id }) == 0,
            TimeSpan.FromSeconds(60));
        receiver.MostAtOnce.ShouldBe(1);
        ((bool)(await hook.ShowAsync())["active"]!).ShouldBeTrue();
    }

    [Fact]
    public async Task R14_W10_what_a_killed_sender_held_goes_on_elsewhere_and_who_lost_the_lease_writes_nothing()
    {
        await using var hooks = await OpenAsync();
        await using var receiver = await Receiver.StartAsync();
        var shop = await hooks.Node.OpenShopAsync();
        var hook = await HookNode.HookAsync(shop, receiver, "order.created");
        var queue = hooks.Get<DeliveryQueue>();
        // A node took the endpoint and was killed.
        var held = (await queue.ClaimAsync(new DueLane(shop.Program.Id, hook.Id, false), CancellationToken.None))!;
        (await queue.ClaimAsync(new DueLane(shop.Program.Id, hook.Id, false), CancellationToken.None)).ShouldBeNull();
        await hooks.RaiseAsync(shop, 3);
        var now = await hooks.Get<DeliveryClock>().NowAsync(CancellationToken.None);
        await Until.TrueAsync(async () => (await queue.FetchAsync(held, now, 10, CancellationToken.None)) is var (_, waiting) && waiting.Count == 3);
        var (_, deliveries) = (await queue.FetchAsync(held, now, 10, CancellationToken.None))!.Value;
        receiver.All.ShouldBeEmpty();
        var taken = Stopwatch.StartNew();
        await receiver.WaitForAsync(3, TimeSpan.FromSeconds(60));
        taken.Elapsed.ShouldBeLessThan(MachineLoad.Stretch(TimeSpan.FromSeconds(30)));
        var late = new LaneNews([.. deliveries.Select(each => new DeliveryResult(each.Id, DeliveryFate.Failed, null, "late", null))], null);
        (await queue.WriteAsync(held, late, now, CancellationToken.None)).ShouldBeFalse();
        (await queue.RenewAsync(held, CancellationToken.None)).ShouldBeFalse();
        await Until.TrueAsync(async () => (await hook.DeliveriesAsync()).All(one => (string)one!["state"]! == "delivered"));
        receiver.All.Count.ShouldBe(3);
    }

    [Fact]
    public async Task W8_two_nodes_send_everything_once_and_in_order()
    {
        await using var hooks = await OpenAsync();
        await using var second = await TestServer.StartAsync(
            hooks.Node.Server.Services.GetRequiredService<ServerOptions>().Database!, builder => builder.Services.AddSingleton<TimeProvider>(hooks.Clock), settings: HookNode.Allow);
        await using var receiver = await Receiver.StartAsync();
        var shop = await hooks.Node.OpenShopAsync();
        var other = new ApiClient(new HttpClient { BaseAddress = second.Client.BaseAddress, DefaultRequestHeaders = { { "Authorization", "Bearer " + shop.Key.Token } } });
        await HookNode.HookAsync(shop, receiver, "customer.created");
        await HookNode.HookAsync(shop, receiver, "customer.created", path: "/second");
        for (var n = 0; n < 60; n++)
            (await (n % 2 == 0 ? shop.Api : other).PutAsync($"/customers/c{n}")).Ok();
        var messages = await receiver.WaitForAsync(120);
        foreach (var path in messages.GroupBy(message => message.Path))
            path.Select(message => (long)message.Json["sequence"]!).ShouldBe(Enumerable.Range(1, 60).Select(n => (long)n));
    }

    /// <summary>Of 60 messages after the commits of their events, in order of size.</summary>
    private static async Task<IReadOnlyList<TimeSpan>> LatenessAsync(HookNode hooks, Shop shop, Receiver healthy)
    {
        var committed = new List<TimeSpan>();
        var time = Stopwatch.StartNew();
        var offset = (await StartOfAsync(healthy)) - time.Elapsed;
        for (var n = 0; n < 60; n++)
        {
            await hooks.RaiseOneAsync(shop, EventType.OrderCreated, n);
            committed.Add(time.Elapsed + offset);
            await Task.Delay(50);
        }
        var messages = await healthy.WaitForAsync(60);
        messages.Select(message => (long)message.Json["sequence"]!).ShouldBeInOrder();
        return [.. messages.Select((message, n) => message.At - committed[n]).Order()];
    }

    private static async Task<TimeSpan> StartOfAsync(Receiver receiver)
    {
        using var http = new HttpClient();
        (await http.PostAsync(new Uri(receiver.Url + "/start"), null)).StatusCode.ShouldBe(HttpStatusCode.OK);
        var at = receiver.All[0].At;
        receiver.Forget();
        return at;
    }

    private async Task<HookNode> OpenAsync()
    {
        var hooks = new HookNode(postgres);
        await hooks.InitializeAsync();
        return hooks;
    }

    /// <summary>The attempt is made and written down.</summary>
    private static async Task Attempted(Hook hook, Receiver receiver, int attempt)
    {
        await receiver.WaitForAsync(attempt);
        await Until.TrueAsync(async () => (await hook.DeliveriesAsync()) is [.., { } oldest] && (int)oldest["attempts"]! == attempt);
    }

    private static Task<long> CountAsync(HookNode hooks, Shop shop, string type) =>
        hooks.AskAsync<long>("select count(*) from events where program_id = @Id and type = @type", new { shop.Program.Id, type });
}
