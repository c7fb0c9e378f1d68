using System.Diagnostics.CodeAnalysis;

namespace Tributary.Primitives;

/// <summary>Either a value or the <see cref="Problem"/> that prevented it.</summary>
public readonly struct Outcome<T>
{
    private readonly T? value;
    private readonly Problem? problem;
    private readonly bool succeeded;

    internal Outcome(T value)
    {
        this.value = value;
        succeeded = true;
    }

    internal Outcome(Problem problem) => this.problem = problem;

    public bool Succeeded => succeeded;

    /// <summary>The value; throws when there is a problem instead, so ask <see cref="Succeeded"/> first.</summary>
    public T Value => succeeded
        ? value!
        : throw new InvalidOperationException($"No value: {Problem.Code}, {Problem.Detail}");

    /// <summary>The problem; throws when there is none.</summary>
    public Problem Problem => succeeded
        ? throw new InvalidOperationException("No problem: the operation succeeded.")
        : problem ?? throw new InvalidOperationException("An outcome that was never set.");

    /// <summary>True with the value, or false with the problem.</summary>
    public bool TryGet([MaybeNullWhen(false)] out T value, [NotNullWhen(false)] out Problem? problem)
    {
        value = this.value;
        problem = succeeded ? null : Problem;
        return succeeded;
    }

    public TResult Match<TResult>(Func<T, TResult> onValue, Func<Problem, TResult> onProblem)
    {
        ArgumentNullException.ThrowIfNull(onValue);
        ArgumentNullException.ThrowIfNull(onProblem);
        return succeeded ? onValue(value!) : onProblem(Problem);
    }

    /// <summary>The value changed; a problem stays as it is.</summary>
    public Outcome<TNext> Map<TNext>(Func<T, TNext> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        return succeeded ? new Outcome<TNext>(change(value!)) : new Outcome<TNext>(Problem);
    }

    /// <summary>The next step, unless there is a problem already.</summary>
    public Outcome<TNext> Then<TNext>(Func<T, Outcome<TNext>> next)
    {
        ArgumentNullException.ThrowIfNull(next);
        return succeeded ? next(value!) : new Outcome<TNext>(Problem);
    }

    public static implicit operator Outcome<T>(T value) => new(value);

    public static implicit operator Outcome<T>(Problem problem) => new(problem);

    public override string ToString() => succeeded ? $"{value}" : $"{problem}";
}

/// <summary>Makes outcomes where no implicit conversion can, which is for interface types.</summary>
public static class Outcome
{
    public static Outcome<T> Of<T>(T value) => new(value);

    public static Outcome<T> Refuse<T>(ProblemCode code, string detail, string? field = null) =>
        new(new Problem(code, detail, field));
}
