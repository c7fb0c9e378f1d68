using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Tributary.Server.Hosting;

/// <summary>What one client may ask of the HTTP server before any of our code runs (N1, N2).</summary>
internal static class KestrelLimits
{
    /// <summary>Body of any endpoint that does not ask for another limit.</summary>
    public const long BodyBytes = 256 * 1024;

    /// <summary>Body of batches and imports.</summary>
    public const long BatchBodyBytes = 8 * 1024 * 1024;

    /// <summary>Time from SIGTERM for running requests and jobs to finish; PostgreSQL stops after it.</summary>
    public static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(20);

    private const int RequestLineBytes = 32 * 1024;

    public static void Apply(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        KestrelServerLimits limits = kestrel.Limits;
        limits.MaxRequestLineSize = RequestLineBytes;
        limits.MaxRequestHeaderCount = 100;
        limits.MaxRequestHeadersTotalSize = 64 * 1024;
        limits.MaxRequestBodySize = BodyBytes;
        limits.MaxConcurrentConnections = 10_000;
        limits.MaxConcurrentUpgradedConnections = 1_000;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        limits.KeepAliveTimeout = TimeSpan.FromSeconds(75);
        var slowest = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));
        limits.MinRequestBodyDataRate = slowest;
        limits.MinResponseDataRate = slowest;
        limits.Http2.MaxStreamsPerConnection = 100;
        limits.Http2.MaxRequestHeaderFieldSize = RequestLineBytes;
        limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(60);
    }
}
