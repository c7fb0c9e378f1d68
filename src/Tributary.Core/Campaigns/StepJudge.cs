using System.Globalization;
using Tributary.Primitives;

namespace Tributary.Campaigns;

/// <summary>
/// Whether a cause reaches a step, and what each line then pays: conditions → base → amount → cap per order → headroom
/// (MO-37). Pure: a dry run is the same call with nothing written (MO-44).
/// </summary>
internal static class StepJudge
{
    public static StepResult Judge(
        ActiveCampaign campaign, CampaignStep step, CauseFacts cause, Parties parties, UsageSnapshot usage, RewardDefaults defaults)
    {
        if (WhyNot(campaign, step, cause, parties, usage, defaults) is { } reason)
            return new NotReached(reason);
        var judge = new LineJudge(campaign, parties, cause.At, cause.Zone, cause.Order, usage, defaults);
        var lines = step.Lines.Select(judge.Judge).ToList();
        var slot = UsageKeys.SlotLimit(campaign.Definition, step) is null
            ? default(UsageDelta?)
            : new UsageDelta(UsageKeys.Slots(campaign.Id, step, parties.CustomerId), 0, 1);
        return new Reached(
            lines, slot is { } taken ? [taken, .. judge.Deltas] : judge.Deltas, Recomputation.Freeze(step.Conditions, cause));
    }

    /// <summary>One further bonus of the referrer (MO-41), caused by what happened at that instant.</summary>
    public static (IReadOnlyList<LineResult> Lines, IReadOnlyList<UsageDelta> Usage) JudgeBonus(
        ActiveCampaign campaign, Parties parties, DateTimeOffset at, TimeZoneInfo zone, UsageSnapshot usage, RewardDefaults defaults)
    {
        var judge = new LineJudge(campaign, parties, at, zone, null, usage, defaults);
        var lines = (campaign.Definition.Bonus?.Lines ?? []).Select(judge.Judge).ToList();
        return (lines, judge.Deltas);
    }

    private static Reason? WhyNot(
        ActiveCampaign campaign, CampaignStep step, CauseFacts cause, Parties parties, UsageSnapshot usage, RewardDefaults defaults) =>
        (cause.Order?.Withheld is { } withheld ? Reason.Of(withheld) : null)
        ?? OfState(campaign, cause.At)
        ?? OfParties(campaign.Definition, cause, parties)
        ?? OfTrigger(step, cause)
        ?? OfDuration(campaign, step, cause, parties, usage)
        ?? OfConditions(step, cause)
        ?? (cause.Order is { } order ? OrderRules.WhyNot(step, order, defaults) : null);

    private static Reason? OfState(ActiveCampaign campaign, DateTimeOffset at) =>
        CampaignStates.At(campaign.State, campaign.StartsAt, campaign.EndsAt, at) switch
        {
            CampaignState.Draft => Reason.Of(ReasonCode.CampaignDraft),
            CampaignState.Scheduled => Reason.Of(ReasonCode.CampaignNotStarted, ("starts_at", Time(campaign.StartsAt))),
            CampaignState.Active => null,
            CampaignState.Paused => Reason.Of(ReasonCode.CampaignPaused),
            CampaignState.Ended => Reason.Of(ReasonCode.CampaignEnded, ("ended_at", Time(campaign.EndsAt))),
        };

    private static Reason? OfParties(CampaignDefinition definition, CauseFacts cause, Parties parties)
    {
        if (definition.TrustedOnly && !cause.Trusted)
            return Reason.Of(ReasonCode.NotTrusted);
        if (definition.Audience == CampaignAudience.Referred && parties.ReferrerId is null)
            return Reason.Of(ReasonCode.NotReferred);
        return parties.Guest && !definition.RewardGuests ? Reason.Of(ReasonCode.GuestNotRewarded) : null;
    }

    private static Reason? OfTrigger(CampaignStep step, CauseFacts cause)
    {
        if (!step.Concerns(cause))
            return Reason.Of(ReasonCode.OtherTrigger, ("trigger", step.EventName ?? CampaignWords.Text(step.Trigger)));
        return step.Trigger == StepTrigger.FirstOrder && cause.Order is { IsFirst: false }
            ? Reason.Of(ReasonCode.NotFirstOrder)
            : null;
    }

    private static Reason? OfDuration(ActiveCampaign campaign, CampaignStep step, CauseFacts cause, Parties parties, UsageSnapshot usage)
    {
        var duration = campaign.Definition.Duration;
        if (UsageKeys.SlotLimit(campaign.Definition, step) is { } slots
            && usage[UsageKeys.Slots(campaign.Id, step, parties.CustomerId)].Count >= slots)
            return DurationOver(duration, slots);
        if (duration.Kind == DurationKind.Months
            && parties.AttributedAt is { } since
            && cause.At > Calendar.AddMonths(since, duration.Length, cause.Zone))
            return DurationOver(duration, duration.Length);
        return null;
    }

    private static Reason DurationOver(CampaignDuration duration, int length) => Reason.Of(
        ReasonCode.DurationOver,
        ("kind", CampaignWords.Text(duration.Kind)),
        ("length", length.ToString(CultureInfo.InvariantCulture)));

    private static Reason? OfConditions(CampaignStep step, CauseFacts cause)
    {
        var result = Conditions.Evaluate(step.Conditions, cause);
        return result.Holds || result.Failed is not { } failed
            ? null
            : Reason.Of(
                ReasonCode.ConditionFailed,
                ("field", failed.Field),
                ("operator", CampaignWords.Text(failed.Operator)),
                ("value", string.Join(", ", failed.Values)),
                ("found", result.Found ?? ""));
    }

    private static string Time(DateTimeOffset? at) =>
        at?.ToUniversalTime().ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture) ?? "";
}

/// <summary>What a step asks of the order's amounts, at its arrival and again after every refund (MO-27).</summary>
internal static class OrderRules
{
    public static Reason? WhyNot(CampaignStep step, OrderFacts order, RewardDefaults defaults)
    {
        if (order.IsUndone)
            return Reason.Of(ReasonCode.OrderUndone);
        // What the customer did may have no price at all.
        var free = order.Total == 0 && (defaults.RewardFreeOrders || order.Action is not null);
        if (order.RemainingBase <= 0 && !free)
            return Reason.Of(ReasonCode.NoBase);
        if (step.MinimumOrder.Count == 0)
            return null;
        if (!step.MinimumOrder.TryGetValue(order.Currency.Code, out var minimum))
            return Reason.Of(ReasonCode.NoMinimumForCurrency, ("currency", order.Currency.Code));
        return order.RemainingBase >= minimum
            ? null
            : Reason.Of(
                ReasonCode.BelowMinimum,
                ("minimum", minimum.ToString(CultureInfo.InvariantCulture)),
                ("base", order.RemainingBase.ToString(CultureInfo.InvariantCulture)),
                ("unit", order.Currency.Code));
    }
}
