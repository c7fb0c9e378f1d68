using Tributary.Attribution;

namespace Tributary.Reporting;

/// <summary>Tells an order from what was read of it.</summary>
internal sealed class OrderStory
{
    private readonly ReportedOrder order;
    private readonly OrderFactsReported facts;
    private readonly Wording wording;
    private readonly CreditExplained credit;
    private readonly IReadOnlyList<TouchExplained> touches;
    private readonly IReadOnlyList<RewardExplained> rewards;
    private readonly IReadOnlyList<CampaignExplained> campaigns;
    private readonly IReadOnlyList<RefundExplained> refunds;

    public OrderStory(OrderFactsReported facts, Wording wording)
    {
        this.facts = facts;
        this.wording = wording;
        order = facts.Order;
        credit = new CreditExplained(
            wording.Parties.Of(order.ReferrerId),
            order.Via,
            wording.Parties.LinkOf(order.LinkId),
            new CreditWords(wording).Sentence(order.ReferrerId, facts.Kept.Touches, order.CustomerId, "this order"));
        var touchWords = new TouchWords(wording);
        touches = [.. facts.Kept.Touches.Select(touch => touchWords.Explain(touch, order.ReferrerId, order.OrderId))];
        var rewardWords = new RewardWords(wording);
        rewards = [.. facts.Rewards.Select(reward => rewardWords.Explain(reward, referred: order.ReferrerId is not null))];
        campaigns = new CampaignStory(wording, rewards.ToDictionary(reward => reward.RewardId)).Explain(facts.Kept.Campaigns);
        var refundWords = new RefundWords(wording, order.RewardsKept);
        refunds = [.. facts.Refunds.Select(refund => refundWords.Explain(refund, order.Currency, facts.Entries, order.ReceivedAt))];
    }

    public OrderExplanation Tell() => new()
    {
        OrderId = order.OrderId,
        OrderKey = order.Key,
        State = order.State,
        Customer = wording.Parties.Of(order.CustomerId),
        Currency = order.Currency,
        Total = order.Total,
        Base = order.Base,
        Refunded = order.Refunded,
        RemainingBase = order.RemainingBase,
        OrderedAt = order.OrderedAt,
        RecordedAt = order.ReceivedAt,
        Credit = credit,
        Touches = touches,
        Campaigns = campaigns,
        Rewards = rewards,
        Refunds = refunds,
        Transfers = new LedgerWords(wording).Explain(facts.Entries),
        Story =
        [
            Opening(),
            .. credit.Sentences,
            .. touches.Where(touch => touch.Outcome != TouchReasonText.Of(TouchReason.Won) && touch.Kind != ViaText.Of(Via.Existing)).Select(touch => touch.Sentence),
            .. CampaignStory.Sentences(campaigns),
            .. RewardsGivenLater(),
            .. NothingActive(),
            .. refunds.Select(refund => refund.Sentence),
        ],
    };

    private string Opening()
    {
        var who = Wording.Capital(wording.Name(order.CustomerId));
        var what = $"{who} placed order {order.OrderId} of {wording.Amount(order.Total, order.Currency)} on {wording.Time(order.OrderedAt)}";
        return order.State switch
        {
            "cancelled" => $"{what}; it was cancelled.",
            "open" => $"{what}; it is not paid yet, so it earns nothing yet.",
            _ when order.Refunded == order.Total && order.Total > 0 => $"{what}; all of it was refunded.",
            _ when order.Refunded > 0 => $"{what}; {wording.Amount(order.Refunded, order.Currency)} of it was refunded.",
            _ => $"{what}.",
        };
    }

    /// <summary>Rewards that came of the order after it was recorded, such as those that took the place of reversed ones.</summary>
    private IEnumerable<string> RewardsGivenLater()
    {
        var told = campaigns.SelectMany(campaign => campaign.Lines).Select(line => line.RewardId).ToHashSet();
        return rewards.Where(reward => !told.Contains(reward.RewardId)).Select(reward => reward.Sentence);
    }

    private IEnumerable<string> NothingActive() => order.State == "paid" && campaigns.Count == 0 && rewards.Count == 0
        ? ["No campaign was active, so nothing was earned."]
        : [];
}
