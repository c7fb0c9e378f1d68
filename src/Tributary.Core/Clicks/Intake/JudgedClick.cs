namespace Tributary.Clicks.Intake;

/// <summary>A click with what its batch found out about it.</summary>
internal sealed class JudgedClick(Click click)
{
    public Click Click => click;

    /// <summary>The click's own, or that it is a duplicate.</summary>
    public Verdict Verdict { get; private set; } = click.Verdict;

    /// <summary>The valid click that it repeats.</summary>
    public Guid? StandsFor { get; private set; } = click.StandsFor;

    public bool IsUnique { get; set; }

    public ClickFlags Flags => IsUnique ? click.Flags | ClickFlags.Unique : click.Flags;

    /// <summary>Whether its visitor can be told from others: what unique clicks and duplicates are judged by.</summary>
    public bool CanBeRepeated => Verdict == Verdict.Valid && click.VisitorKey is not null;

    public VisitorMark Mark => new(click.ProgramId, click.LinkId, click.VisitorKey!.Value);

    /// <summary>The mark of the id that the browser was given, under which it will come again; null: none was given.</summary>
    public VisitorMark? GivenMark => click is { VisitorFrom: VisitorSource.Given, VisitorId: { } given }
        ? new VisitorMark(click.ProgramId, click.LinkId, given)
        : null;

    public void Repeats(Guid original)
    {
        Verdict = Verdict.Duplicate;
        StandsFor = original;
    }
}

/// <summary>A visitor key on a link.</summary>
internal readonly record struct VisitorMark(long ProgramId, long LinkId, Guid Key) : IComparable<VisitorMark>
{
    public int CompareTo(VisitorMark other)
    {
        var byProgram = ProgramId.CompareTo(other.ProgramId);
        var byLink = byProgram != 0 ? byProgram : LinkId.CompareTo(other.LinkId);
        return byLink != 0 ? byLink : Key.CompareTo(other.Key);
    }
}
