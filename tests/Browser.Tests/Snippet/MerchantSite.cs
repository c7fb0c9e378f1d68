using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Tributary.Browser.Tests.Snippet;

/// <summary>
/// A shop's own web server, for every host that Chromium is told to find here. What lies below <c>/_t/</c> it passes on to
/// Tributary, as the examples for reverse proxies do.
/// </summary>
internal sealed class MerchantSite : IAsyncDisposable
{
    public const string NeutralPath = "/_t/";

    private static readonly string[] PassedHeaders = ["Content-Type", "User-Agent", "Accept-Language", "Origin", "Sec-Fetch-Site", "Sec-Fetch-Mode", "Sec-Fetch-Dest"];

    private readonly WebApplication app;
    private readonly HttpClient tributary;
    private readonly ConcurrentDictionary<string, string> pages = new();

    private MerchantSite(WebApplication app, Uri server)
    {
        this.app = app;
        tributary = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = server };
        app.Run(AnswerAsync);
    }

    public int Port { get; private set; }

    public static async Task<MerchantSite> StartAsync(Uri server)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var site = new MerchantSite(builder.Build(), server);
        await site.app.StartAsync();
        site.Port = new Uri(site.app.Urls.First()).Port;
        return site;
    }

    /// <summary>The address of a path on one of the shop's hosts.</summary>
    public string Url(string path, string host = "yoursite.com") => $"http://{host}:{Port}{path}";

    /// <summary>What the head of every page holds.</summary>
    public void Put(string head) => Put("*", head);

    /// <summary>What the head of one page holds.</summary>
    public void Put(string path, string head) => pages[path] = head;

    public async ValueTask DisposeAsync()
    {
        tributary.Dispose();
        await app.DisposeAsync();
    }

    private Task AnswerAsync(HttpContext http)
    {
        if (http.Request.Path.StartsWithSegments("/_t", out var rest))
            return PassOnAsync(http, rest + http.Request.QueryString);
        var head = pages.TryGetValue(http.Request.Path, out var own) ? own : pages.GetValueOrDefault("*", "");
        http.Response.ContentType = "text/html; charset=utf-8";
        return http.Response.WriteAsync($"<!doctype html><html lang=en><head><title>Shop</title><link rel=icon href=\"data:,\">{head}</head><body>Shop</body></html>");
    }

    private async Task PassOnAsync(HttpContext http, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(http.Request.Method), path) { Content = new StreamContent(http.Request.Body) };
        foreach (var name in PassedHeaders)
        {
            if (http.Request.Headers.TryGetValue(name, out var value) && !request.Headers.TryAddWithoutValidation(name, value.ToString()))
                request.Content.Headers.TryAddWithoutValidation(name, value.ToString());
        }
        using var answer = await tributary.SendAsync(request, http.RequestAborted);
        http.Response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers))
            if (name is "Set-Cookie" or "Content-Type" or "Cache-Control")
                http.Response.Headers.Append(name, values.ToArray());
        await answer.Content.CopyToAsync(http.Response.Body);
    }
}
