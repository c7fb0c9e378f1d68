using Tributary.Server.Api;

namespace Tributary.Server.Tests.Api;

public sealed class TokenBucketsTests
{
    private readonly Stopwatch clock = new();

    [Fact]
    public void A_burst_goes_through_at_once_then_the_rate_holds()
    {
        var buckets = new TokenBuckets(perMinute: 60, burst: 3, clock);
        for (var n = 0; n < 3; n++)
            buckets.Take("a").Allowed.ShouldBeTrue();
        buckets.Take("a").ShouldBe(new BucketAnswer(Allowed: false, Left: 0, RetryAfterSeconds: 1));
        clock.Pass(TimeSpan.FromSeconds(1));
        buckets.Take("a").Allowed.ShouldBeTrue();
        buckets.Take("a").Allowed.ShouldBeFalse();
    }

    [Fact]
    public void A_bucket_never_holds_more_than_its_burst()
    {
        var buckets = new TokenBuckets(perMinute: 600, burst: 2, clock);
        clock.Pass(TimeSpan.FromHours(1));
        Enumerable.Range(0, 10).Count(_ => buckets.Take("a").Allowed).ShouldBe(2);
    }

    [Fact]
    public void Callers_do_not_share_and_looking_takes_nothing()
    {
        var buckets = new TokenBuckets(perMinute: 6, burst: 1, clock);
        buckets.Look("a").Allowed.ShouldBeTrue();
        buckets.Take("a").Allowed.ShouldBeTrue();
        buckets.Look("a").ShouldBe(new BucketAnswer(Allowed: false, Left: 0, RetryAfterSeconds: 10));
        buckets.Take("b").Allowed.ShouldBeTrue();
    }

    [Fact]
    public void Zero_is_without_limit()
    {
        var buckets = new TokenBuckets(perMinute: 0, burst: 1, clock);
        buckets.IsLimiting.ShouldBeFalse();
        Enumerable.Range(0, 1000).All(_ => buckets.Take("a").Allowed).ShouldBeTrue();
    }

    /// <summary>Monotonic time that a test lets pass.</summary>
    private sealed class Stopwatch : TimeProvider
    {
        private long ticks = 1;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => ticks;

        public void Pass(TimeSpan time) => ticks += time.Ticks;
    }
}
