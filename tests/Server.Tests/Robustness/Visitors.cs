using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text;
using Dapper;
using Tributary.Clicks;

namespace Tributary.Server.Tests.Robustness;

/// <summary>Browsers that open a link of the demo programme again and again, and note which clicks were answered.</summary>
internal sealed class Visitors : IAsyncDisposable
{
    private const string Agent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36";
    private const string ClickParameter = "trb_click=";

    private readonly Func<Uri> link;
    private readonly CancellationTokenSource closing = new();
    private readonly ConcurrentBag<string> surprises = [];
    private readonly Task[] working;
    private long slowest;
    private int unreached;
    private int refused;

    private Visitors(Func<Uri> link, int count)
    {
        this.link = link;
        working = [.. Enumerable.Range(0, count).Select(_ => Task.Run(VisitAsync))];
    }

    /// <summary>Ids of clicks whose redirect arrived.</summary>
    public ConcurrentDictionary<Guid, bool> Answered { get; } = new();

    /// <summary>Requests that met no server.</summary>
    public int Unreached => Volatile.Read(ref unreached);

    /// <summary>Promises of later, which only a node makes that has just started and knows no links yet.</summary>
    public int Refused => Volatile.Read(ref refused);

    /// <summary>Answers that were no redirects; there must be none.</summary>
    public IReadOnlyCollection<string> Surprises => surprises;

    /// <summary>The slowest answer since it was asked for last.</summary>
    public TimeSpan TakeSlowest() => TimeSpan.FromTicks(Interlocked.Exchange(ref slowest, 0));

    /// <summary>A partner's link on the node's own address.</summary>
    public static async Task<string> MakeLinkAsync(DemoNode node, string code)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(node.Server.Client.BaseAddress!, "/api/v1/referrers"))
        {
            Content = new StringContent($$"""{"kind":"partner","name":"Clicker","code":"{{code}}"}""", Encoding.UTF8, "application/json"),
        };
        request.Headers.Authorization = new("Bearer", node.Demo.Keys.Secret);
        using var answer = await node.Server.Client.SendAsync(request);
        answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync());
        await using var connection = await node.OpenAsync();
        return "/" + await connection.ExecuteScalarAsync<string>(
            "select s.short_code from server_short_codes s join links l on l.program_id = s.program_id and l.link_id = s.link_id where l.key = @code", new { code });
    }

    /// <param name="path">Of the link; the node's address may change.</param>
    public static Visitors Open(DemoNode node, string path, int count = 8) => new(() => new Uri(node.Server.Client.BaseAddress!, path), count);

    /// <summary>Waits while they go on, a few seconds at most.</summary>
    public async Task UntilAsync(Func<bool> isSo, double seconds = 15)
    {
        var waited = Stopwatch.StartNew();
        while (!isSo())
        {
            surprises.ShouldBeEmpty();
            waited.Elapsed.ShouldBeLessThan(Rounds.Limit(seconds));
            await Task.Delay(50);
        }
    }

    /// <summary>No answer may have been anything but a redirect.</summary>
    public async Task CloseAsync()
    {
        await closing.CancelAsync();
        await Task.WhenAll(working);
        surprises.ShouldBeEmpty();
    }

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        await Task.WhenAll(working).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        closing.Dispose();
    }

    private async Task VisitAsync()
    {
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false };
        using var client = new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(30) };
        client.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", Agent);
        client.DefaultRequestHeaders.TryAddWithoutValidation("Accept-Language", "en");
        while (!closing.IsCancellationRequested && surprises.IsEmpty)
        {
            try
            {
                await VisitOnceAsync(client);
            }
            catch (HttpRequestException)
            {
                Interlocked.Increment(ref unreached);
                await Task.Delay(10);
            }
            catch (OperationCanceledException)
            {
                surprises.Add("no answer within 30 s");
            }
        }
    }

    private async Task VisitOnceAsync(HttpClient client)
    {
        var begun = Stopwatch.GetTimestamp();
        using var answer = await client.GetAsync(link());
        Note(Stopwatch.GetElapsedTime(begun));
        var location = answer.Headers.Location?.ToString() ?? "";
        var at = location.IndexOf(ClickParameter, StringComparison.Ordinal);
        if (answer.StatusCode == HttpStatusCode.Found && at >= 0 && ClickId.TryParse(location.Substring(at + ClickParameter.Length, ClickId.Length), out var id))
            Answered[id.Value] = true;
        else if (answer.StatusCode == HttpStatusCode.ServiceUnavailable && answer.Headers.RetryAfter is not null)
            Interlocked.Increment(ref refused);
        else
            surprises.Add($"{(int)answer.StatusCode} {location}");
    }

    private void Note(TimeSpan taken)
    {
        long before;
        while (taken.Ticks > (before = Volatile.Read(ref slowest)) && Interlocked.CompareExchange(ref slowest, taken.Ticks, before) != before)
        {
            // Another one was slower meanwhile.
        }
    }
}
