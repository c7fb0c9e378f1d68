using System.Text.Json.Nodes;
using Dapper;
using Tributary.Storage;

namespace Tributary.Customers;

/// <summary>What is known of one customer, with its own code and who referred it.</summary>
/// <param name="Number">The customer's own; of a merged customer, the survivor's.</param>
/// <param name="OrdersTotal">Minor units of the programme's currency.</param>
/// <param name="Code">The newest code that is not retired; null for a guest and for one who may not refer at present.</param>
/// <param name="Referral">Null where nobody referred the customer.</param>
public sealed record CustomerProfile(
    long Number,
    string? Email,
    string? Mobile,
    bool Guest,
    DateTimeOffset? RegisteredAt,
    JsonObject Attributes,
    int OrdersCount,
    long OrdersTotal,
    DateTimeOffset? LastOrderAt,
    DateTimeOffset CreatedAt,
    string? Code,
    CustomerReferral? Referral)
{
    /// <summary>The name the merchant shows, else first and last name, else null.</summary>
    public string? DisplayName => CustomerName.Of(Attributes);
}

/// <summary>Who referred a customer, and whether the last step is reached.</summary>
/// <param name="ReferrerMerchantId">Null where the referrer is no customer, or was deleted.</param>
public sealed record CustomerReferral(long ReferrerId, string? ReferrerMerchantId, bool IsActive, DateTimeOffset? ActivatedAt);

/// <summary>Finds customers by the merchant's own id or by an alias.</summary>
public sealed class CustomerQueries(Database database)
{
    private const string NumberSql =
        """
        select i.customer_id
        from customer_ids i
        join customers c on c.program_id = i.program_id and c.customer_id = i.customer_id
        where i.program_id = @programId and i.merchant_id = @merchantId and c.deleted_at is null
        """;

    private const string ProfileSql = """
        select c.customer_id, c.email, c.mobile, c.guest, c.registered_at, c.attributes::text as attributes, c.orders_count,
               c.orders_total, c.last_order_at, c.created_at, k.code, a.referrer_id,
               b.merchant_id as referrer_merchant_id, a.status as referral_status, a.activated_at
        from customer_ids i
        join customers c on c.program_id = i.program_id and c.customer_id = i.customer_id
        left join referrers r
          on r.program_id = c.program_id and r.referrer_id = c.customer_id and r.state = 'active' and not c.guest
        left join lateral (
          select o.code
          from codes o
          where o.program_id = r.program_id and o.referrer_id = r.referrer_id and o.kind = 'code' and not o.of_link and o.state = 'active'
          order by (o.expires_at is null or o.expires_at >= @now) desc, o.code_id desc
          limit 1) k on true
        left join attributions a
          on a.program_id = c.program_id and a.customer_id = c.customer_id and a.state = 'standing'
        left join customers b on b.program_id = a.program_id and b.customer_id = a.referrer_id
        where i.program_id = @programId and i.merchant_id = @merchantId and c.deleted_at is null
        """;

    /// <summary>The customer's number; null when the id is unknown.</summary>
    public async Task<long?> FindNumberAsync(long programId, string merchantId, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return await connection.QuerySingleOrDefaultAsync<long?>(
            new CommandDefinition(NumberSql, new { programId, merchantId }, cancellationToken: ct));
    }

    /// <summary>The customer's profile; null when the id is unknown.</summary>
    public async Task<CustomerProfile?> FindAsync(long programId, string merchantId, DateTimeOffset now, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var row = await connection.QuerySingleOrDefaultAsync<ProfileRow>(
            new CommandDefinition(ProfileSql, new { programId, merchantId, now }, cancellationToken: ct));
        return row?.ToProfile();
    }

    private sealed record ProfileRow
    {
        public long CustomerId { get; init; }
        public string? Email { get; init; }
        public string? Mobile { get; init; }
        public bool Guest { get; init; }
        public DateTimeOffset? RegisteredAt { get; init; }
        public required string Attributes { get; init; }
        public int OrdersCount { get; init; }
        public long OrdersTotal { get; init; }
        public DateTimeOffset? LastOrderAt { get; init; }
        public DateTimeOffset CreatedAt { get; init; }
        public string? Code { get; init; }
        public long? ReferrerId { get; init; }
        public string? ReferrerMerchantId { get; init; }
        public string? ReferralStatus { get; init; }
        public DateTimeOffset? ActivatedAt { get; init; }

        public CustomerProfile ToProfile() => new(
            CustomerId,
            Email,
            Mobile,
            Guest,
            RegisteredAt,
            (JsonObject)JsonNode.Parse(Attributes)!,
            OrdersCount,
            OrdersTotal,
            LastOrderAt,
            CreatedAt,
            Code,
            ReferrerId is { } referrer
                ? new CustomerReferral(referrer, ReferrerMerchantId, ReferralStatus == "active", ActivatedAt)
                : null);
    }
}
