using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Npgsql;
using Tributary.Storage;

namespace Tributary.Webhooks.Publishing;

/// <summary>An event with its place in the order in which events of its programme are told.</summary>
/// <param name="Position">Rises by one with every event of the programme; what commits later never gets a lower one.</param>
/// <param name="Subject">What it happened to: <c>order:1024</c>.</param>
/// <param name="Data">Compact JSON.</param>
/// <param name="ReferralCode">The code that the event itself names; null where it names none.</param>
public sealed record PublishedEvent(
    long Position, long EventId, string Type, string Subject, long? CustomerId, long? ReferrerId, long? OrderKey, string Data, string? ReferralCode,
    DateTimeOffset OccurredAt)
{
    private const string InstantFormat = "yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'";

    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Written once for however many readers.</summary>
    private byte[]? json;

    internal const string Columns = """
        p.position, e.event_id, e.type, e.subject, e.customer_id, e.referrer_id, e.order_key, e.data::text, e.data ->> 'referralCode', e.occurred_at
        """;

    /// <summary>The same bytes in the stream and in webhooks of the native format, in one line.</summary>
    public byte[] ToJson() => json ??= Write(writer =>
    {
        writer.WritePropertyName("data"u8);
        writer.WriteRawValue(Data);
    });

    /// <summary>The event without its data, which is to be asked for.</summary>
    /// <param name="path">Where.</param>
    public byte[] ToShortJson(string path) => Write(writer =>
    {
        writer.WriteStartObject("data"u8);
        writer.WriteString("eventUrl"u8, path);
        writer.WriteEndObject();
    });

    /// <param name="from">The first of the <see cref="Columns"/>.</param>
    internal static PublishedEvent Read(NpgsqlDataReader row, int from = 0) => new(
        row.GetInt64(from), row.GetInt64(from + 1), row.GetString(from + 2), row.GetString(from + 3), row.LongOrNull(from + 4), row.LongOrNull(from + 5),
        row.LongOrNull(from + 6), row.GetString(from + 7), row.TextOrNull(from + 8), row.Time(from + 9));

    private byte[] Write(Action<Utf8JsonWriter> data)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(bytes, Compact))
        {
            writer.WriteStartObject();
            writer.WriteString("type"u8, Type);
            writer.WriteString("timestamp"u8, OccurredAt.UtcDateTime.ToString(InstantFormat, CultureInfo.InvariantCulture));
            writer.WriteNumber("sequence"u8, Position);
            writer.WriteNumber("id"u8, EventId);
            writer.WriteString("subject"u8, Subject);
            WriteNumber(writer, "customerNumber", CustomerId);
            WriteNumber(writer, "referrerId", ReferrerId);
            data(writer);
            writer.WriteEndObject();
        }
        return bytes.WrittenSpan.ToArray();
    }

    private static void WriteNumber(Utf8JsonWriter writer, string name, long? value)
    {
        if (value is { } number)
            writer.WriteNumber(name, number);
        else
            writer.WriteNull(name);
    }
}
