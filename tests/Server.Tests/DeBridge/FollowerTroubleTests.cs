using System.Globalization;
using Tributary.ChainOrders;
using Tributary.ChainOrders.Following;
using Tributary.Tests.Support;
using static Tributary.Server.Tests.DeBridge.FollowerTests;
using static Tributary.Server.Tests.DeBridge.Sample;

namespace Tributary.Server.Tests.DeBridge;

/// <summary>What an upstream's trouble with some orders means for the others (debridge.md § 4.5).</summary>
public sealed class FollowerTroubleTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const string Followed = """{"upstream":"main","follower":{"perMinute":6000}}""";

    private GatewayNode gateway = null!;

    private HandClock Clock => gateway.Node.Clock;

    private FollowerState State => gateway.Node.Get<FollowerState>();

    public async ValueTask InitializeAsync() => gateway = await GatewayNode.StartAsync(postgres);

    public ValueTask DisposeAsync() => gateway.DisposeAsync();

    [Fact]
    public async Task DB10_a_success_does_not_end_the_pause_that_another_answer_asked_for()
    {
        var platform = await gateway.OpenAsync("""{"upstream":"main","follower":{"enabled":false}}""");
        var (id, node) = (platform.Program.Id, Guid.CreateVersion7());
        (await State.LeaseAsync(id, node, default)).ShouldNotBeNull();
        await State.FailAsync(id, "too many requests", 1, TimeSpan.FromSeconds(20), default);
        await State.FailAsync(id, "status 500", 1, TimeSpan.FromSeconds(5), default);
        await State.SucceedAsync(id, default);
        (await State.LeaseAsync(id, node, default)).ShouldBe(new FollowerLease(Clock.GetUtcNow().AddSeconds(20), 1, 0));
        Clock.Advance(TimeSpan.FromSeconds(21));
        await State.SucceedAsync(id, default);
        (await State.LeaseAsync(id, node, default))!.Failures.ShouldBe(0);
    }

    [Theory]
    [InlineData("status")]
    [InlineData("unreadable")]
    [InlineData("surrogate")]
    [InlineData("big")]
    public async Task Orders_that_the_upstream_stumbles_over_keep_nobody_from_their_turn(string trouble)
    {
        var platform = await gateway.OpenAsync(Followed);
        gateway.Upstream.Answer = (http, target) => target.Contains(Id(9), StringComparison.Ordinal)
            ? Upstream.JsonAsync(http, Shown(9, ChainOrderState.Created, ChainOrderState.OrderCancelled))
            : trouble switch
            {
                "status" => Upstream.JsonAsync(http, "oops", 500),
                "unreadable" => Upstream.JsonAsync(http, "<html>"),
                "surrogate" => Upstream.JsonAsync(http, $$"""{"orderId":{"stringValue":"{{Id(1)}}"},"state":"\ud83d"}"""),
                _ => Upstream.BytesAsync(http, new byte[(1024 * 1024) + 1]),
            };
        for (var n = 0; n < 4; n++)
            await platform.RecordAsync(Order(n) with { CreatedAt = Clock.GetUtcNow() });
        await UntilAsync(() => Task.FromResult(!gateway.Upstream.Asked.IsEmpty));
        Clock.Advance(TimeSpan.FromSeconds(1));
        await platform.RecordAsync(Order(9) with { CreatedAt = Clock.GetUtcNow() });
        await UntilAsync(async () =>
        {
            Clock.Advance(TimeSpan.FromSeconds(1));
            return await StateAsync(platform, 9) == ChainOrderState.OrderCancelled;
        });
    }

    [Fact]
    public async Task An_order_that_is_not_indexed_yet_is_no_trouble_and_a_refusal_no_success()
    {
        var platform = await gateway.OpenAsync(Followed);
        gateway.Upstream.Answer = (http, _) => Upstream.JsonAsync(http, """{"errorCode":404}""", 400);
        await platform.RecordAsync(Order(1) with { CreatedAt = Clock.GetUtcNow() });
        await UntilAsync(() => Task.FromResult(!gateway.Upstream.Asked.IsEmpty));
        Clock.Advance(TimeSpan.FromMinutes(1));
        await UntilAsync(() => Task.FromResult(gateway.Upstream.Asked.Count > 1));
        var health = (await State.HealthAsync(platform.Program.Id, default))!;
        (health.SucceededAt, health.LastFailure).ShouldBe((null, null));
    }

    [Fact]
    public async Task DB10_no_upstream_is_given_more_than_an_hour_of_silence()
    {
        var platform = await gateway.OpenAsync(Followed);
        gateway.Upstream.Answer = (http, _) =>
        {
            http.Response.Headers.RetryAfter = Clock.GetUtcNow().AddDays(300).ToString("r", CultureInfo.InvariantCulture);
            return Upstream.JsonAsync(http, "{}", 429);
        };
        await platform.RecordAsync(Order(1) with { CreatedAt = Clock.GetUtcNow() });
        await UntilAsync(async () => (await State.HealthAsync(platform.Program.Id, default))?.LastFailure is not null);
        (await State.HealthAsync(platform.Program.Id, default))!.PausedUntil.ShouldBe(Clock.GetUtcNow().AddHours(1));
    }
}
