using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace Tributary.Server.Tests.V1;

/// <summary>One message of the stream.</summary>
internal sealed record StreamMessage(string? Id, string? Event, string Data)
{
    public JsonNode Json => JsonNode.Parse(Data)!;
}

/// <summary>Listens to the stream of a node.</summary>
internal sealed class StreamClient : IAsyncDisposable
{
    private readonly CancellationTokenSource end = new();
    private readonly Channel<StreamMessage> messages = Channel.CreateUnbounded<StreamMessage>();
    private readonly HttpClient http;
    private readonly HttpResponseMessage response;
    private readonly Task reading;

    private StreamClient(HttpClient http, HttpResponseMessage response)
    {
        this.http = http;
        this.response = response;
        reading = ReadAsync();
    }

    public HttpResponseMessage Response => response;

    public int Comments { get; private set; }

    /// <summary>Ends when the server closes the stream.</summary>
    public Task Closed => reading;

    public static async Task<StreamClient> OpenAsync(Uri server, string token, string query = "", string? lastId = null)
    {
        var http = new HttpClient { BaseAddress = server };
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/stream" + query);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (lastId is not null)
            request.Headers.Add("Last-Event-ID", lastId);
        return new StreamClient(http, await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead));
    }

    public async Task<StreamMessage> NextAsync(TimeSpan? within = null)
    {
        using var limited = new CancellationTokenSource(within ?? TimeSpan.FromSeconds(10));
        return await messages.Reader.ReadAsync(limited.Token);
    }

    /// <summary>Messages up to the first that this holds of.</summary>
    public async Task<IReadOnlyList<StreamMessage>> UntilAsync(Func<StreamMessage, bool> last)
    {
        var read = new List<StreamMessage>();
        do
            read.Add(await NextAsync());
        while (!last(read[^1]));
        return read;
    }

    /// <summary>Whether nothing comes for a while.</summary>
    public async Task<bool> IsSilentAsync(TimeSpan time)
    {
        await Task.Delay(time);
        return !messages.Reader.TryPeek(out _);
    }

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        await reading;
        response.Dispose();
        http.Dispose();
        end.Dispose();
    }

    private async Task ReadAsync()
    {
        try
        {
            using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(end.Token));
            var fields = new Dictionary<string, string>();
            while (await reader.ReadLineAsync(end.Token) is { } line)
            {
                if (line.StartsWith(':'))
                    Comments++;
                else if (line.Length > 0)
                    fields[line[..line.IndexOf(':', StringComparison.Ordinal)]] = line[(line.IndexOf(':', StringComparison.Ordinal) + 2)..];
                else if (fields.Remove("data", out var data))
                    messages.Writer.TryWrite(new StreamMessage(Take(fields, "id"), Take(fields, "event"), data));
                else
                    fields.Clear();
            }
        }
        catch (Exception over) when (over is OperationCanceledException or IOException or HttpRequestException)
        {
            // The test, or the server, closed it.
        }
        messages.Writer.TryComplete();
    }

    private static string? Take(Dictionary<string, string> fields, string name) => fields.Remove(name, out var value) ? value : null;
}
