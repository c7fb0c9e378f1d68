using System.Globalization;
using System.Numerics;
using Tributary.Primitives;

namespace Tributary.Campaigns;

/// <summary>A campaign with what its steps would pay for one cause.</summary>
internal sealed record GroupCandidate(ActiveCampaign Campaign, IReadOnlyList<StepResult> Results)
{
    public bool IsReached => Results.Any(result => result is Reached);

    /// <summary>What it pays the referrer, by unit.</summary>
    public IReadOnlyDictionary<Unit, BigInteger> ForReferrer { get; } = Results
        .OfType<Reached>()
        .SelectMany(result => result.Lines.OfType<LineEarned>())
        .Where(line => line is { Role: RewardRole.Referrer, Unit: not null } && !line.Amount.IsZero)
        .GroupBy(line => line.Unit!.Value)
        .ToDictionary(lines => lines.Key, lines => lines.Aggregate(BigInteger.Zero, (sum, line) => sum + line.Amount));
}

/// <summary>
/// Of campaigns in one exclusive group that a cause reaches, the one that pays the referrer most on this very cause pays
/// alone (MO-36). Amounts are compared, never rates. Where they are of different units, each unit's best compete by
/// priority, then by the lower id, and so does a campaign that pays the referrer in several units at once. One that pays the
/// referrer no amount loses to any that does.
/// </summary>
internal static class ExclusiveGroups
{
    /// <summary>The campaigns that lose, with the reason; all others pay.</summary>
    public static IReadOnlyDictionary<long, Reason> Choose(IEnumerable<GroupCandidate> candidates)
    {
        var losers = new Dictionary<long, Reason>();
        var groups = candidates
            .Where(candidate => candidate.Campaign.Definition.ExclusiveGroup is not null && candidate.IsReached)
            .GroupBy(candidate => candidate.Campaign.Definition.ExclusiveGroup!, StringComparer.Ordinal);
        foreach (var group in groups)
        {
            var winner = Best(group);
            foreach (var loser in group.Where(candidate => candidate != winner))
                losers.Add(loser.Campaign.Id, Lost(loser, winner));
        }
        return losers;
    }

    private static GroupCandidate Best(IEnumerable<GroupCandidate> group)
    {
        var paying = group.Where(candidate => candidate.ForReferrer.Count > 0).DefaultIfEmpty().ToList();
        if (paying is [null])
            return ByPriority(group).First();
        return ByPriority(paying.GroupBy(candidate => SingleUnit(candidate!)).SelectMany(BestOfUnit)).First();
    }

    private static IEnumerable<GroupCandidate> BestOfUnit(IGrouping<Unit?, GroupCandidate?> candidates) => candidates.Key is { } unit
        ? ByPriority(candidates!).OrderByDescending(candidate => candidate.ForReferrer[unit]).Take(1)
        : candidates!;

    private static Unit? SingleUnit(GroupCandidate candidate) =>
        candidate.ForReferrer.Count == 1 ? candidate.ForReferrer.Keys.Single() : null;

    private static IOrderedEnumerable<GroupCandidate> ByPriority(IEnumerable<GroupCandidate> candidates) => candidates
        .OrderByDescending(candidate => candidate.Campaign.Definition.Priority)
        .ThenBy(candidate => candidate.Campaign.Id);

    private static Reason Lost(GroupCandidate loser, GroupCandidate winner) => Reason.Of(
        ReasonCode.LostToCampaign,
        ("winner", winner.Campaign.Name),
        ("winner_id", winner.Campaign.Id.ToString(CultureInfo.InvariantCulture)),
        ("group", winner.Campaign.Definition.ExclusiveGroup!),
        ("winner_pays", Paid(winner)),
        ("pays", Paid(loser)));

    private static string Paid(GroupCandidate candidate) => string.Join(
        " + ", candidate.ForReferrer.Select(paid => CampaignExplanation.Amount(paid.Value, paid.Key)).Order(StringComparer.Ordinal));
}
