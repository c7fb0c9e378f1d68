using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Tributary.Clicks.Agents;

/// <summary>Which content of a list a node judges by.</summary>
/// <param name="Name">The file by which it is exchanged.</param>
/// <param name="Source">Package and version of a published list; of an operator's own its name.</param>
/// <param name="At">A published list's day; when an operator's own was last written.</param>
/// <param name="Hash">Of its content: files with the same one are the same list, whenever they were copied.</param>
public sealed record ListVersion(string Name, string Source, DateTimeOffset At, string Hash)
{
    internal static string HashOf(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content))[..16];
}

/// <summary>
/// The lists of a node, to be compared with those by which a programme's clicks were last judged. Of two nodes with different
/// lists only the one with the later ones may judge anew, or they would do so in turns.
/// </summary>
public sealed record ListVersions(IReadOnlyList<ListVersion> All)
{
    /// <summary>Whether both judge alike.</summary>
    public bool SaySameAs(ListVersions others)
    {
        ArgumentNullException.ThrowIfNull(others);
        return All.Count == others.All.Count && All.All(list => others.Of(list.Name)?.Hash == list.Hash);
    }

    /// <summary>Whether these judge otherwise and none of them is older: a list that is missing here is one that this node does not have yet.</summary>
    public bool Supersede(ListVersions others)
    {
        ArgumentNullException.ThrowIfNull(others);
        return !SaySameAs(others) && others.All.All(other => Of(other.Name) is { } own && (own.Hash == other.Hash || IsLater(own, other)));
    }

    internal JsonObject ToJson() => new(All.Select(list => KeyValuePair.Create<string, JsonNode?>(
        list.Name, new JsonObject { ["source"] = list.Source, ["at"] = list.At.ToString("O", CultureInfo.InvariantCulture), ["hash"] = list.Hash })));

    internal static ListVersions Read(string stored) => new(
    [
        .. from list in JsonNode.Parse(stored)!.AsObject()
           select new ListVersion(
               list.Key, list.Value!["source"]!.GetValue<string>(),
               DateTimeOffset.Parse(list.Value!["at"]!.GetValue<string>(), CultureInfo.InvariantCulture), list.Value!["hash"]!.GetValue<string>()),
    ]);

    private ListVersion? Of(string name) => All.FirstOrDefault(list => list.Name == name);

    /// <summary>Two of the same moment are told apart by their content, so that all nodes choose the same.</summary>
    private static bool IsLater(ListVersion one, ListVersion other) =>
        one.At != other.At ? one.At > other.At : string.CompareOrdinal(one.Hash, other.Hash) > 0;
}
