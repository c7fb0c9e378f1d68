using Tributary.Attribution;
using Tributary.Rewards;

namespace Tributary.Reporting;

/// <summary>Tells a customer from what was read of it.</summary>
internal sealed class CustomerStory
{
    private readonly CustomerFactsReported facts;
    private readonly Wording wording;
    private readonly string name;
    private readonly IReadOnlyList<RewardExplained> ownRewards;
    private readonly IReadOnlyList<RewardExplained> referrerRewards;
    private readonly CampaignStory campaignStory;

    public CustomerStory(CustomerFactsReported facts, Wording wording)
    {
        this.facts = facts;
        this.wording = wording;
        name = wording.Name(facts.Customer.Id);
        var words = new RewardWords(wording);
        ownRewards = [.. facts.OwnRewards.Select(reward => words.Explain(reward, facts.Customer.ReferrerId is not null, OwnOccasion(reward.Reward)))];
        referrerRewards = [.. facts.ReferrerRewards.Select(reward => words.Explain(reward, referred: true, OthersOccasion(reward.Reward)))];
        campaignStory = new CampaignStory(wording, ownRewards.ToDictionary(reward => reward.RewardId));
    }

    public CustomerExplanation Tell()
    {
        var customer = facts.Customer;
        var credit = new CreditExplained(wording.Parties.Of(customer.ReferrerId), customer.Via, wording.Parties.LinkOf(customer.LinkId), CreditSentence());
        var touchWords = new TouchWords(wording);
        var touches = facts.Touches.Where(touch => touch.Outcome is not null)
            .Select(touch => touchWords.Explain(touch.Outcome!, customer.ReferrerId, touch.OrderId))
            .ToList();
        var campaigns = campaignStory.Explain(facts.Kept.Campaigns);
        var events = facts.Events.Select(Explain).ToList();
        var orders = facts.Orders.Select(Explain).ToList();
        var balances = facts.Balances.Select(Explain).ToList();
        return new CustomerExplanation
        {
            Customer = wording.Parties.Of(customer.Id),
            Guest = customer.Guest,
            RegisteredAt = customer.RegisteredAt,
            Credit = credit,
            ReferredAt = customer.ReferredAt,
            ReferralStatus = customer.Status,
            Touches = touches,
            Campaigns = campaigns,
            Events = events,
            Orders = orders,
            RewardsAsCustomer = ownRewards,
            RewardsAsReferrer = referrerRewards,
            Balances = balances,
            Story =
            [
                Opening(),
                .. credit.Sentences,
                .. touches.Where(touch => touch.Outcome != TouchReasonText.Of(TouchReason.Won)).Select(touch => touch.Sentence),
                .. campaigns.Where(campaign => campaign.Reason != CampaignStory.Reached).Select(campaign => campaign.Sentence),
                .. orders.Select(order => order.Sentence),
                .. events.Select(act => act.Sentence),
                .. ownRewards.Select(reward => reward.Sentence),
                .. referrerRewards.Select(reward => reward.Sentence),
                .. balances.Select(balance => balance.Sentence),
            ],
        };
    }

    private string Opening()
    {
        var who = Wording.Capital(name);
        return facts.Customer switch
        {
            { Guest: true } => $"{who} is a guest: it buys without an account and has no code of its own.",
            { RegisteredAt: { } at } => $"{who} registered on {wording.Time(at)}.",
            _ => $"{who} is known and has not registered.",
        };
    }

    /// <summary>By the touch that decided, which came with the sign-up or with an order.</summary>
    private string CreditSentence()
    {
        var customer = facts.Customer;
        if (customer.Void)
            return $"Nobody is credited: the referrer turned out to be {name}, and nobody can refer themselves.";
        if (customer.ReferrerId is not { } referrer)
            return new CreditWords(wording).Sentence(null, [.. facts.Touches.Select(touch => touch.Outcome).OfType<TouchOutcome>()], customer.Id, "");
        var winner = facts.Touches.LastOrDefault(touch => touch.Outcome is { Reason: TouchReason.Won } won && won.ReferrerId == referrer);
        var occasion = winner?.OrderId is { } order ? $"order {order}" : "the sign-up";
        var status = customer.Status == "active" ? "" : $" The referral is pending until {name} does what the campaign asks.";
        return new CreditWords(wording).Sentence(referrer, winner is null ? [] : [winner.Outcome!], customer.Id, occasion) + status;
    }

    private EventExplained Explain(ReportedEvent act)
    {
        var campaigns = campaignStory.Explain(KeptExplanation.Read(act.Explanation).Campaigns);
        var paid = campaigns.Where(campaign => campaign.Reason == CampaignStory.Reached).Select(campaign => $"“{campaign.Campaign}”").Distinct().ToList();
        var outcome = paid.Count > 0 ? $"it counted for {Wording.List(paid)}" : "no campaign rewarded it";
        return new EventExplained(act.Key, act.Name, act.OccurredAt, campaigns, $"“{act.Name}” was reported for {wording.Time(act.OccurredAt)}; {outcome}.");
    }

    private OrderInShort Explain(ReportedPurchase order)
    {
        var credited = order.ReferrerId is { } id ? $"credited to {wording.Name(id)}" : "credited to nobody";
        var refunded = order.State == "cancelled" ? "; cancelled"
            : order.Refunded == 0 ? ""
            : order.Refunded == order.Total ? "; all of it refunded"
            : $"; {wording.Amount(order.Refunded, order.Currency)} of it refunded";
        return new OrderInShort(
            order.OrderId, order.State, order.Currency, order.Total, order.Refunded, order.OrderedAt, wording.Parties.Of(order.ReferrerId),
            $"Order {order.OrderId} of {wording.Amount(order.Total, order.Currency)} on {wording.Time(order.OrderedAt)}, {credited}{refunded}.");
    }

    private BalanceInShort Explain(ReportedBalance balance)
    {
        var parts = new List<string>();
        void Add(System.Numerics.BigInteger amount, string state)
        {
            if (!amount.IsZero)
                parts.Add($"{wording.Amount(amount, balance.Unit)} {state}");
        }
        Add(balance.Available, "available");
        Add(balance.Pending, "pending");
        Add(balance.Held, "on hold");
        Add(balance.Receivable, "owed back");
        var sentence = parts.Count == 0
            ? $"{Wording.Capital(name)} has {wording.Amount(0, balance.Unit)} now."
            : $"{Wording.Capital(name)} has {Wording.List(parts)} now.";
        return new BalanceInShort(balance.Unit, balance.Pending, balance.Held, balance.Available, balance.Receivable, sentence);
    }

    private static string OwnOccasion(Reward reward) => reward.OrderId is { } order ? $" for order {order}" : "";

    private string OthersOccasion(Reward reward) => reward switch
    {
        { OrderId: { } order, CustomerId: { } friend } => $" for order {order} of {wording.Name(friend)}",
        { OrderId: null, CustomerId: { } friend } => $" for referring {wording.Name(friend)}",
        _ => "",
    };
}
