using System.Diagnostics;
using System.Globalization;
using System.Net;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Tributary.Keys;
using Tributary.Server.Tests.Support;
using Tributary.Storage;
using Tributary.Tests.Support;
using Tributary.Webhooks.Publishing;

namespace Tributary.Server.Tests.V1;

/// <summary>The live stream: what happens is told in order, once, on every node, within a second of its commit.</summary>
public sealed class StreamTests(V1Node node) : IClassFixture<V1Node>
{
    [Fact]
    public async Task Events_are_told_in_order_within_a_second_of_their_commit()
    {
        var shop = await node.OpenShopAsync();
        await using var stream = await OpenAsync(shop);
        stream.Response.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        stream.Response.Headers.CacheControl!.NoStore.ShouldBeTrue();
        stream.Response.Headers.GetValues("X-Accel-Buffering").ShouldBe(["no"]);
        (await shop.Api.PutAsync("/customers/first")).Ok();
        var told = await stream.NextAsync();
        for (var n = 0; n < 10; n++)
        {
            var committed = Stopwatch.StartNew();
            (await shop.Api.PutAsync($"/customers/c{n}")).Ok();
            told = await stream.NextAsync();
            committed.Elapsed.ShouldBeLessThan(MachineLoad.Stretch(TimeSpan.FromSeconds(1)));
            (told.Event, (string?)told.Json["type"]).ShouldBe(("customer.created", "customer.created"));
            told.Id.ShouldBe(told.Json["sequence"]!.ToString());
            told.Json["data"].ShouldNotBeNull();
        }
        Number(told).ShouldBe(11);
    }

    [Fact]
    public async Task DB35_after_a_cut_exactly_the_missing_ones_follow_the_last_id()
    {
        var shop = await node.OpenShopAsync();
        string last;
        await using (var first = await OpenAsync(shop))
        {
            (await shop.Api.PutAsync("/customers/a")).Ok();
            last = (await first.NextAsync()).Id!;
        }
        (await shop.Api.PutAsync("/customers/b")).Ok();
        (await shop.Api.PutAsync("/customers/c")).Ok();
        await using var second = await StreamClient.OpenAsync(node.Server.Client.BaseAddress!, shop.Key.Token, "?after=0", last);
        (Number(await second.NextAsync()), Number(await second.NextAsync())).ShouldBe((2, 3));
        (await shop.Api.PutAsync("/customers/d")).Ok();
        Number(await second.NextAsync()).ShouldBe(4);
        (await second.IsSilentAsync(TimeSpan.FromMilliseconds(300))).ShouldBeTrue();
    }

