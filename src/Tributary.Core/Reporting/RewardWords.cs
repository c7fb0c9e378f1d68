using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;
using Tributary.Primitives;
using Tributary.Rewards;

namespace Tributary.Reporting;

/// <summary>Says what a reward is, whose it is and how it stands now.</summary>
internal sealed class RewardWords(Wording wording)
{
    private const string Refunded = "refunded";
    private const string OrderCap = "order_cap";
    private const string Budget = "budget";
    private const string Amended = "amended";
    private const string Moved = "attribution_changed";
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
            $"{Subject(reported, referred, occasion)} {Predicate(reward)}.{Converted(reward)}{Cut(reward)}{Part(reward)}");
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
        Amended => " because the order's amount was changed",
        Moved => " because somebody else was named as the referrer",
        RewardGrant.NoRate => " because no exchange rate is known for it yet",
        SelfReferral => " because the referrer turned out to be the customer",
        var reason => $": {reason.TrimEnd('.')}",
    };

    private static string Converted(Reward reward) => RewardConversion.Read(reward.Details) is { } conversion
        ? $" It was converted from {conversion.From} at {MajorUnits.Shortest(conversion.Rate.Value, conversion.Rate.Scale)}."
        : "";

    /// <summary>A limit that cut it when it was granted.</summary>
    private string Cut(Reward reward)
    {
        var details = DetailsOf(reward);
        if (reward.Unit is not { } unit || (string?)details["clampedBy"] is not { } clampedBy)
            return "";
        if (clampedBy == OrderCap)
            return " It is the most that one order gives.";
        var computed = wording.Amount(BigInteger.Parse((string)details["computed"]!, CultureInfo.InvariantCulture), unit);
        return $" It would have been {computed}; {(clampedBy == Budget ? "the campaign's budget" : "a limit of this reward")} cut it.";
    }

    private static string CustomName(Reward reward) => (string?)DetailsOf(reward)["name"] ?? "reward";

    private static JsonObject DetailsOf(Reward reward) => (JsonObject)JsonNode.Parse(reward.Details)!;

    /// <summary>How it came to be another amount than at first.</summary>
    private string Part(Reward reward)
    {
        if (reward.Unit is not { } unit || reward.Net.IsZero || reward.Net == reward.Earned)
            return "";
        var change = reward.Net - reward.Earned;
        var what = change.Sign > 0 ? "came to it" : "was taken back";
        var why = reward.Reason == Refunded ? " because part of the order was refunded" : reward.Reason == Amended ? Because(reward) : "";
        return $" It was {wording.Amount(reward.Earned, unit)} at first; {wording.Amount(BigInteger.Abs(change), unit)} {what}{why}.";
    }
}
