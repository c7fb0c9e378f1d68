using System.Text.Json;

namespace Tributary.Campaigns;

/// <summary>From a definition to the document that reads back as the same definition.</summary>
internal static class DefinitionWriter
{
    public static CampaignDocument Document(CampaignDefinition definition) => new()
    {
        Steps = [.. definition.Steps.Select(Step)],
        HoldDays = definition.HoldDays,
        Duration = Duration(definition.Duration),
        Budget = definition.Budget is { } budget
            ? new BudgetDocument
            {
                Amount = budget.Unit is null ? null : budget.Most,
                Unit = budget.Unit?.Text,
                Count = budget.Unit is null ? budget.Most : null,
            }
            : null,
        Bonus = definition.Bonus is { } bonus
            ? new BonusDocument { Every = bonus.Every, Lines = [.. bonus.Lines.Select(Line)] }
            : null,
        ExclusiveGroup = definition.ExclusiveGroup,
        Priority = definition.Priority,
        Audience = CampaignWords.Text(definition.Audience),
        RewardGuests = definition.RewardGuests,
        TrustedOnly = definition.TrustedOnly,
        Descriptions = definition.Descriptions.Count == 0 ? null : new(definition.Descriptions!),
    };

    public static CouponDocument Document(CouponTerms terms) => new()
    {
        Kind = CampaignWords.Text(terms.Kind),
        Name = terms.Name,
        Ppm = terms.Percent?.Ppm,
        Amount = terms.Amount,
        Currency = terms.Currency?.Code,
        Cap = terms.Cap,
        MinimumOrder = terms.MinimumOrder,
        Product = terms.Product is { } product
            ? new ProductDocument
            {
                ProductId = product.ProductId,
                ProductName = product.ProductName,
                VariantId = product.VariantId,
                VariantName = product.VariantName,
                DisplayName = product.DisplayName,
            }
            : null,
        Collections = terms.Collections.Count == 0
            ? null
            : [.. terms.Collections.Select(collection => new CollectionDocument
            {
                CollectionId = collection.CollectionId,
                CollectionName = collection.CollectionName,
            })],
        ExpiresAfterDays = terms.ExpiresAfterDays,
        UsageLimit = terms.UsageLimit,
        Combinable = terms.Combinable,
        CodePrefix = terms.CodePrefix.Length == 0 ? null : terms.CodePrefix,
        RedeemInstructions = terms.RedeemInstructions,
    };

    private static StepDocument Step(CampaignStep step) => new()
    {
        Name = step.Name,
        Trigger = CampaignWords.Text(step.Trigger),
        EventName = step.EventName,
        Conditions = step.Conditions is { } group ? Term(group) : null,
        MinimumOrder = step.MinimumOrder.Count == 0 ? null : new(step.MinimumOrder),
        Once = step.Once,
        Lines = [.. step.Lines.Select(Line)],
    };

    private static ConditionDocument Term(ConditionTerm term) => term switch
    {
        ConditionGroup { Match: GroupMatch.All } group => new() { All = [.. group.Terms.Select(Term)] },
        ConditionGroup group => new() { Any = [.. group.Terms.Select(Term)] },
        Condition condition => new()
        {
            Field = condition.Field,
            Operator = CampaignWords.Text(condition.Operator),
            Value = Value(condition.Values),
        },
        _ => throw new InvalidOperationException("No other kind of term exists."),
    };

    private static JsonElement Value(IReadOnlyList<string> values)
    {
        using var document = values.Count == 1
            ? JsonSerializer.SerializeToDocument(values[0], CampaignJsonContext.Default.String)
            : JsonSerializer.SerializeToDocument([.. values], CampaignJsonContext.Default.ListString);
        return document.RootElement.Clone();
    }

    private static LineDocument Line(CampaignLine line) => new()
    {
        Number = line.Number,
        Recipient = CampaignWords.Text(line.Recipient),
        Amount = Amount(line.Amount),
        HoldDays = line.HoldDays,
        Caps = line.Caps.Count == 0 ? null : [.. line.Caps.Select(Cap)],
    };

    private static CapDocument Cap(LineCap cap) => new()
    {
        Per = CampaignWords.Text(cap.Subject),
        Period = CampaignWords.Text(cap.Period),
        Amount = cap.Unit is null ? null : cap.Most,
        Unit = cap.Unit?.Text,
        Count = cap.Unit is null ? cap.Most : null,
    };

    private static AmountDocument Amount(RewardAmount amount) => amount switch
    {
        PercentAmount percent => new()
        {
            Kind = "percent",
            Ppm = percent.Rate.Ppm,
            MostPerOrder = percent.MostPerOrder.Count == 0 ? null : new(percent.MostPerOrder),
        },
        FixedAmount fix => new() { Kind = "fixed", Amount = fix.Money.Minor, Currency = fix.Money.Currency.Code },
        PointsAmount points => new() { Kind = "points", Points = points.Value, Unit = points.Unit.Text },
        PointsRate rate => new()
        {
            Kind = "points",
            PerMajorUnitPpm = rate.PerMajorUnitPpm,
            MostPoints = rate.MostPerOrder,
            Unit = rate.Unit.Text,
        },
        ScoreAmount score => new() { Kind = "score", Points = score.Value, Unit = score.Unit.Text },
        CouponAmount coupon => new() { Kind = "coupon", Coupon = Document(coupon.Terms) },
        CustomAmount custom => new()
        {
            Kind = "custom",
            Name = custom.Name,
            Data = custom.Data.ValueKind == JsonValueKind.Undefined ? null : custom.Data,
        },
        _ => throw new InvalidOperationException("No other kind of amount exists."),
    };

    private static DurationDocument Duration(CampaignDuration duration) => new()
    {
        Kind = CampaignWords.Text(duration.Kind),
        Orders = duration.Kind == DurationKind.FirstOrders ? duration.Length : null,
        Months = duration.Kind == DurationKind.Months ? duration.Length : null,
    };
}
