using System.Diagnostics;
using System.Globalization;
using Tributary.ChainOrders;
using Tributary.ChainOrders.Following;
using Tributary.Programs;
using Tributary.Server.Api.DeBridge.Gateway;
using Tributary.Storage;

namespace Tributary.Server.Api.DeBridge.Following;

/// <summary>
/// Keeps orders up to date from the upstream's tracking service (debridge.md § 4.5): one node at a time for each programme, never
/// more requests in a minute than are allowed, and silent as long as the upstream asks for silence.
/// </summary>
internal sealed partial class Follower(
    UpstreamClient client, FollowerState state, RecordChainEvent events, ChainOrderRecords orders, ProgramRegister programs,
    UpstreamGateway gateway, ServerOptions options, TimeProvider clock, ILogger<Follower> logger)
{
    private const int AtOnce = 4;
    private const int MostBytes = 1024 * 1024;

    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(10);

    /// <summary>After which others get their turn; the rest is due again at once.</summary>
    private static readonly TimeSpan TurnTime = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan MostPause = TimeSpan.FromHours(1);
    private static readonly TimeSpan UsualPause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan FirstBackOff = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestBackOff = TimeSpan.FromMinutes(10);

    private static readonly Caller Job = new("job:follower", Trusted: true);

    private readonly Guid node = Guid.CreateVersion7();

    public async Task RunAsync(CancellationToken ct)
    {
        if (options.DeBridgeUpstreams.Count == 0)
            return;
        var followed = await state.ProgramsAsync([.. options.DeBridgeUpstreams.Keys], ct);
        await Task.WhenAll(followed.Select(programId => FollowAsync(programId, ct)));
    }

    private async Task FollowAsync(long programId, CancellationToken ct)
    {
        if (await programs.FindAsync(programId, ct) is not { } program || gateway.UpstreamOf(program) is not { TrackingApi: { } service } upstream)
            return;
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < TurnTime && await TurnAsync(program, service, upstream.AccessToken, ct))
        {
        }
    }

    /// <returns>Whether there may be more to do at once.</returns>
    private async Task<bool> TurnAsync(ReferralProgram program, Uri service, string? accessToken, CancellationToken ct)
    {
        if (await state.LeaseAsync(program.Id, node, ct) is not { } lease || lease.PausedUntil > clock.GetUtcNow())
            return false;
        var allowed = Math.Min(AtOnce, program.Settings.DeBridge.Follower.RequestsPerMinute(accessToken is not null) - lease.AskedInMinute);
        if (allowed <= 0)
            return false;
        var due = await state.DueAsync(program.Id, allowed, ct);
        if (due.Count == 0 || !await state.AskAsync(program.Id, node, due.Count, ct))
            return false;
        var results = await Task.WhenAll(due.Select(order => AskAsync(program, service, accessToken, order, lease.Failures, ct)));
        return results.All(went => went);
    }

    /// <returns>False: the upstream is in trouble.</returns>
    private async Task<bool> AskAsync(
        ReferralProgram program, Uri service, string? accessToken, DueOrder due, int failures, CancellationToken ct)
    {
        var answer = await client.GetAsync(service, $"{DeBridgePath.TrackingRoot}Orders/{due.OrderId}", "", accessToken, AnswerTime, MostBytes, ct);
        var shown = UpstreamOrder.Read(answer, due.OrderId, program.Settings.DeBridge.ChainTable);
        var trouble = TroubleOf(answer) ?? (shown is null ? "unreadable" : null);
        // What a report contradicts is kept for support and changes nothing.
        foreach (var report in trouble is null ? shown! : [])
            await events.ExecuteAsync(program, report, boundTo: null, Job, ct);
        // An order that the upstream stumbles over waits for its turn like any other, so that it keeps nobody from theirs.
        if (!IsTooFast(answer))
            await ScheduleAsync(program, due, ct);
        if (trouble is null)
        {
            if (answer.Status != StatusCodes.Status400BadRequest)
                await state.SucceedAsync(program.Id, ct);
            return true;
        }
        await state.FailAsync(program.Id, trouble, failures + 1, PauseAfter(answer, failures), ct);
        Log.Trouble(logger, program.PublicId, trouble);
        return false;
    }

    private async Task ScheduleAsync(ReferralProgram program, DueOrder due, CancellationToken ct)
    {
        var (now, chance) = (clock.GetUtcNow(), Random.Shared.NextDouble());
        var order = await orders.FindAsync(program.Id, due.OrderId, ct);
        var next = order is not null ? FollowSchedule.OfOrder(order, now, chance)
            : due.PreparedAt is { } preparedAt ? FollowSchedule.OfPrepared(preparedAt, due.ExpiresAt ?? now, now, chance) : null;
        await state.NextAsync(program.Id, due.OrderId, next, ct);
    }

    private static string? TroubleOf(UpstreamAnswer answer) => answer switch
    {
        { Trouble: UpstreamTrouble.Unreachable } => "unreachable",
        { Trouble: UpstreamTrouble.TooSlow } => "too slow",
        { Trouble: UpstreamTrouble.BadAnswer } => "bad answer",
        _ when IsTooFast(answer) => "too many requests",
        { Status: StatusCodes.Status400BadRequest } when UpstreamOrder.HasErrorCode(answer) => null,
        _ when answer.IsSuccess || answer.Status == StatusCodes.Status404NotFound => null,
        _ => string.Create(CultureInfo.InvariantCulture, $"status {answer.Status}"),
    };

    private static bool IsTooFast(UpstreamAnswer answer) => answer.Status == StatusCodes.Status429TooManyRequests;

    /// <summary>As long as the upstream asks for; otherwise longer after each failure in a row.</summary>
    private TimeSpan PauseAfter(UpstreamAnswer answer, int failures)
    {
        if (IsTooFast(answer))
            return RetryAfter(answer.RetryAfter) ?? UsualPause;
        return Least(FirstBackOff * Math.Pow(2, Math.Min(failures, 10)), LongestBackOff);
    }

    private TimeSpan? RetryAfter(string? header)
    {
        if (int.TryParse(header, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
            return Least(TimeSpan.FromSeconds(seconds), MostPause);
        if (!DateTimeOffset.TryParseExact(header, "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at))
            return null;
        var until = at - clock.GetUtcNow();
        return until > TimeSpan.Zero ? Least(until, MostPause) : null;
    }

    private static TimeSpan Least(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The upstream of programme {Program} cannot be followed: {Trouble}")]
        public static partial void Trouble(ILogger logger, string program, string trouble);
    }
}
