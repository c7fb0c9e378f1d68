using Tributary.Campaigns;
using Tributary.Programs;

namespace Tributary.Rewards;

/// <summary>
/// Whether a referral is active: the shown campaign's last step is reached. Where no campaign pays referrers, having bought
/// something is enough (gameball.md 4.3).
/// </summary>
internal static class ReferralStatus
{
    public static bool IsActive(ReferralProgram program, IReadOnlyList<ActiveCampaign> campaigns, StepBoard board, Func<bool> hasBought) =>
        Shown(program, campaigns) is { } campaign ? board.IsComplete(campaign) : hasBought();

    /// <summary>The campaign that a setting names, else the oldest one that pays referrers.</summary>
    public static ActiveCampaign? Shown(ReferralProgram program, IReadOnlyList<ActiveCampaign> campaigns)
    {
        var referral = campaigns.Where(campaign =>
            campaign.Definition is { RewardsReferrer: true, Audience: CampaignAudience.Referred } && campaign.State is CampaignState.Active or CampaignState.Scheduled).ToList();
        return referral.FirstOrDefault(campaign => campaign.Id == program.Settings.Gameball.ShownCampaign) ?? referral.MinBy(campaign => campaign.Id);
    }
}
