using System.Text.Json.Serialization;
using Tributary.Campaigns;
using Tributary.Customers;
using Tributary.Referrers;
using Tributary.Server.Api.Gameball.Wire;
using Tributary.Server.Api.Wire;

namespace Tributary.Server.Api.Gameball;

/// <summary>Somebody whom the customer referred.</summary>
/// <param name="GameballId">Also the cursor of the next page.</param>
internal sealed record FriendView(
    string? CustomerId,
    string? DisplayName,
    string? Email,
    string? MobileNumber,
    string JoinDate,
    string Status,
    long GameballId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<FriendStepView>? Steps)
{
    public static FriendView Of(ReferredFriend friend, FriendSteps? steps) => new(
        friend.MerchantId,
        CustomerName.Of(friend.Attributes),
        friend.Email,
        friend.Mobile,
        new StoredAttributes(friend.Attributes).Text("joinDate") ?? WireTime.Format(friend.CreatedAt),
        friend.IsActive ? "Active" : "Pending",
        friend.Number,
        steps?.Of(friend.Number));
}

internal sealed record FriendStepView(
    string StepName,
    string EventName,
    string Status,
    WireInstant? CompletedAt,
    StepRewardView? CustomerReward,
    StepRewardView? FriendReward);

/// <summary>How far each friend of a page is in the shown campaign; only where it has several steps.</summary>
internal sealed class FriendSteps(IReadOnlyList<StepView> steps, ILookup<long, StepReached> reached)
{
    public IReadOnlyList<FriendStepView> Of(long friend) =>
        [.. steps.Select((step, at) => ViewOf(step, reached[friend].FirstOrDefault(done => done.Step == at + 1)))];

    private static FriendStepView ViewOf(StepView step, StepReached? done) => new(
        step.StepName,
        step.EventName,
        done is null ? "Pending" : "Completed",
        WireInstant.Of(done?.ReachedAt),
        step.CustomerReward,
        step.FriendReward);
}
