using Tributary.Attribution;
using System.Text.Json.Nodes;

namespace Tributary.Signups;

/// <param name="MerchantId">The id that the call named, also where it is an alias.</param>
public sealed record CustomerRegistered(long CustomerId, string MerchantId, bool Created, ClaimOutcome? CodeOutcome)
{
    /// <summary>Who is credited with the customer; null: nobody.</summary>
    public long? ReferrerId { get; init; }

    /// <summary>The link that is credited; null: none is.</summary>
    public long? LinkId { get; init; }
}

/// <summary>One act of a customer, reported by name.</summary>
/// <param name="EventId">The caller's own id of it; null: it has none, and sent twice is recorded twice.</param>
public sealed record NamedEvent(string Name, JsonObject? Metadata, string? EventId = null);

public sealed record EventsRecorded(long CustomerId, IReadOnlyList<long> EventKeys);
