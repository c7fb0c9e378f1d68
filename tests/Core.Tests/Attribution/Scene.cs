using Tributary.Attribution;
using Tributary.Referrers;

namespace Tributary.Core.Tests.Attribution;

/// <summary>Builders for the scenarios: A, B, C are active partners, days count from an arbitrary day 0.</summary>
internal static class Scene
{
    public const long A = 1;
    public const long B = 2;
    public const long C = 3;

    public static readonly DateTimeOffset Day0 = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static DateTimeOffset Day(double days) => Day0.AddDays(days);

    public static Touch Click(long referrer, double day, string? id = null) => new()
    {
        Kind = TouchKind.Click,
        Id = id ?? $"click-{day:000.000000}-{referrer}",
        At = Day(day),
        ReferrerId = referrer,
        ReferrerKind = ReferrerKind.Partner,
    };

    public static Touch Code(long referrer, double day, string text = "CODE1") => Claim(TouchKind.Code, referrer, day, text);

    public static Touch Coupon(long referrer, double day, string text = "SAVE10") => Claim(TouchKind.Coupon, referrer, day, text);

    public static Touch Manual(long referrer, double day) => Claim(TouchKind.Manual, referrer, day, null);

    public static Touch Lost(TouchFinding finding, double day, TouchKind kind = TouchKind.Code, string id = "lost") => new()
    {
        Kind = kind,
        Id = id,
        At = Day(day),
        Text = "NOPE",
        Finding = finding,
    };

    public static AttributionMoment SignUp(double day) => At(MomentKind.SignUp, day);

    public static AttributionMoment Order(double day, int prior = 0) => At(MomentKind.Order, day) with
    {
        RegisteredAt = Day0,
        PriorOrders = prior,
        OldestPriorOrderAt = prior > 0 ? Day0 : null,
    };

    public static AttributionMoment At(MomentKind kind, double day) =>
        new() { Kind = kind, EventAt = Day(day), ReceivedAt = Day(day) };

    public static ExistingAttribution Existing(long referrer, double day = 0) => new(referrer, Via.Code, Day(day));

    public static string Reason(this Decision decision, Touch touch) => decision.OutcomeOf(touch.Id)!.Code;

    public static string? ReasonOfExisting(this Decision decision) =>
        decision.Explanation.SingleOrDefault(outcome => outcome.Via == Via.Existing)?.Code;

    private static Touch Claim(TouchKind kind, long referrer, double day, string? text) => new()
    {
        Kind = kind,
        Id = $"{kind}-{text}-{referrer}",
        At = Day(day),
        Text = text,
        ReferrerId = referrer,
        ReferrerKind = ReferrerKind.Partner,
    };
}
