using System.Text.Json.Nodes;
using Tributary.Primitives;

namespace Tributary.Campaigns;

internal enum CauseKind
{
    Lead,
    Order,
    Event,
    Manual,
}

/// <summary>Everything that conditions may ask about what happened, frozen at its time (MO-27).</summary>
internal sealed record CauseFacts
{
    public required CauseKind Kind { get; init; }

    /// <summary>The instant by which dates, versions, periods and holds are judged.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Whether it came with a secret.</summary>
    public required bool Trusted { get; init; }

    /// <summary>The programme's time zone: calendar periods, weekday and hour.</summary>
    public TimeZoneInfo Zone { get; init; } = TimeZoneInfo.Utc;

    /// <summary>Set where the kind is an order.</summary>
    public OrderFacts? Order { get; init; }

    /// <summary>Set where the kind is an event.</summary>
    public EventFacts? Event { get; init; }

    public required CustomerFacts Customer { get; init; }

    /// <summary>Null: nobody referred the customer.</summary>
    public ReferrerFacts? Referrer { get; init; }

    /// <summary>The link that was clicked, and the parameters it was clicked with; null: none is known.</summary>
    public ClickFacts? Click { get; init; }
}

/// <summary>An order with what refunds left of it. Amounts in minor units of <see cref="Currency"/>.</summary>
internal sealed record OrderFacts
{
    public required Currency Currency { get; init; }

    /// <summary>T: what the customer paid, after discounts (MO-20).</summary>
    public required long Total { get; init; }

    /// <summary>B: what rewards are computed from, before refunds.</summary>
    public required long Base { get; init; }

    /// <summary>B_rem of MO-25.</summary>
    public required long RemainingBase { get; init; }

    /// <summary>Σ of its refunds' amounts.</summary>
    public long Refunded { get; init; }

    /// <summary>Whether a cancel stands.</summary>
    public bool Cancelled { get; init; }

    /// <summary>Whether it is its customer's first paid order by arrival (MO-31).</summary>
    public bool IsFirst { get; init; }

    public string? OrderId { get; init; }

    /// <summary>What the customer did, where the caller does not call it a sale; null: a sale.</summary>
    public string? Action { get; init; }

    /// <summary>Why no campaign pays for it, whatever its rules say; null: nothing stands against it.</summary>
    public ReasonCode? Withheld { get; init; }

    public long? Price { get; init; }

    public long? Discount { get; init; }

    public long? Shipping { get; init; }

    public long? Tax { get; init; }

    public string? Channel { get; init; }

    /// <summary>Coupon codes used on it.</summary>
    public IReadOnlyList<string> Coupons { get; init; } = [];

    /// <summary>Days that its rewards stay pending at least.</summary>
    public int ReturnWindowDays { get; init; }

    /// <summary>
    /// <c>lineItems[]</c> (<c>productId sku category[] vendor collection[] tags[] quantity type</c>), <c>merchant</c>
    /// (<c>uniqueId name branch.uniqueId</c>), <c>cartId</c>, <c>extra</c>; also <c>coupons[]</c> and <c>channel</c>,
    /// where the members above are not set.
    /// </summary>
    public JsonObject Details { get; init; } = [];

    /// <summary>True where nothing of it is left: wholly refunded or cancelled.</summary>
    public bool IsUndone => Cancelled || (Total > 0 && Refunded >= Total);

    public long RemainingTotal => IsUndone ? 0 : Total - Refunded;
}

internal sealed record EventFacts(string Name, JsonObject? Metadata);

internal sealed record CustomerFacts
{
    /// <summary>Whether it counted as new at the time of the cause.</summary>
    public required bool New { get; init; }

    /// <summary>Orders recorded so far, this one included.</summary>
    public required int OrderCount { get; init; }

    public bool Guest { get; init; }

    public string? Country { get; init; }

    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>As stored: standard names at the top, the merchant's own inside <c>custom</c>.</summary>
    public JsonObject Attributes { get; init; } = [];
}

internal sealed record ReferrerFacts
{
    /// <summary><c>partner</c>, <c>customer</c> or <c>integrator</c>.</summary>
    public required string Kind { get; init; }

    public string? Group { get; init; }

    public IReadOnlyList<string> Tags { get; init; } = [];

    public DateTimeOffset? Since { get; init; }
}

internal sealed record ClickFacts(string? Link, JsonObject? Parameters);
