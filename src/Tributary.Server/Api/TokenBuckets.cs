using System.Collections.Concurrent;

namespace Tributary.Server.Api;

/// <summary>What a bucket says to one request.</summary>
/// <param name="Left">Requests that would be let through at once.</param>
/// <param name="RetryAfterSeconds">When the next one will be let through; 0 while some are left.</param>
internal readonly record struct BucketAnswer(bool Allowed, int Left, int RetryAfterSeconds);

/// <summary>
/// Token buckets by caller: a burst at once, then a steady rate. Of this node alone: n nodes let n times as many through.
/// </summary>
internal sealed class TokenBuckets(int perMinute, int burst, TimeProvider clock)
{
    /// <summary>Callers remembered; beyond it the full buckets are dropped, and if none is full, all.</summary>
    private const int MostCallers = 50_000;

    private const double SecondsPerMinute = 60;

    private readonly ConcurrentDictionary<string, Bucket> buckets = new(StringComparer.Ordinal);
    private readonly double perSecond = perMinute / SecondsPerMinute;

    public int PerMinute => perMinute;

    /// <summary>False where the operator has lifted the limit.</summary>
    public bool IsLimiting => perMinute > 0;

    public BucketAnswer Take(string caller) => Ask(caller, cost: 1);

    /// <summary>What the bucket holds, without taking from it.</summary>
    public BucketAnswer Look(string caller) => Ask(caller, cost: 0);

    private BucketAnswer Ask(string caller, int cost)
    {
        if (!IsLimiting)
            return new BucketAnswer(Allowed: true, burst, 0);
        if (buckets.Count >= MostCallers)
            MakeRoom();
        var bucket = buckets.GetOrAdd(caller, static (_, full) => new Bucket(full.burst, full.now), (burst, now: clock.GetTimestamp()));
        lock (bucket)
        {
            Refill(bucket);
            var allowed = bucket.Tokens >= 1;
            if (allowed)
                bucket.Tokens -= cost;
            var wait = bucket.Tokens >= 1 ? 0 : (int)Math.Ceiling((1 - bucket.Tokens) / perSecond);
            return new BucketAnswer(allowed, (int)bucket.Tokens, wait);
        }
    }

    private void Refill(Bucket bucket)
    {
        var now = clock.GetTimestamp();
        var elapsed = clock.GetElapsedTime(bucket.FilledAt, now).TotalSeconds;
        bucket.Tokens = Math.Min(burst, bucket.Tokens + elapsed * perSecond);
        bucket.FilledAt = now;
    }

    private void MakeRoom()
    {
        foreach (var (caller, bucket) in buckets)
            if (clock.GetElapsedTime(bucket.FilledAt).TotalSeconds * perSecond >= burst)
                buckets.TryRemove(caller, out _);
        if (buckets.Count >= MostCallers)
            buckets.Clear();
    }

    private sealed class Bucket(double tokens, long filledAt)
    {
        public double Tokens { get; set; } = tokens;
        public long FilledAt { get; set; } = filledAt;
    }
}
