using System.Text.Json;
using System.Text.Unicode;
using Tributary.Primitives;

namespace Tributary.Server.Api.Gameball.Wire;

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
    public static GameballError? TryParse(ReadOnlyMemory<byte> bytes, out JsonDocument? document)
    {
        document = null;
        if (bytes.Span.StartsWith(ByteOrderMark))
            bytes = bytes[ByteOrderMark.Length..];
        if (IsBlank(bytes.Span))
            return GameballErrors.BodyMissing;
        if (!Utf8.IsValid(bytes.Span))
            return GameballErrors.Malformed;
        if (WireText.EscapesHostileText(bytes.Span))
            return IsWellFormed(bytes.Span) ? GameballErrors.HostileText : GameballErrors.Malformed;
        return Parse(bytes, out document);
    }

    private static GameballError? Parse(ReadOnlyMemory<byte> bytes, out JsonDocument? document)
    {
        try
        {
            document = JsonDocument.Parse(bytes, Strict);
            return null;
        }
        catch (JsonException)
        {
            document = null;
            return IsWellFormed(bytes.Span) ? GameballErrors.RepeatedMember : GameballErrors.Malformed;
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
