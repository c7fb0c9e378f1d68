using System.Text.RegularExpressions;

namespace Tributary.Core.Tests.Architecture;

/// <summary>Finds the tables that a statement touches without saying of which programme.</summary>
internal static partial class StatementScan
{
    /// <summary>
    /// Tables of the statement that no <c>program_id</c> is left for: one written with the table's alias or name is that
    /// table's own, each bare one counts for one table.
    /// </summary>
    public static IReadOnlyList<string> TablesWithoutProgram(string sql, IReadOnlySet<string> tables)
    {
        int bare = BareProgram().Count(sql);
        var missing = new List<string>();
        foreach (Match use in Uses().Matches(sql).Where(use => tables.Contains(use.Groups["table"].Value)))
        {
            string table = use.Groups["table"].Value;
            string alias = use.Groups["alias"].Value;
            if (sql.Contains($"{table}.program_id", StringComparison.Ordinal)
                || (alias.Length > 0 && Regex.IsMatch(sql, $@"\b{alias}\.program_id\b", RegexOptions.None, TimeSpan.FromSeconds(1))))
                continue;
            if (--bare < 0)
                missing.Add(table);
        }
        return missing;
    }

    public static IEnumerable<string> Tables(string sql, IReadOnlySet<string> tables) =>
        Uses().Matches(sql).Select(use => use.Groups["table"].Value).Where(tables.Contains);

    /// <summary>Whether the programme is given as a parameter, and not found by the statement itself.</summary>
    public static bool IsBound(string sql) => BoundProgram().IsMatch(sql);

    public static bool IsStatement(string text) => Statement().IsMatch(text);

    [GeneratedRegex(@"(?<![.\w])program_id\b", RegexOptions.ExplicitCapture)]
    private static partial Regex BareProgram();

    /// <summary>Compared with a parameter, or the first column of an insert that gets one.</summary>
    [GeneratedRegex(
        @"program_id\s*=\s*(\$[0-9]|@\w)|insert\s+into\s+\w+(\s+as\s+\w+)?\s*\(\s*program_id\b[^)]*\)\s*(overriding system value\s*)?(values\s*\(|select(\s+distinct)?)\s*(\$1|@program)",
        RegexOptions.ExplicitCapture)]
    private static partial Regex BoundProgram();

    [GeneratedRegex(
        @"\b(from|join|insert\s+into|update|delete\s+from|using|copy)\s+(only\s+)?(?<table>[a-z_]+)\b(\s+as)?(\s+(?!(?:set|where|on|join|left|cross|using|order|group|limit|for|values|select|as|union|inner|full|natural|returning)\b)(?<alias>[a-z_]\w*))?",
        RegexOptions.ExplicitCapture)]
    private static partial Regex Uses();

    [GeneratedRegex(@"\b(select|insert\s+into|update\s+\w+(\s+(as\s+)?\w+)?\s+set|delete\s+from|copy)\b[^.]*\s", RegexOptions.ExplicitCapture)]
    private static partial Regex Statement();
}
