using Tributary.Clicks;
using Tributary.Clicks.Agents;

namespace Tributary.Reporting.Analytics;

/// <summary>A click as a recount judges it.</summary>
/// <param name="Agent">As it was sent; null: not known any more.</param>
/// <param name="InBurst">Whether a finding of click velocity (fraud.md F8) covers it.</param>
internal sealed record RecountedClick(FoldedClick Click, Guid? VisitorKey, string? Agent, bool InBurst, bool WaitsToBeFolded);

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
            // A page may have told of a robot that calls itself a browser: only links by redirect were judged by the agent alone.
            if (was == Verdict.Bot && recounted.Click.Properties[0] != "query")
                was = Verdict.Valid;
        }
        return was switch
        {
            Verdict.Valid when recounted.InBurst => Verdict.Velocity,
            Verdict.Velocity when !recounted.InBurst => Verdict.Valid,
            _ => was,
        };
    }
}
