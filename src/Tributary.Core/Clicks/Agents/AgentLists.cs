using System.Text;

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

    private AgentLists(IReadOnlyList<PatternList> robots, PatternList? people, IReadOnlyList<ListVersion> versions)
    {
        Robots = robots;
        People = people;
        Versions = new ListVersions(versions);
    }

    internal IReadOnlyList<PatternList> Robots { get; }

    /// <summary>The operator's exemptions; null: none.</summary>
    internal PatternList? People { get; }

    /// <summary>The lists in use, with their dates.</summary>
    public ListVersions Versions { get; }

    /// <param name="folder">The operator's; null or absent: the embedded lists alone.</param>
    public static AgentLists Load(string? folder)
    {
        var versions = new List<ListVersion>();
        List<PatternList> robots =
        [
            ReadList(folder, Crawlers, ignoreCase: false, NotTaken, versions),
            ReadList(folder, IsBot, ignoreCase: true, [], versions),
        ];
        if (ReadLines(folder, OwnRobots, versions) is { } own)
            robots.Add(own);
        return new AgentLists(robots, ReadLines(folder, OwnPeople, versions), versions);
    }

    private static PatternList ReadList(
        string? folder, string name, bool ignoreCase, IReadOnlyCollection<string> without, List<ListVersion> versions)
    {
        var content = PathOf(folder, name) is { } path ? File.ReadAllBytes(path) : Embedded(name);
        var list = PatternList.Read(content, ignoreCase, without);
        versions.Add(new ListVersion(name, list.Source, new DateTimeOffset(list.Date, default, TimeSpan.Zero), ListVersion.HashOf(content)));
        return list;
    }

    private static PatternList? ReadLines(string? folder, string name, List<ListVersion> versions)
    {
        if (PathOf(folder, name) is not { } path)
            return null;
        var lines = File.ReadLines(path).Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#').ToList();
        // An empty one is a version too: so a list is taken back.
        versions.Add(new ListVersion(name, name, File.GetLastWriteTimeUtc(path), ListVersion.HashOf(Encoding.UTF8.GetBytes(string.Join('\n', lines)))));
        return lines.Count == 0 ? null : PatternList.Of(name, lines);
    }

    private static string? PathOf(string? folder, string name) =>
        folder is not null && Path.Combine(folder, name) is var path && File.Exists(path) ? path : null;

    private static byte[] Embedded(string name)
    {
        using var stream = typeof(AgentLists).Assembly.GetManifestResourceStream("agents/" + name)
            ?? throw new InvalidOperationException($"The list {name} is missing from the build.");
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }
}
