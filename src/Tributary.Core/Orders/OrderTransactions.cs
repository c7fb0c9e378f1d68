using System.Globalization;
using System.Text.Json;
using Dapper;
using Tributary.Primitives;
using Tributary.Storage;

namespace Tributary.Orders;

public enum OrderTransactionKind
{
    Payment,

    /// <summary>What a campaign gave the buyer for the order as such.</summary>
    Reward,

    /// <summary>What a referral campaign gave the buyer as somebody's friend.</summary>
    FriendReward,
    Refund,
}

/// <summary>One thing that an order or its refunds meant for the order's own customer.</summary>
/// <param name="Number">Of the order, the reward or the refund: one series, in which they are listed.</param>
/// <param name="Id">The merchant's id of the order or refund.</param>
/// <param name="Amount">Minor units of the order's currency; 0 for rewards.</param>
/// <param name="Points">Given, or taken back where it is a refund; never negative.</param>
public sealed record OrderTransaction(
    long Number, OrderTransactionKind Kind, DateTimeOffset At, string Id, long Amount, Currency Currency, long Points);

/// <summary>An order as its customer's account saw it.</summary>
public sealed class OrderTransactions(Database database)
{
    /// <summary>
    /// A reward of a campaign for referred customers is a friend's; any other is the buyer's own. A reward that came again on
    /// another occasion is listed once, as the refund that was reinstated is not listed either.
    /// </summary>
    private const string OfOrderSql = """
        with asked as (
          select order_key, order_id, customer_id, currency, total, ordered_at
          from orders
          where program_id = @programId and order_id = @orderId and living)
        select order_key as number, 'payment' as kind, ordered_at as at, order_id as id, total as amount, currency, '{}' as taken, 0 as points
        from asked
        union all
        select w.reward_id, case when v.definition ->> 'audience' = 'everyone' then 'reward' else 'friend_reward' end, w.created_at,
               a.order_id, 0, a.currency, '{}', case when w.kind = 'points' then w.earned else 0 end
        from asked a
        join rewards w
          on w.program_id = @programId and w.order_key = a.order_key and w.recipient_id = a.customer_id and w.role = 'customer'
        left join campaign_versions v
          on v.program_id = w.program_id and v.campaign_id = w.campaign_id and v.version = w.version
        where not exists (select from rewards n
                          where n.program_id = @programId and n.cause = w.cause and n.campaign_id = w.campaign_id and n.line = w.line
                            and n.recipient_id = w.recipient_id and n.occasion > w.occasion)
        union all
        select f.refund_key, 'refund', f.occurred_at, f.refund_id, f.amount, a.currency, f.customer_taken::text, 0
        from asked a
        join refunds f on f.program_id = @programId and f.order_key = a.order_key and f.state = 'applied'
        order by number
        """;

    private const string DetailsSql =
        "select details::text from orders where program_id = @programId and order_id = @orderId and living";

    /// <summary>Empty when the order is unknown.</summary>
    /// <param name="pointsUnit">The unit whose amounts count as points.</param>
    public async Task<IReadOnlyList<OrderTransaction>> OfOrderAsync(
        long programId, string orderId, string pointsUnit, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var rows = await connection.QueryAsync<TransactionRow>(
            new CommandDefinition(OfOrderSql, new { programId, orderId }, cancellationToken: ct));
        return [.. rows.Select(row => row.ToTransaction(pointsUnit))];
    }

    /// <summary>The price of each item that the order kept, by product id, in major units; empty when there is none.</summary>
    public async Task<IReadOnlyDictionary<string, decimal>> ItemPricesAsync(long programId, string orderId, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var details = await connection.QuerySingleOrDefaultAsync<string>(
            new CommandDefinition(DetailsSql, new { programId, orderId }, cancellationToken: ct));
        var prices = new Dictionary<string, decimal>(StringComparer.Ordinal);
        if (details is null)
            return prices;
        using var document = JsonDocument.Parse(details);
        if (!document.RootElement.TryGetProperty("lineItems", out var items) || items.ValueKind != JsonValueKind.Array)
            return prices;
        foreach (var item in items.EnumerateArray())
        {
            if (item.TryGetProperty("productId", out var product) && item.TryGetProperty("price", out var price)
                && price.ValueKind == JsonValueKind.Number && price.TryGetDecimal(out var amount))
                prices.TryAdd(product.ToString(), amount);
        }
        return prices;
    }

    private sealed record TransactionRow
    {
        public long Number { get; init; }
        public required string Kind { get; init; }
        public DateTimeOffset At { get; init; }
        public required string Id { get; init; }
        public long Amount { get; init; }
        public required string Currency { get; init; }
        public required string Taken { get; init; }
        public decimal Points { get; init; }

        public OrderTransaction ToTransaction(string pointsUnit) => new(
            Number, KindOf(Kind), At, Id, Amount, Primitives.Currency.Of(Currency), (long)Points + TakenOf(pointsUnit));

        private long TakenOf(string pointsUnit)
        {
            using var taken = JsonDocument.Parse(Taken);
            return taken.RootElement.TryGetProperty(pointsUnit, out var amount)
                ? long.Parse(amount.ToString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture)
                : 0;
        }

        private static OrderTransactionKind KindOf(string word) => word switch
        {
            "payment" => OrderTransactionKind.Payment,
            "reward" => OrderTransactionKind.Reward,
            "friend_reward" => OrderTransactionKind.FriendReward,
            "refund" => OrderTransactionKind.Refund,
            _ => throw new InvalidOperationException("A kind that the query does not know."),
        };
    }
}
