using System.Buffers;
using Microsoft.AspNetCore.Http.Features;

namespace Tributary.Server.Api.Wire;

/// <summary>A request's body as bytes, up to a limit.</summary>
internal static class RequestBytes
{
    /// <summary>
    /// A body of up to four times the limit is still taken off the wire, so that its sender gets to read the refusal instead
    /// of losing the connection.
    /// </summary>
    private const long DrainedTimes = 4;

    /// <summary>Null when there is more than <paramref name="most"/>.</summary>
    public static async Task<byte[]?> ReadAsync(HttpRequest request, int most, CancellationToken ct)
    {
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = DrainedTimes * most;
        if (request.ContentLength > most)
            return null;
        while (true)
        {
            var read = await request.BodyReader.ReadAsync(ct);
            if (read.Buffer.Length > most)
                return null;
            if (read.IsCompleted)
            {
                var bytes = read.Buffer.ToArray();
                request.BodyReader.AdvanceTo(read.Buffer.End);
                return bytes;
            }
            request.BodyReader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }
}
