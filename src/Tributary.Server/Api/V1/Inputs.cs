using System.Globalization;
using System.Reflection;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing.Patterns;
using Tributary.Primitives;

namespace Tributary.Server.Api.V1;

/// <summary>A parameter of a handler that is read from the request. What cannot be read is answered before the handler runs.</summary>
internal interface IInput
{
    Problem? Problem { get; }
}

/// <summary>The JSON body, strictly read.</summary>
internal sealed class Body<T> : IInput, IEndpointParameterMetadataProvider
    where T : class
{
    private readonly Outcome<T> read;

    private Body(Outcome<T> read, byte[] bytes)
    {
        this.read = read;
        Bytes = bytes;
    }

    public T Value => read.Value;

    /// <summary>As it came; an idempotency key is compared by it.</summary>
    public byte[] Bytes { get; }

    public Problem? Problem => read.Succeeded ? null : read.Problem;

    public static async ValueTask<Body<T>> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (MediaProblem(context.Request) is { } refusal)
            return new Body<T>(refusal, []);
        var bytes = await ReadAsync(context);
        var itemsApart = context.GetEndpoint()?.Metadata.GetMetadata<BatchBody>() is not null;
        return new Body<T>(StrictJson.Read(bytes, (JsonTypeInfo<T>)V1Json.Strict.GetTypeInfo(typeof(T))!, itemsApart), bytes);
    }

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        // Any type as far as the routing goes: what is refused is refused here, after the key was looked at.
        builder.Metadata.Add(new AcceptsMetadata(["*/*"], typeof(T)));
    }

    private static Problem? MediaProblem(HttpRequest request)
    {
        if (request.Headers.ContentEncoding is { Count: > 0 } encoding && encoding != "identity")
            return new Problem(ProblemCode.UnsupportedMedia, "A compressed body is not taken.", "Content-Encoding");
        return request.HasJsonContentType()
            ? null
            : new Problem(ProblemCode.UnsupportedMedia, "The body must be JSON, said by 'Content-Type: application/json'.", "Content-Type");
    }

    /// <summary>The HTTP server cuts bodies off at their limit.</summary>
    private static async Task<byte[]> ReadAsync(HttpContext context)
    {
        using var copy = new MemoryStream((int)Math.Min(context.Request.ContentLength ?? 0, Limits.BodyBytes));
        await context.Request.Body.CopyToAsync(copy, context.RequestAborted);
        return copy.ToArray();
    }
}

/// <summary>Which page of a list: <c>?limit=50&amp;after=…</c>.</summary>
internal sealed class Paging : IInput, IEndpointParameterMetadataProvider
{
    public const int UsualSize = 50;
    public const int MostSize = 100;

    private readonly Outcome<PageRequest> read;

    private Paging(Outcome<PageRequest> read) => this.read = read;

    public PageRequest Request => read.Value;

    public Problem? Problem => read.Succeeded ? null : read.Problem;

    public static ValueTask<Paging> BindAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return ValueTask.FromResult(new Paging(Read(context.Request.Query)));
    }

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Metadata.Add(new PagedMetadata());
    }

    private static Outcome<PageRequest> Read(IQueryCollection query)
    {
        var size = UsualSize;
        if (query["limit"] is { Count: > 0 } limit
            && (!int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out size) || size is < 1 or > MostSize))
            return new Problem(ProblemCode.OutOfRange, $"A page has 1 to {MostSize} rows.", "limit");
        if (query["after"] is not { Count: > 0 } after)
            return new PageRequest(size);
        return Cursor.TryParse(after, out var cursor)
            ? new PageRequest(size, cursor)
            : new Problem(ProblemCode.InvalidValue, "A page begins after a cursor that the page before gave.", "after");
    }
}

/// <summary>
/// The merchant's own text in a path, decoded once: the framework leaves <c>%2F</c> as it is, and then nobody can tell it
/// from a <c>%252F</c>, so the text is taken from the request line.
/// </summary>
internal sealed class PathText : IInput
{
    private readonly Outcome<string> read;

    private PathText(Outcome<string> read) => this.read = read;

    public string Value => read.Value;

    public Problem? Problem => read.Succeeded ? null : read.Problem;

    public static ValueTask<PathText> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(parameter);
        var pattern = ((RouteEndpoint)context.GetEndpoint()!).RoutePattern;
        var text = Segment(context.Features.Get<IHttpRequestFeature>()!.RawTarget, PlaceOf(parameter.Name!, pattern));
        return ValueTask.FromResult(new PathText(Read(text, parameter.Name!)));
    }

    private static Outcome<string> Read(string text, string name)
    {
        if (text.Length > Limits.Text)
            return new Problem(ProblemCode.TooLong, $"An id has at most {Limits.Text} characters.", name);
        return StorableText.IsStorable(text)
            ? text
            : new Problem(ProblemCode.InvalidValue, "Text must not hold U+0000 or half a surrogate pair.", name);
    }

    private static int PlaceOf(string name, RoutePattern pattern)
    {
        for (var place = 0; place < pattern.PathSegments.Count; place++)
            if (pattern.PathSegments[place].Parts is [RoutePatternParameterPart part] && part.Name == name)
                return place;
        throw new InvalidOperationException($"The route has no {{{name}}}.");
    }

    private static string Segment(string target, int place)
    {
        var end = target.IndexOf('?', StringComparison.Ordinal);
        var path = end < 0 ? target : target[..end];
        return Uri.UnescapeDataString(path.TrimStart('/').Split('/')[place]);
    }
}
