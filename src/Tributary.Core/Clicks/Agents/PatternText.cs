using System.Text;
using System.Text.RegularExpressions;

namespace Tributary.Clicks.Agents;

/// <summary>Reads the text of a pattern.</summary>
internal static class PatternText
{
    private const string Signs = @"^$.|?*+()[]{}";

    /// <summary>The text that a pattern stands for when it is nothing but that; else null.</summary>
    public static string? Literal(string pattern)
    {
        var text = new StringBuilder(pattern.Length);
        for (var at = 0; at < pattern.Length; at++)
        {
            var sign = pattern[at];
            if (Signs.Contains(sign, StringComparison.Ordinal))
                return null;
            if (sign == '\\')
            {
                sign = ++at < pattern.Length ? pattern[at] : 'w';
                if (char.IsAsciiLetterOrDigit(sign))
                    return null;
            }
            text.Append(sign);
        }
        return text.ToString();
    }

    public static Regex Compile(string pattern, bool ignoreCase) => new(
        pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | (ignoreCase ? RegexOptions.IgnoreCase : RegexOptions.None));
}

/// <summary>
/// A pattern with a condition on what stands before or after it, <c>(?&lt;!cam)scan</c>: an engine that does not backtrack has none,
/// so the conditions are looked at beside every place where the middle fits.
/// </summary>
internal sealed class GuardedPattern
{
    private const string Before = "(?<!";
    private const string After = "(?!";

    /// <summary>Characters that a condition looks at, which bounds the work for an agent full of the middle.</summary>
    private const int Sight = 32;

    private readonly Regex core;
    private readonly Regex? notBefore;
    private readonly Regex? notAfter;

    private GuardedPattern(Regex core, Regex? notBefore, Regex? notAfter)
    {
        this.core = core;
        this.notBefore = notBefore;
        this.notAfter = notAfter;
    }

    public static bool IsGuarded(string pattern) =>
        pattern.Contains(Before, StringComparison.Ordinal) || pattern.Contains(After, StringComparison.Ordinal);

    public static GuardedPattern Parse(string pattern, bool ignoreCase)
    {
        Regex? before = null, after = null;
        if (pattern.StartsWith(Before, StringComparison.Ordinal))
        {
            var end = EndOfGroup(pattern, 0);
            before = PatternText.Compile($"(?:{pattern[Before.Length..end]})\\z", ignoreCase);
            pattern = pattern[(end + 1)..];
        }
        var start = pattern.IndexOf(After, StringComparison.Ordinal);
        if (start >= 0 && EndOfGroup(pattern, start) == pattern.Length - 1)
        {
            after = PatternText.Compile($"\\A(?:{pattern[(start + After.Length)..^1]})", ignoreCase);
            pattern = pattern[..start];
        }
        return new GuardedPattern(PatternText.Compile(pattern, ignoreCase), before, after);
    }

    public bool IsMatch(string agent)
    {
        foreach (var found in core.EnumerateMatches(agent))
            if (notBefore?.IsMatch(Left(agent, found.Index)) != true && notAfter?.IsMatch(Right(agent, found.Index + found.Length)) != true)
                return true;
        return false;
    }

    private static ReadOnlySpan<char> Left(string agent, int end) => agent.AsSpan(0, end)[Math.Max(0, end - Sight)..];

    private static ReadOnlySpan<char> Right(string agent, int start) => agent.AsSpan(start)[..Math.Min(Sight, agent.Length - start)];

    private static int EndOfGroup(string pattern, int start)
    {
        var depth = 0;
        for (var at = start; at < pattern.Length; at++)
        {
            depth += pattern[at] switch { '(' => 1, ')' => -1, _ => 0 };
            if (depth == 0)
                return at;
        }
        throw new FormatException("A pattern's group does not end.");
    }
}
