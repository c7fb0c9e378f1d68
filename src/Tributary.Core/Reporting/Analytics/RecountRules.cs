using Tributary.Clicks;
using Tributary.Clicks.Agents;

namespace Tributary.Reporting.Analytics;

/// <summary>A click as a recount judges it.</summary>
/// <param name="VisitorId">Brought by the browser or given to it.</param>
/// <param name="Agent">As it was sent; null: not known any more.</param>
/// <param name="ButForAgent">What it is if its agent is no robot's, where its verdict says that it is one's.</param>
/// <param name="InBurst">Whether a finding of click velocity (fraud.md F8) covers it.</param>
internal sealed record RecountedClick(
    FoldedClick Click, Guid? VisitorKey, Guid? VisitorId, string? Agent, Verdict ButForAgent, bool InBurst, bool WaitsToBeFolded)
{
    /// <summary>What its unique marks may be under: a first click marks the visitor's key and the id that it was given.</summary>
    public IEnumerable<Guid> Keys => new[] { VisitorKey, VisitorId }.OfType<Guid>().Distinct();
}

/// <summary>
/// Judges clicks anew by what can change afterwards: the lists of agents, their exemptions, and findings of click velocity.
/// What only the request itself could say stays as it was judged then.
/// </summary>
internal static class RecountRules
{
    public static Verdict Judge(RecountedClick recounted, AgentTable agents)
    {
        var was = recounted.Click.Verdict;
        if (was is Verdict.Head or Verdict.Preview)
            return was;
        if (recounted.Agent is { } text)
        {
            if (agents.Of(text).IsRobot)
                return Verdict.Bot;
            if (was == Verdict.Bot)
                was = recounted.ButForAgent;
        }
        return was switch
        {
            Verdict.Valid when recounted.InBurst => Verdict.Velocity,
            Verdict.Velocity when !recounted.InBurst => Verdict.Valid,
            _ => was,
        };
    }
}
