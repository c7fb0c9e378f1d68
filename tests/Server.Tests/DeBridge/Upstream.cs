using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Tributary.Server.Api.DeBridge.Gateway;

namespace Tributary.Server.Tests.DeBridge;

/// <summary>An order service and tracking service of a test's making, on this machine; it may misbehave.</summary>
internal sealed class Upstream : IAsyncDisposable
{
    public const string Token = "upstreams-own-token";

    private readonly WebApplication app;

    private Upstream(WebApplication app) => this.app = app;

    /// <summary>Targets as they arrived, in order.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    /// <summary>Names and values of the headers of the last request.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; private set; } = new Dictionary<string, string>();

    /// <summary>What is answered; by target.</summary>
    public Func<HttpContext, string, Task> Answer { get; set; } = (http, _) => JsonAsync(http, "{}");

    public Uri Address => new(app.Urls.First());

    public DeBridgeUpstream Configuration => new(Address, Address, Token);

    public static async Task<Upstream> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestLineSize = 64 * 1024);
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var upstream = new Upstream(app);
        app.Run(upstream.ServeAsync);
        await app.StartAsync();
        return upstream;
    }

    public static Task JsonAsync(HttpContext http, string body, int status = 200) => BytesAsync(http, Encoding.UTF8.GetBytes(body), status);

    public static Task BytesAsync(HttpContext http, byte[] body, int status = 200, string type = "application/json; charset=utf-8")
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = type;
        return http.Response.Body.WriteAsync(body).AsTask();
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }

    private Task ServeAsync(HttpContext http)
    {
        var target = http.Features.Get<IHttpRequestFeature>()!.RawTarget;
        Headers = http.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        Asked.Enqueue(target);
        return Answer(http, target);
    }
}
