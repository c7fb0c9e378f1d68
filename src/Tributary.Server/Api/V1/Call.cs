using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing.Patterns;
using Tributary.Keys;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Storage;

namespace Tributary.Server.Api.V1;

/// <summary>One request of the native API after its key was accepted: who asks, for which programme.</summary>
internal sealed class Call
{
    public const string IdempotencyHeader = "Idempotency-Key";

    private readonly HttpContext http;

    public Call(HttpContext http, PresentedKey presented)
    {
        this.http = http;
        Key = presented.Key;
        Program = presented.Program;
        Caller = new Caller($"key:{Key.Number}", Trusted: true, ClientAddress.Kept(http.Connection.RemoteIpAddress), http.TraceIdentifier);
    }

    public ApiKey Key { get; }

    public ReferralProgram Program { get; }

    public Caller Caller { get; }

    /// <summary>The referrer whose things are all this key meets; null: the whole programme's.</summary>
    public long? BoundTo => Key.ReferrerId;

    /// <summary>Whether what belongs to this referrer exists for the caller.</summary>
    public bool Sees(long? referrerId) => BoundTo is not { } own || own == referrerId;

    public static ValueTask<Call?> BindAsync(HttpContext context) => ValueTask.FromResult(context.Features.Get<Call>());

    /// <summary>
    /// Runs an operation that a POST asks for: once for each <c>Idempotency-Key</c>, if one was sent. The answer is made
    /// inside the operation's transaction, because it is kept there.
    /// </summary>
    /// <param name="wire">The operation's result as the API answers it.</param>
    /// <param name="kept">The same without what is shown only once.</param>
    public async Task<Answer<TWire>> RunAsync<TResult, TWire>(
        Func<Caller, Task<Outcome<TResult>>> operation,
        Func<TResult, TWire> wire,
        int status = StatusCodes.Status200OK,
        Func<TWire, TWire>? kept = null,
        byte[]? body = null)
        where TResult : class
        where TWire : class
    {
        if (!IdempotencyKeyOf(http).TryGet(out var text, out var refusal))
            return refusal;
        var caller = Caller;
        if (text.Length > 0)
            caller = Caller with { Idempotency = RequestOf(text, body ?? [], result => Keep((TResult)result)) };
        var outcome = await operation(caller);
        if (caller.Idempotency?.Replayed is { } replayed)
            return Answer<TWire>.Replay(replayed);
        return outcome.TryGet(out var value, out var problem) ? Answer<TWire>.Of(wire(value), status) : problem;

        KeptAnswer Keep(TResult result) => new(status, V1Json.Bytes(kept is null ? wire(result) : kept(wire(result))));
    }

    private IdempotencyRequest RequestOf(string key, byte[] body, Func<object, KeptAnswer> render)
    {
        var route = $"{http.Request.Method} {((RouteEndpoint)http.GetEndpoint()!).RoutePattern.RawText}";
        var target = Encoding.UTF8.GetBytes(http.Features.Get<IHttpRequestFeature>()!.RawTarget + "\n");
        return new IdempotencyRequest(Program.Id, Key.Number, route, SHA256.HashData(Encoding.UTF8.GetBytes(key)), SHA256.HashData([.. target, .. body]), render);
    }

    /// <summary>Empty where none was sent.</summary>
    private static Outcome<string> IdempotencyKeyOf(HttpContext http)
    {
        var sent = http.Request.Headers[IdempotencyHeader];
        return sent.Count switch
        {
            0 => "",
            1 when sent[0] is { Length: >= 1 and <= Limits.Text } key && !key.AsSpan().ContainsAnyExceptInRange(' ', '~') => key,
            _ => new Problem(ProblemCode.InvalidValue, $"An idempotency key has 1 to {Limits.Text} printable ASCII characters.", IdempotencyHeader),
        };
    }
}
