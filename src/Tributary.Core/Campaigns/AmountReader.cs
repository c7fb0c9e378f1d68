using System.Text;
using Tributary.Primitives;

namespace Tributary.Campaigns;

/// <summary>What lines pay: reads amounts, coupons and limits.</summary>
internal sealed class AmountReader(Refusals refusals)
{
    private static readonly RewardAmount StandIn = new CustomAmount("", default);

    public RewardAmount Read(AmountDocument? document, string path)
    {
        if (document is null)
        {
            refusals.Add(ProblemCode.MissingField, path, "Is missing.");
            return StandIn;
        }
        switch (document.Kind)
        {
            case "percent":
                Only(document, path, "ppm", "mostPerOrder");
                return Percent(document, path);
            case "fixed":
                Only(document, path, "amount", "currency");
                return Fixed(document, path);
            case "points" when document.PerMajorUnitPpm is not null || document.MostPoints is not null:
                Only(document, path, "perMajorUnitPpm", "mostPoints", "unit");
                return PointsByMoney(document, path);
            case "points":
                Only(document, path, "points", "unit");
                return new PointsAmount(refusals.AtLeast(document.Points, 1, path + ".points"), Keyed(document, UnitKind.Points, path));
            case "score":
                Only(document, path, "points", "unit");
                return new ScoreAmount(refusals.AtLeast(document.Points, 1, path + ".points"), Keyed(document, UnitKind.Score, path));
            case "coupon":
                Only(document, path, "coupon");
                return new CouponAmount(Coupon(document.Coupon, path + ".coupon"));
            case "custom":
                Only(document, path, "name", "data");
                return Custom(document, path);
            default:
                UnknownKind(document.Kind, path + ".kind");
                return StandIn;
        }
    }

    /// <summary>An amount with its unit, or a count: one of the two.</summary>
    public (long Most, Unit? Unit) AmountOrCount(long? amount, string? unit, long? count, string path)
    {
        if (amount is null == count is null)
        {
            refusals.Add(ProblemCode.InvalidValue, path, "Must have either an amount or a count.");
            return (1, null);
        }
        if (amount is not null)
            return (refusals.AtLeast(amount, 1, path + ".amount"), refusals.Unit(unit, path + ".unit"));
        if (unit is not null)
            refusals.Add(ProblemCode.InvalidValue, path + ".unit", "A count has no unit.");
        return (refusals.AtLeast(count, 1, path + ".count"), null);
    }

    public CouponTerms Coupon(CouponDocument? document, string path)
    {
        if (document is null)
            refusals.Add(ProblemCode.MissingField, path, "Is missing.");
        document ??= new CouponDocument();
        var at = (string member) => Refusals.Join(path, member);
        var kind = refusals.RequiredWord(document.Kind, CampaignWords.CouponKinds, CouponKind.Custom, at("kind"));
        var needsCurrency = document.Amount ?? document.Cap ?? document.MinimumOrder;
        return new CouponTerms
        {
            Kind = kind,
            Name = refusals.Optional(document.Name, Limits.Text, at("name")),
            Percent = CouponPercent(document, kind, at("ppm")),
            Amount = CouponDiscount(document, kind, at("amount")),
            Currency = needsCurrency is null && document.Currency is null ? null : refusals.Currency(document.Currency, at("currency")),
            Cap = document.Cap is null ? null : refusals.AtLeast(document.Cap, 1, at("cap")),
            MinimumOrder = document.MinimumOrder,
            Product = Product(document.Product, kind, at("product")),
            Collections = [.. Collections(document.Collections, at("collections"))],
            ExpiresAfterDays = document.ExpiresAfterDays is null
                ? null
                : refusals.Range(document.ExpiresAfterDays, 1, CampaignLimits.CouponDays, 1, at("expiresAfterDays")),
            UsageLimit = refusals.Range(document.UsageLimit, 1, CampaignLimits.CouponUses, 1, at("usageLimit")),
            Combinable = document.Combinable ?? false,
            CodePrefix = Prefix(document.CodePrefix, at("codePrefix")),
            RedeemInstructions = refusals.Optional(document.RedeemInstructions, CampaignLimits.DescriptionLength, at("redeemInstructions"), lines: true),
        };
    }

    private PercentAmount Percent(AmountDocument document, string path) =>
        new(ReadRate(document.Ppm, path + ".ppm"), refusals.ByCurrency(document.MostPerOrder, path + ".mostPerOrder"));

    private RewardAmount Fixed(AmountDocument document, string path)
    {
        var minor = refusals.AtLeast(document.Amount, 1, path + ".amount");
        return refusals.Currency(document.Currency, path + ".currency") is { } currency
            ? new FixedAmount(new Money(minor, currency))
            : StandIn;
    }

    private PointsRate PointsByMoney(AmountDocument document, string path) => new(
        refusals.AtLeast(document.PerMajorUnitPpm, 1, path + ".perMajorUnitPpm", CampaignLimits.PointsPerMajorUnitPpm),
        Keyed(document, UnitKind.Points, path),
        document.MostPoints is null ? null : refusals.AtLeast(document.MostPoints, 1, path + ".mostPoints"));

