namespace Tributary.Primitives;

/// <summary>Sizes that hold on every face. A dialect may be stricter, never wider. Lengths are in characters.</summary>
public static class Limits
{
    /// <summary>The merchant's own id of a customer.</summary>
    public const int CustomerId = 100;

    /// <summary>The merchant's own id of an order or refund.</summary>
    public const int OrderId = 255;

    /// <summary>The merchant's own key of a partner or integrator.</summary>
    public const int ReferrerKey = 191;

    public const int CodeShortest = 3;
    public const int Code = 64;
    public const int Coupon = 100;

    /// <summary>What may stand where a code is expected: a code, an id or a whole URL.</summary>
    public const int ReferrerText = 2048;

    public const int Email = 254;
    public const int Mobile = 40;

    /// <summary>A name, label or other line of text.</summary>
    public const int Text = 255;

    public const int Url = 2048;
    public const int TagsPerObject = 50;
    public const int MetadataKeys = 100;
    public const int MetadataBytes = 16 * 1024;

    /// <summary>One UTM or <c>sub</c> value of a click.</summary>
    public const int CampaignParameter = 200;

    /// <summary>Rows of one page.</summary>
    public const int PageSize = 250;

    public const int ItemsPerOrder = 1000;
    public const int BodyBytes = 256 * 1024;
    public const int BatchBodyBytes = 8 * 1024 * 1024;
    public const int JsonDepth = 32;

    /// <summary>Touches of one customer that a decision looks at, newest first.</summary>
    public const int TouchesPerDecision = 200;

    /// <summary>Digits of the greatest on-chain amount (MO-2).</summary>
    public const int ChainAmountDigits = 78;

    /// <summary>How far a clock of others may run ahead of ours (F23).</summary>
    public static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);
}
