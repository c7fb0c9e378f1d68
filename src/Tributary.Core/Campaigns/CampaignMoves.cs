using Tributary.Primitives;

namespace Tributary.Campaigns;

/// <summary>What each verb makes of a campaign's row, or why it may not. Pure; the store writes what comes out.</summary>
internal static class CampaignMoves
{
    public static Outcome<CampaignRow> Edit(CampaignRow row, CampaignChange change, DateTimeOffset now)
    {
        if (change.Version is { } seen && seen != row.Version)
            return new Problem(ProblemCode.VersionConflict, "The campaign was changed meanwhile; read it again.", "version");
        if (row.At(now) == CampaignState.Ended)
            return new Problem(ProblemCode.IllegalTransition, "An ended campaign is not changed any more.");
        return CampaignStore.NameOf(change.Name ?? row.Name)
            .Map(name => row with { Name = name })
            .Then(named => change.Definition is { } definition ? NextVersion(named, definition) : named)
            .Then(edited => change.EndsAt is { } end ? MoveEnd(edited, end, now) : edited);
    }

    public static Outcome<CampaignRow> Schedule(CampaignRow row, DateTimeOffset startsAt, DateTimeOffset? endsAt, DateTimeOffset now)
    {
        if (Refusal(row, CampaignState.Scheduled, now) is { } refusal)
            return refusal;
        return endsAt <= startsAt || endsAt <= now
            ? EndTooEarly
            : row with { State = CampaignWords.Text(CampaignState.Scheduled), StartsAt = startsAt, EndsAt = endsAt };
    }

    public static Outcome<CampaignRow> Activate(CampaignRow row, DateTimeOffset now)
    {
        if (row.At(now) == CampaignState.Paused)
            return Illegal(CampaignState.Paused, CampaignState.Active);
        return Refusal(row, CampaignState.Active, now) is { } refusal
            ? refusal
            : row with { State = CampaignWords.Text(CampaignState.Active), StartsAt = now };
    }

    public static Outcome<CampaignRow> Pause(CampaignRow row, DateTimeOffset now) => Become(row, CampaignState.Paused, now);

    public static Outcome<CampaignRow> Resume(CampaignRow row, DateTimeOffset now) => row.At(now) == CampaignState.Paused
        ? Become(row, CampaignState.Active, now)
        : Illegal(row.At(now), CampaignState.Active);

    /// <summary>
    /// A campaign that ends in its pause ended when the pause began, as far as anybody was rewarded: what happened in the
    /// pause is not paid when it is reported late.
    /// </summary>
    public static Outcome<CampaignRow> End(CampaignRow row, DateTimeOffset now)
    {
        var end = row.At(now) == CampaignState.Paused ? row.UpdatedAt : now;
        return Become(row, CampaignState.Ended, now).Map(ended => ended with { EndsAt = end });
    }

    private static Problem EndTooEarly => new(ProblemCode.InvalidValue, "The end must lie after the start and after now.", "endsAt");

    private static Outcome<CampaignRow> Become(CampaignRow row, CampaignState state, DateTimeOffset now) =>
        Refusal(row, state, now) is { } refusal ? refusal : row with { State = CampaignWords.Text(state) };

    private static Outcome<CampaignRow> NextVersion(CampaignRow row, CampaignDefinition definition)
    {
        var text = CampaignStore.Text(definition);
        if (text == CampaignStore.Text(CampaignRow.Read(row.Definition)))
            return row;
        return row.Version >= CampaignStore.MostVersions
            ? new Problem(ProblemCode.LimitReached, $"A campaign has at most {CampaignStore.MostVersions} versions; end it and make another.")
            : row with { Version = row.Version + 1, Definition = text };
    }

    private static Outcome<CampaignRow> MoveEnd(CampaignRow row, DateTimeOffset end, DateTimeOffset now)
    {
        if (row.Kept == CampaignState.Draft)
            return new Problem(ProblemCode.IllegalTransition, "A draft has no dates; schedule it.", "endsAt");
        return end <= now || end <= row.StartsAt ? EndTooEarly : row with { EndsAt = end };
    }

    private static Problem? Refusal(CampaignRow row, CampaignState to, DateTimeOffset now)
    {
        var from = row.At(now);
        return CampaignStates.MayBecome(from, to) ? null : Illegal(from, to);
    }

    private static Problem Illegal(CampaignState from, CampaignState to) => new(
        ProblemCode.IllegalTransition, $"A campaign that is {CampaignWords.Text(from)} cannot become {CampaignWords.Text(to)} by this.");
}
