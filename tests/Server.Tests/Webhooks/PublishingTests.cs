using System.Text.Json.Nodes;
using Tributary.Server.Tests.Support;
using Tributary.Server.Tests.V1;
using Tributary.Storage;
using Tributary.Webhooks.Publishing;
using Tributary.Webhooks.Stream;

namespace Tributary.Server.Tests.Webhooks;

/// <summary>Positions of events, and readers that do not keep up.</summary>
public sealed class PublishingTests(HookNode node) : IClassFixture<HookNode>
{
    [Fact]
    public async Task Many_at_once_get_every_position_once()
    {
        var shop = await node.Node.OpenShopAsync();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => node.RaiseAsync(shop, 40)));
        await node.PublishedAsync(shop);
        var told = await node.Get<PublishedEvents>().ReadAsync(shop.Program.Id, 0, 1_000, CancellationToken.None);
        told.Select(each => each.Position).ShouldBe(Enumerable.Range(1, 320).Select(n => (long)n));
        told.Select(each => each.EventId).Distinct().Count().ShouldBe(320);
    }

    /// <summary>As after a dump from a cluster with higher transaction numbers: nothing is lost, nothing told twice, then or later.</summary>
    [Fact]
    public async Task In_a_restored_database_every_event_is_told_once()
    {
        var shop = await node.Node.OpenShopAsync();
        await node.RaiseAsync(shop, 3);
        await node.PublishedAsync(shop);
        await shop.ExecuteAsync(
            """
            update event_feeds set era = 'elsewhere', seen = '4000000000:4000000000:' where program_id = @Id;
            update events set transaction_xid = '3999999999' where program_id = @Id
            """, new { shop.Program.Id });
        await node.RaiseAsync(shop, 2);
        await node.PublishedAsync(shop);
        for (var round = 0; round < 3; round++)
            (await node.Get<EventPublishing>().PublishAsync(shop.Program.Id, CancellationToken.None)).ShouldBe(PublishingOutcome.Done);
        await node.RaiseAsync(shop, 1);
        await node.PublishedAsync(shop);
        var told = await node.Get<PublishedEvents>().ReadAsync(shop.Program.Id, 0, 100, CancellationToken.None);
        told.Select(each => each.Position).ShouldBe([1, 2, 3, 4, 5, 6]);
        told.Select(each => each.EventId).ShouldBeInOrder();
        (await node.AskAsync<long>("select count(*) from events where program_id = @Id and transaction_xid > pg_current_xact_id()", new { shop.Program.Id })).ShouldBe(0);
    }

    [Fact]
    public async Task A_reader_that_does_not_keep_up_is_closed_and_goes_on_by_its_last_position()
    {
        var shop = await node.Node.OpenShopAsync();
        var streams = node.Get<EventStreams>();
        await using var slow = (await streams.OpenAsync(shop.Program.Id, 1, new StreamFilter(), null, CancellationToken.None)).Value;
        (await slow.NextAsync(TimeSpan.Zero, CancellationToken.None)).ShouldBeEmpty();
        await node.Get<Transactions>().RunAsync<string>(
            shop.Program.Id, V1Node.Operator,
            (tx, _) =>
            {
                for (var n = 0; n < 1_500; n++)
                    tx.Raise(EventType.OrderCreated, $"order:{n}", new JsonObject { ["n"] = n });
                return Task.FromResult<Primitives.Outcome<string>>("done");
            },
            CancellationToken.None);
        await Until.TrueAsync(() => slow.Overrun.IsCancellationRequested);
        var first = await slow.NextAsync(TimeSpan.Zero, CancellationToken.None);
        var read = first.Select(each => each.Position).ToList();
        await using var resumed = (await streams.OpenAsync(shop.Program.Id, 1, new StreamFilter(), read[^1], CancellationToken.None)).Value;
        resumed.WasReset.ShouldBeFalse();
        while (read.Count < 1_500)
            read.AddRange((await resumed.NextAsync(TimeSpan.FromSeconds(10), CancellationToken.None)).Select(each => each.Position));
        read.ShouldBe(Enumerable.Range(1, 1_500).Select(n => (long)n));
    }

    [Fact]
    public async Task An_open_stream_gets_a_comment_every_15_seconds()
    {
        var shop = await node.Node.OpenShopAsync();
        await using var stream = await StreamClient.OpenAsync(node.Node.Server.Client.BaseAddress!, shop.Key.Token);
        await Until.TrueAsync(() => stream.Comments > 0, TimeSpan.FromSeconds(30));
    }
}
