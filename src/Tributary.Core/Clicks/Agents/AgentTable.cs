using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Tributary.Primitives;

namespace Tributary.Clicks.Agents;

/// <summary>What an agent says of who sent it.</summary>
/// <param name="Id">Stands for the text in the rows.</param>
/// <param name="IsRobot">By the first two passes (CL-20).</param>
/// <param name="RobotKind">As the list calls it: <c>search-engine</c>, <c>social-preview</c> …; empty: it does not say; null: a person's.</param>
public sealed record AgentFacts(string Text, long Id, bool IsRobot, string? RobotKind, string? Browser, string? System, string? Device);

/// <summary>Judges agents, and remembers those it met last (CL-26).</summary>
public sealed class AgentTable(AgentLists lists)
{
    /// <summary>Agents remembered: those of the present half and those of the half before.</summary>
    public const int MostRemembered = 10_000;

    /// <summary>Characters of an agent that are looked at; agents are ASCII, so bytes too.</summary>
    public const int MostCharacters = 1_024;

    private const string PreviewKind = "social-preview";

    private ConcurrentDictionary<string, AgentFacts> present = new(StringComparer.Ordinal);
    private ConcurrentDictionary<string, AgentFacts> former = new(StringComparer.Ordinal);
    private int kept;

    /// <summary>The lists in use.</summary>
    public ListVersions Versions => lists.Versions;

    public AgentFacts Of(string? agent)
    {
        agent ??= "";
        if (agent.Length > MostCharacters)
            agent = agent[..MostCharacters];
        if (present.TryGetValue(agent, out var known))
            return known;
        return Keep(former.TryGetValue(agent, out known) ? known : Judge(Storable(agent)));
    }

    /// <summary>One agent that the database cannot keep, such as one cut within a letter, would send its whole batch to the spool.</summary>
    private static string Storable(string agent)
    {
        if (StorableText.IsStorable(agent))
            return agent;
        var kept = new StringBuilder(agent.Length);
        foreach (var rune in agent.EnumerateRunes())
            kept.Append((rune.Value == 0 ? Rune.ReplacementChar : rune).ToString());
        return kept.ToString();
    }

    private AgentFacts Keep(AgentFacts facts)
    {
        if (!present.TryAdd(facts.Text, facts))
            return facts;
        if (Interlocked.Increment(ref kept) == MostRemembered / 2)
        {
            former = present;
            present = new(StringComparer.Ordinal);
            Interlocked.Exchange(ref kept, 0);
        }
        return facts;
    }

    internal AgentFacts Judge(string agent)
    {
        var kind = RobotKindOf(agent);
        return kind is null
            ? new AgentFacts(agent, IdOf(agent), false, null, AgentFamilies.Browser(agent), AgentFamilies.System(agent), AgentFamilies.Device(agent))
            : new AgentFacts(agent, IdOf(agent), true, kind, null, null, null);
    }

    private string? RobotKindOf(string agent)
    {
        if (lists.People?.Find(agent) is not null)
            return null;
        if (string.IsNullOrWhiteSpace(agent))
            return "";
        if (AgentTokens.IsPreview(agent))
            return PreviewKind;
        var kind = AgentTokens.IsPersonInApp(agent) ? null : ListedAs(agent);
        return kind ?? (AgentTokens.BeginsLikeABrowser(agent) ? null : "");
    }

    private string? ListedAs(string agent)
    {
        foreach (var list in lists.Robots)
            if (list.Find(agent) is { } kind)
                return kind;
        return null;
    }

    private static long IdOf(string agent) => BinaryPrimitives.ReadInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(agent)));
}
