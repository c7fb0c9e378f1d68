using System.Diagnostics;
using System.Net;

namespace Tributary.Bench.Orders;

/// <summary>Orders that were acknowledged, and how long one took.</summary>
internal sealed record LoadResult(long Orders, double Seconds, double MedianMilliseconds, double Percentile99Milliseconds)
{
    public double PerSecond => Orders / Seconds;
}

/// <summary>Counts the orders of a run, so that each is of a new customer.</summary>
internal sealed class OrderNumbers
{
    private long last;

    public long Next() => Interlocked.Increment(ref last);
}

/// <summary>A number of shops' tills that send an order after the other, each of a new customer with a friend's code.</summary>
internal sealed class OrderLoad(IPEndPoint endpoint, ShopKeys keys, OrderNumbers numbers)
{
    public async Task SendAsync(int orders)
    {
        using var client = new OrderClient(keys);
        await client.ConnectAsync(endpoint);
        for (int n = 0; n < orders; n++)
            await client.SendAsync(numbers.Next(), n % BenchShop.Referrers);
    }

    public async Task<LoadResult> RunAsync(int clients, TimeSpan duration)
    {
        long begun = Stopwatch.GetTimestamp();
        var latencies = await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => Task.Run(() => SendUntilAsync(begun, duration))));
        double seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        var all = latencies.SelectMany(one => one).Order().ToList();
        return new LoadResult(all.Count, seconds, all[all.Count / 2], all[(int)(all.Count * 0.99)]);
    }

    private async Task<List<double>> SendUntilAsync(long begun, TimeSpan duration)
    {
        var latencies = new List<double>(16 * 1024);
        using var client = new OrderClient(keys);
        await client.ConnectAsync(endpoint);
        while (Stopwatch.GetElapsedTime(begun) < duration)
        {
            long sent = Stopwatch.GetTimestamp();
            await client.SendAsync(numbers.Next(), Random.Shared.Next(BenchShop.Referrers));
            latencies.Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
        }
        return latencies;
    }
}
