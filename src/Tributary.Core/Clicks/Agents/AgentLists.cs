namespace Tributary.Clicks.Agents;

/// <summary>
/// What agents are judged by: the embedded lists, and over them what the operator laid into the folder <c>lists</c>. A list is
/// exchanged by a file of its name, without a new release.
/// </summary>
public sealed class AgentLists
{
    private const string Crawlers = "crawlers.json";
    private const string IsBot = "isbot.json";
    private const string OwnRobots = "robots.txt";
    private const string OwnPeople = "people.txt";

    /// <summary>Patterns of the published list that fit people: a build of Android, an editor's window, a mail portal's toolbar.</summary>
    private static readonly string[] NotTaken = [@"AP3A\.240617\.008", @"mail\.ru"];

    private AgentLists(IReadOnlyList<PatternList> robots, PatternList? people)
    {
        Robots = robots;
        People = people;
    }

    internal IReadOnlyList<PatternList> Robots { get; }

    /// <summary>The operator's exemptions; null: none.</summary>
    internal PatternList? People { get; }

    /// <summary>Names and dates of the lists in use.</summary>
    public IReadOnlyList<(string Source, DateOnly Date)> Sources => [.. Robots.Select(list => (list.Source, list.Date))];

    /// <param name="folder">The operator's; null or absent: the embedded lists alone.</param>
    public static AgentLists Load(string? folder)
    {
        List<PatternList> robots =
        [
            ReadList(folder, Crawlers, ignoreCase: false, NotTaken),
            ReadList(folder, IsBot, ignoreCase: true, []),
        ];
        if (ReadLines(folder, OwnRobots) is { } own)
            robots.Add(own);
        return new AgentLists(robots, ReadLines(folder, OwnPeople));
    }

    private static PatternList ReadList(string? folder, string name, bool ignoreCase, IReadOnlyCollection<string> without)
    {
        using var stream = folder is not null && File.Exists(Path.Combine(folder, name))
            ? File.OpenRead(Path.Combine(folder, name))
            : typeof(AgentLists).Assembly.GetManifestResourceStream("agents/" + name)
                ?? throw new InvalidOperationException($"The list {name} is missing from the build.");
        return PatternList.Read(stream, ignoreCase, without);
    }

    private static PatternList? ReadLines(string? folder, string name)
    {
        var path = folder is null ? null : Path.Combine(folder, name);
        if (path is null || !File.Exists(path))
            return null;
        var lines = File.ReadLines(path).Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#').ToList();
        return lines.Count == 0 ? null : PatternList.Of(name, lines);
    }
}
