using System.Text;
using Tributary.Programs;

namespace Tributary.Links;

/// <summary>One of a link's own parameters.</summary>
public sealed record LinkParameter(string Name, string Value);

/// <summary>
/// Puts a link's address together (partnero.md § 4.2, clicks.md CL-13): the destination with its own query, the code, the link's
/// parameters, what a visitor brought, the click's id, the fragment. Scheme, host and port are the destination's, whatever else
/// comes.
/// </summary>
internal static class LinkUrl
{
    public const int MostArrived = 30;
    public const int MostArrivedCharacters = 2_048;

    private const string ChannelItem = "s=qr";

    /// <summary>The address that a referrer shares.</summary>
    /// <param name="address">The destination, or the address of the link's domain.</param>
    public static string Build(string address, LinkSettings settings, string code, IEnumerable<LinkParameter> parameters) =>
        Location(address, settings, code, Encode(parameters), arrived: "", clickId: null);

    public static string Encode(IEnumerable<LinkParameter> parameters) =>
        string.Join('&', parameters.Select(parameter => QueryItems.Encode(parameter.Name, parameter.Value)));

    /// <summary>Where a visitor is led.</summary>
    /// <param name="code">Null: the visitor is led on, and nothing may earn by it.</param>
    /// <param name="parameters">Encoded.</param>
    /// <param name="arrived">The query of the request.</param>
    public static string Location(
        string address, LinkSettings settings, string? code, string parameters, string arrived, string? clickId)
    {
        var (path, query, fragment) = Split(address);
        var read = settings.AllParametersRead;
        var items = new ItemList(path.Length);
        foreach (var item in QueryItems.Of(query).Where(item => !IsReserved(item, read, settings)))
            items.Add(item);
        if (code is not null)
            items.AddNew(QueryItems.Encode(settings.Parameter, code));
        foreach (var item in QueryItems.Of(parameters).Where(item => !IsReserved(item, read, settings)))
            items.AddNew(item);
        AddArrived(items, arrived, item => IsReserved(item, read, settings));
        if (clickId is not null)
            items.AddNew(QueryItems.Encode(settings.ClickParameter, clickId));
        return items.WriteAfter(path, fragment);
    }

    /// <summary>Whatever is too much is dropped: a redirect never fails for what a visitor brings.</summary>
    private static void AddArrived(ItemList items, string arrived, Func<string, bool> isReserved)
    {
        var present = items.Names();
        var room = MostArrivedCharacters;
        var count = 0;
        foreach (var item in QueryItems.Of(arrived))
        {
            var name = QueryItems.NameOf(item);
            if (name.Length == 0 || item == ChannelItem || present.Contains(name) || isReserved(item))
                continue;
            var clean = QueryItems.Clean(item);
            if (count == MostArrived || (room -= clean.Length) < 0)
                return;
            items.Add(clean);
            count++;
        }
    }

    private static bool IsReserved(string item, IReadOnlyList<string> read, LinkSettings settings)
    {
        var name = QueryItems.NameOf(item);
        return name.Equals(settings.ClickParameter, StringComparison.OrdinalIgnoreCase) || read.Contains(name, StringComparer.OrdinalIgnoreCase);
    }

    private static (string Path, string Query, string Fragment) Split(string address)
    {
        var hash = address.IndexOf('#', StringComparison.Ordinal);
        var (rest, fragment) = hash < 0 ? (address, "") : (address[..hash], address[hash..]);
        var mark = rest.IndexOf('?', StringComparison.Ordinal);
        return mark < 0 ? (rest, "", fragment) : (rest[..mark], rest[mark..], fragment);
    }

    private sealed class ItemList(int room)
    {
        private readonly List<string> items = [];

        public void Add(string item) => items.Add(item);

        public void AddNew(string item)
        {
            if (!Names().Contains(QueryItems.NameOf(item)))
                items.Add(item);
        }

        public HashSet<string> Names() => [.. items.Select(QueryItems.NameOf)];

        public string WriteAfter(string path, string fragment)
        {
            var url = new StringBuilder(path, room + (items.Count * 24) + fragment.Length);
            for (var place = 0; place < items.Count; place++)
                url.Append(place == 0 ? '?' : '&').Append(items[place]);
            return url.Append(fragment).ToString();
        }
    }
}
