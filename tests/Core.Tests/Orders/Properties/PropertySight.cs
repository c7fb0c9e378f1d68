using Dapper;
using Tributary.Storage;

namespace Tributary.Core.Tests.Orders.Properties;

/// <summary>What stands in the tables of one programme, as text that does not depend on the numbers drawn for its rows.</summary>
internal sealed class PropertySight(Database database, long programId, DateTimeOffset start)
{
    private const string TablesSql = """
        select table_name from information_schema.columns c
        where column_name = 'program_id' and table_schema = 'public'
          and exists (select from information_schema.tables t where t.table_schema = 'public' and t.table_name = c.table_name and t.table_type = 'BASE TABLE')
        order by table_name
        """;

    private const string StandingSql = """
        select 'order ' || order_id || ': ' || state || ' v' || version || ' ' || total || ' ' || currency || ', refunded ' || refunded || ', base ' || remaining_base
        from orders where program_id = @programId and living
        union all
        select case when c.name = 'once' then 'once cust ' || (select merchant_id from customers x where x.program_id = r.program_id and x.customer_id = r.customer_id)
                    else 'reward ' || o.order_id || ' ' || c.name end || ' ' || r.line || ': ' || r.net
               || ' to ' || (select merchant_id from customers x where x.program_id = r.program_id and x.customer_id = r.recipient_id)
        from rewards r
        join campaigns c on c.program_id = r.program_id and c.campaign_id = r.campaign_id
        left join orders o on o.program_id = r.program_id and o.order_key = r.order_key
        where r.program_id = @programId and r.net <> 0
        """;

    /// <summary>Rows that contradict I8 and I9; the doctor looks at the rest at the end of a history.</summary>
    private const string FaultSql = """
        select 'balance of ' || b.recipient_id || ' in ' || b.unit
        from balances b
        left join lateral (
          select coalesce(sum(posted) filter (where state = 'pending'), 0) as pending, coalesce(sum(posted) filter (where state = 'held'), 0) as held,
                 coalesce(sum(posted) filter (where state = 'available'), 0) as available
          from rewards r where r.program_id = b.program_id and r.recipient_id = b.recipient_id and r.unit = b.unit) r on true
        where b.program_id = @programId
          and (b.earned - b.reversed <> b.pending + b.held + b.available + b.in_payout + b.paid - b.receivable
               or (b.pending, b.held, b.available) <> (r.pending, r.held, r.available))
        union all
        select 'entries of ' || o.order_id
        from orders o join entries e on e.program_id = o.program_id and e.order_key = o.order_key and e.recipient_id is not null
        where o.program_id = @programId and o.remaining_base = 0
        group by o.order_key, o.order_id having sum(case e.side when 'credit' then e.amount else -e.amount end) <> 0
        union all
        select 'refunds of ' || o.order_id
        from orders o left join refunds f on f.program_id = o.program_id and f.order_key = o.order_key and f.state = 'applied' and f.kind <> 'cancel'
        where o.program_id = @programId
        group by o.order_key, o.order_id, o.refunded, o.total having coalesce(sum(f.amount), 0) <> o.refunded or o.refunded > o.total
        """;

    private const string StatesSql = "select reward_id as id, state, net::text as net from rewards where program_id = @programId";

