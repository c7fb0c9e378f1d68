namespace Tributary.ChainOrders.Following;

/// <summary>
/// When an order is asked for again (debridge.md § 4.5). It follows from how old things are, not from how often was asked, so
/// nothing but the next time has to be remembered.
/// </summary>
public static class FollowSchedule
{
    private const double JitterShare = 0.1;

    private static readonly TimeSpan QuarterMinute = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan HalfHour = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan SixHours = TimeSpan.FromHours(6);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly TimeSpan Old = TimeSpan.FromDays(90);
    private static readonly TimeSpan Parked = TimeSpan.FromDays(180);

    /// <summary>Ages at which a transaction that was handed out is looked for at first: 15 s, 30 s, 1, 2, 5, 10 and 20 min apart.</summary>
    private static readonly TimeSpan[] FirstLooks = [.. new double[] { 15, 45, 105, 225, 525, 1_125, 2_325 }.Select(TimeSpan.FromSeconds)];

    /// <summary>Of what was handed out and not seen yet; null: it is taken for never signed.</summary>
    public static DateTimeOffset? OfPrepared(DateTimeOffset preparedAt, DateTimeOffset expiresAt, DateTimeOffset now, double chance)
    {
        var age = now - preparedAt;
        var until = FirstLooks.FirstOrDefault(look => look > age) is { Ticks: > 0 } look ? look - age : HalfHour;
        var next = now + Jitter(until, chance);
        return next < expiresAt ? next : null;
    }

    /// <summary>Of an order; null: it is final, or so old that it is left alone.</summary>
    /// <param name="chance">0 … 1, by which nodes and orders are spread over ±10 %.</param>
    public static DateTimeOffset? OfOrder(ChainOrder order, DateTimeOffset now, double chance)
    {
        ArgumentNullException.ThrowIfNull(order);
        var age = now - order.CreatedAt;
        if (order.State.IsFinal() || age >= Parked)
            return null;
        if (age >= Old)
            return now + Jitter(Day, chance);
        var wait = order.State == ChainOrderState.Created ? OfCreated(age) : OfOpen(now - (order.FulfilledAt ?? order.CancelledAt ?? order.CreatedAt));
        return now + Jitter(wait, chance);
    }

    /// <summary>15 s for two minutes, 30 s up to twenty, then doubling to an hour.</summary>
    private static TimeSpan OfCreated(TimeSpan age)
    {
        if (age < 2 * Minute)
            return QuarterMinute;
        return age < 20 * Minute ? 2 * QuarterMinute : Least(age - (20 * Minute) + Minute, Hour);
    }

    /// <summary>From five minutes growing by half each time, to six hours: half of the time passed, and five minutes.</summary>
    private static TimeSpan OfOpen(TimeSpan sinceStage) => Least((5 * Minute) + (Longest(sinceStage, TimeSpan.Zero) / 2), SixHours);

    private static TimeSpan Jitter(TimeSpan wait, double chance) => wait * (1 + (JitterShare * ((2 * chance) - 1)));

    private static TimeSpan Least(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static TimeSpan Longest(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
