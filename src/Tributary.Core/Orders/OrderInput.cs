using Tributary.Attribution;
using System.Numerics;
using System.Text.Json.Nodes;
using Tributary.Primitives;
using Tributary.Signups;

namespace Tributary.Orders;

/// <summary>An order as a face hands it in: amounts in minor units of <see cref="Currency"/>, after discounts.</summary>
public sealed record OrderInput
{
    public required CustomerInput Customer { get; init; }
    /// <summary>The merchant's id of the order: 1–255 characters, case-sensitive.</summary>
    public required string OrderId { get; init; }
    public required long Total { get; init; }
    public required Currency Currency { get; init; }
    public long? Price { get; init; }
    public long? Discount { get; init; }
    public long? Shipping { get; init; }
    public long? Tax { get; init; }
    /// <summary>The order's own date, as shown and reported; null: its arrival.</summary>
    public DateTimeOffset? OrderedAt { get; init; }
    /// <summary>Whether windows, campaigns and holds are judged by the arrival although the order has a date of its own.</summary>
    public bool JudgeByArrival { get; init; }
    public ReferralClaim Claim { get; init; } = ReferralClaim.None;
    /// <summary>The text by which a repetition is compared, besides customer and total: the referrer code, folded.</summary>
    public string ContentCode { get; init; } = "";
    public string? Channel { get; init; }
    /// <summary>Days that rewards caused by this order stay pending at least.</summary>
    public int ReturnWindowDays { get; init; }
    /// <summary>False: recorded as open, earns nothing before it is paid.</summary>
    public bool Paid { get; init; } = true;
    public RewardTerms Terms { get; init; } = RewardTerms.None;
    /// <summary>
    /// Whether nobody but the customer's browser says so: a server's order of the same id takes its place. Money is not released on
    /// such a word unless the programme trusts it.
    /// </summary>
    public bool FromBrowser { get; init; }
    /// <summary>Everything else that the caller sent and that conditions may ask: <c>lineItems</c>, <c>merchant</c>, <c>extra</c>, …</summary>
    public JsonObject Details { get; init; } = [];
}

/// <summary>What recording an order answers; a repetition of the same order answers the same.</summary>
/// <param name="CustomerEarned">Per unit, what the order gave its own customer; not what it gave a referrer.</param>
/// <param name="CodeOutcome">What became of the code the call carried; null where it carried none.</param>
public sealed record OrderRecorded(
    long OrderKey,
    string OrderId,
    long CustomerId,
    string State,
    long? ReferrerId,
    string? Via,
    IReadOnlyDictionary<string, BigInteger> CustomerEarned,
    ClaimOutcome? CodeOutcome,
    bool Repeated)
{
    /// <summary>The link that is credited; null: none is.</summary>
    public long? LinkId { get; init; }
}

public enum RefundKind { Refund, Chargeback, Cancel }

public sealed record RefundInput
{
    /// <summary>The order's customer, where the caller must name it; null: the order's id is enough.</summary>
    public string? CustomerMerchantId { get; init; }
    public required string RefundId { get; init; }
    public required string OrderId { get; init; }
    /// <summary>Minor units; null: all that remains.</summary>
    public long? Amount { get; init; }
    /// <summary>The part of the base that this refund takes, where the caller states it.</summary>
    public long? Base { get; init; }
    public RefundKind Kind { get; init; } = RefundKind.Refund;
    public DateTimeOffset? RefundedAt { get; init; }
    /// <summary>True: more than what remains is cut to it; false: it is refused.</summary>
    public bool CutToRemaining { get; init; }
    /// <summary>True: a refund that comes before its order waits for it; false: it is refused.</summary>
    public bool WaitForOrder { get; init; }
    public JsonObject Details { get; init; } = [];
}

/// <param name="Amount">What was recorded, minor units of <paramref name="Currency"/>.</param>
/// <param name="CustomerTaken">Per unit, what was taken back from the order's own customer.</param>
/// <param name="Waiting">Whether it waits for its order.</param>
public sealed record RefundRecorded(
    long RefundKey,
    string RefundId,
    string? OrderId,
    long Amount,
    Currency? Currency,
    IReadOnlyDictionary<string, BigInteger> CustomerTaken,
    bool Waiting,
    bool Repeated);
