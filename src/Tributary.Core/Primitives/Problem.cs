namespace Tributary.Primitives;

/// <summary>An expected failure. An exception, in contrast, means a bug or an outage.</summary>
/// <param name="Code">What a program reads.</param>
/// <param name="Detail">One sentence for a developer; repeats no value of the request.</param>
/// <param name="Field">The member to blame, as a dotted path of our own names (<c>items.1.amount</c>).</param>
public sealed record Problem(ProblemCode Code, string Detail, string? Field = null)
{
    /// <summary>All members to blame, where there may be several; empty: <see cref="Field"/> says it.</summary>
    public IReadOnlyList<string> Fields { get; init; } = [];
}
