using System.Globalization;
using System.Numerics;
using Tributary.Primitives;

namespace Tributary.Campaigns;

/// <summary>One limit that a line's reward is judged by.</summary>
/// <param name="Unit">Null: rewards are counted.</param>
internal readonly record struct UsageLimit(UsageKey Key, Unit? Unit, long Most, ClampedBy Kind, string Period);

/// <summary>For whom and when a line pays.</summary>
internal readonly record struct LineOccasion(long RecipientId, long CustomerId, DateTimeOffset At, TimeZoneInfo Zone);

/// <summary>Which usage rows limits stand in. Amounts of two units are two rows, and counts a third.</summary>
internal static class UsageKeys
{
    private const string Ever = "ever";

    /// <summary>
    /// The rows to lock before a cause is judged, in the order of locking; none for a campaign without limits (MO-43).
    /// </summary>
    public static IReadOnlyList<UsageKey> For(ActiveCampaign campaign, CauseFacts cause, Parties parties)
    {
        var keys = new SortedSet<UsageKey>();
        foreach (var step in campaign.Definition.Steps.Where(step => step.Concerns(cause)))
        {
            if (SlotLimit(campaign.Definition, step) is not null)
                keys.Add(Slots(campaign.Id, step, parties.CustomerId));
            AddLimits(step.Lines);
        }
        if (campaign.Definition.Bonus is { } bonus && parties.ReferrerId is { } referrer && keys.Add(Qualified(campaign.Id, referrer)))
            AddLimits(bonus.Lines);
        return [.. keys];

        void AddLimits(IEnumerable<CampaignLine> lines)
        {
            foreach (var line in lines)
                if (RecipientOf(line, parties) is { } recipient)
                    keys.UnionWith(LimitsOf(campaign.Id, campaign.Definition, line, new(recipient, parties.CustomerId, cause.At, cause.Zone))
                        .Select(limit => limit.Key));
        }
    }

    /// <summary>Acts of a customer that a step has paid for, where the campaign's duration counts them.</summary>
    public static UsageKey Slots(long campaignId, CampaignStep step, long customerId) =>
        new(campaignId, Text($"step:{step.Number}/customer:{customerId}"), Ever);

    /// <summary>How many of a referrer's customers qualified, for the bonus (MO-41).</summary>
    public static UsageKey Qualified(long campaignId, long referrerId) =>
        new(campaignId, Text($"qualified/referrer:{referrerId}"), Ever);

    /// <summary>Acts that a step pays for one customer; null: any number.</summary>
    public static int? SlotLimit(CampaignDefinition definition, CampaignStep step) => definition.Duration.Kind switch
    {
        DurationKind.Once => 1,
        DurationKind.FirstOrders => step.IsReachedByOrder ? definition.Duration.Length : null,
        DurationKind.Months or DurationKind.Lifetime => null,
    };

    /// <summary>Who receives a line; null: there is nobody.</summary>
    public static long? RecipientOf(CampaignLine line, Parties parties) => line.Recipient switch
    {
        RewardRole.Referrer => parties.ReferrerId,
        RewardRole.Customer => parties.CustomerId,
    };

    public static IEnumerable<UsageLimit> LimitsOf(long campaignId, CampaignDefinition definition, CampaignLine line, LineOccasion occasion)
    {
        foreach (var cap in line.Caps)
        {
            var subject = cap.Subject switch
            {
                CapSubject.Recipient => Text($"recipient:{occasion.RecipientId}"),
                CapSubject.Customer => Text($"customer:{occasion.CustomerId}"),
            };
            var period = Calendar.Period(cap.Period, occasion.At, occasion.Zone);
            var key = new UsageKey(campaignId, Text($"line:{line.Number}/{subject}{OfUnit(cap.Unit)}"), period);
            yield return new(key, cap.Unit, cap.Most, ClampedBy.LineCap, CampaignWords.Text(cap.Period));
        }
        if (definition.Budget is { } budget)
            yield return new(new(campaignId, "budget" + OfUnit(budget.Unit), Ever), budget.Unit, budget.Most, ClampedBy.Budget, Ever);
    }

    /// <summary>
    /// What a change of one reward adds to the rows: at its grant, and when a refund takes back or a reinstatement gives again.
    /// </summary>
    /// <param name="definition">Of the version that made the reward.</param>
    /// <param name="occasion">As at the grant.</param>
    /// <param name="amount">What it grew by in its unit; negative where it shrank.</param>
    /// <param name="count">1 where it began to stand, −1 where it ceased to, else 0.</param>
    public static IReadOnlyList<UsageDelta> Change(
        long campaignId, CampaignDefinition definition, CampaignLine line, LineOccasion occasion, Unit? unit, BigInteger amount, int count) =>
    [
        .. LimitsOf(campaignId, definition, line, occasion)
            .Where(limit => limit.Unit is null || limit.Unit == unit)
            .Select(limit => limit.Unit is null ? new UsageDelta(limit.Key, 0, count) : new UsageDelta(limit.Key, amount, 0))
            .Where(delta => !delta.Amount.IsZero || delta.Count != 0),
    ];

    private static string OfUnit(Unit? unit) => unit is { } counted ? "/" + counted : "";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
