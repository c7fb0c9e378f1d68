using Npgsql;
using Tributary.Storage;

namespace Tributary.ChainOrders;

/// <summary>A transaction that the gateway handed out, as the order that it will be once it is signed (debridge.md § 4.4).</summary>
internal sealed record PreparedOrder(string OrderId, long? Code, ChainOrderReport Facts)
{
    /// <summary>One that was taken for the twin of another order too: it may be signed all the same.</summary>
    public const string ByIdSql = """
        select order_id, referral_code, facts::text
        from prepared_orders
        where program_id = $1 and order_id = $2 and expires_at > $3
        """;

    /// <summary>The newest that nobody has matched, of the same wallet, code, chains and tokens: the chain gave the order another id.</summary>
    public const string TwinSql = """
        select order_id, referral_code, facts::text
        from prepared_orders
        where program_id = $1 and maker = $2 and referral_code is not distinct from $3 and give_chain = $4 and give_token = $5
          and take_chain = $6 and take_token = $7 and order_key is null and expires_at > $8
        order by prepared_at desc
        limit 1
        for update skip locked
        """;

    /// <summary>It is asked for no more where the order has its id; as a twin it may still be signed.</summary>
    private const string MatchedSql = """
        update prepared_orders
        set order_key = $3, next_check_at = case when order_id = $4 then null else next_check_at end
        where program_id = $1 and order_id = $2
        """;

    public static PreparedOrder Read(NpgsqlDataReader row) =>
        new(row.GetString(0), row.LongOrNull(1), ChainReportJson.ReadOrder(row.GetString(2)));

    /// <summary>Whether an order of this code may be what was handed out; where one of them has none the other counts.</summary>
    public bool FitsCode(long? code) => code is null || Code is null || code == Code;

    public void Matched(Transaction tx, ChainOrder order) =>
        tx.Writes.Add(MatchedSql, Param.Of(tx.ProgramId), Param.Of(OrderId), Param.Of(order.Key), Param.Of(order.OrderId));
}
