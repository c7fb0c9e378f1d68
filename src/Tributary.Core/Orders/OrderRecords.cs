using System.Text.Json.Nodes;
using Dapper;
using Tributary.Primitives;
using Tributary.Storage;

namespace Tributary.Orders;

/// <summary>A recorded order as it stands now; amounts in minor units of its currency.</summary>
/// <param name="Base">What rewards were computed from, and what of it is left after refunds.</param>
/// <param name="ReferrerId">Whom this order is credited to; null: nobody.</param>
public sealed record OrderRecord(
    long OrderKey,
    string OrderId,
    long CustomerNumber,
    string? CustomerId,
    string State,
    string Currency,
    long Total,
    long Base,
    long RemainingBase,
    long Refunded,
    string? Channel,
    DateTimeOffset OrderedAt,
    DateTimeOffset ReceivedAt,
    long? ReferrerId,
    string? Via,
    JsonObject Details)
{
    /// <summary>The link that is credited; null: none is.</summary>
    public long? LinkId { get; init; }

    /// <summary>Its public id.</summary>
    public string? LinkKey { get; init; }

    /// <summary><c>server</c>, or <c>browser</c> where nobody but the customer's browser has reported it.</summary>
    public string Source { get; init; } = "server";
}

/// <summary>A refund of an order.</summary>
/// <param name="State"><c>applied</c>, <c>waiting</c> for its order, <c>reinstated</c> or <c>lapsed</c>.</param>
public sealed record RefundRecord(
    long RefundKey,
    string RefundId,
    string OrderId,
    string Kind,
    string State,
    long Amount,
    long? Base,
    long? ReferrerId,
    DateTimeOffset RefundedAt,
    DateTimeOffset ReceivedAt);

/// <summary>Which orders are asked for; a null member asks for any.</summary>
public sealed record OrderFilter(string? CustomerId = null, long? ReferrerId = null, string? State = null);

/// <summary>Finds and lists orders and their refunds.</summary>
public sealed class OrderRecords(Database database)
{
    private const string SelectSql = """
        select o.order_key, o.order_id, o.customer_id as customer_number, c.merchant_id as customer_id, o.state, o.currency,
               o.total, o.base, o.remaining_base, o.refunded, o.channel, o.ordered_at, o.received_at, o.referrer_id, o.via,
               o.details::text as details, o.source,
               o.link_id, (select l.public_id from links l where l.program_id = o.program_id and l.link_id = o.link_id) as link_key
        from orders o
        join customers c on c.program_id = o.program_id and c.customer_id = o.customer_id
        """;

    private const string FindSql = $"{SelectSql} where o.program_id = @programId and o.order_id = @orderId and o.living";

    private const string RefundSelectSql = """
        select r.refund_key, r.refund_id, r.order_id, r.kind, r.state, r.amount, r.base, o.referrer_id,
               r.occurred_at as refunded_at, r.received_at
        from refunds r
        left join orders o on o.program_id = r.program_id and o.order_key = r.order_key
        """;

    private const string FindRefundSql = $"{RefundSelectSql} where r.program_id = @programId and r.refund_id = @refundId";

    private const string ListRefundsSql = $"""
        {RefundSelectSql}
        where r.program_id = @programId and r.order_id = @orderId and r.refund_key > @after
        order by r.refund_key limit @most
        """;

    public async Task<OrderRecord?> FindAsync(long programId, string orderId, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var row = await connection.QuerySingleOrDefaultAsync<Row>(
            new CommandDefinition(FindSql, new { programId, orderId }, cancellationToken: ct));
        return row?.ToRecord();
    }

    /// <summary>Newest first.</summary>
    public async Task<Page<OrderRecord>> ListAsync(long programId, OrderFilter filter, PageRequest page, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var sql = $"""
            {SelectSql}
            where o.program_id = @programId and o.living
            {Sql.When(page.After, "and o.order_key < @before")}
            {Sql.When(filter.State, "and o.state = @state")}
            {Sql.When(filter.ReferrerId, "and o.referrer_id = @referrerId")}
            {Sql.When(filter.CustomerId, "and o.customer_id = (select i.customer_id from customer_ids i where i.program_id = @programId and i.merchant_id = @customerId)")}
            order by o.order_key desc limit @most
            """;
        await using var connection = await database.OpenAsync(ct);
        var arguments = new { programId, before = page.After?.Id, filter.State, filter.ReferrerId, filter.CustomerId, most = page.Size + 1 };
        var rows = await connection.QueryAsync<Row>(new CommandDefinition(sql, arguments, cancellationToken: ct));
        return page.Cut([.. rows.Select(row => row.ToRecord())], order => new Cursor(order.OrderKey, order.OrderKey));
    }

    public async Task<RefundRecord?> FindRefundAsync(long programId, string refundId, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return await connection.QuerySingleOrDefaultAsync<RefundRecord>(
            new CommandDefinition(FindRefundSql, new { programId, refundId }, cancellationToken: ct));
    }

    /// <summary>Oldest first.</summary>
    public async Task<Page<RefundRecord>> ListRefundsAsync(long programId, string orderId, PageRequest page, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var arguments = new { programId, orderId, after = page.After?.Id ?? 0, most = page.Size + 1 };
        var rows = await connection.QueryAsync<RefundRecord>(new CommandDefinition(ListRefundsSql, arguments, cancellationToken: ct));
        return page.Cut([.. rows], refund => new Cursor(refund.RefundKey, refund.RefundKey));
    }

    private sealed record Row
    {
        public long OrderKey { get; init; }
        public required string OrderId { get; init; }
        public long CustomerNumber { get; init; }
        public string? CustomerId { get; init; }
        public required string State { get; init; }
        public required string Currency { get; init; }
        public long Total { get; init; }
        public long Base { get; init; }
        public long RemainingBase { get; init; }
        public long Refunded { get; init; }
        public string? Channel { get; init; }
        public DateTimeOffset OrderedAt { get; init; }
        public DateTimeOffset ReceivedAt { get; init; }
        public long? ReferrerId { get; init; }
        public string? Via { get; init; }
        public required string Details { get; init; }
        public required string Source { get; init; }
        public long? LinkId { get; init; }
        public string? LinkKey { get; init; }

        public OrderRecord ToRecord() => new(
            OrderKey, OrderId, CustomerNumber, CustomerId, State, Currency, Total, Base, RemainingBase, Refunded, Channel,
            OrderedAt, ReceivedAt, ReferrerId, Via, JsonNode.Parse(Details)!.AsObject()) { LinkId = LinkId, LinkKey = LinkKey, Source = Source };
    }
}
