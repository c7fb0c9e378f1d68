using System.Text.Json;

namespace Tributary.Campaigns;

/// <summary>
/// A campaign's rules as JSON carries them: camelCase, money in minor units. Everything may be missing here;
/// <see cref="CampaignJson"/> says what must not be.
/// </summary>
public sealed class CampaignDocument
{
    public List<StepDocument?>? Steps { get; set; }
    public int? HoldDays { get; set; }
    public DurationDocument? Duration { get; set; }
    public BudgetDocument? Budget { get; set; }
    public BonusDocument? Bonus { get; set; }
    public string? ExclusiveGroup { get; set; }
    public int? Priority { get; set; }
    public string? Audience { get; set; }
    public bool? RewardGuests { get; set; }
    public bool? TrustedOnly { get; set; }
    public Dictionary<string, string?>? Descriptions { get; set; }
}

public sealed class StepDocument
{
    public string? Name { get; set; }
    public string? Trigger { get; set; }
    public string? EventName { get; set; }
    public ConditionDocument? Conditions { get; set; }
    public Dictionary<string, long>? MinimumOrder { get; set; }
    public bool? Once { get; set; }
    public List<LineDocument?>? Lines { get; set; }
}

/// <summary>Either a group (<c>all</c> or <c>any</c>) or one condition (<c>field</c>, <c>operator</c>, <c>value</c>).</summary>
public sealed class ConditionDocument
{
    public List<ConditionDocument?>? All { get; set; }
    public List<ConditionDocument?>? Any { get; set; }
    public string? Field { get; set; }
    public string? Operator { get; set; }
    /// <summary>A text, number, boolean or a list of them.</summary>
    public JsonElement? Value { get; set; }
}

public sealed class LineDocument
{
    public int? Number { get; set; }
    public string? Recipient { get; set; }
    public AmountDocument? Amount { get; set; }
    public int? HoldDays { get; set; }
    public List<CapDocument?>? Caps { get; set; }
}

/// <summary>
/// By <c>kind</c>: <c>percent</c> has <c>ppm</c> and <c>mostPerOrder</c>; <c>fixed</c> <c>amount</c> and <c>currency</c>;
/// <c>points</c> <c>points</c>, or <c>perMajorUnitPpm</c> and <c>mostPoints</c>, and <c>unit</c>; <c>score</c>
/// <c>points</c> and <c>unit</c>; <c>coupon</c> <c>coupon</c>; <c>custom</c> <c>name</c> and <c>data</c>.
/// </summary>
public sealed class AmountDocument
{
    public string? Kind { get; set; }
    public int? Ppm { get; set; }
    public Dictionary<string, long>? MostPerOrder { get; set; }
    public long? Amount { get; set; }
    public string? Currency { get; set; }
    public long? Points { get; set; }
    public long? PerMajorUnitPpm { get; set; }
    public long? MostPoints { get; set; }
    public string? Unit { get; set; }
    public CouponDocument? Coupon { get; set; }
    public string? Name { get; set; }
    public JsonElement? Data { get; set; }
}

public sealed class CouponDocument
{
    public string? Kind { get; set; }
    public string? Name { get; set; }
    public int? Ppm { get; set; }
    public long? Amount { get; set; }
    public string? Currency { get; set; }
    public long? Cap { get; set; }
    public long? MinimumOrder { get; set; }
    public ProductDocument? Product { get; set; }
    public List<CollectionDocument?>? Collections { get; set; }
    public int? ExpiresAfterDays { get; set; }
    public int? UsageLimit { get; set; }
    public bool? Combinable { get; set; }
    public string? CodePrefix { get; set; }
    public string? RedeemInstructions { get; set; }
}

public sealed class ProductDocument
{
    public string? ProductId { get; set; }
    public string? ProductName { get; set; }
    public string? VariantId { get; set; }
    public string? VariantName { get; set; }
    public string? DisplayName { get; set; }
}

public sealed class CollectionDocument
{
    public string? CollectionId { get; set; }
    public string? CollectionName { get; set; }
}

/// <summary><c>amount</c> with <c>unit</c>, or <c>count</c>; per <c>recipient</c> or <c>customer</c>.</summary>
public sealed class CapDocument
{
    public string? Per { get; set; }
    public string? Period { get; set; }
    public long? Amount { get; set; }
    public string? Unit { get; set; }
    public long? Count { get; set; }
}

public sealed class DurationDocument
{
    public string? Kind { get; set; }
    public int? Orders { get; set; }
    public int? Months { get; set; }
}

/// <summary><c>amount</c> with <c>unit</c>, or <c>count</c>.</summary>
public sealed class BudgetDocument
{
    public long? Amount { get; set; }
    public string? Unit { get; set; }
    public long? Count { get; set; }
}

public sealed class BonusDocument
{
    public int? Every { get; set; }
    public List<LineDocument?>? Lines { get; set; }
}
