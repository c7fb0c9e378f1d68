using Npgsql;
using Tributary.Storage;

namespace Tributary.Reporting.Analytics;

/// <summary>Divides the totals of a question into groups; what the limit leaves out, and what has no group, are groups of their own.</summary>
internal sealed class GroupReader(CounterReader reader, AnalyticsQuestion question)
{
    /// <summary>In the counters: credited without a link, or on the primary domain.</summary>
    private const long NoId = 0;

    /// <summary>In the counters by domain: credited without a link.</summary>
    private const long NoLink = -1;

    /// <summary>
    /// Links of a scope whose days are read and ranked as they stand. Of more, the folded days say which ones lead, a minute late at
    /// most, and only those are read: each day of a link has a row for every slot.
    /// </summary>
    public const int MostRankedAtOnce = 1_000;

    private const string LinksSql = """
        select count(*) from (select 1 from links l where l.program_id = $1 and (l.referrer_id = $2 or $2 = 0) limit $5) m
        """;

    private const string PartnerOfLinkSql = "select l.referrer_id from links l where l.program_id = $1 and l.link_id = $2";

    private const string DomainOfLinkSql = """
        select coalesce(l.domain_id, (select d.domain_id from domains d where d.program_id = $1 and d.is_primary and d.state <> 'removed'))
        from links l
        where l.program_id = $1 and l.link_id = $2
        """;

    private const string PrimaryDomainSql = "select d.domain_id from domains d where d.program_id = $1 and d.is_primary and d.state <> 'removed'";

    public Task<IReadOnlyList<GroupNumbers>> ReadAsync(Grouping by, Numbers totals, CancellationToken ct) => by switch
    {
        Grouping.Link => ByIdAsync(Counter.ClicksOfLinks(question), LinkOutcomes, totals, ct),
        Grouping.Partner when question.Scope == Dimensions.Program => ByIdAsync(
            Counter.ClicksByOwner(question, Dimensions.Referrer), Counter.OutcomesByOwner(question, Dimensions.Referrer), totals, ct),
        Grouping.Domain when question.Scope != Dimensions.Link => ByDomainAsync(totals, ct),
        Grouping.Partner or Grouping.Domain => TheOneAsync(by, totals, ct),
        Grouping.Form => ByPropertyAsync("form", totals, ct),
        Grouping.Channel => ByPropertyAsync("channel", totals, ct),
        Grouping.Country => ByPropertyAsync("country", totals, ct),
        Grouping.Device => ByPropertyAsync("device", totals, ct),
        Grouping.Browser => ByPropertyAsync("browser", totals, ct),
        Grouping.System => ByPropertyAsync("system", totals, ct),
        Grouping.ReferringHost => ByPropertyAsync("referring_host", totals, ct),
        Grouping.UtmSource => ByPropertyAsync("utm_source", totals, ct),
        Grouping.UtmMedium => ByPropertyAsync("utm_medium", totals, ct),
        Grouping.UtmCampaign => ByPropertyAsync("utm_campaign", totals, ct),
        Grouping.UtmTerm => ByPropertyAsync("utm_term", totals, ct),
        Grouping.UtmContent => ByPropertyAsync("utm_content", totals, ct),
    };

    /// <summary>Of one partner there is one partner, of one link one partner and one domain.</summary>
    private async Task<IReadOnlyList<GroupNumbers>> TheOneAsync(Grouping by, Numbers totals, CancellationToken ct)
    {
        var id = question.ReferrerId;
        if (question.LinkId is not null)
            await reader.QueryAsync(by == Grouping.Partner ? PartnerOfLinkSql : DomainOfLinkSql, row => id = row.LongOrNull(0), ct);
        return totals.IsZero ? [] : [new GroupNumbers(id is null ? "primary" : null, id, totals)];
    }

    private Counter LinkOutcomes => question.ByMonth
        ? Counter.OutcomesByOwner(question, Dimensions.Link)
        : Counter.OutcomesOfLinks(question);

    private async Task<IReadOnlyList<GroupNumbers>> ByIdAsync(Counter clicks, Counter outcomes, Numbers totals, CancellationToken ct)
    {
        var groups = new Dictionary<long, Numbers>();
        if (await HasManyLinksAsync(ct))
            await ReadLeadingLinksAsync(clicks, groups, ct);
        else
            await reader.QueryAsync(clicks.ClickGroupsSql, row => Of(groups, row.GetInt64(0)).Add(ClickCounts.Read(row, 1)), ct, limit: question.Limit);
        await AddOutcomesAsync(outcomes, groups, Param.Of([.. groups.Keys, NoId]), row => row.GetInt64(0), ct);
        var found = groups.Where(group => group.Key != NoId).Select(group => new GroupNumbers(null, group.Key, group.Value)).ToList();
        if (groups.TryGetValue(NoId, out var withoutLink))
            AddOutcomesLeft(found, withoutLink, null);
        else if (found.Count < question.Limit)
            AddOutcomesLeft(found, totals.OutcomesLess(found.Select(group => group.Numbers)), null);
        return WithRest(found, totals);
    }

    private async Task<bool> HasManyLinksAsync(CancellationToken ct)
    {
        if (question is not { GroupBy: Grouping.Link, ByLinks: true, LinkId: null })
            return false;
        var links = 0L;
        await reader.QueryAsync(LinksSql, row => links = row.GetInt64(0), ct, limit: MostRankedAtOnce + 1);
        return links > MostRankedAtOnce;
    }

