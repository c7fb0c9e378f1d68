using Npgsql;
using Tributary.Clicks;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Referrers;
using Tributary.Storage;

namespace Tributary.Attribution;

/// <summary>A click that a call has named, by its own id or by its visitor's.</summary>
/// <param name="OriginalCounts">Of a duplicate: the click it repeats is valid.</param>
/// <param name="Named">By its own id.</param>
internal sealed record ClickMatch(ReferrerMatch Referrer, ClickId Id, long LinkId, string Verdict, bool OriginalCounts, bool Named)
{
    /// <summary>Clicks of a visitor that count for nothing and are only told.</summary>
    private const int MostUseless = 50;

    private const string Columns = $"""
        coalesce(t.token, ''), '', '', false, null::timestamptz, {ReferrerMatch.Facts}, false,
        t.click_id, t.link_id, t.verdict, coalesce(o.verdict = 'valid', false)
        """;

    private const string Joins = """
        join referrers r on r.program_id = t.program_id and r.referrer_id = t.referrer_id
        left join customers k on k.program_id = r.program_id and k.customer_id = r.customer_id
        left join clicks o on o.program_id = t.program_id and o.click_id = t.stands_for
        """;

    private const string ByIdSql = $"select {Columns} from clicks t {Joins} where t.program_id = $1 and t.click_id = $2";

    /// <summary>
    /// All ids of one browser. Whatever a visitor adds that is invalid or outside the window must not push out what counts, so
    /// each has room of its own.
    /// </summary>
    private const string SameVisitor = """
        with recursive same (id) as (
          select $2::uuid
          union
          select case when a.visitor_id = s.id then a.alias_id else a.visitor_id end
          from same s
          join visitor_aliases a on a.program_id = $1 and (a.visitor_id = s.id or a.alias_id = s.id)),
        visitor (ids) as (select array(select id from same limit 50))
        """;

    private const string Counting = "t.verdict in ('valid', 'duplicate') and t.click_id >= $3 and t.click_id < $4";

    private const string LastSql = $"""
        {SameVisitor}
        (select {Columns} from clicks t {Joins}
         where t.program_id = $1 and t.visitor_id = any((select ids from visitor)::uuid[]) and {Counting}
         order by t.click_id desc limit $5)
        union all
        (select {Columns} from clicks t {Joins}
         where t.program_id = $1 and t.visitor_id = any((select ids from visitor)::uuid[]) and not ({Counting})
         order by t.click_id desc limit $6)
        """;

    private const string FirstSql = $"""
        {SameVisitor}
        (select {Columns} from clicks t {Joins}
         where t.program_id = $1 and t.visitor_id = any((select ids from visitor)::uuid[]) and {Counting}
         order by t.click_id limit $5)
        union all
        (select {Columns} from clicks t {Joins}
         where t.program_id = $1 and t.visitor_id = any((select ids from visitor)::uuid[]) and not ({Counting})
         order by t.click_id desc limit $6)
        """;

    /// <summary>The click of an id that a call has named.</summary>
    public static void AddById(LoadBatch load, long programId, ClickId id, Action<ClickMatch> found) =>
        load.Query(ByIdSql, row => found(Read(row, named: true)), Param.Of(programId), Param.Of((Guid?)id.Value));

    /// <summary>The clicks of a visitor, at most <see cref="Limits.TouchesPerDecision"/>: by the model the first or the last ones.</summary>
    public static void AddOfVisitor(
        LoadBatch load, long programId, AttributionSettings settings, Guid visitor, DateTimeOffset eventAt, Action<ClickMatch> found) => load.Query(
        settings.ClickModel switch { ClickModel.Last => LastSql, ClickModel.First => FirstSql },
        row => found(Read(row, named: false)),
        Param.Of(programId), Param.Of((Guid?)visitor), Param.Of((Guid?)Earliest(settings, eventAt).Value),
        Param.Of((Guid?)ClickId.FirstAt(eventAt.AddMilliseconds(1)).Value), Param.Of(Limits.TouchesPerDecision - MostUseless), Param.Of(MostUseless));

    public DateTimeOffset At => Id.At;

    private static ClickId Earliest(AttributionSettings settings, DateTimeOffset eventAt) =>
        // A second more, because the window is judged in whole ones.
        ClickId.FirstAt(settings.WindowDays == 0 ? DateTimeOffset.UnixEpoch : eventAt.AddDays(-settings.WindowDays).AddSeconds(-1));

    private static ClickMatch Read(NpgsqlDataReader row, bool named) => new(
        ReferrerMatch.Read(row), new ClickId(row.GetGuid(13)), row.GetInt64(14), row.GetString(15), row.GetBoolean(16), named);
}
