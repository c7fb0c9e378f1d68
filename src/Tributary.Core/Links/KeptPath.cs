using System.Buffers;
using System.Text;
using Tributary.Primitives;

namespace Tributary.Links;

/// <summary>The path of a request at a sub-domain link, made fit to take the place of the destination's (partnero.md § 4.3).</summary>
internal static class KeptPath
{
    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=:@%");

    /// <summary>Dot segments resolved, empty ones left out, below the base path; null: the destination keeps its own.</summary>
    /// <param name="path">As it came, percent-encoded.</param>
    public static string? Of(string path, string basePath)
    {
        var kept = new List<string>();
        foreach (var segment in path.Split('/', '\\'))
            Take(kept, segment);
        if (kept.Count == 0)
            return null;
        var joined = string.Join('/', kept);
        var closing = path.EndsWith('/') ? "/" : "";
        return joined.Length > Limits.Url ? null : $"{basePath}/{joined}{closing}";
    }

    /// <summary>The address with its path replaced; query and fragment stay.</summary>
    public static string Replace(string address, string path)
    {
        var start = address.IndexOf('/', address.IndexOf("://", StringComparison.Ordinal) + 3);
        var end = address.AsSpan().IndexOfAny('?', '#');
        var rest = end < 0 ? "" : address[end..];
        var origin = start >= 0 && (end < 0 || start < end) ? address[..start] : end < 0 ? address : address[..end];
        return origin + path + rest;
    }

    private static void Take(List<string> kept, string segment)
    {
        switch (Uri.UnescapeDataString(segment))
        {
            case "" or ".":
                break;
            case "..":
                if (kept.Count > 0)
                    kept.RemoveAt(kept.Count - 1);
                break;
            default:
                kept.Add(Clean(segment));
                break;
        }
    }

    private static string Clean(string segment)
    {
        if (!segment.AsSpan().ContainsAnyExcept(Allowed))
            return segment;
        var clean = new StringBuilder();
        foreach (var rune in segment.EnumerateRunes())
        {
            if (rune.IsBmp && Allowed.Contains((char)rune.Value))
                clean.Append((char)rune.Value);
            else
                clean.Append(Uri.EscapeDataString(rune.ToString()));
        }
        return clean.ToString();
    }
}
