using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json;

namespace Tributary.Server.Tests.Robustness;

/// <summary>
/// Tills that post orders of new customers with a friend's code, second orders of those, and refunds, one after the
/// other, whatever happens to the server meanwhile.
/// </summary>
internal sealed class Tills : IAsyncDisposable
{
    private const int Count = 8;

    private static int s_opened;

    private readonly DemoNode node;
    private readonly AcknowledgementLog log;
    private readonly CancellationTokenSource closing = new();
    private readonly ConcurrentBag<string> surprises = [];
    private readonly Task[] working;
    private int refused;

    private Tills(DemoNode node, AcknowledgementLog log)
    {
        this.node = node;
        this.log = log;
        int session = Interlocked.Increment(ref s_opened);
        working = [.. Enumerable.Range(0, Count).Select(till => Task.Run(() => WorkAsync($"{session}-{till}")))];
    }

    /// <summary>Answers that said to come back later.</summary>
    public int Refused => Volatile.Read(ref refused);

    public static Tills Open(DemoNode node, AcknowledgementLog log) => new(node, log);

    /// <summary>Finishes what is under way. No answer may have been anything but a success or a promise of later.</summary>
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

    private async Task WorkAsync(string till)
    {
        for (int sale = 0; !closing.IsCancellationRequested; sale++)
        {
            string id = string.Create(CultureInfo.InvariantCulture, $"{till}-{sale}");
            bool bought = await TryAsync($"order r-{id}a", "orders", Order($"buyer-{id}", $"r-{id}a", "REF123456"));
            bool again = await TryAsync($"order r-{id}b", "orders", Order($"buyer-{id}", $"r-{id}b", null));
            if (bought && sale % 2 == 0)
                await TryAsync($"refund r-{id}c", "transactions/refund", Refund($"buyer-{id}", $"r-{id}a", $"r-{id}c", "12.34"));
            if (again && sale % 3 == 0)
                await TryAsync($"refund r-{id}d", "transactions/refund", Refund($"buyer-{id}", $"r-{id}b", $"r-{id}d", null));
        }
    }

    /// <summary>True when it was acknowledged.</summary>
    private async Task<bool> TryAsync(string id, string path, string body)
    {
        if (closing.IsCancellationRequested)
            return false;
        log.WriteSent(id);
        try
        {
            using var answer = await node.PostAsync(path, body);
            if (answer.StatusCode == HttpStatusCode.OK)
            {
                log.WriteAcknowledged(id);
                return true;
            }
            await JudgeAsync(id, answer);
        }
        catch (Exception cut) when (cut is HttpRequestException or IOException or ObjectDisposedException)
        {
            // The server is gone, and with it the knowledge whether this was recorded.
            await Task.Delay(20);
        }
        return false;
    }

    private async Task JudgeAsync(string id, HttpResponseMessage answer)
    {
        string body = await answer.Content.ReadAsStringAsync();
        if (IsPromiseOfLater(answer, body))
            Interlocked.Increment(ref refused);
        else
            surprises.Add($"{id}: {(int)answer.StatusCode} {body}");
        await Task.Delay(20);
    }

    private static bool IsPromiseOfLater(HttpResponseMessage answer, string body) =>
        answer.StatusCode is HttpStatusCode.ServiceUnavailable or HttpStatusCode.InsufficientStorage
        && answer.Headers.RetryAfter is not null
        && JsonDocument.Parse(body).RootElement.GetProperty("type").GetString() == "SERVER_ERROR";

    private static string Order(string customer, string order, string? code) =>
        $$"""{"customerId":"{{customer}}","orderId":"{{order}}","totalPaid":100.00{{(code is null ? "" : $",\"referrerCode\":\"{code}\"")}}}""";

    private static string Refund(string customer, string order, string refund, string? amount) =>
        $$"""{"customerId":"{{customer}}","refundTransactionId":"{{refund}}","reverseTransactionId":"{{order}}"{{(amount is null ? "" : $",\"refundAmount\":{amount}")}}}""";
}
