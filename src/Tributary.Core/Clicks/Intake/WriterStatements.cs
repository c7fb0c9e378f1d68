namespace Tributary.Clicks.Intake;

/// <summary>The statements of a batch of clicks. It spans programmes: each row carries its own (scale.md).</summary>
internal static class WriterStatements
{
    public const string NextNumbers = "select nextval('click_batch_numbers')";

    /// <summary>Clicks that repeat one of the last seconds, found by the visitor's id.</summary>
    public const string Repeated = """
        select a.program_id, a.click_id, o.click_id
        from unnest($1::bigint[], $2::bigint[], $3::uuid[], $4::uuid[], $5::uuid[])
          as a (program_id, link_id, visitor_id, click_id, since)
        cross join lateral (
          select c.click_id from clicks c
          where c.program_id = a.program_id and c.visitor_id = a.visitor_id and c.link_id = a.link_id
            and c.click_id >= a.since and c.click_id < a.click_id and c.verdict = 'valid'
          order by c.click_id desc limit 1) o
        """;

    /// <summary>Marks first clicks; a click that repeats another one marks nothing.</summary>
    public const string Mark = """
        insert into unique_marks (program_id, link_id, visitor_key, first_click, last_used)
        select a.program_id, a.link_id, a.visitor_key, a.click_id, a.day
        from unnest($1::bigint[], $2::bigint[], $3::uuid[], $4::uuid[], $5::uuid[], $6::date[])
          as a (program_id, link_id, visitor_key, click_id, since, day)
        where a.since is null or not exists (
          select from clicks c
          where c.program_id = a.program_id and c.visitor_id = a.visitor_key and c.link_id = a.link_id
            and c.click_id >= a.since and c.click_id < a.click_id and c.verdict = 'valid')
        order by 1, 2, 3
        on conflict (program_id, link_id, visitor_key) do nothing
        returning program_id, link_id, visitor_key, first_click
        """;

    /// <summary>With which click a derived key was marked, maybe by another node a moment ago.</summary>
    public const string FirstClicks = """
        select m.program_id, m.link_id, m.visitor_key, m.first_click
        from unnest($1::bigint[], $2::bigint[], $3::uuid[]) as a (program_id, link_id, visitor_key)
        join unique_marks m
          on m.program_id = a.program_id and m.link_id = a.link_id and m.visitor_key = a.visitor_key
        """;

    /// <summary>Marks ids that browsers were given.</summary>
    public const string MarkGiven = """
        insert into unique_marks (program_id, link_id, visitor_key, first_click, last_used)
        select a.program_id, a.link_id, a.visitor_key, a.click_id, a.day
        from unnest($1::bigint[], $2::bigint[], $3::uuid[], $4::uuid[], $5::date[])
          as a (program_id, link_id, visitor_key, click_id, day)
        order by 1, 2, 3
        on conflict (program_id, link_id, visitor_key) do nothing
        """;

    /// <summary>At most once a day, and never waiting for another node that does the same.</summary>
    public const string TouchMarks = """
        update unique_marks m set last_used = d.day
        from (
          select k.program_id, k.link_id, k.visitor_key, a.day
          from unnest($1::bigint[], $2::bigint[], $3::uuid[], $4::date[]) as a (program_id, link_id, visitor_key, day)
          join unique_marks k
            on k.program_id = a.program_id and k.link_id = a.link_id and k.visitor_key = a.visitor_key
          where k.last_used < a.day
          order by 1, 2, 3
          for no key update of k skip locked) d
        where m.program_id = d.program_id and m.link_id = d.link_id and m.visitor_key = d.visitor_key
        """;

    public const string Agents = """
        insert into agents (program_id, agent_id, agent, last_seen)
        select a.program_id, a.agent_id, a.agent, a.day
        from unnest($1::bigint[], $2::bigint[], $3::text[], $4::date[]) as a (program_id, agent_id, agent, day)
        order by 1, 2
        on conflict (program_id, agent_id) do update set last_seen = excluded.last_seen
        where agents.last_seen < excluded.last_seen
        """;

    public const string Batches = """
        insert into click_batches (program_id, batch, clicks, first_click, last_click, committed_at)
        select a.program_id, $1, a.clicks, a.first_click, a.last_click, $2
        from unnest($3::bigint[], $4::integer[], $5::uuid[], $6::uuid[]) as a (program_id, clicks, first_click, last_click)
        """;

    public const string Stage = "create temporary table shipped_clicks (like clicks) on commit drop";

    /// <summary>What is there already, from a batch whose outcome was not known, stays as it is and is not counted again.</summary>
    public const string Ship = $"""
        insert into clicks ({ClickRows.Columns})
        select {ClickRows.Columns} from shipped_clicks order by program_id, click_id
        on conflict (program_id, click_id) do nothing
        returning program_id, click_id
        """;

    public const string FlagUnique = """
        update clicks c set flags = c.flags | $1
        from unnest($2::bigint[], $3::uuid[]) as a (program_id, click_id)
        where c.program_id = a.program_id and c.click_id = a.click_id
        """;

    /// <summary>Who waits for one of these clicks looks again at once.</summary>
    public const string WakeWaiting = """
        update waiting_clicks w set next_look_at = least(w.next_look_at, $1)
        from unnest($2::bigint[], $3::uuid[]) as a (program_id, click_id)
        where w.program_id = a.program_id and w.click_id = a.click_id
        """;
}