    [Fact]
    public async Task An_operation_that_commits_late_is_told_late_and_never_missed()
    {
        var shop = await node.OpenShopAsync();
        await using var stream = await OpenAsync(shop);
        var transactions = node.Get<Transactions>();
        var (begun, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        var slow = transactions.RunAsync<string>(shop.Program.Id, V1Node.Operator, async (tx, ct) =>
        {
            tx.Raise(EventType.ReferrerUpdated, "referrer:1", []);
            // The transaction has its number, and is not over.
            await tx.Writes.FlushAsync(tx.Connection, ct);
            await tx.Connection.ExecuteAsync("select pg_current_xact_id()");
            begun.SetResult();
            await release.Task;
            return "done";
        }, CancellationToken.None);
        await begun.Task;
        (await shop.Api.PutAsync("/customers/quick")).Ok();
        (await stream.NextAsync()).Event.ShouldBe("customer.created");
        release.SetResult();
        await slow;
        (await stream.NextAsync()).Event.ShouldBe("referrer.updated");
    }

    [Fact]
    public async Task Filters_let_pass_what_was_asked_for()
    {
        var shop = await node.OpenShopAsync();
        var seeds = await Seeds.SowAsync(shop);
        await using var ofPartner = await OpenAsync(shop, "?code=partner-1");
        await using var ofAnn = await OpenAsync(shop, $"?referrer={seeds.Ann}");
        await using var ofType = await OpenAsync(shop, "?types=order.refunded,order.created&code=&referrer=");
        (await shop.Api.PutAsync("/customers/carl", """{"referrerCode":"PARTNER-1"}""")).Ok();
        (await shop.Api.PutAsync("/customers/dora", """{"referrerCode":"ANNS"}""")).Ok();
        (await shop.Api.PostAsync("/orders", """{"orderId":"o-2","customerId":"dora","total":700}""")).Ok();
        (await ofPartner.UntilAsync(told => told.Event == "attribution.decided")).ShouldAllBe(told => (long?)told.Json["referrerId"] == seeds.Partner);
        (await ofAnn.UntilAsync(told => told.Event == "order.created")).ShouldAllBe(told => (long?)told.Json["referrerId"] == seeds.Ann);
        (await ofType.NextAsync()).Event.ShouldBe("order.created");
        (await ofPartner.IsSilentAsync(TimeSpan.FromMilliseconds(200))).ShouldBeTrue();
    }

    [Fact]
    public async Task A_bound_key_hears_only_of_its_own_referrer()
    {
        var shop = await node.OpenShopAsync();
        var seeds = await Seeds.SowAsync(shop);
        var key = await node.MintAsync(shop.Program, new NewKey(ApiKeyKind.Secret, ReferrerId: seeds.Partner));
        await using var own = await StreamClient.OpenAsync(node.Server.Client.BaseAddress!, key.Token, "?after=0&code=ANNS");
        await using var all = await StreamClient.OpenAsync(node.Server.Client.BaseAddress!, key.Token, "?after=0");
        (await shop.Api.PutAsync("/customers/erin", """{"referrerCode":"PARTNER-1"}""")).Ok();
        (await all.UntilAsync(told => told.Event == "attribution.decided")).ShouldAllBe(told => (long?)told.Json["referrerId"] == seeds.Partner);
        (await own.IsSilentAsync(TimeSpan.FromMilliseconds(200))).ShouldBeTrue();
    }

    [Fact]
    public async Task What_is_not_kept_any_more_is_said_by_a_reset()
    {
        var shop = await node.OpenShopAsync();
        await using (var stream = await OpenAsync(shop))
        {
            for (var n = 0; n < 3; n++)
            {
                (await shop.Api.PutAsync($"/customers/c{n}")).Ok();
                await stream.NextAsync();
            }
        }
        await shop.ExecuteAsync(
            "update published_events set published_at = now() - interval '8 days' where program_id = @Id and position <= 2", new { shop.Program.Id });
        await node.Get<EventPublishing>().ForgetAsync(CancellationToken.None);
        foreach (var gone in new[] { "?after=1", "?after=99" })
        {
            await using var late = await OpenAsync(shop, gone);
            (await late.NextAsync()).Event.ShouldBe("reset");
            Number(await late.NextAsync()).ShouldBe(3);
        }
        await using var whole = await OpenAsync(shop, "?after=2");
        Number(await whole.NextAsync()).ShouldBe(3);
    }

    [Fact]
    public async Task Whoever_loses_the_key_loses_the_stream()
    {
        var shop = await node.OpenShopAsync();
        var key = await node.MintAsync(shop.Program, new NewKey(ApiKeyKind.Secret));
        await using var stream = await StreamClient.OpenAsync(node.Server.Client.BaseAddress!, key.Token);
        (await shop.Api.DeleteAsync($"/keys/{key.Key.PublicId}")).Ok();
        (await shop.Api.PutAsync("/customers/later")).Ok();
        await stream.Closed.WaitAsync(TimeSpan.FromSeconds(10));
        await Should.ThrowAsync<System.Threading.Channels.ChannelClosedException>(() => stream.NextAsync());
    }

    [Fact]
    public async Task A_key_has_five_streams()
    {
        var shop = await node.OpenShopAsync();
        var streams = new List<StreamClient>();
        for (var n = 0; n < 5; n++)
            streams.Add(await OpenAsync(shop));
        (await shop.Api.GetAsync("/stream")).ShouldBeProblem(HttpStatusCode.TooManyRequests, "rate_limited");
        await streams[0].DisposeAsync();
        await Until.TrueAsync(async () => (await shop.Api.GetAsync("/stream")).Status == HttpStatusCode.OK);
        foreach (var stream in streams.Skip(1))
            await stream.DisposeAsync();
    }

    [Theory]
    [InlineData("?types=no.such", "types")]
    [InlineData("?after=x", "after")]
    [InlineData("?referrer=x", "referrer")]
    public async Task What_cannot_be_read_is_refused(string query, string field)
    {
        var shop = await node.OpenShopAsync();
        (await shop.Api.GetAsync("/stream" + query)).ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "invalid_value", field);
    }

    [Fact]
    public async Task R24_what_one_node_commits_the_other_tells_within_a_second()
    {
        await using var other = await TestServer.StartAsync(node.Server.Services.GetRequiredService<ServerOptions>().Database!);
        var shop = await node.OpenShopAsync();
        await using var stream = await StreamClient.OpenAsync(other.Client.BaseAddress!, shop.Key.Token);
        (await shop.Api.PutAsync("/customers/first")).Ok();
        await stream.NextAsync();
        var committed = Stopwatch.StartNew();
        (await shop.Api.PutAsync("/customers/second")).Ok();
        await stream.NextAsync();
        committed.Elapsed.ShouldBeLessThan(MachineLoad.Stretch(TimeSpan.FromSeconds(1)));
    }

    private Task<StreamClient> OpenAsync(Shop shop, string query = "") =>
        StreamClient.OpenAsync(node.Server.Client.BaseAddress!, shop.Key.Token, query);

    private static long Number(StreamMessage told) => long.Parse(told.Id!, CultureInfo.InvariantCulture);
}
