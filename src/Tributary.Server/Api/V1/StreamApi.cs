using System.Globalization;
using Tributary.Features;
using Tributary.Keys;
using Tributary.Links;
using Tributary.Primitives;
using Tributary.Referrers;
using Tributary.Storage;
using Tributary.Webhooks.Stream;

namespace Tributary.Server.Api.V1;

/// <summary>The events of the programme as they happen, as server-sent events.</summary>
internal static class StreamApi
{
    private const string LastIdHeader = "Last-Event-ID";
    private const int MostTypes = 100;

    public static void MapStream(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/stream", OpenAsync).ForReferrersToo(KeyScopes.Read)
            .Describe("streamEvents", "Events as they happen, as server-sent events; filter by code, referrer and types, go on after an event by its id");
    }

    private static async Task<StreamAnswer> OpenAsync(
        Call call, HttpContext http, string? code, string? referrer, string? types, string? after,
        EventStreams streams, ReferrerCodes codes, KeyDirectory keys, FeatureSwitches features, IHostApplicationLifetime life)
    {
        var ct = http.RequestAborted;
        if (!await MayListenAsync(call, features, ct))
            return StreamAnswer.Refuse(new Problem(ProblemCode.FeatureOff, "The live stream is switched off for this integrator."));
        if (!ReadPosition(http.Request.Headers[LastIdHeader].ToString() is { Length: > 0 } last ? last : after).TryGet(out var position, out var problem)
            || !(await ReadFilterAsync(call, code, referrer, types, codes, ct)).TryGet(out var filter, out problem)
            || !(await streams.OpenAsync(call.Program.Id, call.Key.Number, filter, position.Value, ct)).TryGet(out var reader, out problem))
            return StreamAnswer.Refuse(problem);
        return StreamAnswer.Of(reader, KeyAgainAsync, life.ApplicationStopping);

        async ValueTask<PresentedKey?> KeyAgainAsync() =>
            await MayListenAsync(call, features, ct) ? await keys.FindAsync(BearerKeys.TokenOf(http.Request), ct) : null;
    }

    /// <summary>The programme's own keys always may; an integrator's while its feature is on.</summary>
    private static async Task<bool> MayListenAsync(Call call, FeatureSwitches features, CancellationToken ct) =>
        call.BoundTo is not { } integrator || (await features.FindAsync(call.Program.Id, Feature.LiveStream, integrator, ct)).Enabled;

    private static Outcome<Given<long?>> ReadPosition(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return new Given<long?>(null);
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var position)
            ? new Given<long?>(position)
            : new Problem(ProblemCode.InvalidValue, "A stream begins after the id of a message, which is a number.", "after");
    }

    private static async Task<Outcome<StreamFilter>> ReadFilterAsync(
        Call call, string? code, string? referrer, string? types, ReferrerCodes codes, CancellationToken ct)
    {
        if (!ReadTypes(types).TryGet(out var wanted, out var problem))
            return problem;
        var referrers = new List<long>();
        if (call.BoundTo is { } own)
            referrers.Add(own);
        if (!string.IsNullOrEmpty(referrer))
        {
            if (!long.TryParse(referrer, NumberStyles.None, CultureInfo.InvariantCulture, out var asked))
                return new Problem(ProblemCode.InvalidValue, "Not a referrer's number.", "referrer");
            referrers.Add(asked);
        }
        return new StreamFilter
        {
            Types = wanted.Value,
            Referrers = referrers,
            Code = string.IsNullOrEmpty(code) ? null : await ReadCodeAsync(call, code, codes, ct),
        };
    }

    /// <summary>A code that is not known yet may be named by events all the same.</summary>
    private static async Task<CodeFilter> ReadCodeAsync(Call call, string code, ReferrerCodes codes, CancellationToken ct)
    {
        var known = StorableText.IsStorable(code) ? await codes.FindAsync(call.Program.Id, code, ct) : null;
        return new CodeFilter(known?.Code ?? code, known?.ReferrerId);
    }

    private static Outcome<Given<IReadOnlySet<string>?>> ReadTypes(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return new Given<IReadOnlySet<string>?>(null);
        var asked = text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (asked.Length > MostTypes || asked.Any(type => !EventType.All.Contains(type)))
            return new Problem(ProblemCode.InvalidValue, "Types are names of events, separated by commas.", "types");
        return new Given<IReadOnlySet<string>?>(asked.ToHashSet(StringComparer.Ordinal));
    }
}
