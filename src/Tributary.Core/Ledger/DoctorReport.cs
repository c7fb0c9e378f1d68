namespace Tributary.Ledger;

public enum DoctorVerdict
{
    Holds,

    /// <summary>Nothing is wrong with the data, but the operator should know.</summary>
    Noted,
    Broken,
}

/// <summary>What one check found.</summary>
/// <param name="Check">What is true when it holds, as a sentence.</param>
/// <param name="Examined">How many rows it looked at.</param>
/// <param name="Counted">What they are: <c>transfers</c>, <c>balances</c> …</param>
/// <param name="Findings">The first few things that are wrong or worth knowing.</param>
public sealed record DoctorLine(
    string Check, DoctorVerdict Verdict, long Examined, string Counted, IReadOnlyList<string> Findings);

/// <summary>What <c>tributary doctor</c> prints, a line for each check.</summary>
public sealed record DoctorReport(IReadOnlyList<DoctorLine> Lines)
{
    public bool IsHealthy => Lines.All(line => line.Verdict != DoctorVerdict.Broken);

    public override string ToString() => string.Join('\n', Lines.Select(line =>
        $"{line.Verdict}: {line.Check} ({line.Examined} {line.Counted}){string.Concat(line.Findings.Select(finding => $"\n  {finding}"))}"));
}

/// <summary>How far it is: programmes done of all, and what it looks at now.</summary>
public readonly record struct DoctorProgress(int ProgramsDone, int Programs, string Now);
