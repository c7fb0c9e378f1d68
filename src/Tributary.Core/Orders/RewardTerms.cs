using System.Text.Json.Nodes;
using Tributary.Attribution;
using Tributary.Campaigns;
using Tributary.Programs;
using Tributary.Rewards;
using Tributary.Storage;

namespace Tributary.Orders;

/// <summary>
/// What the caller says of an order's rewards besides its amounts. It is kept with the order, so that a refund or a later
/// payment is judged by it too.
/// </summary>
public sealed record RewardTerms
{
    public static readonly RewardTerms None = new();

    /// <summary>What the customer did, where it is no sale: campaigns that ask for it pay, those for sales do not. 64 characters at most.</summary>
    public string? Action { get; init; }

    /// <summary>The referrer's reward in minor units of the order's currency, in place of what campaigns give; null: they decide.</summary>
    public long? Stated { get; init; }

    /// <summary>False: nobody earns anything by this order.</summary>
    public bool Rewardable { get; init; } = true;

    /// <summary>Whether the merchant has paid the referrer outside already.</summary>
    public bool Settled { get; init; }

    /// <summary>Why all rewards of the order are held; null: they are not.</summary>
    public string? HeldBecause { get; init; }

    /// <summary>Rewards are held where another order of the customer's is nearer in time than this; null: never for that.</summary>
    public TimeSpan? HeldWithin { get; init; }
}

/// <summary>Keeps the terms with the order and brings what campaigns planned in line with them.</summary>
internal static class KeptTerms
{
    /// <summary>Why rewards are held that came too soon after another order.</summary>
    public const string TooSoon = "order_interval";

    private const string Settled = "settled";

    private const string NeighbourSql = """
        select true
        from orders
        where program_id = $1 and customer_id = (select i.customer_id from customer_ids i where i.program_id = $1 and i.merchant_id = $2)
          and living and order_id <> $3 and occurred_at > $4 and occurred_at < $5
        limit 1
        """;

    /// <param name="found">Called where another order is nearer in time than the terms allow.</param>
    public static void AddNeighbour(LoadBatch load, ReferralProgram program, OrderInput order, DateTimeOffset at, Action found)
    {
        if (order.Terms.HeldWithin is { } interval)
        {
            load.Query(
                NeighbourSql, _ => found(),
                Param.Of(program.Id), Param.Of(order.Customer.MerchantId), Param.Of(order.OrderId), Param.Of(at - interval), Param.Of(at + interval));
        }
    }

    public static void WriteTo(JsonObject details, RewardTerms terms, bool customerArchived, bool tooSoon)
    {
        if (terms.Action is { } action)
            details[Cause.ActionMember] = action;
        StatedReward.WriteTo(details, terms.Stated);
        if (Withheld(terms, customerArchived) is { } withheld)
            details[Cause.WithheldMember] = Reason.Word(withheld);
        if (terms.Settled)
            details[Settled] = true;
        HeldReward.WriteTo(details, terms.HeldBecause ?? (tooSoon ? TooSoon : null));
    }

    /// <summary>The plan of an order that is paid now, as the order's terms have it.</summary>
    public static async Task ApplyAsync(
        Transaction tx, ReferralProgram program, OrderRow order, CreditedReferrer? referrer, RewardPlan plan, CancellationToken ct)
    {
        var details = (JsonObject)JsonNode.Parse(order.Details)!;
        if ((string?)details[Cause.WithheldMember] == Reason.Word(ReasonCode.RewardStated)
            && referrer is { Active: true }
            && StatedReward.Of(program, order, referrer.Id, await tx.NextNumberAsync(ct)) is { } stated)
            plan.Rewards.Add(stated with { Credit = order.CountedOn is { } day ? referrer.On(day) : null });
        var held = HeldReward.ReasonOf(details);
        var settled = details[Settled] is not null;
        for (var n = 0; n < plan.Rewards.Count; n++)
        {
            if (plan.Rewards[n].OrderKey == order.Key)
                plan.Rewards[n] = UnderTerms(plan.Rewards[n], held, settled);
        }
    }

    private static NewReward UnderTerms(NewReward reward, string? held, bool settled)
    {
        if (held is null)
            return settled && reward is { Role: "referrer", HeldBecause: null, Unit: not null } ? reward with { SettledAtOnce = true } : reward;
        HeldReward.WriteTo(reward.Details, held);
        return reward with { HeldBecause = reward.HeldBecause ?? held };
    }

    private static ReasonCode? Withheld(RewardTerms terms, bool customerArchived)
    {
        if (customerArchived)
            return ReasonCode.CustomerArchived;
        if (!terms.Rewardable)
            return ReasonCode.NotRewardable;
        return terms.Stated is null ? null : ReasonCode.RewardStated;
    }
}
