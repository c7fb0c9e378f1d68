using System.Globalization;
using System.Numerics;
using Tributary.Keys;
using Tributary.Links;
using Tributary.Primitives;
using Tributary.Referrers;
using Tributary.Reporting.Analytics;

namespace Tributary.Server.Api.V1;

/// <summary>Clicks and what came of them, over time and by what they have in common. A bound key meets only its own referrer's.</summary>
internal static class AnalyticsApi
{
    public static void MapAnalytics(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/analytics", AllAsync).ForReferrersToo(KeyScopes.Read)
            .Describe("getAnalytics", "Clicks, leads, conversions, revenue and rewards of the programme or of one referrer, over time and by group");
        routes.MapGet("/analytics/links", LinksAsync).ForReferrersToo(KeyScopes.Read)
            .Describe("getLinkAnalytics", "The same by link, those with most clicks first");
        routes.MapGet("/analytics/referrers", ReferrersAsync).ForReferrersToo(KeyScopes.Read)
            .Describe("getReferrerAnalytics", "The same by referrer, those with most clicks first");
        routes.MapGet("/links/{linkId:long}/analytics", LinkAsync).ForReferrersToo(KeyScopes.Read)
            .Describe("getAnalyticsOfLink", "The numbers of one link");
    }

    private static Task<Answer<AnalyticsAnswered>> AllAsync(
        Call call, Asked asked, AnalyticsQuery query, ReferrerRegister referrers, CancellationToken ct) =>
        OfReferrerAsync(call, asked, usual: null, query, referrers, ct);

    private static Task<Answer<AnalyticsAnswered>> LinksAsync(
        Call call, Asked asked, AnalyticsQuery query, ReferrerRegister referrers, CancellationToken ct) =>
        OfReferrerAsync(call, asked, Grouping.Link, query, referrers, ct);

    private static Task<Answer<AnalyticsAnswered>> ReferrersAsync(
        Call call, Asked asked, AnalyticsQuery query, ReferrerRegister referrers, CancellationToken ct) =>
        OfReferrerAsync(call, asked, Grouping.Partner, query, referrers, ct);

    private static async Task<Answer<AnalyticsAnswered>> LinkAsync(
        Call call, long linkId, Asked asked, AnalyticsQuery query, LinkRegister links, CancellationToken ct)
    {
        if (asked.ReferrerId is not null)
            return new Problem(ProblemCode.InvalidValue, "The link says whose it is.", "referrerId");
        return await links.FindAsync(call.Program.Id, linkId, ct) is { } link && call.Sees(link.ReferrerId)
            ? await AskAsync(call, asked, usual: null, referrerId: null, link.Id, query, ct)
            : new Problem(ProblemCode.NotFound, "There is no such link.");
    }

    private static async Task<Answer<AnalyticsAnswered>> OfReferrerAsync(
        Call call, Asked asked, Grouping? usual, AnalyticsQuery query, ReferrerRegister referrers, CancellationToken ct) =>
        asked.ReferrerId is { } other && (!call.Sees(other) || await referrers.FindAsync(call.Program.Id, other, ct) is null)
            ? new Problem(ProblemCode.UnknownReference, "There is no such referrer.", "referrerId")
            : await AskAsync(call, asked, usual, asked.ReferrerId ?? call.BoundTo, linkId: null, query, ct);

    private static async Task<Answer<AnalyticsAnswered>> AskAsync(
        Call call, Asked asked, Grouping? usual, long? referrerId, long? linkId, AnalyticsQuery query, CancellationToken ct)
    {
        var question = query.Complete(new AnalyticsRange(asked.From, asked.To, asked.Interval), call.Program) with
        {
            GroupBy = asked.GroupBy ?? usual,
            ReferrerId = referrerId,
            LinkId = linkId,
            Limit = asked.Limit,
        };
        var answer = await query.AskAsync(question, ct);
        return answer.TryGet(out var numbers, out var problem) ? AnalyticsAnswered.Of(question, call.Program.Settings.TimeZone, numbers) : problem;
    }
}

/// <summary>Numbers of a range, as they were at one instant: the parts add up to the totals.</summary>
/// <param name="AsOf">Everything that happened before is counted.</param>
/// <param name="From">The first day, in the programme's time zone.</param>
/// <param name="To">The day after the last one.</param>
/// <param name="Groups">Null: no grouping was asked for.</param>
internal sealed record AnalyticsAnswered(
    DateTimeOffset AsOf,
    string From,
    string To,
    string TimeZone,
    string Interval,
    NumbersAnswer Totals,
    IReadOnlyList<IntervalAnswer> Series,
    IReadOnlyList<GroupAnswer>? Groups)
{
    public static AnalyticsAnswered Of(AnalyticsQuestion question, string timeZone, AnalyticsAnswer answer) => new(
        answer.AsOf,
        question.From.ToString("O", CultureInfo.InvariantCulture),
        question.To.ToString("O", CultureInfo.InvariantCulture),
        timeZone,
        AnalyticsWords.Of(question.Interval),
        NumbersAnswer.Of(answer.Totals),
        [.. answer.Series.Select(part => new IntervalAnswer(part.Start, NumbersAnswer.Of(part.Numbers)))],
        answer.Groups is null ? null : [.. answer.Groups.Select(group => GroupAnswer.Of(question.GroupBy, group))]);
}