    private const string PictureSql = """
        select 'order ' || order_id || ' ' || o.state || ' v' || version || ' ' || total || ' ' || base || ' ' || remaining_base || ' ' || refunded
               || ' ' || extract(epoch from o.occurred_at - @start)::bigint || ' ' || coalesce(m.merchant_id, '-')
        from orders o left join customers m on m.program_id = o.program_id and m.customer_id = o.referrer_id
        where o.program_id = @programId
        union all
        select 'reward ' || coalesce(o.order_id, '-') || ' ' || c.name || ' ' || r.step || '/' || r.line || '/' || r.occasion || ' ' || r.role || ' ' || m.merchant_id
               || ' ' || coalesce(r.unit, '-') || ' ' || r.earned || ' ' || r.net || ' ' || r.posted || ' ' || r.state || ' ' || coalesce(r.reason, '-') || ' '
               || extract(epoch from r.available_at - @start)::bigint
        from rewards r
        join campaigns c on c.program_id = r.program_id and c.campaign_id = r.campaign_id
        join customers m on m.program_id = r.program_id and m.customer_id = r.recipient_id
        left join orders o on o.program_id = r.program_id and o.order_key = r.order_key
        where r.program_id = @programId
        union all
        select 'balance ' || m.merchant_id || ' ' || b.unit || ' ' || concat_ws('/', earned, reversed, pending, held, available, in_payout, paid, receivable)
        from balances b join customers m on m.program_id = b.program_id and m.customer_id = b.recipient_id
        where b.program_id = @programId
        union all
        select 'entries ' || t.kind || ' ' || t.unit || ' ' || e.account || ' ' || coalesce(m.merchant_id, '-') || ' ' || e.side || ' ' || count(*) || ' ' || sum(e.amount)
        from entries e
        join transfers t on t.program_id = e.program_id and t.transfer_id = e.transfer_id
        left join customers m on m.program_id = e.program_id and m.customer_id = e.recipient_id
        where e.program_id = @programId group by t.kind, t.unit, e.account, m.merchant_id, e.side
        union all
        select 'customer ' || c.merchant_id || ' ' || c.orders_count || ' ' || c.orders_total || ' ' || coalesce(a.status, '-')
        from customers c left join attributions a on a.program_id = c.program_id and a.customer_id = c.customer_id
        where c.program_id = @programId
        union all
        select 'event ' || type || ' ' || count(*) from events where program_id = @programId group by type
        union all
        select 'step ' || m.merchant_id || ' ' || occasion || ' ' || coalesce(o.order_id, '-') || ' ' || (undone_at is null)
        from step_progress s
        join customers m on m.program_id = s.program_id and m.customer_id = s.customer_id
        left join orders o on o.program_id = s.program_id and o.order_key = s.order_key
        where s.program_id = @programId
        """;

    /// <summary>Standing rewards with their states and what stands on each account: all that may not depend on the order of an order's events.</summary>
    private const string EndSql = $"""
        {StandingSql}
        union all
        select 'state ' || c.name || ' ' || r.line || ' ' || r.state || ' ' || extract(epoch from r.available_at - @start)::bigint
        from rewards r join campaigns c on c.program_id = r.program_id and c.campaign_id = r.campaign_id
        where r.program_id = @programId and r.state <> 'reversed'
        union all
        select 'balance ' || m.merchant_id || ' ' || b.unit || ' ' || concat_ws('/', earned - reversed, pending, held, available, in_payout, paid, receivable)
        from balances b join customers m on m.program_id = b.program_id and m.customer_id = b.recipient_id
        where b.program_id = @programId and earned <> reversed
        union all
        select 'customer ' || c.merchant_id || ' ' || coalesce(a.status, '-')
        from customers c left join attributions a on a.program_id = c.program_id and a.customer_id = c.customer_id
        where c.program_id = @programId
        """;

    private static string? s_hashSql;

    /// <summary>A hash over every row of every table of the programme.</summary>
    public async Task<string> HashAsync()
    {
        await using var connection = await database.OpenAsync(default);
        s_hashSql ??= string.Join("\nunion all\n", (await connection.QueryAsync<string>(TablesSql)).Select(table =>
            $"select '{table} ' || coalesce(md5(string_agg(t::text, '|' order by t::text)), '-') from {table} t where program_id = @programId"));
        return string.Join('\n', await connection.QueryAsync<string>(s_hashSql, new { programId }));
    }

    public Task<string> StandingAsync() => LinesAsync(StandingSql);

    public Task<string> PictureAsync() => LinesAsync(PictureSql);

    public Task<string> EndAsync() => LinesAsync(EndSql);

    public Task<string> FaultsAsync() => LinesAsync(FaultSql);

    public async Task<long?> RewardAsync(string order, string campaign, int line)
    {
        await using var connection = await database.OpenAsync(default);
        return await connection.ExecuteScalarAsync<long?>(
            """
            select r.reward_id
            from rewards r
            join orders o on o.program_id = r.program_id and o.order_key = r.order_key
            join campaigns c on c.program_id = r.program_id and c.campaign_id = r.campaign_id
            where r.program_id = @programId and o.order_id = @order and c.name = @campaign and r.line = @line
            order by r.occasion desc limit 1
            """,
            new { programId, order, campaign, line });
    }

    public async Task<IReadOnlyDictionary<long, string>> StatesAsync()
    {
        await using var connection = await database.OpenAsync(default);
        return (await connection.QueryAsync<(long Id, string State, string Net)>(StatesSql, new { programId })).ToDictionary(row => row.Id, row => row.State);
    }

    private async Task<string> LinesAsync(string sql)
    {
        await using var connection = await database.OpenAsync(default);
        var lines = await connection.QueryAsync<string>(sql, new { programId, start = start.UtcDateTime });
        return string.Join('\n', lines.Order(StringComparer.Ordinal));
    }
}
