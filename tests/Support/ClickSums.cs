using Tributary.Clicks;

namespace Tributary.Tests.Support;

/// <summary>Where counters of clicks differ from the rows that they count, or from each other; for tests.</summary>
internal static class ClickSums
{
    private static readonly string Reasons = string.Join(" + ", VerdictWords.All.Select(word => word));

    private static readonly string ByVerdict = string.Join(
        "\nunion all\n",
        VerdictWords.All.Select(word => $"""
            select '{word}: rows ' || r.n || ', days ' || d.n || ', hours ' || h.n
            from (select count(*) n from clicks where program_id = @ProgramId and verdict = '{word}') r,
                 (select coalesce(sum({word}), 0) n from link_days where program_id = @ProgramId) d,
                 (select coalesce(sum({word}), 0) n from program_hours where program_id = @ProgramId) h
            where r.n <> d.n or r.n <> h.n
            """));

    public static readonly string DifferencesSql = $"""
        select 'day with another sum: ' || link_id || ' ' || day from link_days where program_id = @ProgramId and requests <> {Reasons}
        union all
        select 'hour with another sum: ' || hour from program_hours where program_id = @ProgramId and requests <> {Reasons}
        union all
        {ByVerdict}
        union all
        select 'unique: rows ' || r.n || ', days ' || d.n || ', hours ' || h.n
        from (select count(*) n from clicks where program_id = @ProgramId and flags & 32 <> 0) r,
             (select coalesce(sum(unique_clicks), 0) n from link_days where program_id = @ProgramId) d,
             (select coalesce(sum(unique_clicks), 0) n from program_hours where program_id = @ProgramId) h
        where r.n <> d.n or r.n <> h.n
        """;
}
