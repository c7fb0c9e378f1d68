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
    /// <summary>By the index of visitor ids, each from its first click on.</summary>
    private const string NextOfIdSql = """
        select m.link_id, m.visitor_key, m.first_click, n.click_id
        from unnest($2, $3, $4) as k (link_id, visitor_key, first_click)
        join unique_marks m on m.program_id = $1 and m.link_id = k.link_id and m.visitor_key = k.visitor_key and m.first_click = k.first_click
        left join lateral (
          select c.click_id
          from clicks c
          where c.program_id = $1 and c.visitor_id = k.visitor_key and c.visitor_key = k.visitor_key and c.link_id = k.link_id
            and c.verdict = 'valid' and c.click_id > k.first_click
          order by c.click_id
          limit 1) n on true
        """;

    /// <summary>A derived key is good for a day: what comes later was not made by it, so one look at a day or two finds all.</summary>
    private const string NextOfDerivedSql = """
        select m.link_id, m.visitor_key, m.first_click, (array_agg(c.click_id order by c.click_id) filter (where c.click_id is not null))[1]
        from unnest($2, $3, $4) as k (link_id, visitor_key, first_click)
        join unique_marks m on m.program_id = $1 and m.link_id = k.link_id and m.visitor_key = k.visitor_key and m.first_click = k.first_click
        left join clicks c on c.program_id = $1 and c.click_id > $5 and c.click_id < $6 and c.link_id = k.link_id
          and c.visitor_key = k.visitor_key and c.verdict = 'valid' and c.click_id > k.first_click
        group by m.link_id, m.visitor_key, m.first_click
        """;

    private const string DropSql = """
        delete from unique_marks m
        using unnest($2, $3, $4) as k (link_id, visitor_key, first_click)
        where m.program_id = $1 and m.link_id = k.link_id and m.visitor_key = k.visitor_key and m.first_click = k.first_click
        """;

    private const string PassSql = """
        update unique_marks m set first_click = n.next
        from unnest($2, $3, $4, $5) as n (link_id, visitor_key, was, next)
        where m.program_id = $1 and m.link_id = n.link_id and m.visitor_key = n.visitor_key and m.first_click = n.was
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

    /// <summary>A day in which the clocks are set back has an hour more.</summary>
    private static readonly TimeSpan LongestDay = TimeSpan.FromHours(25);

    /// <summary>Clicks that cease to be unique, and clicks that become so.</summary>
    public HashSet<Guid> Lost { get; } = [];

    public HashSet<Guid> Won { get; } = [];

    /// <param name="invalid">Unique clicks that are valid no more; their rows say so already.</param>
    public async Task PassOnAsync(IReadOnlyList<RecountedClick> invalid, CancellationToken ct)
    {
        if (invalid.Count == 0)
            return;
        Lost.UnionWith(invalid.Select(click => click.Click.Id));
        var marks = await NextAsync(invalid, ct);
        Won.UnionWith(marks.Select(mark => mark.Next).OfType<Guid>());
        var passed = marks.Where(mark => mark.Next is not null).ToList();
        var write = new LoadBatch(connection);
        write.Command(DropSql, [Param.Of(programId), .. KeysOf([.. marks.Where(mark => mark.Next is null)])]);
        write.Command(PassSql, [Param.Of(programId), .. KeysOf(passed), Param.Of([.. passed.Select(mark => mark.Next)])]);
        await write.RunAsync(ct);
    }

    private async Task<IReadOnlyList<Mark>> NextAsync(IReadOnlyList<RecountedClick> invalid, CancellationToken ct)
    {
        var held = invalid.SelectMany(click => click.Keys.Select(key => (Click: click, Mark: new Mark(click.Click.LinkId, key, click.Click.Id, null)))).ToList();
        var ofIds = held.Where(one => one.Mark.Key == one.Click.VisitorId).Select(one => one.Mark).ToList();
        var derived = held.Where(one => one.Mark.Key != one.Click.VisitorId).Select(one => one.Mark).ToList();
        var found = new List<Mark>();
        var read = new LoadBatch(connection);
        read.Query(NextOfIdSql, row => found.Add(Mark.Read(row)), [Param.Of(programId), .. KeysOf(ofIds)]);
        if (derived.Count > 0)
        {
            var firsts = derived.Select(mark => new ClickId(mark.First)).Order().ToList();
            read.Query(
                NextOfDerivedSql, row => found.Add(Mark.Read(row)),
                [
                    Param.Of(programId), .. KeysOf(derived), Param.Of((Guid?)firsts[0].Value),
                    Param.Of((Guid?)ClickId.FirstAt(firsts[^1].At + LongestDay).Value),
                ]);
        }
        await read.RunAsync(ct);
        return found;
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

    private static NpgsqlParameter[] KeysOf(IReadOnlyList<Mark> marks) =>
        [Param.Of([.. marks.Select(mark => mark.LinkId)]), Ids([.. marks.Select(mark => mark.Key)]), Ids([.. marks.Select(mark => mark.First)])];

    private static NpgsqlParameter Ids(IReadOnlyList<Guid> ids) => Param.Of([.. ids.Select(id => (Guid?)id)]);

    /// <param name="First">The click that holds the mark.</param>
    /// <param name="Next">The visitor's next valid one; null: there is none.</param>
    private sealed record Mark(long LinkId, Guid Key, Guid First, Guid? Next)
    {
        public static Mark Read(NpgsqlDataReader row) => new(row.GetInt64(0), row.GetGuid(1), row.GetGuid(2), row.GuidOrNull(3));
    }
}
