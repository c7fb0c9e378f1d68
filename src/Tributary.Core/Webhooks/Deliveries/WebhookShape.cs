using Tributary.Programs;
using Tributary.Webhooks.Publishing;

namespace Tributary.Webhooks.Deliveries;

/// <summary>Of whom an event is told, where a format tells of customers.</summary>
public enum ToldOf
{
    /// <summary>The event itself, once.</summary>
    Event,

    /// <summary>Every customer that it concerns, at most once for each transaction.</summary>
    EveryCustomer,

    /// <summary>The customer who gets the reward.</summary>
    Recipient,
}

/// <summary>What is to be told.</summary>
/// <param name="Name">In the words of the format.</param>
/// <param name="Party">The customer it is about; 0 where it is about the event.</param>
public sealed record ToldEvent(ReferralProgram Program, PublishedEvent Event, string Name, long Party);

/// <summary>What is about to be sent.</summary>
/// <param name="Secrets">With which it is signed, the present one first.</param>
public sealed record OutgoingMessage(
    ReferralProgram Program, string EndpointKey, string Url, string Id, DateTimeOffset At, byte[] Body, IReadOnlyList<string> Secrets);

/// <summary>How events are told in one format.</summary>
public interface IWebhookShape
{
    WebhookFormat Format { get; }

    /// <summary>Whether a retry sends what was sent before; otherwise it tells how things are by then.</summary>
    bool RepeatsItself { get; }

    /// <summary>Pauses between attempts; as many retries as there are.</summary>
    IReadOnlyList<TimeSpan> Pauses { get; }

    /// <summary>The names under which an endpoint that asks for these hears of a type of event.</summary>
    IEnumerable<(string Name, ToldOf Of)> NamesOf(string type, IReadOnlyList<string> asked);

    /// <summary>The body; null where there is nothing to tell.</summary>
    /// <param name="url">Of the endpoint.</param>
    /// <param name="key">Of the endpoint.</param>
    Task<byte[]?> BodyAsync(ToldEvent told, string url, string key, CancellationToken ct);

    /// <summary>The body of a message that only says that it is a test (<see cref="DeliveryLog.TestName"/>).</summary>
    byte[] TestBody(ReferralProgram program, string url, string key, DateTimeOffset at);

    /// <summary>Signatures and whatever else the format has.</summary>
    ValueTask<IReadOnlyList<(string Name, string Value)>> HeadersAsync(OutgoingMessage message, CancellationToken ct);
}
