using System.Text.Json.Nodes;
using Dapper;
using Tributary.Primitives;
using Tributary.Rewards;
using Tributary.Storage;

namespace Tributary.Reporting;

/// <summary>An order with whom it is credited to and what it has earned.</summary>
/// <param name="CustomerId">The merchant's id; null once its person was erased.</param>
/// <param name="ReferrerKey">Of a referrer who is a partner: the merchant's key of it.</param>
/// <param name="ReferringId">Of a referrer who is a customer: the merchant's id of it.</param>
/// <param name="LinkId">The public id of the link that is credited with the order.</param>
/// <param name="ByAddress">Whether the address of a link decided.</param>
/// <param name="Archived">Whether the whole of it was taken back.</param>
/// <param name="CancelledAt">When.</param>
/// <param name="Deleted">Whether its id was freed too.</param>
/// <param name="Details">What came with it.</param>
public sealed record DirectoryOrder(
    long OrderKey,
    string OrderId,
    long CustomerNumber,
    string? CustomerId,
    Currency Currency,
    long Total,
    long Refunded,
    long? ReferrerId,
    string? ReferrerKey,
    string? ReferringId,
    string? LinkId,
    string? Via,
    bool ByAddress,
    bool Archived,
    DateTimeOffset? CancelledAt,
    bool Deleted,
    DateTimeOffset OrderedAt,
    JsonObject Details)
{
    /// <summary>Newest last.</summary>
    public IReadOnlyList<Reward> Rewards { get; init; } = [];
}

/// <summary>Which orders are asked for; null members ask for any.</summary>
/// <param name="CustomerNumber">Ours.</param>
/// <param name="Action">What was done, where it is no sale: <c>sale</c> asks for sales.</param>
/// <param name="WithWithdrawn">Whether archived and deleted ones are shown too.</param>
public sealed record OrderDirectoryFilter(
    string? OrderId = null, long? ReferrerId = null, long? CustomerNumber = null, string? Action = null, bool WithWithdrawn = false);

/// <summary>Finds and lists orders with their rewards.</summary>
public sealed class OrderDirectory(Database database)
{
    private const int MostRewards = 10_000;

    private const string SelectSql = """
        select o.order_key, o.order_id, o.customer_id as customer_number, c.merchant_id as customer_id, o.currency, o.total, o.refunded,
               o.referrer_id, r.key as referrer_key, b.merchant_id as referring_id, l.public_id as link_id, o.via,
               coalesce(o.via, '') = 'code' and exists (select from touches t
                                          where t.program_id = o.program_id and t.customer_id = o.customer_id and t.order_key = o.order_key
                                            and t.kind = 'code' and t.form = 'link' and t.outcome = 'won') as by_address,
               o.state = 'cancelled' as archived,
               case when o.state = 'cancelled' then
                 (select max(f.received_at) from refunds f
                  where f.program_id = o.program_id and f.order_key = o.order_key and f.kind = 'cancel' and f.state = 'applied') end as cancelled_at,
               not o.living as deleted, o.ordered_at, o.details::text as details
        from orders o
        join customers c on c.program_id = o.program_id and c.customer_id = o.customer_id
        left join referrers r on r.program_id = o.program_id and r.referrer_id = o.referrer_id
        left join customers b on b.program_id = r.program_id and b.customer_id = r.customer_id
        left join links l on l.program_id = o.program_id and l.link_id = o.link_id
        where o.program_id = @programId
        """;

    private const string RewardsSql = $"""
        select {Reward.Columns} from {Reward.From} where r.program_id = $1 and r.order_key = any($2) order by r.reward_id limit $3
        """;

    /// <summary>The living order of the id.</summary>
    public Task<DirectoryOrder?> FindAsync(long programId, string orderId, CancellationToken ct) =>
        OneAsync($"{SelectSql} and o.living and o.order_id = @orderId", new { programId, orderId }, programId, ct);

    /// <summary>By our number.</summary>
    public Task<DirectoryOrder?> FindAsync(long programId, long orderKey, CancellationToken ct) =>
        OneAsync($"{SelectSql} and o.order_key = @orderKey", new { programId, orderKey }, programId, ct);

