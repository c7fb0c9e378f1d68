using Tributary.Server.Api.Wire;

namespace Tributary.Server.Api.DeBridge.Gateway;

/// <summary>
/// The parameters of a query in their order, each as it came unless it was changed, so that everything else reaches the upstream
/// untouched. Names are compared without regard to case.
/// </summary>
internal sealed class QueryText
{
    private readonly List<Item> items;

    private QueryText(List<Item> items) => this.items = items;

    /// <param name="query">Encoded, without its question mark.</param>
    public static QueryText Parse(string query) =>
        new([.. query.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(Item.Of)]);

    /// <summary>All values of a name, decoded and trimmed.</summary>
    public IReadOnlyList<string> All(string name) => [.. items.Where(item => item.Is(name)).Select(item => item.Value)];

    /// <summary>Null: missing or empty.</summary>
    public string? First(string name) => All(name) is [{ Length: > 0 } value, ..] ? value : null;

    public void Remove(string name) => items.RemoveAll(item => item.Is(name));

    /// <summary>Puts a value in the place of the first of these names that is there, else at the end; the others go.</summary>
    public void Set(string name, string value, params ReadOnlySpan<string> otherNames)
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { name };
        foreach (var other in otherNames)
            names.Add(other);
        var at = items.FindIndex(item => names.Contains(item.Name));
        if (at >= 0 && items[at].Is(name) && items[at].Value == value && items.Count(item => names.Contains(item.Name)) == 1)
            return;
        var made = new Item($"{name}={Uri.EscapeDataString(value)}", name, value);
        items.Insert(at < 0 ? items.Count : at, made);
        items.RemoveAll(item => names.Contains(item.Name) && !ReferenceEquals(item, made));
    }

    public override string ToString() => string.Join('&', items.Select(item => item.Text));

    private sealed record Item(string Text, string Name, string Value)
    {
        public static Item Of(string text)
        {
            var equals = text.IndexOf('=', StringComparison.Ordinal);
            return new Item(text, Decode(equals < 0 ? text : text[..equals]), equals < 0 ? "" : Decode(text[(equals + 1)..]).Trim());
        }

        public bool Is(string name) => Name.Equals(name, StringComparison.OrdinalIgnoreCase);

        /// <summary>What cannot be decoded stands for itself.</summary>
        private static string Decode(string text) => RawPath.Decode([text.Replace('+', ' ')]) is [var decoded] ? decoded : text;
    }
}
