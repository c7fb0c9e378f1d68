using Tributary.Campaigns;
using Tributary.Primitives;

namespace Tributary.Server.Tests.Gameball;

/// <summary>Campaigns of the acceptance statements.</summary>
internal static class Offers
{
    public static readonly Unit Points = Unit.Points("points");

    /// <summary>200 points for the referrer and 100 for the friend on the friend's order, without a hold.</summary>
    public static CampaignDefinition TwoSided(ConditionGroup? conditions = null) =>
        Of(Step(1, "place_order", StepTrigger.Order, [ForReferrer(1, 200), ForFriend(2, 100)]) with { Conditions = conditions });

    public static CampaignDefinition OneSided() => Of(Step(1, "place_order", StepTrigger.Order, [ForReferrer(1, 200)]));

    public static CampaignDefinition Of(params CampaignStep[] steps) => new() { Steps = steps, HoldDays = 0 };

    public static CampaignStep Step(int number, string name, StepTrigger trigger, CampaignLine[] lines) => new()
    {
        Number = number,
        Name = name,
        Trigger = trigger,
        Once = true,
        Lines = lines,
    };

    public static CampaignLine ForReferrer(int number, long points) => Line(number, RewardRole.Referrer, new PointsAmount(points, Points));

    public static CampaignLine ForFriend(int number, long points) => Line(number, RewardRole.Customer, new PointsAmount(points, Points));

    public static CampaignLine Line(int number, RewardRole side, RewardAmount amount) =>
        new() { Number = number, Recipient = side, Amount = amount };

    public static ConditionGroup Where(string field, ConditionOperator @operator, params string[] values) =>
        new(GroupMatch.All, [new Condition(field, @operator, values)]);
}
