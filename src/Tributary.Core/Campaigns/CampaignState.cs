namespace Tributary.Campaigns;

/// <summary>MO-30: draft → scheduled → active ⇄ paused → ended.</summary>
public enum CampaignState
{
    Draft,
    Scheduled,
    Active,
    Paused,
    Ended,
}

internal static class CampaignStates
{
    /// <summary>
    /// What the kept state means for an instant, without anybody having to write it down when the hour comes: a scheduled
    /// campaign whose start has come is active, one past its end is ended, and one that was ended later was still active.
    /// </summary>
    public static CampaignState At(CampaignState kept, DateTimeOffset? startsAt, DateTimeOffset? endsAt, DateTimeOffset at)
    {
        if (kept == CampaignState.Draft)
            return kept;
        if (endsAt <= at)
            return CampaignState.Ended;
        if (startsAt > at)
            return CampaignState.Scheduled;
        return kept switch
        {
            CampaignState.Draft or CampaignState.Paused => kept,
            CampaignState.Scheduled or CampaignState.Active => CampaignState.Active,
            CampaignState.Ended => endsAt is null ? CampaignState.Ended : CampaignState.Active,
        };
    }

    /// <summary>
    /// The transitions of MO-30. Activating a draft is scheduling it for now, scheduling again moves the dates, and a
    /// scheduled campaign may be ended before it began.
    /// </summary>
    public static bool MayBecome(CampaignState from, CampaignState to) => to switch
    {
        CampaignState.Draft => false,
        CampaignState.Scheduled => from is CampaignState.Draft or CampaignState.Scheduled,
        CampaignState.Active => from is CampaignState.Draft or CampaignState.Scheduled or CampaignState.Paused,
        CampaignState.Paused => from is CampaignState.Active,
        CampaignState.Ended => from is CampaignState.Scheduled or CampaignState.Active or CampaignState.Paused,
    };
}
