using System.Globalization;
using System.Text;
using Tributary.Programs;

namespace Tributary.Webhooks.Deliveries;

/// <summary>Our own format: Standard Webhooks.</summary>
public sealed class NativeShape : IWebhookShape
{
    /// <summary>Asks for every type there is, and that will be.</summary>
    public const string Everything = "*";

    /// <summary>Larger ones name where the event can be read.</summary>
    private const int MostBytes = 20_000;

    private const string Wildcard = ".*";

    public WebhookFormat Format => WebhookFormat.Native;

    public bool RepeatsItself => true;

    public IReadOnlyList<TimeSpan> Pauses => RetrySchedule.Native;

    /// <summary>Whether somebody may ask for this: a type, <c>order.*</c> or <c>*</c>.</summary>
    public static bool Knows(string asked, IReadOnlySet<string> types)
    {
        ArgumentNullException.ThrowIfNull(asked);
        ArgumentNullException.ThrowIfNull(types);
        return asked == Everything || types.Any(type => Fits(type, asked));
    }

    public IEnumerable<(string Name, ToldOf Of)> NamesOf(string type, IReadOnlyList<string> asked) =>
        asked.Any(each => Fits(type, each)) ? [(type, ToldOf.Event)] : [];

    public Task<byte[]?> BodyAsync(ToldEvent told, string url, string key, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(told);
        var whole = told.Event.ToJson();
        return Task.FromResult<byte[]?>(whole.Length < MostBytes
            ? whole
            : told.Event.ToShortJson(string.Create(CultureInfo.InvariantCulture, $"/api/v1/events/{told.Event.EventId}")));
    }

    public byte[] TestBody(ReferralProgram program, string url, string key, DateTimeOffset at) => Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture, $$$"""{"type":"{{{DeliveryLog.TestName}}}","timestamp":"{{{at.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}}}","data":{}}"""));

    public ValueTask<IReadOnlyList<(string Name, string Value)>> HeadersAsync(OutgoingMessage message, CancellationToken ct) =>
        ValueTask.FromResult<IReadOnlyList<(string, string)>>(HeadersOf(message));

    /// <summary>The headers by themselves, for formats that carry them too.</summary>
    public static IReadOnlyList<(string Name, string Value)> HeadersOf(OutgoingMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return
        [
            (WebhookSignature.IdHeader, message.Id),
            (WebhookSignature.TimestampHeader, WebhookSignature.Seconds(message.At)),
            (WebhookSignature.SignatureHeader, WebhookSignature.Sign(message.Secrets, message.Id, message.At, message.Body)),
        ];
    }

    private static bool Fits(string type, string asked) =>
        asked == type || asked == Everything
        || (asked.EndsWith(Wildcard, StringComparison.Ordinal) && type.StartsWith(asked.AsSpan(0, asked.Length - 1), StringComparison.Ordinal));
}