    /// <summary>Those of the numbers that there are, in the order of the numbers as given.</summary>
    public async Task<IReadOnlyList<DirectoryOrder>> FindAsync(long programId, IReadOnlyList<long> orderKeys, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(orderKeys);
        const string sql = $"{SelectSql} and o.order_key = any(@keys)";
        await using var connection = await database.OpenAsync(ct);
        var rows = await connection.QueryAsync<Row>(
            new CommandDefinition(sql, new { programId, keys = orderKeys.Distinct().ToArray() }, cancellationToken: ct));
        var orders = (await WithRewardsAsync(programId, [.. rows.Select(row => row.ToOrder())], ct)).ToDictionary(order => order.OrderKey);
        return [.. orderKeys.Where(orders.ContainsKey).Select(key => orders[key])];
    }

    /// <summary>In the order of their arrival.</summary>
    public async Task<Page<DirectoryOrder>> ListAsync(long programId, OrderDirectoryFilter filter, SliceRequest slice, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var sql = $"""
            {SelectSql}
            {(filter.WithWithdrawn ? "" : "and o.living and o.state <> 'cancelled'")}
            {Sql.When(filter.OrderId, "and o.order_id = @orderId")}
            {Sql.When(filter.ReferrerId, "and o.referrer_id = @referrerId")}
            {Sql.When(filter.CustomerNumber, "and o.customer_id = @customerNumber")}
            {Sql.When(filter.Action, "and coalesce(o.details ->> 'action', 'sale') = @action")}
            {Sql.When(slice.After, $"and o.order_key {slice.Comparison} @after")}
            order by o.order_key {slice.Direction} offset @skip limit @most
            """;
        var arguments = new
        {
            programId, filter.OrderId, filter.ReferrerId, filter.CustomerNumber, filter.Action, after = slice.After?.Id, skip = slice.Skip, most = slice.Most,
        };
        Page<DirectoryOrder> page;
        await using (var connection = await database.OpenAsync(ct))
        {
            var rows = await connection.QueryAsync<Row>(new CommandDefinition(sql, arguments, cancellationToken: ct));
            page = slice.Cut([.. rows.Select(row => row.ToOrder())], order => new Cursor(order.OrderKey, order.OrderKey));
        }
        return page with { Items = await WithRewardsAsync(programId, page.Items, ct) };
    }

    private async Task<DirectoryOrder?> OneAsync(string sql, object arguments, long programId, CancellationToken ct)
    {
        Row? row;
        await using (var connection = await database.OpenAsync(ct))
            row = await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(sql, arguments, cancellationToken: ct));
        return row is null ? null : (await WithRewardsAsync(programId, [row.ToOrder()], ct))[0];
    }

    private async Task<IReadOnlyList<DirectoryOrder>> WithRewardsAsync(long programId, IReadOnlyList<DirectoryOrder> orders, CancellationToken ct)
    {
        if (orders.Count == 0)
            return orders;
        var rewards = new List<Reward>();
        await using var connection = await database.OpenAsync(ct);
        var load = new LoadBatch(connection);
        load.Query(
            RewardsSql, row => rewards.Add(Reward.Read(row)),
            Param.Of(programId), Param.Of([.. orders.Select(order => order.OrderKey)]), Param.Of(MostRewards));
        await load.RunAsync(ct);
        var byOrder = rewards.ToLookup(reward => reward.OrderKey);
        return [.. orders.Select(order => order with { Rewards = [.. byOrder[order.OrderKey]] })];
    }

    private sealed record Row
    {
        public long OrderKey { get; init; }
        public required string OrderId { get; init; }
        public long CustomerNumber { get; init; }
        public string? CustomerId { get; init; }
        public required string Currency { get; init; }
        public long Total { get; init; }
        public long Refunded { get; init; }
        public long? ReferrerId { get; init; }
        public string? ReferrerKey { get; init; }
        public string? ReferringId { get; init; }
        public string? LinkId { get; init; }
        public string? Via { get; init; }
        public bool ByAddress { get; init; }
        public bool Archived { get; init; }
        public DateTimeOffset? CancelledAt { get; init; }
        public bool Deleted { get; init; }
        public DateTimeOffset OrderedAt { get; init; }
        public required string Details { get; init; }

        public DirectoryOrder ToOrder() => new(
            OrderKey, OrderId, CustomerNumber, CustomerId, Primitives.Currency.Of(Currency), Total, Refunded, ReferrerId, ReferrerKey, ReferringId,
            LinkId, Via, ByAddress, Archived, CancelledAt, Deleted, OrderedAt, JsonNode.Parse(Details)!.AsObject());
    }
}
