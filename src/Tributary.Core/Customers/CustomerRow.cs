using Npgsql;
using Tributary.Storage;

namespace Tributary.Customers;

/// <summary>A customer's row, read under its lock.</summary>
internal sealed record CustomerRow(
    long Id,
    string? MerchantId,
    string? Email,
    byte[]? EmailHash,
    string? Mobile,
    string? MobileDigits,
    bool Guest,
    bool KnownBefore,
    DateTimeOffset? RegisteredAt,
    string Attributes,
    int OrdersCount,
    long OrdersTotal,
    DateTimeOffset? FirstOrderAt,
    DateTimeOffset? LastOrderAt,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    DateTimeOffset? DeletedAt,
    long? MergedInto,
    DateTimeOffset? ArchivedAt = null)
{
    public const string Columns = """
        customer_id, merchant_id, email, email_hash, mobile, mobile_digits, guest, known_before, registered_at, attributes,
        orders_count, orders_total, first_order_at, last_order_at, created_at, updated_at, deleted_at, merged_into,
        archived_at
        """;

    public const string LockByIdSql = $"select {Columns} from customers where program_id = $1 and customer_id = $2 for update";

    public const string LockByMerchantIdSql = $"""
        select {Columns}
        from customers
        where program_id = $1 and customer_id = (select i.customer_id from customer_ids i where i.program_id = $1 and i.merchant_id = $2)
        for update
        """;

    /// <summary>One that nothing is known of yet.</summary>
    public static CustomerRow New(long id, string? merchantId, DateTimeOffset now) => new(
        id, merchantId, null, null, null, null, Guest: false, KnownBefore: false, null, "{}", 0, 0, null, null, now, now, null, null);

    public static CustomerRow Read(NpgsqlDataReader row) => new(
        row.GetInt64(0),
        row.TextOrNull(1),
        row.TextOrNull(2),
        row.BytesOrNull(3),
        row.TextOrNull(4),
        row.TextOrNull(5),
        row.GetBoolean(6),
        row.GetBoolean(7),
        row.TimeOrNull(8),
        row.GetString(9),
        row.GetInt32(10),
        row.GetInt64(11),
        row.TimeOrNull(12),
        row.TimeOrNull(13),
        row.Time(14),
        row.Time(15),
        row.TimeOrNull(16),
        row.LongOrNull(17),
        row.TimeOrNull(18));
}
