using Dapper;
using Npgsql;

namespace Tributary.Server.Tests.Robustness;

/// <summary>Compares what clients were told with what is stored.</summary>
internal static class Oracle
{
    private const string RecordedSql = """
        select 'order ' || order_id from orders where order_id like 'r-%'
        union all
        select 'refund ' || refund_id from refunds where refund_id like 'r-%'
        """;

    /// <summary>
    /// Orders of the tills that lack a part of what belongs to them: their event, the rewards that their events tell of,
    /// or a transfer for what was earned; and orders that do not remember exactly the refunds they have.
    /// </summary>
    private const string HalvesSql = """
        select o.order_id || ' ' || o.customer_earned
        from orders o
        where o.order_id like 'r-%'
          and ((select count(*) from events e
                where e.program_id = o.program_id and e.order_key = o.order_key and e.type = 'order.created') <> 1
            or (select count(*) from rewards r where r.program_id = o.program_id and r.order_key = o.order_key)
               <> (select count(*) from events e
                   where e.program_id = o.program_id and e.order_key = o.order_key and e.type = 'reward.earned')
            or exists (select from rewards r
                       where r.program_id = o.program_id and r.order_key = o.order_key and r.earned > 0
                         and not exists (select from entries n where n.program_id = r.program_id and n.reward_id = r.reward_id))
            or o.refunded <> (select coalesce(sum(f.amount), 0) from refunds f
                              where f.program_id = o.program_id and f.order_key = o.order_key and f.state = 'applied')
            or (select count(*) from events e
                where e.program_id = o.program_id and e.order_key = o.order_key and e.type = 'order.refunded')
               <> (select count(*) from refunds f where f.program_id = o.program_id and f.order_key = o.order_key)
            or (o.order_id like '%a'
                and (o.referrer_id is null
                     or (select count(*) from rewards r where r.program_id = o.program_id and r.order_key = o.order_key) <> 3)))
        """;

    /// <summary>Acknowledged ⊆ recorded ⊆ sent, and nothing half applied.</summary>
    public static async Task CheckAsync(NpgsqlConnection connection, AcknowledgementLog log)
    {
        var recorded = await RecordedAsync(connection);
        recorded.ShouldBeUnique();
        log.Acknowledged().Except(recorded).ShouldBeEmpty("acknowledged, but lost");
        recorded.Except(log.Sent()).ShouldBeEmpty("recorded, but never sent");
        (await connection.QueryAsync<string>(HalvesSql)).ShouldBeEmpty("recorded by half");
    }

    /// <summary>Orders and refunds of the tills that are in the database.</summary>
    public static async Task<IReadOnlyList<string>> RecordedAsync(NpgsqlConnection connection) =>
        [.. await connection.QueryAsync<string>(RecordedSql)];
}
