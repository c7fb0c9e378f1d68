using System.Numerics;
using Shouldly;
using Tributary.Campaigns;

namespace Tributary.Core.Tests.Campaigns;

/// <summary>Judges causes of customer 2, whom referrer 1 brought, under campaign 10.</summary>
internal static class Judging
{
    public static readonly RewardDefaults Defaults = new(HoldDays: 0);

    public static readonly Parties Referred = new()
    {
        CustomerId = 2,
        ReferrerId = 1,
        AttributedAt = Causes.Noon.AddDays(-1),
    };

    public static ActiveCampaign Active(CampaignDefinition definition, long id = 10, string name = "Summer") =>
        new(id, name, 1, CampaignState.Active, definition);

    public static StepResult Judge(
        CampaignDefinition definition,
        CauseFacts cause,
        Parties? parties = null,
        UsageSnapshot? usage = null,
        RewardDefaults? defaults = null,
        int step = 1) => Judge(Active(definition), cause, parties, usage, defaults, step);

    public static StepResult Judge(
        ActiveCampaign campaign,
        CauseFacts cause,
        Parties? parties = null,
        UsageSnapshot? usage = null,
        RewardDefaults? defaults = null,
        int step = 1) => StepJudge.Judge(
            campaign, campaign.Definition.Steps[step - 1], cause, parties ?? Referred, usage ?? UsageSnapshot.Empty, defaults ?? Defaults);

    public static Reached Reached(this StepResult result) => result.ShouldBeOfType<Reached>(Describe(result));

    public static IReadOnlyList<BigInteger> Amounts(this StepResult result) =>
        [.. result.Reached().Lines.Select(line => line is LineEarned earned ? earned.Amount : 0)];

    public static LineEarned Earned(this StepResult result, int index = 0) =>
        result.Reached().Lines[index].ShouldBeOfType<LineEarned>(Describe(result));

    public static Reason Skipped(this StepResult result, int index = 0) =>
        result.Reached().Lines[index].ShouldBeOfType<LineSkipped>().Reason;

    public static Reason WhyNot(this StepResult result) => result.ShouldBeOfType<NotReached>().Reason;

    private static string Describe(StepResult result) =>
        result is NotReached not ? CampaignExplanation.Sentence("Summer", not.Reason) : result.ToString();
}
