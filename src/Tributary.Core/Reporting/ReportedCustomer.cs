using System.Numerics;
using Npgsql;
using Tributary.Attribution;
using Tributary.Primitives;
using Tributary.Storage;

namespace Tributary.Reporting;

/// <summary>A customer with its referrer, as it is explained.</summary>
/// <param name="Void">Whether it had a referrer that turned out to be itself; it has none now.</param>
internal sealed record ReportedCustomer(
    long Id, bool Guest, DateTimeOffset? RegisteredAt, string? Explanation, long? ReferrerId, string? Via, string? Status, DateTimeOffset? ReferredAt, bool Void,
    long? LinkId)
{
    public const string FindSql = """
        select c.customer_id, c.guest, c.registered_at, c.explanation, a.referrer_id, a.via, a.status, a.decided_at, coalesce(a.state = 'void', false), a.link_id
        from customer_ids i
          join customers c on c.program_id = i.program_id and c.customer_id = i.customer_id
          left join attributions a on a.program_id = c.program_id and a.customer_id = c.customer_id
        where i.program_id = $1 and i.merchant_id = $2
        """;

    public static ReportedCustomer Read(NpgsqlDataReader row)
    {
        var isVoid = row.GetBoolean(8);
        return new ReportedCustomer(
            row.GetInt64(0),
            row.GetBoolean(1),
            row.TimeOrNull(2),
            row.TextOrNull(3),
            isVoid ? null : row.LongOrNull(4),
            isVoid ? null : row.TextOrNull(5),
            isVoid ? null : row.TextOrNull(6),
            isVoid ? null : row.TimeOrNull(7),
            isVoid,
            isVoid ? null : row.LongOrNull(9));
    }
}

/// <summary>A touch with what was decided about it when it came.</summary>
internal sealed record ReportedTouch(TouchOutcome? Outcome, string? OrderId)
{
    public const string OfCustomerSql = """
        select t.kind, t.referrer_id, t.occurred_at, t.typed, t.outcome, o.order_id, t.link_id
        from touches t left join orders o on o.program_id = t.program_id and o.order_key = t.order_key
        where t.program_id = $1 and t.customer_id = $2
        order by t.touch_id desc
        limit $3
        """;

    /// <summary>No outcome where a later version wrote words that this one does not know.</summary>
    public static ReportedTouch Read(NpgsqlDataReader row) => new(
        ViaText.TryParse(row.GetString(0), out var via) && TouchReasonText.TryParse(row.GetString(4), out var reason, out var parameter)
            ? new TouchOutcome(via, "", row.LongOrNull(1), row.Time(2), TimeSpan.Zero, row.TextOrNull(3), reason, parameter) { LinkId = row.LongOrNull(6) }
            : null,
        row.TextOrNull(5));
}

internal sealed record ReportedEvent(long Key, string Name, DateTimeOffset OccurredAt, string? Explanation)
{
    public const string OfCustomerSql = """
        select event_key, name, occurred_at, explanation
        from customer_events
        where program_id = $1 and customer_id = $2
        order by event_key desc
        limit $3
        """;

    public static ReportedEvent Read(NpgsqlDataReader row) => new(row.GetInt64(0), row.GetString(1), row.Time(2), row.TextOrNull(3));
}

/// <summary>An order in short.</summary>
internal sealed record ReportedPurchase(
    string OrderId, string State, Currency Currency, long Total, long Refunded, DateTimeOffset OrderedAt, long? ReferrerId)
{
    public const string OfCustomerSql = """
        select order_id, state, currency, total, refunded, ordered_at, referrer_id
        from orders
        where program_id = $1 and customer_id = $2 and living
        order by order_key desc
        limit $3
        """;

    public static ReportedPurchase Read(NpgsqlDataReader row) => new(
        row.GetString(0), row.GetString(1), Currency.Of(row.GetString(2)), row.GetInt64(3), row.GetInt64(4), row.Time(5), row.LongOrNull(6));
}

internal sealed record ReportedBalance(Unit Unit, BigInteger Pending, BigInteger Held, BigInteger Available, BigInteger Receivable)
{
    public const string OfRecipientSql = """
        select unit, pending, held, available, receivable
        from balances
        where program_id = $1 and recipient_id = $2
        order by unit
        limit $3
        """;

    public static ReportedBalance Read(NpgsqlDataReader row) =>
        new(Unit.Parse(row.GetString(0)), row.Big(1), row.Big(2), row.Big(3), row.Big(4));
}

/// <summary>What is known of a customer when it is told; lists are newest first.</summary>
internal sealed record CustomerFactsReported(ReportedCustomer Customer)
{
    public KeptExplanation Kept { get; } = KeptExplanation.Read(Customer.Explanation);

    public List<ReportedTouch> Touches { get; } = [];

    public List<ReportedEvent> Events { get; } = [];

    public List<ReportedPurchase> Orders { get; } = [];

    public List<ReportedReward> OwnRewards { get; } = [];

    public List<ReportedReward> ReferrerRewards { get; } = [];

    public List<ReportedBalance> Balances { get; } = [];

    public IEnumerable<long?> LinkIds => [Customer.LinkId, .. Touches.Select(touch => touch.Outcome?.LinkId)];

    public IEnumerable<long> PartyIds =>
    [
        Customer.Id,
        .. Kept.PartyIds,
        .. new[] { Customer.ReferrerId }.OfType<long>(),
        .. Touches.Select(touch => touch.Outcome?.ReferrerId).OfType<long>(),
        .. Events.SelectMany(act => KeptExplanation.Read(act.Explanation).PartyIds),
        .. Orders.Select(order => order.ReferrerId).OfType<long>(),
        .. ReferrerRewards.Select(reward => reward.Reward.CustomerId).OfType<long>(),
    ];
}
