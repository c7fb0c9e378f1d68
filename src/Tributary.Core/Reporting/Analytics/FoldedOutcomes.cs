using Npgsql;
using System.Numerics;
using Tributary.Storage;

namespace Tributary.Reporting.Analytics;

/// <summary>One thing that moved in the counters of outcomes.</summary>
/// <param name="LinkId">0: no link is credited.</param>
/// <param name="DomainId">Of the link; 0: the primary one.</param>
internal sealed record OutcomeChange(
    long ReferrerId, long LinkId, long DomainId, Guid? ClickId, DateOnly Day, string Unit, OutcomeAmounts Amounts)
{
    public static OutcomeChange Read(NpgsqlDataReader row) => new(
        row.GetInt64(0),
        row.GetInt64(1),
        row.GetInt64(2),
        row.GuidOrNull(3),
        row.GetFieldValue<DateOnly>(4),
        row.GetString(5),
        new OutcomeAmounts(
            row.GetInt64(6), row.GetInt64(7), row.GetFieldValue<BigInteger>(8), row.GetFieldValue<BigInteger>(9),
            row.GetFieldValue<BigInteger>(10), row.GetFieldValue<BigInteger>(11)));
}

/// <summary>Adds outcomes up for every counter that is folded from them.</summary>
internal sealed class FoldedOutcomes
{
    private const string Amounts = "leads, conversions, revenue, refunds, refunded, rewards";

    private const string AddAmounts = """
        set leads = t.leads + excluded.leads, conversions = t.conversions + excluded.conversions, revenue = t.revenue + excluded.revenue,
            refunds = t.refunds + excluded.refunds, refunded = t.refunded + excluded.refunded, rewards = t.rewards + excluded.rewards
        """;

    private const string SumAmounts = """
        sum(leads) as leads, sum(conversions) as conversions, sum(revenue) as revenue, sum(refunds) as refunds, sum(refunded) as refunded,
        sum(rewards) as rewards
        """;

    private static readonly string AddSql = $"""
        with given as materialized (
          select g.scope, g.scope_id, g.dimension, g.day, g.value, g.unit, g.leads, g.conversions, g.revenue, g.refunds, g.refunded, g.rewards
          from unnest($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
            as g (scope, scope_id, dimension, day, value, unit, {Amounts})
        ), {CounterSql.Places("folded_outcomes")}, moved as materialized (
          select p.scope, p.scope_id, p.dimension, p.day, p.place as value, g.unit, {SumAmounts}
          from given g
          join placed p using (scope, scope_id, dimension, day, value)
          group by p.scope, p.scope_id, p.dimension, p.day, p.place, g.unit
        ), days as (
          {Into("folded_outcomes", "day")}
          select $1, m.scope, m.scope_id, m.dimension, m.day, m.value, m.unit, m.leads, m.conversions, m.revenue, m.refunds, m.refunded, m.rewards
          from moved m
          order by m.scope, m.scope_id, m.dimension, m.day, m.value, m.unit
          on conflict (program_id, scope, scope_id, dimension, day, value, unit) do update
          {AddAmounts})
        {Into("folded_outcome_months", "month")}
        select $1, m.scope, m.scope_id, m.dimension, date_trunc('month', m.day)::date, m.value, m.unit, {SumAmounts}
        from moved m
        where m.scope = 'program' or m.dimension = 'total'
        group by m.scope, m.scope_id, m.dimension, date_trunc('month', m.day)::date, m.value, m.unit
        order by 2, 3, 4, 5, 6, 7
        on conflict (program_id, scope, scope_id, dimension, month, value, unit) do update
        {AddAmounts}
        """;

    private readonly Dictionary<(DimensionKey Key, string Unit), OutcomeAmounts> sums = [];

    /// <param name="properties">Of the click that earned the credit; null: none is known.</param>
    public void Add(OutcomeChange change, IReadOnlyList<string>? properties)
    {
        foreach (var (scope, id) in ScopesOf(change))
            Add(new DimensionKey(scope, id, Dimensions.Total, change.Day, ""), change);
        if (properties is null)
            return;
        foreach (var (scope, id) in ScopesOf(change).Where(scope => scope.Scope != Dimensions.Domain))
        {
            for (var n = 0; n < Dimensions.All.Count; n++)
                Add(new DimensionKey(scope, id, Dimensions.All[n].Name, change.Day, properties[n]), change);
        }
    }

    public void WriteTo(LoadBatch load, long programId)
    {
        var due = sums.Where(sum => sum.Value != default).ToList();
        if (due.Count == 0)
            return;
        load.Command(
            AddSql,
            Param.Of(programId),
            Param.Of([.. due.Select(sum => sum.Key.Key.Scope)]),
            Param.Of([.. due.Select(sum => sum.Key.Key.ScopeId)]),
            Param.Of([.. due.Select(sum => sum.Key.Key.Dimension)]),
            Param.Of([.. due.Select(sum => sum.Key.Key.Day)]),
            Param.Of([.. due.Select(sum => sum.Key.Key.Value)]),
            Param.Of([.. due.Select(sum => sum.Key.Unit)]),
            Param.Of([.. due.Select(sum => sum.Value.Leads)]),
            Param.Of([.. due.Select(sum => sum.Value.Conversions)]),
            Param.Of([.. due.Select(sum => sum.Value.Revenue)]),
            Param.Of([.. due.Select(sum => sum.Value.Refunds)]),
            Param.Of([.. due.Select(sum => sum.Value.Refunded)]),
            Param.Of([.. due.Select(sum => sum.Value.Rewards)]));
    }

    private static string Into(string table, string time) =>
        $"insert into {table} as t (program_id, scope, scope_id, dimension, {time}, value, unit, {Amounts})";

    private void Add(DimensionKey key, OutcomeChange change) =>
        sums[(key, change.Unit)] = sums.GetValueOrDefault((key, change.Unit)) + change.Amounts;

    private static IEnumerable<(string Scope, long Id)> ScopesOf(OutcomeChange change)
    {
        yield return (Dimensions.Program, 0);
        yield return (Dimensions.Referrer, change.ReferrerId);
        if (change.LinkId == 0)
            yield break;
        yield return (Dimensions.Domain, change.DomainId);
        yield return (Dimensions.Link, change.LinkId);
    }
}
