using System.Numerics;
using System.Text.Json.Nodes;
using Tributary.Campaigns;
using Tributary.Primitives;
using Tributary.Programs;

namespace Tributary.Rewards;

/// <summary>
/// The referrer's reward where the order itself says what it is: a fixed amount in the order's currency that no campaign gave,
/// taken back and owed again with the order as any fixed amount is (money.md MO-27).
/// </summary>
internal static class StatedReward
{
    private const string Member = "statedReward";

    public static void WriteTo(JsonObject details, long? amount)
    {
        if (amount is { } minor)
            details[Member] = minor;
    }

    public static bool IsStatedBy(JsonObject details) => details[Member] is not null;

    /// <summary>Whether a reward is one of these, or a further one in its place.</summary>
    public static bool Is(RewardRow reward) => reward is { CampaignId: null, OrderKey: not null };

    /// <param name="id">The reward's number.</param>
    public static NewReward? Of(ReferralProgram program, OrderRow order, long referrerId, long id)
    {
        var amount = Stated(order.Details);
        return amount == 0 ? null : new NewReward(
            id, null, null, 0, 0, "referrer", referrerId, order.CustomerId, $"order:{order.Key}", 1, order.Key, "money",
            Unit.Of(order.Currency), amount, null, null, order.OccurredAt.AddDays(program.Settings.Rewards.HoldDays), order.OccurredAt, []);
    }

    /// <summary>What is owed of it now that its order's refunds are these.</summary>
    public static BigInteger Owed(ReferralProgram program, OrderRow order, OrderFacts facts)
    {
        var amount = Stated(order.Details);
        if (facts.IsUndone)
            return 0;
        return program.Settings.Orders.FixedProportionalOnPartialRefund && facts.Base > 0 && facts.RemainingBase < facts.Base
            ? Rounding.HalfAwayFromZero(amount * facts.RemainingBase, facts.Base)
            : amount;
    }

    private static BigInteger Stated(string details) => (long?)JsonNode.Parse(details)?[Member] ?? 0;
}
