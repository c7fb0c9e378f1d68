using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Reflection;
using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;
using Tributary.Keys;
using Tributary.Primitives;
using Tributary.Webhooks.Publishing;
using Tributary.Webhooks.Stream;

namespace Tributary.Server.Api.V1;

/// <summary>Writes a stream until the caller goes, its key ends, it falls too far behind, or the node stops.</summary>
internal sealed class StreamAnswer : IResult, IEndpointMetadataProvider
{
    private const string MediaType = "text/event-stream";

    private static readonly TimeSpan CommentEvery = TimeSpan.FromSeconds(15);
    private static readonly byte[] Beginning = "retry: 2000\n\n"u8.ToArray();
    private static readonly byte[] Comment = ":\n\n"u8.ToArray();
    private static readonly byte[] Reset = "event: reset\ndata: {}\n\n"u8.ToArray();

    private readonly EventReader? reader;
    private readonly Func<ValueTask<PresentedKey?>>? keyAgain;
    private readonly CancellationToken stopping;
    private readonly Problem? problem;

    private StreamAnswer(EventReader? reader, Func<ValueTask<PresentedKey?>>? keyAgain, Problem? problem, CancellationToken stopping)
    {
        this.reader = reader;
        this.keyAgain = keyAgain;
        this.stopping = stopping;
        this.problem = problem;
    }

    /// <param name="keyAgain">The key as it is by now: who lost it loses the stream.</param>
    public static StreamAnswer Of(EventReader reader, Func<ValueTask<PresentedKey?>> keyAgain, CancellationToken stopping) =>
        new(reader, keyAgain, null, stopping);

    public static StreamAnswer Refuse(Problem problem) => new(null, null, problem, default);

    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(string), [MediaType]));
    }

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        ArgumentNullException.ThrowIfNull(httpContext);
        if (reader is null)
        {
            await V1Problems.WriteAsync(httpContext, problem!);
            return;
        }
        await using var opened = reader;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(httpContext.RequestAborted, stopping, reader.Overrun);
        try
        {
            await WriteAsync(httpContext.Response, end.Token);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            if (!stopping.IsCancellationRequested)
                httpContext.Abort();
        }
    }

    private async Task WriteAsync(HttpResponse response, CancellationToken ct)
    {
        response.HttpContext.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        response.ContentType = MediaType;
        response.Headers.CacheControl = "no-store";
        response.Headers["X-Accel-Buffering"] = "no";
        await SendAsync(response, reader!.WasReset ? [.. Beginning, .. Reset] : Beginning, ct);
        var silentSince = Environment.TickCount64;
        while (true)
        {
            var events = await reader.NextAsync(CommentEvery, ct);
            if (await keyAgain!() is null)
                return;
            if (events.Count == 0 && Environment.TickCount64 - silentSince < CommentEvery.TotalMilliseconds - 1)
                continue;
            if (events.Count == 0)
                await SendAsync(response, Comment, ct);
            else
                await SendAsync(response, events, ct);
            silentSince = Environment.TickCount64;
        }
    }

    private static async Task SendAsync(HttpResponse response, byte[] bytes, CancellationToken ct)
    {
        await response.Body.WriteAsync(bytes, ct);
        await response.Body.FlushAsync(ct);
    }

    private static async Task SendAsync(HttpResponse response, IReadOnlyList<PublishedEvent> events, CancellationToken ct)
    {
        foreach (var told in events)
            Write(response.BodyWriter, told);
        await response.BodyWriter.FlushAsync(ct);
    }

    private static void Write(PipeWriter body, PublishedEvent told)
    {
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"id: {told.Position}\nevent: {told.Type}\ndata: "), body);
        body.Write(told.ToJson());
        body.Write("\n\n"u8);
    }
}
