using Npgsql;
using NpgsqlTypes;
using Tributary.Storage;

namespace Tributary.Clicks.Intake;

/// <summary>Texts of agents are written once a day and node; which were, is remembered.</summary>
internal sealed class SeenAgents
{
    private const int MostRemembered = 50_000;

    private readonly HashSet<(long Program, long Agent, DateOnly Day)> seen = [];

    public List<Click> Unseen(IReadOnlyList<JudgedClick> clicks)
    {
        lock (seen)
        {
            return
            [
                .. clicks.Select(judged => judged.Click)
                    .Where(click => click is { AgentId: not null, Agent: not null } && !seen.Contains(KeyOf(click)))
                    .DistinctBy(click => (click.ProgramId, click.AgentId)),
            ];
        }
    }

    public static void WriteTo(WriteBatch writes, List<Click> agents)
    {
        if (agents.Count == 0)
            return;
        writes.Add(
            WriterStatements.Agents,
            Param.Of([.. agents.Select(click => click.ProgramId)]),
            Param.Of([.. agents.Select(click => click.AgentId!.Value)]),
            Param.Of((IReadOnlyCollection<string?>)[.. agents.Select(click => click.Agent)]),
            new NpgsqlParameter<DateOnly[]> { TypedValue = [.. agents.Select(click => click.CountedIn.Day)], NpgsqlDbType = NpgsqlDbType.Date | NpgsqlDbType.Array });
    }

    /// <summary>After the commit.</summary>
    public void Note(List<Click> agents)
    {
        lock (seen)
        {
            if (seen.Count >= MostRemembered)
                seen.Clear();
            foreach (var click in agents)
                seen.Add(KeyOf(click));
        }
    }

    private static (long, long, DateOnly) KeyOf(Click click) => (click.ProgramId, click.AgentId!.Value, click.CountedIn.Day);
}
