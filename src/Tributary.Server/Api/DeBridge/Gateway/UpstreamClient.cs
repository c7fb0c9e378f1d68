using System.Net;
using System.Net.Http.Headers;

namespace Tributary.Server.Api.DeBridge.Gateway;

/// <summary>How long and how much an upstream may answer.</summary>
internal sealed record UpstreamLimits
{
    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(5);

    public TimeSpan Total { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Of a decompressed body.</summary>
    public int Bytes { get; init; } = 2 * 1024 * 1024;
}

internal enum UpstreamTrouble
{
    None,
    Unreachable,
    BadAnswer,
    TooSlow,
}

/// <summary>What came back, or why nothing did.</summary>
/// <param name="Body">As it came, once decompressed.</param>
internal sealed record UpstreamAnswer(UpstreamTrouble Trouble, int Status, string? ContentType, string? RetryAfter, byte[] Body)
{
    public bool IsSuccess => Trouble == UpstreamTrouble.None && Status is >= 200 and < 300;

    public static UpstreamAnswer Of(UpstreamTrouble trouble) => new(trouble, 0, null, null, []);
}

/// <summary>
/// Asks an upstream: with our own headers alone, no redirects, bounded in time and size. It goes where the operator's
/// configuration says and nowhere else.
/// </summary>
internal sealed class UpstreamClient : IDisposable
{
    private const string TokenParameter = "accesstoken";
    private const int MostHeaderKilobytes = 32;

    private readonly UpstreamLimits limits;
    private readonly HttpClient client;

    public UpstreamClient(UpstreamLimits limits)
    {
        this.limits = limits;
        client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.All,
            ConnectTimeout = limits.Connect,
            MaxResponseHeadersLength = MostHeaderKilobytes,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        client.DefaultRequestHeaders.UserAgent.ParseAdd("Tributary");
        client.DefaultRequestHeaders.Accept.ParseAdd("application/json");
    }

    public Task<UpstreamAnswer> GetAsync(Uri service, string path, string query, string? accessToken, CancellationToken ct) =>
        GetAsync(service, path, query, accessToken, limits.Total, limits.Bytes, ct);

    /// <param name="path">Below the base address, encoded.</param>
    /// <param name="query">Encoded, without its question mark.</param>
    /// <param name="accessToken">Ours, added to the query.</param>
    public async Task<UpstreamAnswer> GetAsync(
        Uri service, string path, string query, string? accessToken, TimeSpan total, int mostBytes, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, AddressOf(service, path, query, accessToken));
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limited.CancelAfter(total);
        try
        {
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limited.Token);
            if ((int)response.StatusCode is >= 300 and < 400)
                return UpstreamAnswer.Of(UpstreamTrouble.BadAnswer);
            return await ReadAsync(response, mostBytes, limited.Token) is { } body
                ? new UpstreamAnswer(
                    UpstreamTrouble.None, (int)response.StatusCode, AsSent(response.Content.Headers, "Content-Type"),
                    AsSent(response.Headers, "Retry-After"), body)
                : UpstreamAnswer.Of(UpstreamTrouble.BadAnswer);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return UpstreamAnswer.Of(limited.IsCancellationRequested ? UpstreamTrouble.TooSlow : UpstreamTrouble.Unreachable);
        }
        catch (HttpRequestException failure)
        {
            return UpstreamAnswer.Of(failure.HttpRequestError is HttpRequestError.ResponseEnded or HttpRequestError.InvalidResponse
                or HttpRequestError.ConfigurationLimitExceeded ? UpstreamTrouble.BadAnswer : UpstreamTrouble.Unreachable);
        }
        catch (Exception failure) when (failure is IOException or InvalidDataException)
        {
            return UpstreamAnswer.Of(UpstreamTrouble.BadAnswer);
        }
    }

    public void Dispose() => client.Dispose();

    /// <summary>The framework would write it in its own way. Null where it cannot be handed on.</summary>
    private static string? AsSent(HttpHeaders headers, string name) =>
        headers.NonValidated.TryGetValues(name, out var values) && values.Count == 1 && values.ToString() is var text
        && !text.AsSpan().ContainsAnyExceptInRange(' ', '~') ? text : null;

    /// <summary>The text goes out as it is: nothing in it is decoded, reordered or encoded anew.</summary>
    private static Uri AddressOf(Uri service, string path, string query, string? accessToken)
    {
        var token = accessToken is null ? "" : $"{TokenParameter}={Uri.EscapeDataString(accessToken)}";
        var joined = string.Join('&', new[] { query, token }.Where(part => part.Length > 0));
        var text = service.AbsoluteUri.TrimEnd('/') + path + (joined.Length > 0 ? "?" + joined : "");
        return new Uri(text, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
    }

    /// <summary>Null where there is more than may be.</summary>
    private static async Task<byte[]?> ReadAsync(HttpResponseMessage response, int most, CancellationToken ct)
    {
        await using var body = await response.Content.ReadAsStreamAsync(ct);
        using var bytes = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (await body.ReadAsync(buffer, ct) is var read and > 0)
        {
            if (bytes.Length + read > most)
                return null;
            bytes.Write(buffer, 0, read);
        }
        return bytes.ToArray();
    }
}
