namespace Tributary.Campaigns;

/// <summary>Sizes of a campaign. What goes beyond them is refused when the campaign is written.</summary>
public static class CampaignLimits
{
    public const int Steps = 10;

    /// <summary>
    /// Lines of one step, and of the bonus (MO-33). Counted by step, because each step of a long referral may give
    /// both sides points, score and a coupon.
    /// </summary>
    public const int LinesPerStep = 8;

    public const int LineNumber = 999;
    public const int Conditions = 50;
    public const int ValuesPerCondition = 200;
    public const int ConditionValue = 2_000;
    public const int CapsPerLine = 10;
    public const int HoldDays = 365;
    public const int FirstOrders = 10_000;
    public const int Months = 1_200;
    public const int BonusEvery = 1_000_000;
    public const int Currencies = 50;
    public const int Languages = 50;
    public const int DescriptionLength = 2_000;
    public const int EventName = 100;
    public const int CustomBytes = 16 * 1024;
    public const int CouponPrefix = 32;
    public const int CouponDays = 3_650;
    public const int CouponUses = 1_000_000;
    public const int CouponCollections = 50;

    /// <summary>Points per major unit, in parts per million: a million points for one unit of money.</summary>
    public const long PointsPerMajorUnitPpm = 1_000_000_000_000;
}
