using Tributary.Programs;

namespace Tributary.Server.Api.DeBridge.Gateway;

/// <summary>Hands requests on to the programme's upstream, and its answers back as they are.</summary>
internal sealed class UpstreamGateway(UpstreamClient client, GatewaySlots slots, ServerOptions options)
{
    private const int RetryAfterSeconds = 5;

    private static readonly DeBridgeError Full =
        new(DeBridgeFault.TooManyRequests, "Too many requests wait for the upstream.") { RetryAfterSeconds = RetryAfterSeconds };

    /// <summary>Null: the programme has none.</summary>
    public DeBridgeUpstream? UpstreamOf(ReferralProgram program) =>
        program.Settings.DeBridge.Upstream is { } name ? options.DeBridgeUpstreams.GetValueOrDefault(name) : null;

    /// <summary>Whether states of its orders are asked of the upstream.</summary>
    public bool IsFollowed(ReferralProgram program) =>
        program.Settings.DeBridge.Follower.Enabled && UpstreamOf(program) is { TrackingApi: not null };

    /// <param name="path">Of the order service, encoded.</param>
    public async Task<DeBridgeAnswer> ForwardAsync(DeBridgeCall call, string path, QueryText query, CancellationToken ct)
    {
        if (UpstreamOf(call.Program) is not { } upstream)
            return DeBridgeError.NoUpstream;
        using var slot = await slots.TakeAsync(call.Program.Id, ct);
        if (slot is null)
            return Full;
        var answer = await client.GetAsync(upstream.OrderApi, path, query.ToString(), upstream.AccessToken, ct);
        return answer.Trouble switch
        {
            UpstreamTrouble.None => new DeBridgeRelay(answer.Status, answer.ContentType, answer.RetryAfter, answer.Body),
            UpstreamTrouble.Unreachable => DeBridgeError.UpstreamUnreachable,
            UpstreamTrouble.BadAnswer => DeBridgeError.UpstreamBadAnswer,
            UpstreamTrouble.TooSlow => DeBridgeError.UpstreamTimeout,
        };
    }
}
