using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Tributary.Server.Tests.Support;

namespace Tributary.Server.Tests.Webhooks;

/// <summary>One message as it came.</summary>
internal sealed record Received(string Path, byte[] Body, IReadOnlyDictionary<string, string> Headers, TimeSpan At)
{
    public string Text => Encoding.UTF8.GetString(Body);

    public JsonNode Json => JsonNode.Parse(Body)!;

    public string Id => Headers["webhook-id"];

    public string Type => (string)Json["type"]!;
}

/// <summary>A local receiver of webhooks that answers as a test tells it.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentQueue<Received> received = new();
    private readonly Stopwatch time = Stopwatch.StartNew();
    private int onTheWay;

    private Receiver(WebApplication app) => this.app = app;

    public string Url => app.Urls.First();

    /// <summary>What is answered to a message, the n-th that came, from 1.</summary>
    public Func<Received, int, HttpContext, Task> Answer { get; set; } = (_, _, _) => Task.CompletedTask;

    public IReadOnlyList<Received> All => [.. received];

    /// <summary>Messages that were on their way at once, at most.</summary>
    public int MostAtOnce { get; private set; }

    public static async Task<Receiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var receiver = new Receiver(app);
        app.Run(receiver.TakeAsync);
        await app.StartAsync();
        return receiver;
    }

    /// <summary>Answers with this status from now on.</summary>
    public void Say(int status, params (string Name, string Value)[] headers) => Answer = (_, _, http) =>
    {
        http.Response.StatusCode = status;
        foreach (var (name, value) in headers)
            http.Response.Headers[name] = value;
        return Task.CompletedTask;
    };

    public async Task<IReadOnlyList<Received>> WaitForAsync(int count, TimeSpan? within = null)
    {
        await Until.TrueAsync(() => received.Count >= count, within);
        return All;
    }

    public void Forget() => received.Clear();

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    private async Task TakeAsync(HttpContext http)
    {
        lock (time)
            MostAtOnce = Math.Max(MostAtOnce, ++onTheWay);
        try
        {
            using var body = new MemoryStream();
            await http.Request.Body.CopyToAsync(body);
            var message = new Received(
                http.Request.Path, body.ToArray(), http.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
                time.Elapsed);
            received.Enqueue(message);
            await Answer(message, received.Count, http);
        }
        finally
        {
            lock (time)
                onTheWay--;
        }
    }
}
