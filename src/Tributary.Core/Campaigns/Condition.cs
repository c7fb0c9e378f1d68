namespace Tributary.Campaigns;

/// <summary>A condition, or a group of them.</summary>
public abstract record ConditionTerm
{
    private protected ConditionTerm()
    {
    }
}

/// <summary>Terms of which all, or at least one, must hold. A group stands in a group, but no deeper (MO-32).</summary>
public sealed record ConditionGroup(GroupMatch Match, IReadOnlyList<ConditionTerm> Terms) : ConditionTerm
{
    /// <summary>All conditions in the order in which they are written.</summary>
    public IEnumerable<Condition> Flat => Terms.SelectMany(term => term switch
    {
        ConditionGroup group => group.Flat,
        Condition condition => [condition],
        _ => throw new InvalidOperationException("No other kind of term exists."),
    });
}

/// <param name="Field">A field of <see cref="FactFields"/>, or a key of the act's own metadata.</param>
/// <param name="Values">
/// What the fact is compared with. One text of several values separated by commas means any of them for <c>eq</c> and
/// <c>ne</c>, and the two ends for <c>between</c>.
/// </param>
public sealed record Condition(string Field, ConditionOperator Operator, IReadOnlyList<string> Values) : ConditionTerm;

public enum GroupMatch
{
    All,
    Any,
}

public enum ConditionOperator
{
    Eq,
    Ne,
    In,
    Nin,
    Gt,
    Gte,
    Lt,
    Lte,
    Between,
    Contains,
    Starts,
    Exists,
}
