using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;
using Tributary.Primitives;
using Tributary.Storage;

namespace Tributary.Server.Api.V1;

/// <summary>What a call of the native API answers: a value, a problem, or the bytes that were answered before.</summary>
internal sealed class Answer<T> : IResult, IEndpointMetadataProvider
    where T : class
{
    public const string MediaType = "application/json; charset=utf-8";
    public const string ReplayedHeader = "Idempotency-Replayed";

    private readonly T? value;
    private readonly Problem? problem;
    private readonly KeptAnswer? replayed;
    private readonly int status;

    private Answer(T? value, int status, Problem? problem, KeptAnswer? replayed)
    {
        this.value = value;
        this.status = status;
        this.problem = problem;
        this.replayed = replayed;
    }

    public static Answer<T> Of(T value, int status = StatusCodes.Status200OK) => new(value, status, null, null);

    public static Answer<T> Replay(KeptAnswer kept) => new(null, kept.Status, null, kept);

    public static Answer<T> Refuse(Problem problem) => new(null, 0, problem, null);

    public static implicit operator Answer<T>(T value) => Of(value);

    public static implicit operator Answer<T>(Problem problem) => Refuse(problem);

    public static implicit operator Answer<T>(Outcome<T> outcome) =>
        outcome.TryGet(out var value, out var problem) ? value : problem;

    public Task ExecuteAsync(HttpContext httpContext)
    {
        if (problem is not null)
            return V1Problems.WriteAsync(httpContext, problem);
        if (replayed is not null)
            httpContext.Response.Headers[ReplayedHeader] = "true";
        httpContext.Response.StatusCode = status;
        httpContext.Response.ContentType = MediaType;
        var bytes = replayed?.Body ?? V1Json.Bytes(value!);
        httpContext.Response.ContentLength = bytes.Length;
        return httpContext.Response.Body.WriteAsync(bytes, httpContext.RequestAborted).AsTask();
    }

    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(T), ["application/json"]));
    }
}

internal static class Answers
{
    public static Problem NotFound(string what) => new(ProblemCode.NotFound, $"No such {what}.");

    /// <summary>The wire form of a row, or 404.</summary>
    public static Answer<TWire> OrNotFound<TRow, TWire>(this TRow? row, Func<TRow, TWire> wire, string what)
        where TRow : class
        where TWire : class => row is null ? NotFound(what) : wire(row);
}
