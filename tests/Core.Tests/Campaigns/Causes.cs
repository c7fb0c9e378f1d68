using System.Text.Json.Nodes;
using Tributary.Campaigns;
using Tributary.Primitives;

namespace Tributary.Core.Tests.Campaigns;

/// <summary>Things that happened, for tests: at noon of Friday, 20 November 2026, UTC.</summary>
internal static class Causes
{
    public static readonly DateTimeOffset Noon = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    private static readonly CustomerFacts NewCustomer = new() { New = true, OrderCount = 1 };

    private static readonly ReferrerFacts Friend = new() { Kind = "customer" };

    public static CauseFacts Order(long total, Currency? currency = null) => new()
    {
        Kind = CauseKind.Order,
        At = Noon,
        Trusted = true,
        Customer = NewCustomer,
        Referrer = Friend,
        Order = new OrderFacts
        {
            Currency = currency ?? Currency.Of("USD"),
            Total = total,
            Base = total,
            RemainingBase = total,
            IsFirst = true,
        },
    };

    public static CauseFacts Event(string name, string metadata = "{}") => new()
    {
        Kind = CauseKind.Event,
        At = Noon,
        Trusted = true,
        Customer = NewCustomer,
        Referrer = Friend,
        Event = new EventFacts(name, (JsonObject)JsonNode.Parse(metadata)!),
    };

    public static CauseFacts Lead() => new()
    {
        Kind = CauseKind.Lead,
        At = Noon,
        Trusted = true,
        Customer = NewCustomer,
        Referrer = Friend,
    };
}
