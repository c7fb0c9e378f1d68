using System.Numerics;
using Tributary.Primitives;

namespace Tributary.Campaigns;

/// <summary>
/// What is owed after refunds, computed anew from what remains of the order (MO-26, MO-27): amounts are judged again,
/// everything else stays as it was judged when the order came.
/// </summary>
internal static class Recomputation
{
    private const char Held = '1';
    private const char Failed = '0';
    private const char JudgedAgain = '-';

    /// <summary>
    /// What the line owes now: min(rule(remaining base), cap), 0 where the step is no longer reached. A line without an
    /// amount owes 0; ask <see cref="StillReached"/> whether its reward stands.
    /// </summary>
    /// <param name="definition">Of the version that made the reward.</param>
    /// <param name="cap">The limit that the reward keeps; null: none.</param>
    /// <param name="frozenConditions">As <see cref="Reached.FrozenConditions"/> gave it.</param>
    public static BigInteger Owed(
        CampaignDefinition definition, int lineNumber, OrderFacts order, BigInteger? cap, RewardDefaults defaults, string? frozenConditions = null)
    {
        var (step, line) = definition.FindLine(lineNumber);
        if (step is not null && !StillReached(step, order, defaults, frozenConditions))
            return 0;
        var rule = LineRule.Compute(line.Amount, order, defaults);
        if (rule.Refusal is not null)
            return 0;
        return cap is { } most ? BigInteger.Min(rule.Value, most) : rule.Value;
    }

    /// <summary>Whether the order, as far as it remains, still reaches the step.</summary>
    /// <param name="frozenConditions">Null: conditions that refunds do not touch are taken to hold, because the step was reached.</param>
    public static bool StillReached(CampaignStep step, OrderFacts order, RewardDefaults defaults, string? frozenConditions = null)
    {
        if (OrderRules.WhyNot(step, order, defaults) is not null)
            return false;
        if (step.Conditions is not { } group)
            return true;
        var places = group.Flat.Select((condition, index) => (condition, index)).ToDictionary<(Condition, int), Condition, int>(
            pair => pair.Item1, pair => pair.Item2, ReferenceEqualityComparer.Instance);
        return Conditions.Evaluate(group, condition => OrderFields.ShrinksWithRefunds(condition.Field)
            ? Conditions.Judge(condition, [.. OrderFields.Find(order, condition.Field) ?? []])
            : new(WasHeld(frozenConditions, places[condition]), condition)).Holds;
    }

    /// <summary>A character for each condition in its written order: held, failed, or to be judged again.</summary>
    public static string Freeze(ConditionGroup? group, CauseFacts cause) => group is null
        ? ""
        : string.Concat(group.Flat.Select(condition => Mark(condition, cause)));

    private static char Mark(Condition condition, CauseFacts cause)
    {
        if (cause.Order is not null && OrderFields.ShrinksWithRefunds(condition.Field))
            return JudgedAgain;
        return Conditions.Judge(condition, FactFields.Find(cause, condition.Field)).Holds ? Held : Failed;
    }

    private static bool WasHeld(string? frozen, int place) => frozen is null || place >= frozen.Length || frozen[place] != Failed;
}
