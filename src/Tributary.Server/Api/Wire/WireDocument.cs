using System.Text.Json;
using System.Text.Unicode;
using Tributary.Primitives;

namespace Tributary.Server.Api.Wire;

/// <summary>Why bytes are no document.</summary>
internal enum WireDocumentFault
{
    /// <summary>Nothing but blanks.</summary>
    Empty,
    Malformed,

    /// <summary>It escapes what no column can hold.</summary>
    HostileText,
    RepeatedMember,
}

/// <summary>A request's body as JSON.</summary>
internal static class WireDocument
{
    private static readonly JsonDocumentOptions Strict = new()
    {
        MaxDepth = Limits.JsonDepth,
        AllowDuplicateProperties = false,
    };

    private static readonly byte[] ByteOrderMark = [0xEF, 0xBB, 0xBF];

    /// <summary>The document, or why the bytes are none. Whoever gets it disposes it.</summary>
    public static WireDocumentFault? TryParse(ReadOnlyMemory<byte> bytes, out JsonDocument? document)
    {
        document = null;
        if (bytes.Span.StartsWith(ByteOrderMark))
            bytes = bytes[ByteOrderMark.Length..];
        if (IsBlank(bytes.Span))
            return WireDocumentFault.Empty;
        if (!Utf8.IsValid(bytes.Span))
            return WireDocumentFault.Malformed;
        if (WireText.EscapesHostileText(bytes.Span))
            return IsWellFormed(bytes.Span) ? WireDocumentFault.HostileText : WireDocumentFault.Malformed;
        return Parse(bytes, out document);
    }

    private static WireDocumentFault? Parse(ReadOnlyMemory<byte> bytes, out JsonDocument? document)
    {
        try
        {
            document = JsonDocument.Parse(bytes, Strict);
            return null;
        }
        catch (JsonException)
        {
            document = null;
            return IsWellFormed(bytes.Span) ? WireDocumentFault.RepeatedMember : WireDocumentFault.Malformed;
        }
    }

    private static bool IsWellFormed(ReadOnlySpan<byte> bytes)
    {
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = Limits.JsonDepth });
        try
        {
            while (reader.Read())
            {
            }
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool IsBlank(ReadOnlySpan<byte> bytes) => !bytes.ContainsAnyExcept(" \t\r\n"u8);
}
