using System.Text.Json.Nodes;
using Tributary.Keys;
using Tributary.Orders;
using Tributary.Primitives;
using Tributary.Rewards;

namespace Tributary.Server.Api.V1;

/// <summary>What was earned, and decisions about it. A bound key reads what its referrer earned.</summary>
internal static class RewardsApi
{
    public static void MapRewards(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/rewards", ListAsync).ForReferrersToo(KeyScopes.Read)
            .Describe("listRewards", "Rewards, newest first; filter by recipient, state, campaign and order");
        routes.MapGet("/rewards/{rewardId:long}", GetAsync).ForReferrersToo(KeyScopes.Read)
            .Describe("getReward", "One reward");
        routes.MapPost("/rewards/{rewardId:long}/approve", ApproveAsync).ForSecrets(KeyScopes.Manage)
            .Describe("approveReward", "Make a pending reward available; before its time only if that is asked for");
        routes.MapPost("/rewards/{rewardId:long}/hold", HoldAsync).ForSecrets(KeyScopes.Manage)
            .Describe("holdReward", "Stop a reward until somebody has looked at it");
        routes.MapPost("/rewards/{rewardId:long}/release", ReleaseAsync).ForSecrets(KeyScopes.Manage)
            .Describe("releaseReward", "Let a held reward go on");
        routes.MapPost("/rewards/{rewardId:long}/reject", RejectAsync).ForSecrets(KeyScopes.Manage)
            .Describe("rejectReward", "Decide that a held reward is not owed; final");
        routes.MapPost("/rewards/{rewardId:long}/reverse", ReverseAsync).ForSecrets(KeyScopes.Manage)
            .Describe("reverseReward", "Take a reward back that is in no payout; final");
    }

    private static async Task<Answer<ListAnswer<RewardAnswer>>> ListAsync(
        Call call, Paging page, long? recipientId, string? state, long? campaignId, string? orderId,
        RewardQueries rewards, OrderRecords orders, CancellationToken ct)
    {
        RewardState? wanted = null;
        if (state is not null)
        {
            if (!RewardStates.TryParse(state, out var known))
                return new Problem(ProblemCode.InvalidValue, "Not a state of a reward.", "state");
            wanted = known;
        }
        if (orderId is not null && !StorableText.IsStorable(orderId))
            return new Problem(ProblemCode.InvalidValue, "Not an id.", "orderId");
        var order = orderId is null ? null : await orders.FindAsync(call.Program.Id, orderId, ct);
        if ((orderId is not null && order is null) || (recipientId is not null && !call.Sees(recipientId)))
            return new ListAnswer<RewardAnswer>([], null);
        var filter = new RewardFilter(recipientId ?? call.BoundTo, OrderKey: order?.OrderKey, State: wanted, CampaignId: campaignId);
        return ListAnswer<RewardAnswer>.Of(await rewards.ListAsync(call.Program.Id, filter, page.Request, ct), RewardAnswer.Of);
    }

    private static async Task<Answer<RewardAnswer>> GetAsync(Call call, long rewardId, RewardQueries rewards, CancellationToken ct)
    {
        var found = await rewards.FindAsync(call.Program.Id, rewardId, ct);
        return (found is not null && call.Sees(found.RecipientId) ? found : null).OrNotFound(RewardAnswer.Of, "reward");
    }

    private static Task<Answer<RewardAnswer>> ApproveAsync(
        Call call, long rewardId, Body<ApprovalBody> body, ApproveReward approve, CancellationToken ct) =>
        DecideAsync(call, caller => approve.ExecuteAsync(call.Program, rewardId, body.Value.Early ?? false, caller, ct), body.Bytes);

    private static Task<Answer<RewardAnswer>> HoldAsync(
        Call call, long rewardId, Body<DecisionBody> body, HoldReward hold, CancellationToken ct) =>
        DecideAsync(call, caller => hold.HoldAsync(call.Program, rewardId, body.Value.Reason, caller, ct), body.Bytes);

    private static Task<Answer<RewardAnswer>> ReleaseAsync(Call call, long rewardId, HoldReward hold, CancellationToken ct) =>
        DecideAsync(call, caller => hold.ReleaseAsync(call.Program, rewardId, caller, ct), []);

    private static Task<Answer<RewardAnswer>> RejectAsync(
        Call call, long rewardId, Body<DecisionBody> body, RejectReward reject, CancellationToken ct) =>
        DecideAsync(call, caller => reject.ExecuteAsync(call.Program, rewardId, body.Value.Reason, caller, ct), body.Bytes);

    private static Task<Answer<RewardAnswer>> ReverseAsync(
        Call call, long rewardId, Body<DecisionBody> body, ReverseReward reverse, CancellationToken ct) =>
        DecideAsync(call, caller => reverse.ExecuteAsync(call.Program, rewardId, body.Value.Reason, caller, ct), body.Bytes);

    private static Task<Answer<RewardAnswer>> DecideAsync(
        Call call, Func<Storage.Caller, Task<Outcome<Reward>>> decision, byte[] body) =>
        call.RunAsync(decision, RewardAnswer.Of, body: body);
}

/// <summary>What one person earned by one line of one campaign for one cause.</summary>
/// <param name="Role">referrer, customer or recruiter.</param>
/// <param name="Cause">What it is for: <c>order:…</c>, <c>lead:…</c>.</param>
/// <param name="Kind">money, points, score, coupon or custom.</param>
/// <param name="Unit">Null for coupons and what the merchant fulfils.</param>
/// <param name="Earned">First computed.</param>
/// <param name="Net">Owed now.</param>
/// <param name="Unspent">Of points: not redeemed yet.</param>
/// <param name="Reason">Why it is held, was rejected or reversed.</param>
internal sealed record RewardAnswer(
    long Id,
    long? CampaignId,
    int? CampaignVersion,
    string Role,
    long RecipientId,
    long? CustomerNumber,
    string? OrderId,
    string Cause,
    string Kind,
    string? Unit,
    WholeNumber Earned,
    WholeNumber Net,
    WholeNumber? Unspent,
    string State,
    string? Reason,
    JsonObject Details,
    DateTimeOffset AvailableAt,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt)
{
    public static RewardAnswer Of(Reward reward) => new(
        reward.Id,
        reward.CampaignId,
        reward.Version,
        reward.Role,
        reward.RecipientId,
        reward.CustomerId,
        reward.OrderId,
        reward.Cause,
        reward.Kind,
        reward.Unit?.Text,
        WholeNumber.Of(reward.Earned, reward.Unit),
        WholeNumber.Of(reward.Net, reward.Unit),
        reward.Unspent is { } unspent ? WholeNumber.Of(unspent, reward.Unit) : null,
        reward.State.Text(),
        reward.Reason,
        JsonNode.Parse(reward.Details)!.AsObject(),
        reward.AvailableAt,
        reward.ExpiresAt,
        reward.CreatedAt,
        reward.UpdatedAt);
}

internal sealed record ApprovalBody
{
    /// <summary>True: also before its time.</summary>
    public bool? Early { get; init; }
}

internal sealed record DecisionBody
{
    /// <summary>1 to 255 characters; merchant and recipient see it.</summary>
    public required string Reason { get; init; }
}
