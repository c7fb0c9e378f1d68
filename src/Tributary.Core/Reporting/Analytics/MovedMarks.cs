using Npgsql;
using Tributary.Clicks;
using Tributary.Storage;

namespace Tributary.Reporting.Analytics;

/// <summary>
/// Unique clicks after some clicks were judged anew: a mark whose click counts no more goes to the visitor's next valid click, a
/// click that counts now takes it where it is the visitor's first.
/// </summary>
internal sealed class MovedMarks(NpgsqlConnection connection, long programId)
{
    private const string NextSql = """
        select distinct on (m.first_click) m.first_click, c.click_id
        from unique_marks m
        join clicks c on c.program_id = m.program_id and c.link_id = m.link_id and c.visitor_key = m.visitor_key
        where m.program_id = $1 and m.first_click = any($2) and c.verdict = 'valid' and c.click_id > m.first_click and c.click_id > $3
        order by m.first_click, c.click_id
        """;

    private const string DropSql = "delete from unique_marks where program_id = $1 and first_click = any($2)";

    private const string PassSql = """
        update unique_marks m set first_click = n.next
        from unnest($2, $3) as n (was, next)
        where m.program_id = $1 and m.first_click = n.was
        """;

    private const string StandingSql = """
        select k.link_id, k.visitor_key, m.first_click
        from unnest($2, $3) as k (link_id, visitor_key)
        join unique_marks m on m.program_id = $1 and m.link_id = k.link_id and m.visitor_key = k.visitor_key
        """;

    private const string SetSql = """
        insert into unique_marks (program_id, link_id, visitor_key, first_click, last_used)
        select $1, k.link_id, k.visitor_key, k.click_id, $5
        from unnest($2, $3, $4) as k (link_id, visitor_key, click_id)
        on conflict (program_id, link_id, visitor_key) do update set first_click = excluded.first_click
        """;

    /// <summary>Clicks that cease to be unique, and clicks that become so.</summary>
    public HashSet<Guid> Lost { get; } = [];

    public HashSet<Guid> Won { get; } = [];

    /// <param name="invalid">Unique clicks that are valid no more; their rows say so already.</param>
    public async Task PassOnAsync(IReadOnlyList<Guid> invalid, CancellationToken ct)
    {
        if (invalid.Count == 0)
            return;
        Lost.UnionWith(invalid);
        var next = new Dictionary<Guid, Guid>();
        var read = new LoadBatch(connection);
        read.Query(
            NextSql, row => next[row.GetGuid(0)] = row.GetGuid(1),
            Param.Of(programId), Ids(invalid), Param.Of((Guid?)invalid.Select(id => new ClickId(id)).Min().Value));
        await read.RunAsync(ct);
        Won.UnionWith(next.Values);
        var write = new LoadBatch(connection);
        write.Command(DropSql, Param.Of(programId), Ids([.. invalid.Where(id => !next.ContainsKey(id))]));
        write.Command(PassSql, Param.Of(programId), Ids([.. next.Keys]), Ids([.. next.Values]));
        await write.RunAsync(ct);
    }

    /// <param name="valid">Clicks that are valid now.</param>
    public async Task TakeAsync(IReadOnlyList<RecountedClick> valid, DateOnly day, CancellationToken ct)
    {
        var firsts = valid
            .Where(click => click.VisitorKey is not null)
            .GroupBy(click => (click.Click.LinkId, Key: click.VisitorKey!.Value))
            .ToDictionary(group => group.Key, group => group.Min(click => new ClickId(click.Click.Id)).Value);
        if (firsts.Count == 0)
            return;
        var standing = new Dictionary<(long LinkId, Guid Key), Guid>();
        var read = new LoadBatch(connection);
        read.Query(
            StandingSql, row => standing[(row.GetInt64(0), row.GetGuid(1))] = row.GetGuid(2),
            Param.Of(programId), Param.Of([.. firsts.Keys.Select(key => key.LinkId)]), Ids([.. firsts.Keys.Select(key => key.Key)]));
        await read.RunAsync(ct);
        var taken = firsts.Where(first => !standing.TryGetValue(first.Key, out var other) || new ClickId(first.Value) < new ClickId(other)).ToList();
        Lost.UnionWith(taken.Select(first => first.Key).Where(standing.ContainsKey).Select(key => standing[key]));
        Won.UnionWith(taken.Select(first => first.Value));
        var write = new LoadBatch(connection);
        write.Command(
            SetSql,
            Param.Of(programId), Param.Of([.. taken.Select(first => first.Key.LinkId)]), Ids([.. taken.Select(first => first.Key.Key)]),
            Ids([.. taken.Select(first => first.Value)]), Param.Of((DateOnly?)day));
        await write.RunAsync(ct);
    }

    private static NpgsqlParameter Ids(IReadOnlyList<Guid> ids) => Param.Of([.. ids.Select(id => (Guid?)id)]);
}
