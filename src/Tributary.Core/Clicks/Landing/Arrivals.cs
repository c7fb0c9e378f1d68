using Tributary.Programs;
using Tributary.Storage;

namespace Tributary.Clicks.Landing;

/// <summary>A click whose visitor has arrived.</summary>
/// <param name="Counts">Whether it is valid, or repeats a valid one.</param>
/// <param name="Code">Key of its link.</param>
internal sealed record ArrivedClick(bool Counts, Guid? VisitorId, string Code);

/// <summary>Confirms clicks by the landings of their visitors, and joins visitor ids of one browser (CL-2, CL-42).</summary>
internal static class Arrivals
{
    private const string ConfirmSql = """
        with arrived as (
          select t.click_id, t.visitor_id, l.key, t.verdict = 'valid' or coalesce(o.verdict = 'valid', false) as counts
          from clicks t
          join links l on l.program_id = t.program_id and l.link_id = t.link_id
          left join clicks o on o.program_id = t.program_id and o.click_id = t.stands_for
          where t.program_id = $1 and t.click_id = $2),
        landed as (
          insert into landings (program_id, click_id, landed_at, visitor_id, page_host, page_path)
          select $1, click_id, $3, $4, $5, $6 from arrived
          on conflict (program_id, click_id) do update set visitor_id = excluded.visitor_id
          where landings.visitor_id is null and excluded.visitor_id is not null
          returning click_id),
        joined as (
          insert into visitor_aliases (program_id, visitor_id, alias_id, joined_at)
          select $1, a.visitor_id, $4, $3 from arrived a join landed l on l.click_id = a.click_id where a.visitor_id <> $4
          on conflict do nothing)
        select counts, visitor_id, key from arrived
        """;

    /// <summary>Null where the click is not in the database: it may be on its way.</summary>
    public static async Task<ArrivedClick?> ConfirmAsync(
        Database database, ReferralProgram program, ClickId click, Guid? visitor, DateTimeOffset at, (string Host, string Path)? page, CancellationToken ct)
    {
        ArrivedClick? arrived = null;
        await using var connection = await database.OpenAsync(ct);
        var load = new LoadBatch(connection);
        load.Query(
            ConfirmSql, row => arrived = new ArrivedClick(row.GetBoolean(0), row.IsDBNull(1) ? null : row.GetGuid(1), row.GetString(2)),
            Param.Of(program.Id), Param.Of((Guid?)click.Value), Param.Of(at), Param.Of(visitor), Param.Of(page?.Host), Param.Of(page?.Path));
        await load.RunAsync(ct);
        return arrived;
    }
}
