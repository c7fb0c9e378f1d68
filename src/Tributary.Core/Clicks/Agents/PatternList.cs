using System.Buffers;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Tributary.Clicks.Agents;

/// <summary>
/// A published list of robots' patterns, compiled so that no agent makes it slow (CL-26): literal patterns become one automaton,
/// the others regular expressions that do not backtrack.
/// </summary>
internal sealed class PatternList
{
    private readonly SearchValues<string> literals;
    private readonly (string Text, string Tag)[] literalTags;
    private readonly Regex? anyExpression;
    private readonly (Regex Expression, string Tag)[] expressions;
    private readonly (GuardedPattern Pattern, string Tag)[] guarded;
    private readonly StringComparison comparison;

    private PatternList(string source, DateOnly date, IReadOnlyList<(string Text, string Tag)> patterns, bool ignoreCase)
    {
        Source = source;
        Date = date;
        comparison = ignoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        literalTags = [.. from pattern in patterns let text = PatternText.Literal(pattern.Text) where text is not null select (text, pattern.Tag)];
        literals = SearchValues.Create([.. literalTags.Select(literal => literal.Text)], comparison);
        var others = patterns.Where(pattern => PatternText.Literal(pattern.Text) is null).ToList();
        guarded = [.. others.Where(pattern => GuardedPattern.IsGuarded(pattern.Text)).Select(pattern => (GuardedPattern.Parse(pattern.Text, ignoreCase), pattern.Tag))];
        var plain = others.Where(pattern => !GuardedPattern.IsGuarded(pattern.Text)).ToList();
        expressions = [.. plain.Select(pattern => (PatternText.Compile(pattern.Text, ignoreCase), pattern.Tag))];
        anyExpression = plain.Count == 0 ? null : PatternText.Compile(string.Join('|', plain.Select(pattern => $"(?:{pattern.Text})")), ignoreCase);
    }

    /// <summary>Package and version.</summary>
    public string Source { get; }

    /// <summary>The day it was fetched.</summary>
    public DateOnly Date { get; }

    public int Count => literalTags.Length + expressions.Length + guarded.Length;

    /// <summary>Reads a list as <c>tools/agents.sh</c> writes it.</summary>
    /// <param name="without">Patterns that people's browsers fit too.</param>
    public static PatternList Read(ReadOnlyMemory<byte> json, bool ignoreCase, IReadOnlyCollection<string>? without = null)
    {
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        var patterns = root.GetProperty("patterns").EnumerateArray().Select(PatternOf)
            .Where(pattern => without?.Contains(pattern.Text, StringComparer.Ordinal) != true);
        var date = DateOnly.ParseExact(root.GetProperty("date").GetString()!, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        return new PatternList(root.GetProperty("source").GetString()!, date, [.. patterns], ignoreCase);
    }

    /// <summary>A list of an operator's own, a pattern a line.</summary>
    public static PatternList Of(string source, IEnumerable<string> patterns) =>
        new(source, default, [.. patterns.Select(pattern => (pattern, ""))], ignoreCase: true);

    /// <summary>What kind of robot the list calls it, empty where it does not say; null: it is not on the list.</summary>
    public string? Find(string agent)
    {
        var at = agent.AsSpan().IndexOfAny(literals);
        if (at >= 0)
            return TagAt(agent.AsSpan(at));
        foreach (var (pattern, tag) in guarded)
            if (pattern.IsMatch(agent))
                return tag;
        return anyExpression?.IsMatch(agent) == true ? TagOf(agent) : null;
    }

    private string TagAt(ReadOnlySpan<char> found)
    {
        foreach (var (text, tag) in literalTags)
            if (found.StartsWith(text, comparison))
                return tag;
        return "";
    }

    private string TagOf(string agent)
    {
        foreach (var (expression, tag) in expressions)
            if (expression.IsMatch(agent))
                return tag;
        return "";
    }

    private static (string Text, string Tag) PatternOf(JsonElement item) => item.ValueKind == JsonValueKind.Array
        ? (item[0].GetString()!, item[1].GetString()!)
        : (item.GetString()!, "");
}