    private CustomAmount Custom(AmountDocument document, string path)
    {
        if (document.Data is { } data && Encoding.UTF8.GetByteCount(data.GetRawText()) > CampaignLimits.CustomBytes)
            refusals.Add(ProblemCode.TooLarge, path + ".data", $"Must have at most {CampaignLimits.CustomBytes} bytes.");
        return new CustomAmount(refusals.Required(document.Name, Limits.Text, path + ".name"), document.Data?.Clone() ?? default);
    }

    private Rate ReadRate(int? ppm, string path)
    {
        if (ppm is null)
            refusals.Add(ProblemCode.MissingField, path, "Is missing.");
        return new Rate(refusals.Range(ppm, 0, Rate.MostPpm, 0, path));
    }

    private Unit Keyed(AmountDocument document, UnitKind kind, string path)
    {
        var usual = kind == UnitKind.Score ? Unit.Score("score") : Unit.Points("points");
        if (document.Unit is null)
            return usual;
        if (refusals.Unit(document.Unit, path + ".unit") is not { } unit)
            return usual;
        if (unit.Kind == kind)
            return unit;
        refusals.Add(ProblemCode.InvalidValue, path + ".unit", $"Must be a unit such as {usual}.");
        return usual;
    }

    private void UnknownKind(string? kind, string path)
    {
        if (kind is null)
            refusals.Add(ProblemCode.MissingField, path, "Is missing.");
        else if (kind == "pot")
            refusals.Add(ProblemCode.FeatureOff, path, "Splitting a pot is not offered yet.");
        else
            refusals.Add(ProblemCode.InvalidValue, path, "Must be one of coupon, custom, fixed, percent, points, score.");
    }

    /// <summary>Refuses members of another kind, which would be ignored otherwise.</summary>
    private void Only(AmountDocument document, string path, params ReadOnlySpan<string> members)
    {
        foreach (var (name, given) in Given(document))
            if (given && !members.Contains(name))
                refusals.Add(ProblemCode.InvalidValue, Refusals.Join(path, name), $"Does not belong to the kind {document.Kind}.");
    }

    private static (string Name, bool Given)[] Given(AmountDocument document) =>
    [
        ("ppm", document.Ppm is not null),
        ("mostPerOrder", document.MostPerOrder is not null),
        ("amount", document.Amount is not null),
        ("currency", document.Currency is not null),
        ("points", document.Points is not null),
        ("perMajorUnitPpm", document.PerMajorUnitPpm is not null),
        ("mostPoints", document.MostPoints is not null),
        ("unit", document.Unit is not null),
        ("coupon", document.Coupon is not null),
        ("name", document.Name is not null),
        ("data", document.Data is not null),
    ];

    private Rate? CouponPercent(CouponDocument document, CouponKind kind, string path)
    {
        if (kind == CouponKind.PercentageDiscount)
            return ReadRate(document.Ppm, path);
        if (document.Ppm is not null)
            refusals.Add(ProblemCode.InvalidValue, path, "Belongs to percentage_discount alone.");
        return null;
    }

    private long? CouponDiscount(CouponDocument document, CouponKind kind, string path)
    {
        if (kind is CouponKind.FixedDiscount or CouponKind.FixedRateDiscount)
            return refusals.AtLeast(document.Amount, 1, path);
        if (document.Amount is not null)
            refusals.Add(ProblemCode.InvalidValue, path, "Belongs to fixed_discount and fixed_rate_discount alone.");
        return null;
    }

    private CouponProduct? Product(ProductDocument? document, CouponKind kind, string path)
    {
        if (document is null)
        {
            if (kind == CouponKind.FreeProduct)
                refusals.Add(ProblemCode.MissingField, path, "A coupon for a free product names it.");
            return null;
        }
        return new CouponProduct(
            refusals.Required(document.ProductId, Limits.Text, Refusals.Join(path, "productId")),
            refusals.Optional(document.ProductName, Limits.Text, Refusals.Join(path, "productName")),
            refusals.Optional(document.VariantId, Limits.Text, Refusals.Join(path, "variantId")),
            refusals.Optional(document.VariantName, Limits.Text, Refusals.Join(path, "variantName")),
            refusals.Optional(document.DisplayName, Limits.Text, Refusals.Join(path, "displayName")));
    }

    private IEnumerable<CouponCollection> Collections(List<CollectionDocument?>? documents, string path)
    {
        foreach (var (document, place) in refusals.Items(documents, CampaignLimits.CouponCollections, path))
        {
            yield return new CouponCollection(
                refusals.Required(document.CollectionId, Limits.Text, place + ".collectionId"),
                refusals.Optional(document.CollectionName, Limits.Text, place + ".collectionName"));
        }
    }

    /// <summary>Made of what a code may be made of, because the coupon's code begins with it.</summary>
    private string Prefix(string? prefix, string path)
    {
        if (prefix is null)
            return "";
        if (prefix.Length > CampaignLimits.CouponPrefix || prefix.Any(symbol => !char.IsAsciiLetterOrDigit(symbol) && symbol is not '-' and not '_'))
            refusals.Add(ProblemCode.InvalidValue, path, $"Must be at most {CampaignLimits.CouponPrefix} letters, digits, - and _.");
        return prefix;
    }
}
