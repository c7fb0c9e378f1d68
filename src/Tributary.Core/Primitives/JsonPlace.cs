using System.Globalization;
using System.Text.Json;

namespace Tributary.Primitives;

/// <summary>Where in a JSON text a reader stands, as a dotted path (<c>items.1.amount</c>), and which members it has seen there.</summary>
internal sealed class JsonPlace
{
    private readonly Stack<Level> levels = new();

    /// <summary>Null at the top.</summary>
    public string? Path
    {
        get
        {
            var path = string.Join('.', levels.Reverse().Select(level => level.Step).Where(step => step.Length > 0));
            return path.Length == 0 ? null : path;
        }
    }

    /// <summary>Notes a member's name; false when its object had one of that name before.</summary>
    public bool Enter(string name)
    {
        var level = levels.Peek();
        level.Member = name;
        return level.Seen.Add(name);
    }

    public void Move(JsonTokenType token)
    {
        switch (token)
        {
            case JsonTokenType.StartObject or JsonTokenType.StartArray:
                levels.Push(new Level(token == JsonTokenType.StartArray));
                break;
            case JsonTokenType.EndObject or JsonTokenType.EndArray:
                levels.Pop();
                NextElement();
                break;
            case JsonTokenType.PropertyName or JsonTokenType.None or JsonTokenType.Comment:
                break;
            default:
                NextElement();
                break;
        }
    }

    /// <summary><c>$.items[1].amount</c> as the serializer writes it, in our form.</summary>
    public static string? FromException(string? path) => path is null or "$"
        ? null
        : path.TrimStart('$', '.').Replace("['", ".", StringComparison.Ordinal).Replace("']", "", StringComparison.Ordinal)
            .Replace("[", ".", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal).TrimStart('.');

    private void NextElement()
    {
        if (levels.TryPeek(out var level) && level.IsArray)
            level.Index++;
    }

    private sealed class Level(bool isArray)
    {
        public bool IsArray { get; } = isArray;
        public int Index { get; set; }
        public string Member { get; set; } = "";
        public HashSet<string> Seen { get; } = new(StringComparer.Ordinal);
        public string Step => IsArray ? Index.ToString(CultureInfo.InvariantCulture) : Member;
    }
}