/// <param name="Start">Its first instant; of a week the Monday, though it may lie before the range.</param>
internal sealed record IntervalAnswer(DateTimeOffset Start, NumbersAnswer Numbers);

/// <summary>One group. Of link, partner and domain only the one that was grouped by is ever there; null there: no link is credited.</summary>
/// <param name="LinkId">Of a link.</param>
/// <param name="LinkKey">Its public id.</param>
/// <param name="Domain">Host.</param>
/// <param name="Value">What its clicks have in common; <c>(none)</c>, <c>(other)</c>, <c>unknown</c>.</param>
/// <param name="Name">A link's label, a partner's name.</param>
internal sealed record GroupAnswer(long? LinkId, string? LinkKey, long? Partner, string? Domain, string? Value, string? Name, NumbersAnswer Numbers)
{
    public static GroupAnswer Of(Grouping? by, GroupNumbers group) => new(
        by == Grouping.Link ? group.Id : null,
        by == Grouping.Link ? group.Key : null,
        by == Grouping.Partner ? group.Id : null,
        by == Grouping.Domain ? group.Key : null,
        group.Value,
        group.Name,
        NumbersAnswer.Of(group.Numbers));
}

/// <summary>What each of them means is told in the guide to analytics.</summary>
/// <param name="Invalid">Requests that were not clicks, by reason.</param>
/// <param name="Revenue">Per currency in minor units, sorted by code.</param>
/// <param name="Units">Per currency and other unit: what orders and rewards come to.</param>
/// <param name="ConversionRate">Conversions for each click; null without clicks.</param>
internal sealed record NumbersAnswer(
    long Requests,
    long Clicks,
    long UniqueClicks,
    IReadOnlyDictionary<string, long> Invalid,
    long Leads,
    long Conversions,
    decimal? ConversionRate,
    IReadOnlyList<RevenueAnswer> Revenue,
    IReadOnlyList<UnitAnswer> Units)
{
    public static NumbersAnswer Of(Numbers numbers) => new(
        numbers.Clicks.Requests,
        numbers.Clicks.Clicks,
        numbers.Clicks.UniqueClicks,
        numbers.Clicks.Invalid,
        numbers.Leads,
        numbers.Conversions,
        numbers.Clicks.Clicks == 0 ? null : decimal.Round((decimal)numbers.Conversions / numbers.Clicks.Clicks, 6),
        [.. numbers.Revenue.Select(of => new RevenueAnswer(of.Key, WholeNumber.Of(of.Value, of.Key)))],
        [.. numbers.Units.Select(unit => UnitAnswer.Of(unit.Key, unit.Value, numbers.Clicks.Clicks))]);
}

internal sealed record RevenueAnswer(string Currency, WholeNumber Amount);

/// <param name="Revenue">Of conversions, less refunds, on the order's day.</param>
/// <param name="Refunds">On the order's day.</param>
/// <param name="RefundsByRefundDay">The same on the refund's own day.</param>
/// <param name="Rewards">What the rewards that orders and leads caused are worth now.</param>
/// <param name="RewardsPerClick">Null without clicks.</param>
/// <param name="RevenuePerConversion">Null without conversions in this unit.</param>
internal sealed record UnitAnswer(
    string Unit,
    long Conversions,
    WholeNumber Revenue,
    WholeNumber Refunds,
    WholeNumber RefundsByRefundDay,
    WholeNumber Rewards,
    WholeNumber? RewardsPerClick,
    WholeNumber? RevenuePerConversion)
{
    public static UnitAnswer Of(string unit, UnitNumbers numbers, long clicks) => new(
        unit,
        numbers.Conversions,
        WholeNumber.Of(numbers.Revenue, unit),
        WholeNumber.Of(numbers.Refunds, unit),
        WholeNumber.Of(numbers.Refunded, unit),
        WholeNumber.Of(numbers.Rewards, unit),
        Quotient(numbers.Rewards, clicks, unit),
        Quotient(numbers.Revenue, numbers.Conversions, unit));

    private static WholeNumber? Quotient(BigInteger amount, long divisor, string unit) =>
        divisor > 0 ? WholeNumber.Of(Rounding.HalfAwayFromZero(amount, divisor), unit) : null;
}
