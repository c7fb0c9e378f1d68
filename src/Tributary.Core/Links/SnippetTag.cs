using System.Text.RegularExpressions;

namespace Tributary.Links;

/// <summary>
/// Whether a page carries a programme's snippet: whoever can put a script there has the site in hand. Words that visitors may leave
/// on a page are no script, and neither is what is commented out.
/// </summary>
internal static partial class SnippetTag
{
    public static bool IsIn(string page, string publicId) => Scripts().Matches(Comments().Replace(page, "")).Any(script =>
        Names(ProgramAttribute().Matches(script.Groups["attributes"].Value), publicId)
        || Names(ProgramCall().Matches(script.Groups["body"].Value), publicId));

    private static bool Names(MatchCollection found, string publicId) => found.Any(match => match.Groups["id"].Value == publicId);

    [GeneratedRegex("<!--.*?-->", RegexOptions.Singleline | RegexOptions.NonBacktracking)]
    private static partial Regex Comments();

    [GeneratedRegex(@"<script\b(?<attributes>[^>]*)>(?<body>.*?)</script", RegexOptions.Singleline | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Scripts();

    /// <summary>Of <c>t.js</c>: <c>data-program="…"</c>.</summary>
    [GeneratedRegex(@"\bdata-program\s*=\s*[""']?(?<id>[A-Za-z0-9]+)", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex ProgramAttribute();

    /// <summary>Of pages that start it by a call: <c>po('program', '…', 'load')</c>.</summary>
    [GeneratedRegex(@"[""']program[""']\s*,\s*[""'](?<id>[A-Za-z0-9]+)[""']", RegexOptions.NonBacktracking)]
    private static partial Regex ProgramCall();
}
