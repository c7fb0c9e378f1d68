using System.Collections.Concurrent;
using Tributary.Programs;

namespace Tributary.Clicks;

/// <summary>The rules of programmes, made ready once per version of a programme.</summary>
public sealed class ClickRulesTable(SourceLists lists)
{
    private const int MostPrograms = 10_000;

    private readonly ConcurrentDictionary<long, (ReferralProgram Program, ClickRules Rules)> known = new();

    public SourceLists Lists => lists;

    public ClickRules Of(ReferralProgram program)
    {
        ArgumentNullException.ThrowIfNull(program);
        if (known.TryGetValue(program.Id, out var kept) && (ReferenceEquals(kept.Program, program) || kept.Program.Version == program.Version))
            return kept.Rules;
        if (known.Count >= MostPrograms)
            known.Clear();
        var made = new ClickRules(program.Settings.Clicks, lists);
        known[program.Id] = (program, made);
        return made;
    }
}
