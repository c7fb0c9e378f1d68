using System.Security.Cryptography;
using System.Text;
using Tributary.Keys;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Server.Api.Partnero.Input;
using Tributary.Storage;

namespace Tributary.Server.Api.Partnero;

/// <summary>One request that was let in: who asks of which programme, and what was sent.</summary>
/// <param name="Values">What stands for the names of the route's pattern.</param>
/// <param name="Input">Body and query, merged.</param>
/// <param name="Origin">The server's own address.</param>
/// <param name="Base">Absolute address that all paths of the dialect follow, with the request's own prefix.</param>
/// <param name="Address">Of this request, absolute, without its query.</param>
internal sealed record PartneroCall(
    PartneroRoute Route,
    ReferralProgram Program,
    Caller Caller,
    IReadOnlyList<string> Values,
    InputObject Input,
    string Origin,
    string Base,
    string Address,
    DateTimeOffset Now)
{
    /// <summary>What stands for the first name of the route's pattern; an identifier in the path wins over all others.</summary>
    public string Id => Values[0];

    /// <summary>Set where an <c>Idempotency-Key</c> came with a POST.</summary>
    public IdempotencyKey? Key { get; init; }

    /// <summary>Which page of a list is asked for. Its faults are reported to <see cref="Input"/>.</summary>
    public PartneroList List(int usual = PartneroList.UsualLimit)
    {
        var limit = (int)Math.Clamp(Input.Integer("limit", long.MinValue, long.MaxValue) ?? usual, 1, Limits.PageSize);
        var page = (int)Math.Clamp(Input.Integer("page", long.MinValue, long.MaxValue) ?? 1, 1, int.MaxValue);
        var sort = Input.Text("sort")?.ToLowerInvariant();
        if (sort is not (null or "asc" or "desc"))
            Input.Report("sort", "The sort must be asc or desc.");
        Cursor? after = null;
        if (Input.Text("cursor") is { } text)
        {
            if (Cursor.TryParse(text, out var cursor))
                after = cursor;
            else
                Input.Report("cursor", "The cursor is none of ours.");
        }
        else if (((long)page - 1) * limit >= PartneroList.MostSkipped)
        {
            Input.Report("page", $"Beyond row {PartneroList.MostSkipped} follow links.next.");
        }
        return new PartneroList(limit, page, sort != "asc", after, Address, MergedInput.Query(Input.Members, "page", "cursor"));
    }

    /// <summary>
    /// Runs what a creating POST asks for, once for each <c>Idempotency-Key</c> if one was sent. Kept in the operation's own
    /// transaction is only which thing was made; the answer follows as soon as it is shown. A retry after a crash between
    /// the two shows the thing as it is then.
    /// </summary>
    /// <param name="act">The operation, under the given caller.</param>
    /// <param name="referenceOf">A text by which <paramref name="show"/> finds what was made.</param>
    /// <param name="show">The answer.</param>
    /// <param name="fieldOf">See <see cref="PartneroErrors.From(Problem, Func{string, string}?)"/>.</param>
    public async Task<PartneroAnswer> OnceAsync<T>(
        Func<Caller, Task<Outcome<T>>> act,
        Func<T, string> referenceOf,
        Func<string, Task<PartneroAnswer>> show,
        Func<string, string>? fieldOf = null)
        where T : class
    {
        if (Key is not { } key)
            return (await act(Caller)).TryGet(out var made, out var problem) ? await show(referenceOf(made)) : PartneroErrors.From(problem, fieldOf);
        var request = key.RequestOf(Program.Id, Route, value => new KeptAnswer(IdempotencyKey.OnlyReference, Encoding.UTF8.GetBytes(referenceOf((T)value))));
        var outcome = await act(Caller with { Idempotency = request });
        if (request.Replayed is { } kept)
            return (kept.Status == IdempotencyKey.OnlyReference ? await ShowAsync(Encoding.UTF8.GetString(kept.Body)) : new PartneroAnswer(kept.Status, kept.Body))
                with { Headers = [("Idempotency-Replayed", "true")] };
        return outcome.TryGet(out var result, out var refusal) ? await ShowAsync(referenceOf(result)) : PartneroErrors.From(refusal, fieldOf);

        async Task<PartneroAnswer> ShowAsync(string reference)
        {
            var answer = await show(reference);
            await key.Answers.ReplaceAsync(request, new KeptAnswer(answer.Status, answer.Body));
            return answer;
        }
    }
}

/// <summary>The <c>Idempotency-Key</c> of a request.</summary>
/// <param name="KeyNumber">Of the API key that asks.</param>
/// <param name="Request">Target and body, of which only a hash is kept.</param>
internal sealed record IdempotencyKey(string Text, long KeyNumber, byte[] Request, IdempotencyAnswers Answers)
{
    public const string Header = "Idempotency-Key";

    /// <summary>Stands for the status of an answer that was not shown yet.</summary>
    public const int OnlyReference = 0;

    public static bool IsPossible(string text) => text.Length is >= 1 and <= Limits.Text && !text.AsSpan().ContainsAnyExceptInRange(' ', '~');

    public IdempotencyRequest RequestOf(long programId, PartneroRoute route, Func<object, KeptAnswer> render) => new(
        programId, KeyNumber, $"partnero {route.Method} {route.Pattern}", SHA256.HashData(Encoding.UTF8.GetBytes(Text)), SHA256.HashData(Request), render);
}
