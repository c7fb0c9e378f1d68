using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tributary.Customers;
using Tributary.Keys;
using Tributary.Ledger;
using Tributary.Programs;
using Tributary.Reporting;
using Tributary.Server.Api.Wire;
using Tributary.Storage;
using Tributary.Webhooks;
using Tributary.Webhooks.Deliveries;

namespace Tributary.Server.Api.Gameball.Webhooks;

/// <summary>Events as Gameball tells them (gameball.md § 7): of customers, as they are when they are told.</summary>
internal sealed class GameballShape(CustomerDirectory directory, CustomerQueries customers, LedgerQueries ledger, KeyDirectory keys, TimeProvider clock)
    : IWebhookShape
{
    public const string Profile = "customer.profile.updated";
    public const string Push = "customer.notification.push";

    private const string SignatureHeader = "X-GB-Signature";
    private const string VersionHeader = "X-GB-Webhook-Version";
    private const string Version = "v4";

    private static readonly JsonWriterOptions Writing = new() { Encoder = MinimalEncoder.Instance };

    /// <summary>What changes a profile, a code, where a referral stands, or points.</summary>
    private static readonly HashSet<string> ProfileTypes = new(StringComparer.Ordinal)
    {
        EventType.CustomerCreated, EventType.CustomerUpdated, EventType.CustomerMerged, EventType.ReferrerCreated, EventType.ReferrerUpdated,
        EventType.AttributionDecided, EventType.AttributionChanged, EventType.RewardEarned, EventType.RewardApproved, EventType.RewardHeld,
        EventType.RewardReleased, EventType.RewardRejected, EventType.RewardReversed, EventType.RewardPaid,
    };

    public WebhookFormat Format => WebhookFormat.Gameball;

    /// <summary>An older profile must not follow a newer one, so a retry tells the present one.</summary>
    public bool RepeatsItself => false;

    public IReadOnlyList<TimeSpan> Pauses { get; } =
        [TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(20), TimeSpan.FromMinutes(60), .. RetrySchedule.Native.Skip(3)];

    public IEnumerable<(string Name, ToldOf Of)> NamesOf(string type, IReadOnlyList<string> asked)
    {
        if (ProfileTypes.Contains(type) && asked.Contains(Profile, StringComparer.Ordinal))
            yield return (Profile, ToldOf.EveryCustomer);
        if (type == EventType.RewardEarned && asked.Contains(Push, StringComparer.Ordinal))
            yield return (Push, ToldOf.Recipient);
    }

    public async Task<byte[]?> BodyAsync(ToldEvent told, string url, string key, CancellationToken ct)
    {
        if (await directory.FindAsync(told.Program.Id, told.Party, ct) is not { State: not DirectoryState.Removed } known
            || await customers.FindAsync(told.Program.Id, known.MerchantId, clock.GetUtcNow(), ct) is not { } profile)
            return null;
        return told.Name == Profile
            ? Envelope(told, known, await ProfileOfAsync(told, profile, ct))
            : GameballNotice.Of(told, profile) is { } notice ? Envelope(told, known, notice) : null;
    }

    public byte[] TestBody(ReferralProgram program, string url, string key, DateTimeOffset at) =>
        Envelope(DeliveryLog.TestName, program, null, at, new JsonObject());

    public async ValueTask<IReadOnlyList<(string Name, string Value)>> HeadersAsync(OutgoingMessage message, CancellationToken ct)
    {
        // Gameball signs with the account's secret key; a programme without one signs with the endpoint's.
        var pair = await keys.GameballSecretsAsync(message.Program, ct);
        var secret = pair.Count > 0 ? pair[0].Value : message.Secrets[0];
        var signature = Convert.ToHexStringLower(Sha1([.. message.Body, (byte)':', .. Encoding.UTF8.GetBytes(secret)]));
        return [(SignatureHeader, signature), (VersionHeader, Version), .. NativeShape.HeadersOf(message)];
    }

#pragma warning disable CA5350 // Published so; the native signature beside it proves more.
    private static byte[] Sha1(byte[] signed) => SHA1.HashData(signed);
#pragma warning restore CA5350

    private async Task<JsonNode> ProfileOfAsync(ToldEvent told, CustomerProfile profile, CancellationToken ct)
    {
        var points = (await ledger.BalancesAsync(told.Program.Id, told.Party, ct)).FirstOrDefault(balance => balance.Unit == BalanceCalls.PointsUnit);
        var (active, pending) = (points?.Usable ?? 0, (points?.Pending ?? 0) + (points?.Held ?? 0));
        return new JsonObject
        {
            ["email"] = profile.Email,
            ["mobile_number"] = profile.Mobile,
            ["tier_name"] = null,
            ["tier_order"] = null,
            ["referral_code"] = profile.Code,
            ["referral_link"] = ReferralLinks.Of(told.Program, profile.Code).Link,
            ["activated_points"] = (long)active,
            ["pending_points"] = (long)pending,
            ["total_points"] = (long)(active + pending),
        };
    }

    private static byte[] Envelope(ToldEvent told, DirectoryCustomer customer, JsonNode data) =>
        Envelope(told.Name, told.Program, customer, told.Event.OccurredAt, data);

    /// <param name="customer">Null: of nobody.</param>
    private static byte[] Envelope(string name, ReferralProgram program, DirectoryCustomer? customer, DateTimeOffset at, JsonNode data)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(bytes, Writing))
        {
            writer.WriteStartObject();
            writer.WriteString("event"u8, name);
            writer.WriteString("client_id"u8, program.PublicId);
            writer.WriteString("customer_id"u8, customer?.MerchantId);
            writer.WritePropertyName("gb_customer_id"u8);
            JsonSerializer.Serialize(writer, customer?.Number);
            writer.WriteString("created_at"u8, WireTime.Format(at));
            writer.WritePropertyName("data"u8);
            data.WriteTo(writer);
            writer.WriteEndObject();
        }
        return bytes.WrittenSpan.ToArray();
    }
}
