using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;
using Tributary.Rewards;

namespace Tributary.Reporting;

/// <summary>Says what a reward is, whose it is and how it stands now.</summary>
internal sealed class RewardWords(Wording wording)
{
    private const string Refunded = "refunded";
    private const string SelfReferral = "self_referral";

    /// <param name="referred">Whether the customer was referred: its reward is then the friend reward.</param>
    /// <param name="occasion">What it is for, such as <c> for order 17</c>; empty where that is plain.</param>
    public RewardExplained Explain(ReportedReward reported, bool referred, string occasion = "")
    {
        var reward = reported.Reward;
        return new RewardExplained(
            reward.Id,
            reward.CampaignId,
            reported.Campaign,
            reward.Role,
            wording.Parties.Of(reward.RecipientId),
            reward.OrderId,
            reward.Kind,
            reward.Unit,
            reward.Earned,
            reward.Net,
            reward.State.Text(),
            reward.Reason,
            reward.AvailableAt,
            reported.Coupon,
            $"{Subject(reported, referred, occasion)} {Predicate(reward)}.{Cut(reward)}{Part(reward)}");
    }

    private string Subject(ReportedReward reported, bool referred, string occasion)
    {
        var reward = reported.Reward;
        var from = reported.Campaign is { } campaign ? $" from “{campaign}”" : "";
        return $"{Title(reward.Role, referred)} {Gift(reported)} for {wording.Name(reward.RecipientId)}{from}{occasion}";
    }

    private static string Title(string role, bool referred) => role switch
    {
        "referrer" => "The referrer reward",
        "customer" when referred => "The friend reward",
        "customer" => "The customer reward",
        _ => "The reward",
    };

    private string Gift(ReportedReward reported)
    {
        var reward = reported.Reward;
        return reward.Unit is { } unit
            ? $"of {wording.Amount(reward.Net.IsZero ? reward.Earned : reward.Net, unit)}"
            : reported.Coupon is { } coupon ? $"(coupon {coupon})" : $"(“{CustomName(reward)}”, carried out by you)";
    }

    private string Predicate(Reward reward) => reward.State switch
    {
        RewardState.Pending when reward.AvailableAt > wording.Now => $"is pending until {wording.Time(reward.AvailableAt)}",
        RewardState.Pending => $"waited until {wording.Time(reward.AvailableAt)} and is now due for approval",
        RewardState.Held => $"is on hold{Because(reward)}",
        RewardState.Available => "is available",
        RewardState.InPayout => "is in a payout",
        RewardState.Paid => "is paid",
        RewardState.Rejected => $"was rejected{Because(reward)}",
        RewardState.Reversed => $"was taken back{Because(reward)}",
        RewardState.ClawedBack => $"had been paid and is owed back{Because(reward)}",
    };

    private static string Because(Reward reward) => reward.Reason switch
    {
        null or "" => "",
        Refunded => " because the order was refunded",
        SelfReferral => " because the referrer turned out to be the customer",
        var reason => $": {reason.TrimEnd('.')}",
    };

    /// <summary>A limit that cut it when it was granted.</summary>
    private string Cut(Reward reward)
    {
        var details = DetailsOf(reward);
        return reward.Unit is { } unit && (string?)details["computed"] is { } computed
            ? $" It would have been {wording.Amount(BigInteger.Parse(computed, CultureInfo.InvariantCulture), unit)}; {Limit((string?)details["clampedBy"])} cut it."
            : "";
    }

    private static string Limit(string? clampedBy) => clampedBy switch
    {
        "order_cap" => "the most for one order",
        "budget" => "the campaign's budget",
        _ => "a limit of this reward",
    };

    private static string CustomName(Reward reward) => (string?)DetailsOf(reward)["name"] ?? "reward";

    private static JsonObject DetailsOf(Reward reward) => (JsonObject)JsonNode.Parse(reward.Details)!;

    /// <summary>What was taken back of a reward that is still owed in part.</summary>
    private string Part(Reward reward)
    {
        if (reward.Unit is not { } unit || reward.Net.IsZero || reward.Net == reward.Earned)
            return "";
        var change = reward.Net - reward.Earned;
        var amount = wording.Amount(BigInteger.Abs(change), unit);
        return change.Sign > 0
            ? $" It was {wording.Amount(reward.Earned, unit)} at first; {amount} came to it later."
            : $" It was {wording.Amount(reward.Earned, unit)} at first; {amount} was taken back because part of the order was refunded.";
    }
}
