using System.Globalization;
using System.Numerics;
using Tributary.Primitives;

namespace Tributary.Campaigns;

/// <summary>Judges the lines of one step or bonus, one after the other: what the first takes is gone for the next.</summary>
internal sealed class LineJudge(
    ActiveCampaign campaign, Parties parties, DateTimeOffset at, TimeZoneInfo zone, OrderFacts? order, UsageSnapshot usage, RewardDefaults defaults)
{
    private readonly List<UsageDelta> deltas = [];
    private UsageSnapshot current = usage;

    /// <summary>What the lines judged so far add to the usage rows.</summary>
    public IReadOnlyList<UsageDelta> Deltas => deltas;

    public LineResult Judge(CampaignLine line)
    {
        if (NoRecipient(line) is { } nobody)
            return new LineSkipped(line, nobody);
        var rule = LineRule.Compute(line.Amount, order, defaults);
        if (rule.Refusal is { } refusal)
            return new LineSkipped(line, refusal);
        if (rule.Unit is not null && rule.Value.IsZero)
            return new LineSkipped(line, LineRule.Zero(line.Amount, order));
        var occasion = new LineOccasion(UsageKeys.RecipientOf(line, parties)!.Value, parties.CustomerId, at, zone);
        var headroom = new Headroom();
        foreach (var limit in UsageKeys.LimitsOf(campaign.Id, campaign.Definition, line, occasion))
            if (headroom.Narrow(limit, current[limit.Key], rule.Unit) is { } reason)
                return new LineSkipped(line, reason);
        return Earn(line, rule, headroom, occasion);
    }

    private LineEarned Earn(CampaignLine line, RuleAmount rule, Headroom headroom, LineOccasion occasion)
    {
        var amount = headroom.Left is { } left ? BigInteger.Min(rule.Value, left) : rule.Value;
        Take(UsageKeys.Change(campaign.Id, campaign.Definition, line, occasion, rule.Unit, amount, count: 1));
        var holdDays = Math.Max(line.HoldDays ?? campaign.Definition.HoldDays ?? defaults.HoldDays, order?.ReturnWindowDays ?? 0);
        return new LineEarned(
            line,
            occasion.RecipientId,
            rule.Unit,
            amount,
            rule.Value,
            headroom.Left,
            amount < rule.Value ? headroom.By : rule.CutByOrderCap ? ClampedBy.OrderCap : null,
            holdDays,
            at.AddDays(holdDays));
    }

    private void Take(IReadOnlyList<UsageDelta> taken)
    {
        deltas.AddRange(taken);
        current = current.With(taken);
    }

    private Reason? NoRecipient(CampaignLine line) => line.Recipient switch
    {
        RewardRole.Customer => null,
        RewardRole.Referrer when parties.ReferrerId is null => Reason.Of(ReasonCode.NoReferrer),
        RewardRole.Referrer => parties.ReferrerActive ? null : Reason.Of(ReasonCode.ReferrerInactive),
    };
}

/// <summary>What the narrowest of a line's limits leaves (MO-37).</summary>
internal sealed class Headroom
{
    /// <summary>Null: no limit of an amount.</summary>
    public BigInteger? Left { get; private set; }

    public ClampedBy? By { get; private set; }

    /// <returns>Why nothing may be paid at all; null: something may.</returns>
    public Reason? Narrow(UsageLimit limit, UsageRow used, Unit? unit)
    {
        if (limit.Unit is not { } counted)
            return used.Count < limit.Most ? null : Exhausted(limit);

        // What has no amount takes nothing of an amount.
        if (unit is not { } paid)
            return null;
        if (paid != counted)
            return OtherUnit(limit, paid);
        var left = limit.Most - used.Amount;
        if (left.Sign <= 0)
            return Exhausted(limit);
        if (Left is null || left < Left)
            (Left, By) = (left, limit.Kind);
        return null;
    }

    private static Reason Exhausted(UsageLimit limit) => Reason.Of(
        limit.Kind == ClampedBy.Budget ? ReasonCode.BudgetExhausted : ReasonCode.CapReached,
        ("most", limit.Most.ToString(CultureInfo.InvariantCulture)),
        ("unit", limit.Unit?.Text ?? ""),
        ("period", limit.Period));

    private static Reason OtherUnit(UsageLimit limit, Unit paid) => Reason.Of(
        limit.Kind == ClampedBy.Budget ? ReasonCode.BudgetUnit : ReasonCode.CapUnit,
        ("limit_unit", limit.Unit!.Value.Text),
        ("unit", paid.Text));
}
