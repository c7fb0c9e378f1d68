using Tributary.Primitives;

namespace Tributary.Campaigns;

/// <summary>One "who gets what" of a campaign (MO-33).</summary>
public sealed record CampaignLine
{
    /// <summary>Unique in the campaign; rewards keep it.</summary>
    public required int Number { get; init; }

    public required RewardRole Recipient { get; init; }

    public required RewardAmount Amount { get; init; }

    /// <summary>Null: the campaign's.</summary>
    public int? HoldDays { get; init; }

    public IReadOnlyList<LineCap> Caps { get; init; } = [];
}

/// <summary>In what part somebody is rewarded.</summary>
public enum RewardRole
{
    Referrer,

    /// <summary>Who acted: the friend, the buyer.</summary>
    Customer,
}

/// <summary>What one recipient may get by a line, or what a line may give for one customer, in a calendar period (MO-38).</summary>
public sealed record LineCap
{
    private LineCap(CapSubject subject, CapPeriod period, long most, Unit? unit) =>
        (Subject, Period, Most, Unit) = (subject, period, most, unit);

    public CapSubject Subject { get; }

    public CapPeriod Period { get; }

    /// <summary>Smallest parts of <see cref="Unit"/>, or rewards.</summary>
    public long Most { get; }

    /// <summary>Null: rewards are counted.</summary>
    public Unit? Unit { get; }

    public static LineCap OfAmount(CapSubject subject, CapPeriod period, long most, Unit unit) =>
        new(subject, period, most, unit);

    public static LineCap OfCount(CapSubject subject, CapPeriod period, long most) => new(subject, period, most, null);
}

public enum CapSubject
{
    /// <summary>Whoever receives the line's rewards.</summary>
    Recipient,

    /// <summary>The customer whose acts cause them.</summary>
    Customer,
}

/// <summary>Calendar periods in the programme's time zone; weeks are those of ISO 8601.</summary>
public enum CapPeriod
{
    Day,
    Week,
    Month,
    Year,
    Ever,
}
