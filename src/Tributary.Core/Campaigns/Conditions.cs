namespace Tributary.Campaigns;

/// <param name="Failed">A condition that kept the group from holding; null where it holds.</param>
/// <param name="Found">What the fact was; null: it was missing.</param>
internal readonly record struct ConditionResult(bool Holds, Condition? Failed = null, string? Found = null);

/// <summary>
/// Judges conditions. Text is compared without regard to letter case, numbers exactly. A field of several values fulfils a
/// condition when one of them does; <c>ne</c> and <c>nin</c> are the opposites of <c>eq</c> and <c>in</c>, so a missing
/// field fulfils them and fails every other operator but <c>exists</c> = false (MO-32).
/// </summary>
internal static class Conditions
{
    public static ConditionResult Evaluate(ConditionGroup? group, CauseFacts cause) => group is null
        ? new(true)
        : Evaluate(group, condition => Judge(condition, FactFields.Find(cause, condition.Field)));

    /// <summary>The same with a judgement of each condition that the caller supplies.</summary>
    public static ConditionResult Evaluate(ConditionGroup group, Func<Condition, ConditionResult> judge)
    {
        var first = default(ConditionResult?);
        foreach (var term in group.Terms)
        {
            var result = term switch
            {
                ConditionGroup inner => Evaluate(inner, judge),
                Condition condition => judge(condition),
                _ => throw new InvalidOperationException("No other kind of term exists."),
            };
            if (result.Holds == (group.Match == GroupMatch.Any))
                return result;
            first ??= result;
        }
        return first ?? new(true);
    }

    public static ConditionResult Judge(Condition condition, IReadOnlyList<Fact> facts) =>
        Holds(condition, facts)
            ? new(true)
            : new(false, condition, facts.Count == 0 ? null : string.Join(", ", facts.Select(fact => fact.Text)));

    /// <summary>The two ends of <c>between</c>: <c>"100,500"</c> or a list of two.</summary>
    public static bool TryEnds(IReadOnlyList<string> values, out ExactNumber low, out ExactNumber high)
    {
        low = high = default;
        var ends = values.Count == 1 ? values[0].Split(',') : [.. values];
        return ends.Length == 2
            && ExactNumber.TryParse(ends[0], out low)
            && ExactNumber.TryParse(ends[1], out high)
            && low <= high;
    }

    private static bool Holds(Condition condition, IReadOnlyList<Fact> facts) => condition.Operator switch
    {
        ConditionOperator.Eq => facts.Any(fact => EqualsAny(fact, condition.Values[0])),
        ConditionOperator.Ne => !facts.Any(fact => EqualsAny(fact, condition.Values[0])),
        ConditionOperator.In => facts.Any(fact => condition.Values.Any(value => AreEqual(fact, value))),
        ConditionOperator.Nin => !facts.Any(fact => condition.Values.Any(value => AreEqual(fact, value))),
        ConditionOperator.Gt => AnyNumber(facts, condition, (fact, value) => fact > value),
        ConditionOperator.Gte => AnyNumber(facts, condition, (fact, value) => fact >= value),
        ConditionOperator.Lt => AnyNumber(facts, condition, (fact, value) => fact < value),
        ConditionOperator.Lte => AnyNumber(facts, condition, (fact, value) => fact <= value),
        ConditionOperator.Between => TryEnds(condition.Values, out var low, out var high)
            && Numbers(facts).Any(fact => fact >= low && fact <= high),
        ConditionOperator.Contains => facts.Any(fact => fact.Text.Contains(condition.Values[0], StringComparison.OrdinalIgnoreCase)),
        ConditionOperator.Starts => facts.Any(fact => fact.Text.StartsWith(condition.Values[0], StringComparison.OrdinalIgnoreCase)),
        ConditionOperator.Exists => facts.Count > 0 == (condition.Values[0] == "true"),
    };

    /// <summary>The value as a whole, or one of those that its commas separate.</summary>
    private static bool EqualsAny(Fact fact, string value) =>
        AreEqual(fact, value)
        || (value.Contains(',', StringComparison.Ordinal) && value.Split(',').Any(part => AreEqual(fact, part.Trim())));

    /// <summary>Only what was given as a number equals 10 and 10.0 alike: an id or a postcode 007 is not 7.</summary>
    private static bool AreEqual(Fact fact, string value) =>
        string.Equals(fact.Text, value, StringComparison.OrdinalIgnoreCase)
        || (fact.IsNumber
            && ExactNumber.TryParse(fact.Text, out var left)
            && ExactNumber.TryParse(value, out var right)
            && left.CompareTo(right) == 0);

    private static bool AnyNumber(IReadOnlyList<Fact> facts, Condition condition, Func<ExactNumber, ExactNumber, bool> holds) =>
        ExactNumber.TryParse(condition.Values[0], out var value) && Numbers(facts).Any(fact => holds(fact, value));

    private static IEnumerable<ExactNumber> Numbers(IReadOnlyList<Fact> facts)
    {
        foreach (var fact in facts)
            if (ExactNumber.TryParse(fact.Text, out var number))
                yield return number;
    }
}
