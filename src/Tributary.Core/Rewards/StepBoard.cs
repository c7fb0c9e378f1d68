using Tributary.Campaigns;

namespace Tributary.Rewards;

/// <summary>
/// Which steps of its campaigns a customer has reached, while an operation goes through what happened. A step is open when
/// all steps before it are reached; a step that counts once is open until it is reached (money.md MO-42).
/// </summary>
internal sealed class StepBoard
{
    private readonly Dictionary<(long Campaign, int Step), string> reachedBy = [];
    private readonly Dictionary<(long Campaign, int Step), int> occasions = [];

    public StepBoard(IEnumerable<StepRow> rows)
    {
        foreach (var row in rows)
        {
            var key = (row.CampaignId, row.Step);
            occasions[key] = Math.Max(occasions.GetValueOrDefault(key), row.Occasion);
            if (row.Standing)
                reachedBy[key] = row.Cause;
        }
    }

    public bool IsReached(long campaignId, int step) => reachedBy.ContainsKey((campaignId, step));

    /// <summary>Whether it was ever reached, even if that was undone.</summary>
    public bool WasEverReached(long campaignId, int step) => occasions.ContainsKey((campaignId, step));

    /// <summary>Whether an act has already fulfilled a step of the campaign: it does not fulfil another.</summary>
    public bool IsUsed(ActiveCampaign campaign, Cause cause) =>
        campaign.Definition.Steps.Any(step => reachedBy.GetValueOrDefault((campaign.Id, step.Number)) == cause.Key);

    /// <summary>Whether an act has already fulfilled an earlier step of the campaign.</summary>
    public bool IsUsedBefore(ActiveCampaign campaign, CampaignStep step, Cause cause) =>
        campaign.Definition.Steps.Any(earlier => earlier.Number < step.Number && reachedBy.GetValueOrDefault((campaign.Id, earlier.Number)) == cause.Key);

    /// <summary>The first open step that such an act can fulfil, or why there is none.</summary>
    public (CampaignStep? Step, ReasonCode Reason) OpenStepFor(ActiveCampaign campaign, CauseFacts cause)
    {
        var reason = ReasonCode.OtherTrigger;
        foreach (var step in campaign.Definition.Steps)
        {
            var reached = IsReached(campaign.Id, step.Number);
            if (step.Concerns(cause) && !(step.Once && reached))
                return (step, default);
            if (step.Concerns(cause))
                reason = ReasonCode.AlreadyReached;
            else if (!reached)
                return (null, campaign.Definition.Steps.Any(later => later.Number > step.Number && later.Concerns(cause)) ? ReasonCode.EarlierStepOpen : reason);
        }
        return (null, reason);
    }

    /// <summary>The occasion on which the step is reached now: one more than there ever was.</summary>
    public int Reach(long campaignId, CampaignStep step, string cause)
    {
        var key = (campaignId, step.Number);
        reachedBy[key] = cause;
        return occasions[key] = occasions.GetValueOrDefault(key) + 1;
    }

    /// <summary>Whether all steps are reached.</summary>
    public bool IsComplete(ActiveCampaign campaign) => campaign.Definition.Steps.All(step => IsReached(campaign.Id, step.Number));
}