    private async Task ReadLeadingLinksAsync(Counter clicks, Dictionary<long, Numbers> groups, CancellationToken ct)
    {
        var leading = new List<long>();
        await reader.QueryAsync(Counter.FoldedLinks(question).RankingSql, row => leading.Add(row.GetInt64(0)), ct, limit: question.Limit);
        await reader.QueryAsync(
            clicks.ClicksOfGroupsSql, row => Of(groups, row.GetInt64(0)).Add(ClickCounts.Read(row, 1)), ct, Param.Of(leading));
    }

    private async Task<IReadOnlyList<GroupNumbers>> ByDomainAsync(Numbers totals, CancellationToken ct)
    {
        long? primary = null;
        await reader.QueryAsync(PrimaryDomainSql, row => primary = row.GetInt64(0), ct);
        var ofLinks = question.Scope == Dimensions.Referrer;
        var clicks = ofLinks ? Counter.ClicksByDomainOfLinks : Counter.ClicksByOwner(question, Dimensions.Domain);
        var outcomes = ofLinks ? Counter.OutcomesByDomainOfLinks : Counter.OutcomesByOwner(question, Dimensions.Domain);
        var groups = new Dictionary<long, Numbers>();
        await reader.QueryAsync(clicks.ClickGroupsSql, row => Of(groups, row.GetInt64(0)).Add(ClickCounts.Read(row, 1)), ct, limit: question.Limit);
        await AddOutcomesAsync(outcomes, groups, Param.Of([.. groups.Keys]), row => row.GetInt64(0), ct);
        groups.Remove(NoLink);
        var found = groups
            .GroupBy(group => group.Key == NoId ? primary : group.Key)
            .Select(domain => new GroupNumbers(domain.Key is null ? "primary" : null, domain.Key, Sum(domain.Select(part => part.Value))))
            .ToList();
        if (found.Count < question.Limit)
            AddOutcomesLeft(found, totals.OutcomesLess(found.Select(group => group.Numbers)), Dimensions.Unknown);
        return WithRest(found, totals);
    }

    /// <summary>Clicks without the property are what is left of all clicks, outcomes without a click what is left of all outcomes.</summary>
    private async Task<IReadOnlyList<GroupNumbers>> ByPropertyAsync(string dimension, Numbers totals, CancellationToken ct)
    {
        var groups = new Dictionary<string, Numbers>(StringComparer.Ordinal);
        await reader.QueryAsync(
            Counter.ClicksBy(question, dimension).ClickGroupsSql, row => Of(groups, row.GetString(0)).Add(ClickCounts.Read(row, 1)), ct, limit: int.MaxValue);
        var counted = new Numbers();
        await reader.QueryAsync(
            Counter.OutcomesBy(question, dimension).OutcomeGroupsSql,
            row => Of(groups, row.GetString(0)).Add(row.GetString(1), CounterReader.ReadAmounts(row, 2)),
            ct, Param.Of(Array.Empty<string?>()), int.MaxValue);
        foreach (var numbers in groups.Values)
            counted.Add(numbers);
        Of(groups, Dimensions.None).Add(totals.ClicksLess([counted]));
        Of(groups, Dimensions.Unknown).Add(totals.OutcomesLess([counted]));
        var found = groups
            .Where(group => !group.Value.IsZero)
            .Select(group => new GroupNumbers(group.Key, null, group.Value))
            .OrderByDescending(group => group.Numbers.Clicks.Clicks)
            .ThenByDescending(group => group.Numbers.Clicks.Requests)
            .ThenByDescending(group => group.Numbers.Conversions)
            .ThenBy(group => group.Value, StringComparer.Ordinal)
            .ToList();
        if (found.Count <= question.Limit)
            return found;
        var shown = found.Where(group => group.Value != Dimensions.Other).Take(question.Limit).ToList();
        return [.. shown, new GroupNumbers(Dimensions.Other, null, Sum(found.Except(shown).Select(group => group.Numbers)))];
    }

    private Task AddOutcomesAsync<TKey>(
        Counter outcomes, Dictionary<TKey, Numbers> groups, NpgsqlParameter known, Func<NpgsqlDataReader, TKey> id, CancellationToken ct)
        where TKey : notnull =>
        reader.QueryAsync(
            outcomes.OutcomeGroupsSql,
            row => Of(groups, id(row)).Add(row.GetString(1), CounterReader.ReadAmounts(row, 2)),
            ct, known, question.Limit - groups.Count);

    private static void AddOutcomesLeft(List<GroupNumbers> groups, Numbers? left, string? value)
    {
        if (left is { IsZero: false })
            groups.Add(new GroupNumbers(value, null, left));
    }

    private static IReadOnlyList<GroupNumbers> WithRest(List<GroupNumbers> groups, Numbers totals)
    {
        var parts = groups.Select(group => group.Numbers).ToList();
        var rest = totals.ClicksLess(parts);
        rest.Add(totals.OutcomesLess(parts));
        return rest.IsZero ? groups : [.. groups, new GroupNumbers(Dimensions.Other, null, rest)];
    }

    private static Numbers Of<TKey>(Dictionary<TKey, Numbers> groups, TKey key)
        where TKey : notnull =>
        groups.TryGetValue(key, out var known) ? known : groups[key] = new Numbers();

    private static Numbers Sum(IEnumerable<Numbers> parts)
    {
        var sum = new Numbers();
        foreach (var part in parts)
            sum.Add(part);
        return sum;
    }
}
