using System.Text.Json.Nodes;
using Tributary.Attribution;
using Tributary.Campaigns;
using Tributary.Customers;
using Tributary.Programs;
using Tributary.Referrers;
using Tributary.Storage;

namespace Tributary.Rewards;

/// <summary>What is known of the customer, its referrer and the campaigns while one operation is planned.</summary>
internal sealed class PlanContext
{
    private readonly Dictionary<Cause, CauseFacts> facts = [];

    public required Transaction Tx { get; init; }

    public required ReferralProgram Program { get; init; }

    public required IReadOnlyList<ActiveCampaign> Campaigns { get; init; }

    public required IReadOnlyList<StepRow> Steps { get; init; }

    /// <summary>As it is after this operation.</summary>
    public required CustomerRow Customer { get; init; }

    /// <summary>Whether this operation created it.</summary>
    public bool CustomerIsNew { get; init; }

    /// <summary>Orders recorded before this operation.</summary>
    public int PriorOrders { get; init; }

    /// <summary>Whether the customer gets its referrer by this operation.</summary>
    public bool Attributing { get; init; }

    /// <summary>Who is credited for what happens now.</summary>
    public CreditedReferrer? Referrer { get; init; }

    /// <summary>Whether the referral was active before.</summary>
    public bool WasActive { get; init; }

    public Parties Parties => new()
    {
        CustomerId = Customer.Id,
        Guest = Customer.Guest,
        ReferrerId = Referrer?.Id,
        ReferrerActive = Referrer?.Active ?? false,
        AttributedAt = Referrer?.AttributedAt,
    };

    public RewardDefaults Defaults => DefaultsOf(Program.Settings);

    public static RewardDefaults DefaultsOf(ProgramSettings settings) =>
        new(settings.Rewards.HoldDays, settings.Orders.RewardFreeOrders, settings.Orders.FixedProportionalOnPartialRefund);

    public CauseFacts FactsOf(Cause cause)
    {
        if (!facts.TryGetValue(cause, out var known))
            facts[cause] = known = cause.ToFacts(Program, CustomerFacts(cause.PriorOrders ?? PriorOrders), ReferrerFacts());
        return known;
    }

    private CustomerFacts CustomerFacts(int priorOrders)
    {
        var attributes = (JsonObject)JsonNode.Parse(Customer.Attributes)!;
        return new CustomerFacts
        {
            New = priorOrders == 0 && !Customer.KnownBefore,
            OrderCount = priorOrders + 1,
            Guest = Customer.Guest,
            Country = attributes["country"] is JsonValue value && value.TryGetValue<string>(out var country) ? country : null,
            Tags = attributes["tags"] is JsonArray tags ? [.. tags.OfType<JsonValue>().Select(tag => tag.ToString())] : [],
            Attributes = attributes,
        };
    }

    private ReferrerFacts? ReferrerFacts() => Referrer is null ? null : new ReferrerFacts { Kind = Referrer.Kind.Text() };
}
