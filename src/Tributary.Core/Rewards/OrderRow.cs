using Npgsql;
using Tributary.Primitives;
using Tributary.Storage;

namespace Tributary.Rewards;

/// <summary>A recorded order.</summary>
/// <param name="PaidAt">When it was recorded as paid or became so, even if it was cancelled since; null: never.</param>
internal sealed record OrderRow(
    long Key,
    string OrderId,
    int Generation,
    long CustomerId,
    string State,
    Currency Currency,
    long Total,
    long Base,
    long RemainingBase,
    long Refunded,
    int Version,
    string Content,
    string? Channel,
    DateTimeOffset OrderedAt,
    DateTimeOffset OccurredAt,
    DateTimeOffset ReceivedAt,
    long? ReferrerId,
    string? Via,
    string CustomerEarned,
    string Details,
    string Explanation,
    DateTimeOffset? PaidAt,
    long RecordedTotal)
{
    /// <summary>How many columns it has.</summary>
    public const int Width = 27;

    /// <summary>Recorded on the word of the customer's browser.</summary>
    public const string FromBrowser = "browser";

    public const string FromServer = "server";

    /// <summary>The link that is credited; null: none.</summary>
    public long? LinkId { get; init; }

    /// <summary>The click that earned the credit; null: none is known.</summary>
    public Guid? ClickId { get; init; }

    /// <summary>The day under which it is counted; null: it was never paid.</summary>
    public DateOnly? CountedOn { get; init; }

    public string Source { get; init; } = FromServer;

    public const string Columns = """
        order_key, order_id, generation, customer_id, state, currency, total, base, remaining_base, refunded, version, content,
        channel, ordered_at, occurred_at, received_at, referrer_id, via, customer_earned, details, explanation,
        paid_at, coalesce(recorded_total, total), link_id, source, click_id, counted_on
        """;

    public const string LivingSql = $"select {Columns} from orders where program_id = $1 and order_id = $2 and living";

    public const string OfCustomerSql = $"""
        select {Columns}
        from orders
        where program_id = $1 and customer_id = $2 and living
        order by order_key
        limit 1000
        """;

    public static OrderRow Read(NpgsqlDataReader row) => new(
        row.GetInt64(0),
        row.GetString(1),
        row.GetInt32(2),
        row.GetInt64(3),
        row.GetString(4),
        Currency.Of(row.GetString(5)),
        row.GetInt64(6),
        row.GetInt64(7),
        row.GetInt64(8),
        row.GetInt64(9),
        row.GetInt32(10),
        row.GetString(11),
        row.TextOrNull(12),
        row.Time(13),
        row.Time(14),
        row.Time(15),
        row.LongOrNull(16),
        row.TextOrNull(17),
        row.GetString(18),
        row.GetString(19),
        row.GetString(20),
        row.IsDBNull(21) ? null : row.Time(21),
        row.GetInt64(22))
    {
        LinkId = row.LongOrNull(23),
        Source = row.GetString(24),
        ClickId = row.GuidOrNull(25),
        CountedOn = row.DayOrNull(26),
    };
}
