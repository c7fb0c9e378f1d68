using Tributary.Campaigns;
using Tributary.Programs;
using Tributary.Referrers;
using Tributary.Server.Api.Gameball.Wire;
using Tributary.Server.Api.Wire;
using Tributary.Signups;

namespace Tributary.Server.Api.Gameball;

/// <summary>Checking a code and listing whom a customer referred: gameball.md 3.4 and 3.5.</summary>
internal sealed class ReferralCalls(ReferralCheck check, ReferralQueries referrals, ShownCampaigns campaigns, CodeGuesses guesses)
{
    private const int UsualPage = 50;
    private const int LongestPage = 200;

    private static readonly WireMember[] OfValidation =
    [
        WireMember.Required("referrerCode", WireType.Text, "As typed, scanned or pasted"),
        new("forCustomerId", WireType.Text, "Who would use it; absent or unknown: somebody new"),
    ];

    private static readonly WireMember[] OfPage =
    [
        new("startAfter", WireType.Integer, "The gameballId of the last friend seen"),
        new("limit", WireType.Integer, "Friends on a page, 1 to 200; 50 unless said"),
    ];

    public IReadOnlyList<GameballRoute> Routes =>
    [
        new("GET", "referrals/validate", KeyDemand.ApiKey, ValidateAsync)
        {
            Summary = "Whether a referrer's code could be used",
            Query = OfValidation,
            Answer = GameballJson.Answers.ValidityAnswer,
        },
        new("GET", "customers/validateReferrerCode", KeyDemand.ApiKey, ValidateAsync)
        {
            Summary = "Older name of referrals/validate",
            Rate = RateGroup.CustomersAndEvents,
            Query = OfValidation,
            Answer = GameballJson.Answers.ValidityAnswer,
        },
        new("GET", "customers/{customerId}/referrals", KeyDemand.Secret, ListAsync)
        {
            Summary = "Whom the customer referred",
            Rate = RateGroup.CustomersAndEvents,
            Query = OfPage,
            Answer = GameballJson.Answers.FriendsAnswer,
        },
        new("GET", "customers/{customerId}/referrals/count", KeyDemand.Secret, CountAsync)
        {
            Summary = "How many the customer referred",
            Rate = RateGroup.CustomersAndEvents,
            Answer = GameballJson.Answers.FriendCountAnswer,
        },
    ];

    private async Task<GameballAnswer> ValidateAsync(GameballCall call, CancellationToken ct)
    {
        if (call.Parameter("referrerCode", "referralCode") is not { } code)
            return GameballErrors.Missing("referrerCode");
        if (await guesses.WaitAsync(call, ct) is { } seconds)
            return GameballErrors.TooFast(seconds);
        var claim = ReferralMembers.ClaimOf(call, WireCode.Of(code));
        var outcome = await check.JudgeAsync(call.Program, claim, CustomerOf(call), ct);
        await guesses.NoteAsync(call, outcome, ct);
        return GameballAnswer.Of(new ValidityAnswer(outcome.Accepted), GameballJson.Answers.ValidityAnswer);
    }

    /// <summary>Whom the code is for; a text that nobody can have as an id is somebody new.</summary>
    private static string? CustomerOf(GameballCall call) =>
        call.Parameter("forCustomerId") is { } id ? WireText.ComposeIfStorable(id) : null;

    private async Task<GameballAnswer> ListAsync(GameballCall call, CancellationToken ct)
    {
        if (!call.Number("startAfter").TryGet(out var after, out _) || after < 0)
            return GameballErrors.Invalid("startAfter");
        if (!call.Number("limit").TryGet(out var limit, out _))
            return GameballErrors.Invalid("limit");
        var size = (int)Math.Clamp(limit ?? UsualPage, 1, LongestPage);
        if (await referrals.FriendsAsync(call.Program.Id, call.Id, after ?? 0, size, ct) is not { } page)
            return GameballErrors.CustomerUnknown;
        var steps = await StepsOfAsync(call.Program, page.Items, ct);
        var friends = page.Items.Select(friend => FriendView.Of(friend, steps)).ToList();
        return GameballAnswer.Of(new FriendsAnswer(friends, friends.Count, page.HasMore), GameballJson.Answers.FriendsAnswer);
    }

    private async Task<FriendSteps?> StepsOfAsync(ReferralProgram program, IReadOnlyList<ReferredFriend> friends, CancellationToken ct)
    {
        if (friends.Count == 0 || await campaigns.FindAsync(program, ct) is not { Definition.Steps.Count: > 1 } shown)
            return null;
        var reached = await referrals.StepsAsync(program.Id, shown.CampaignId, [.. friends.Select(friend => friend.Number)], ct);
        return new FriendSteps([.. shown.Definition.Steps.Select(step => StepView.Of(step, program))], reached);
    }

    private async Task<GameballAnswer> CountAsync(GameballCall call, CancellationToken ct)
    {
        if (await referrals.CountAsync(call.Program.Id, call.Id, ct) is not { } count)
            return GameballErrors.CustomerUnknown;
        return GameballAnswer.Of(
            new FriendCountAnswer(count.Pending + count.Active, count.Pending, count.Active), GameballJson.Answers.FriendCountAnswer);
    }
}

internal sealed record ValidityAnswer(bool IsValid);

internal sealed record FriendsAnswer(IReadOnlyList<FriendView> ReferredFriends, int Count, bool HasMore);

internal sealed record FriendCountAnswer(long Count, long TotalPending, long TotalActive);
