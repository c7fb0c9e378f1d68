using System.Net;
using System.Text;
using System.Text.Json;

namespace Tributary.Server.Tests.Partnero;

/// <summary>A visitor with a browser of its own, which keeps its cookies.</summary>
internal sealed class Browser(PartneroShop shop)
{
    private static int s_last = 100;

    private readonly string agent =
        $"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{Interlocked.Increment(ref s_last)}.0.0.0 Safari/537.36";

    private readonly Dictionary<string, string> cookies = [];

    public string? Cookie(string name) => cookies.GetValueOrDefault(name);

    /// <summary>Opens an address at a redirect host.</summary>
    /// <param name="url">Without scheme; sent exactly as it is written.</param>
    public async Task<Visited> VisitAsync(string url, string method = "GET", params (string Name, string Value)[] headers)
    {
        var slash = url.IndexOf('/', StringComparison.Ordinal);
        var exact = new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true };
        using var handler = new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false };
        using var client = new HttpClient(handler);
        using var request = new HttpRequestMessage(
            new HttpMethod(method), new Uri(shop.Node.Server.Client.BaseAddress!.OriginalString.TrimEnd('/') + url[slash..], exact));
        request.Headers.Host = url[..slash];
        if (cookies.Count > 0)
            request.Headers.Add("Cookie", string.Join("; ", cookies.Select(cookie => $"{cookie.Key}={cookie.Value}")));
        foreach (var (name, value) in (IEnumerable<(string, string)>)[("User-Agent", agent), ("Accept-Language", "en"), .. headers])
        {
            request.Headers.Remove(name);
            request.Headers.TryAddWithoutValidation(name, value).ShouldBeTrue(name);
        }
        using var answer = await client.SendAsync(request);
        IReadOnlyList<string> set = answer.Headers.TryGetValues("Set-Cookie", out var given) ? [.. given] : [];
        foreach (var pair in set.Select(cookie => cookie.Split(';')[0].Split('=', 2)))
            cookies[pair[0]] = pair[1];
        return new Visited((int)answer.StatusCode, answer.Headers.Location?.OriginalString ?? "", set);
    }

    /// <summary>Looks at a page of the merchant's that carries the snippet.</summary>
    public async Task<JsonElement> ViewAsync(string path)
    {
        var visitor = Cookie("partnero_session_uuid") is { } id ? $"\"{id}\"" : "null";
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(shop.Node.Server.Client.BaseAddress!, $"/pub/v1/{shop.Program.PublicId}/touch"))
        {
            Content = new StringContent($$"""{"url":"https://{{shop.Site}}{{path}}","visitor":{{visitor}}}""", Encoding.UTF8, "text/plain"),
        };
        request.Headers.Add("Origin", "https://" + shop.Site);
        request.Headers.TryAddWithoutValidation("User-Agent", agent);
        request.Headers.Add("Accept-Language", "en");
        using var answer = await client.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, text);
        var kept = JsonDocument.Parse(text).RootElement;
        foreach (var (member, name) in (IEnumerable<(string, string)>)[("code", "partnero_partner"), ("click", "trb_click"), ("visitor", "partnero_session_uuid")])
            if (kept.TryGetProperty(member, out var value) && value.GetString() is { } given)
                cookies[name] = given;
        return kept;
    }
}

/// <param name="Cookies">As they were set.</param>
internal sealed record Visited(int Status, string Location, IReadOnlyList<string> Cookies);
