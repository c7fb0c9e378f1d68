using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tributary.Programs;
using Tributary.Server.Api.Wire;
using Tributary.Webhooks;
using Tributary.Webhooks.Deliveries;

namespace Tributary.Server.Api.Partnero.Webhooks;

/// <summary>Events as Partnero tells them.</summary>
internal sealed class PartneroShape(PartneroObjects objects) : IWebhookShape
{
    private const string SignatureHeader = "Signature";
    private const string OlderSignatureHeader = "x-partnero-signature";
    private const string FormerSignatureHeader = "Signature-Former";

    private static readonly JsonWriterOptions Writing = new() { Encoder = MinimalEncoder.Instance };

    public WebhookFormat Format => WebhookFormat.Partnero;

    public bool RepeatsItself => true;

    public IReadOnlyList<TimeSpan> Pauses => RetrySchedule.Native;

    public IEnumerable<(string Name, ToldOf Of)> NamesOf(string type, IReadOnlyList<string> asked) =>
        PartneroNames.Of(type).Where(name => asked.Contains(name, StringComparer.Ordinal)).Select(name => (name, ToldOf.Event));

    public async Task<byte[]?> BodyAsync(ToldEvent told, string url, string key, CancellationToken ct) =>
        await objects.DataAsync(told, ct) is { } data ? Envelope(told.Name, told.Event.OccurredAt, url, key, data) : null;

    public byte[] TestBody(ReferralProgram program, string url, string key, DateTimeOffset at) =>
        Envelope(DeliveryLog.TestName, at, url, key, new JsonObject());

    public ValueTask<IReadOnlyList<(string Name, string Value)>> HeadersAsync(OutgoingMessage message, CancellationToken ct)
    {
        var signatures = message.Secrets.Select(secret => Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), message.Body))).ToList();
        return ValueTask.FromResult<IReadOnlyList<(string, string)>>(
        [
            (SignatureHeader, signatures[0]),
            (OlderSignatureHeader, signatures[0]),
            // Published is one value; for a day after a rotation the former secret's has a header of its own.
            .. signatures.Skip(1).Select(former => (FormerSignatureHeader, former)),
            (WebhookSignature.IdHeader, message.Id),
            (WebhookSignature.TimestampHeader, WebhookSignature.Seconds(message.At)),
        ]);
    }

    private static byte[] Envelope(string name, DateTimeOffset at, string url, string key, JsonNode data)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(bytes, Writing))
        {
            writer.WriteStartObject();
            writer.WriteString("event"u8, name);
            writer.WriteString("url"u8, url);
            writer.WriteString("webhook_key"u8, key);
            writer.WriteString("created_at"u8, PartneroTime.Of(at).ToString());
            writer.WritePropertyName("data"u8);
            data.WriteTo(writer);
            writer.WriteEndObject();
        }
        return bytes.WrittenSpan.ToArray();
    }
}
