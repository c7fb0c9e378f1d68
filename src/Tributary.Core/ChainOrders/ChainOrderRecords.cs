using System.Text.Json.Nodes;
using Npgsql;
using Tributary.Primitives;
using Tributary.Storage;

namespace Tributary.ChainOrders;

/// <summary>A report that contradicted what is known.</summary>
public sealed record ChainRefusedReport(string Problem, IReadOnlyList<string> Fields, JsonNode Report, DateTimeOffset ReceivedAt);

/// <summary>An order with all that was ever reported of it.</summary>
/// <param name="Explanation">Why it is credited as it is; JSON.</param>
public sealed record ChainOrderStory(
    ChainOrder Order, IReadOnlyList<ChainStage> Stages, IReadOnlyList<ChainRefusedReport> Refused, JsonNode Explanation);

/// <summary>What the native list shows of an order or of what the gateway handed out.</summary>
/// <param name="Order">Null: only prepared.</param>
/// <param name="State"><c>Prepared</c>, or the order's state.</param>
public sealed record ChainListItem(long Key, string OrderId, string State, long? Code, DateTimeOffset CreatedAt, ChainOrder? Order);

/// <summary>Which orders are asked for; a null member asks for any.</summary>
/// <param name="State">A state, or <c>Prepared</c>.</param>
/// <param name="Unclaimed">True: those whose code nobody owns.</param>
public sealed record ChainOrderFilter(
    long? Code = null, string? State = null, bool Unclaimed = false, DateTimeOffset? From = null, DateTimeOffset? To = null);

/// <summary>Finds and lists orders on chains.</summary>
public sealed class ChainOrderRecords(Database database, TimeProvider clock)
{
    public const string Prepared = "Prepared";

    private const string RefusedSql = """
        select problem, fields, report::text, received_at
        from chain_refusals
        where program_id = $1 and order_id = $2
        order by refusal_id
        limit 100
        """;

    private const string ExplanationSql = """
        select o.explanation::text
        from orders o
        join chain_orders c on c.program_id = o.program_id and c.order_key = o.order_key
        where o.program_id = $1 and c.order_id = $2
        """;

    public static Problem NotFound { get; } = new(ProblemCode.NotFound, "No such order.");

    public async Task<ChainOrder?> FindAsync(long programId, string orderId, CancellationToken ct)
    {
        ChainOrder? found = null;
        await using var connection = await database.OpenAsync(ct);
        var load = new LoadBatch(connection);
        load.Query(ChainOrderRow.ByIdSql, row => found = ChainOrderRow.Read(row), Param.Of(programId), Param.Of(orderId));
        await load.RunAsync(ct);
        return found;
    }

    /// <summary>The one code of an integrator; null: it has none.</summary>
    public async Task<long?> CodeOfAsync(long programId, long integrator, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return await OwnCode.FindAsync(connection, programId, integrator, ct);
    }

    /// <summary>The order with every report and the explanation; null: nobody knows it.</summary>
    public async Task<ChainOrderStory?> ExplainAsync(long programId, string orderId, CancellationToken ct)
    {
        ChainOrder? order = null;
        var stages = new List<ChainStage>();
        var refused = new List<ChainRefusedReport>();
        JsonNode explanation = new JsonObject();
        await using var connection = await database.OpenAsync(ct);
        var load = new LoadBatch(connection);
        load.Query(ChainOrderRow.ByIdSql, row => order = ChainOrderRow.Read(row), Param.Of(programId), Param.Of(orderId));
        load.Query(ChainStage.OfOrderSql, row => stages.Add(ChainStage.Read(row)), Param.Of(programId), Param.Of(orderId));
        load.Query(RefusedSql, row => refused.Add(ReadRefused(row)), Param.Of(programId), Param.Of(orderId));
        load.Query(ExplanationSql, row => explanation = JsonNode.Parse(row.GetString(0))!, Param.Of(programId), Param.Of(orderId));
        await load.RunAsync(ct);
        return order is null ? null : new ChainOrderStory(order, [.. stages.OrderBy(stage => stage.State)], refused, explanation);
    }

    /// <summary>Orders and what the gateway handed out, the last received first.</summary>
    public async Task<Page<ChainListItem>> ListAsync(long programId, ChainOrderFilter filter, PageRequest page, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var found = new List<ChainListItem>();
        await using var connection = await database.OpenAsync(ct);
        var load = new LoadBatch(connection);
        NpgsqlParameter[] Arguments() =>
        [
            Param.Of(programId), Param.Of(page.After?.Id ?? long.MaxValue), Param.Of(page.Size + 1), Param.Of(filter.Code), Param.Of(filter.From),
            Param.Of(filter.To), Param.Of(filter.State),
        ];
        if (filter.State != Prepared)
            load.Query(OrdersSql(filter), row => found.Add(ReadOrder(row)), Arguments());
        if (filter.State is null or Prepared)
            load.Query(PreparedSql(filter), row => found.Add(ReadPrepared(row)), [.. Arguments(), Param.Of(clock.GetUtcNow())]);
        await load.RunAsync(ct);
        return page.Cut([.. found.OrderByDescending(item => item.Key).Take(page.Size + 1)], item => new Cursor(item.Key, item.Key));
    }

    /// <summary>Every parameter is named, so that those a filter does not use have a type.</summary>
    private static string OrdersSql(ChainOrderFilter filter) => $"""
        select {ChainOrderRow.Columns}
        from {ChainOrderRow.From}
        where c.program_id = $1 and c.order_key < $2
        {(filter.Code is null ? "and $4::bigint is null" : "and c.referral_code = $4")}
        {(filter.From is null ? "and $5::timestamptz is null" : "and c.created_at >= $5")}
        {(filter.To is null ? "and $6::timestamptz is null" : "and c.created_at <= $6")}
        {(filter.State is null ? "and $7::text is null" : "and c.state = $7")}
        {(filter.Unclaimed ? OnlyUnclaimed("c") : "")}
        order by c.order_key desc
        limit $3
        """;

    private static string PreparedSql(ChainOrderFilter filter) => $"""
        select p.prepared_key, p.order_id, p.referral_code, p.prepared_at
        from prepared_orders p
        where p.program_id = $1 and p.prepared_key < $2 and p.order_key is null and p.expires_at > $8
        {(filter.Code is null ? "and $4::bigint is null" : "and p.referral_code = $4")}
        {(filter.From is null ? "and $5::timestamptz is null" : "and p.prepared_at >= $5")}
        {(filter.To is null ? "and $6::timestamptz is null" : "and p.prepared_at <= $6")}
        and ($7::text is null or $7 = '{Prepared}')
        {(filter.Unclaimed ? OnlyUnclaimed("p") : "")}
        order by p.prepared_key desc
        limit $3
        """;

    private static string OnlyUnclaimed(string table) => $"""
        and exists (select from integrator_codes k
                    where k.program_id = $1 and k.code = {table}.referral_code and k.referrer_id is null)
        """;

    private static ChainListItem ReadOrder(NpgsqlDataReader row)
    {
        var order = ChainOrderRow.Read(row);
        return new ChainListItem(order.Key, order.OrderId, order.State.ToString(), order.ReferralCode, order.CreatedAt, order);
    }

    private static ChainListItem ReadPrepared(NpgsqlDataReader row) =>
        new(row.GetInt64(0), row.GetString(1), Prepared, row.LongOrNull(2), row.Time(3), null);

    private static ChainRefusedReport ReadRefused(NpgsqlDataReader row) =>
        new(row.GetString(0), row.GetFieldValue<string[]>(1), JsonNode.Parse(row.GetString(2))!, row.Time(3));
}
