using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Tributary.Server.Snippet;

/// <summary>
/// One of the snippet's files as it is served: without comments and without blanks that mean nothing, and compressed beforehand.
/// Statements in the sources end with a semicolon and texts stand in single quotes, so that this cannot change what they do.
/// </summary>
internal sealed partial class SnippetScript
{
    private const int HashCharacters = 12;

    private SnippetScript(byte[] plain)
    {
        Plain = plain;
        Brotli = Compress(plain, target => new BrotliStream(target, CompressionLevel.SmallestSize));
        Gzip = Compress(plain, target => new GZipStream(target, CompressionLevel.SmallestSize));
        Version = Convert.ToHexStringLower(SHA256.HashData(plain))[..HashCharacters];
        Integrity = "sha384-" + Convert.ToBase64String(SHA384.HashData(plain));
    }

    /// <summary>What every page of the merchant loads.</summary>
    public static SnippetScript Main { get; } = Read("snippet.js");

    /// <summary>What it loads when a page calls something seldom needed.</summary>
    public static SnippetScript More { get; } = Read("snippet-more.js");

    public ReadOnlyMemory<byte> Plain { get; }

    public ReadOnlyMemory<byte> Brotli { get; }

    public ReadOnlyMemory<byte> Gzip { get; }

    /// <summary>Changes with the content: an address that carries it may be kept for ever.</summary>
    public string Version { get; }

    /// <summary>For a script tag's <c>integrity</c>.</summary>
    public string Integrity { get; }

    private static SnippetScript Read(string name)
    {
        using var stream = typeof(SnippetScript).Assembly.GetManifestResourceStream("snippet/" + name)!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return new SnippetScript(Encoding.UTF8.GetBytes(Compact(reader.ReadToEnd())));
    }

    private static string Compact(string source)
    {
        var lines = source.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && !line.StartsWith("//", StringComparison.Ordinal));
        return TextOrOperator.Replace(string.Join('\n', lines), found => found.Groups["text"].Success ? found.Value : found.Groups["operator"].Value);
    }

    private static byte[] Compress(byte[] plain, Func<Stream, Stream> wrap)
    {
        using var target = new MemoryStream();
        using (var compressing = wrap(target))
            compressing.Write(plain);
        return target.ToArray();
    }

    [GeneratedRegex(@"(?<text>'[^']*')|\s*(?<operator>[=+?:,{}()<>&|;*-]+)\s*", RegexOptions.CultureInvariant)]
    private static partial Regex TextOrOperator { get; }
}
