using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;

namespace Tributary.Server.Outbound;

/// <summary>
/// The client for every request that is made on behalf of others. The address that is connected to is judged, not the name that
/// led there, so that no second look-up can lead elsewhere; no redirects, no proxy, bounded in time and size.
/// </summary>
internal sealed partial class GuardedHttp : IDisposable
{
    /// <summary>The same for refused, unreachable and timed out: whoever asks learns nothing of the network around the server.</summary>
    public const string Refusal = "The address could not be reached.";

    public const int MostBytes = 16 * 1024;

    private const int MostHeaderKilobytes = 16;

    private static readonly TimeSpan ConnectTime = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan TotalTime = TimeSpan.FromSeconds(15);

    // A connection leads to the address that was judged, however long it is kept.
    private static readonly TimeSpan ConnectionLife = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan IdleLife = TimeSpan.FromSeconds(20);

    private readonly OutboundPolicy policy;
    private readonly ILogger<GuardedHttp> logger;
    private readonly HttpClient client;
    private readonly Func<string, CancellationToken, Task<IPAddress[]>> resolve;

    public GuardedHttp(OutboundPolicy policy, ILogger<GuardedHttp> logger)
        : this(policy, logger, Dns.GetHostAddressesAsync)
    {
    }

    /// <param name="resolve">Asked once for every connection.</param>
    internal GuardedHttp(OutboundPolicy policy, ILogger<GuardedHttp> logger, Func<string, CancellationToken, Task<IPAddress[]>> resolve)
    {
        this.policy = policy;
        this.logger = logger;
        this.resolve = resolve;
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = ConnectTime,
            MaxResponseHeadersLength = MostHeaderKilobytes,
            ConnectCallback = ConnectAsync,
            PooledConnectionLifetime = ConnectionLife,
            PooledConnectionIdleTimeout = IdleLife,
            // The rest of an answer that is cut is of no use: its connection is closed.
            MaxResponseDrainSize = 0,
        };
        client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = MostBytes };
        client.DefaultRequestHeaders.UserAgent.ParseAdd("Tributary");
    }

    /// <summary>
    /// The answer, its body cut at <see cref="MostBytes"/> or where it broke off; null where there is none, for whatever reason.
    /// </summary>
    public async Task<GuardedAnswer?> SendAsync(HttpRequestMessage request, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.RequestUri is not { } uri || !policy.May(uri))
            return null;
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limited.CancelAfter(TotalTime);
        try
        {
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limited.Token);
            return new GuardedAnswer(response.StatusCode, await ReadAsync(response, limited.Token, ct), response.Headers.RetryAfter);
        }
        catch (Exception failure) when (IsOfNetwork(failure, ct))
        {
            Log.Failed(logger, failure.GetType().Name);
            return null;
        }
    }

    public void Dispose() => client.Dispose();

    /// <summary>The status has said what came of the request; a body that breaks off or stalls changes nothing about it.</summary>
    private async Task<byte[]> ReadAsync(HttpResponseMessage response, CancellationToken limited, CancellationToken ct)
    {
        var (bytes, length) = (new byte[MostBytes], 0);
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(limited);
            int read;
            while ((read = await body.ReadAsync(bytes.AsMemory(length), limited)) > 0)
                length += read;
        }
        catch (Exception failure) when (IsOfNetwork(failure, ct))
        {
            Log.BrokeOff(logger, failure.GetType().Name);
        }
        return bytes[..length];
    }

    private static bool IsOfNetwork(Exception failure, CancellationToken ct) =>
        failure is HttpRequestException or IOException or SocketException || (failure is OperationCanceledException && !ct.IsCancellationRequested);

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken ct)
    {
        var host = context.DnsEndPoint.Host;
        var addresses = IPAddress.TryParse(host.Trim('[', ']'), out var literal) ? [literal] : await resolve(host, ct);
        // One address inside is enough to refuse them all: a name that leads to both was made to.
        if (addresses.Length == 0 || !addresses.All(policy.May))
            throw new HttpRequestException(Refusal);
        if (addresses.Any(policy.IsAllowed))
            Log.Inside(logger, host);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, ct);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(60, LogLevel.Debug, "An outbound request had no answer: {Reason}")]
        public static partial void Failed(ILogger logger, string reason);

        [LoggerMessage(62, LogLevel.Debug, "The answer to an outbound request broke off: {Reason}")]
        public static partial void BrokeOff(ILogger logger, string reason);

        [LoggerMessage(61, LogLevel.Information, "An outbound request goes to {Host}, which TRIBUTARY_OUTBOUND_ALLOW allows")]
        public static partial void Inside(ILogger logger, string host);
    }
}

/// <param name="Body">Its beginning.</param>
/// <param name="RetryAfter">When the other side wants to be asked again.</param>
internal sealed record GuardedAnswer(HttpStatusCode Status, byte[] Body, RetryConditionHeaderValue? RetryAfter);
