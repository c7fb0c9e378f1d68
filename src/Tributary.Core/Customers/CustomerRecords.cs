using System.Text.Json.Nodes;
using Dapper;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Storage;

namespace Tributary.Customers;

/// <summary>Everything that is kept of a customer.</summary>
/// <param name="Number">Ours; also the recipient of its rewards and, unless a guest, its referrer id.</param>
/// <param name="MerchantId">The merchant's own id; null once deleted.</param>
/// <param name="OrdersTotal">Minor units of the programme's currency.</param>
/// <param name="Code">The newest code that works; null for a guest.</param>
/// <param name="ReferrerId">Who referred it; null: nobody.</param>
/// <param name="Via">What decided that: <c>code</c>, <c>coupon</c> ….</param>
/// <param name="ReferralStatus"><c>pending</c> or <c>active</c>: whether the campaign's last step is reached.</param>
public sealed record CustomerRecord(
    long Number,
    string? MerchantId,
    string? Email,
    string? Mobile,
    bool Guest,
    bool KnownBefore,
    DateTimeOffset? RegisteredAt,
    JsonObject Attributes,
    int OrdersCount,
    long OrdersTotal,
    DateTimeOffset? FirstOrderAt,
    DateTimeOffset? LastOrderAt,
    string? Code,
    long? ReferrerId,
    string? Via,
    string? ReferralStatus,
    DateTimeOffset? ReferredAt,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt)
{
    /// <summary>The link that brought it; null: none did.</summary>
    public long? LinkId { get; init; }

    /// <summary>Its public id.</summary>
    public string? LinkKey { get; init; }
}

/// <summary>Which customers are asked for; a null member asks for any.</summary>
/// <param name="Email">In any form that reaches the same mailbox.</param>
/// <param name="ReferrerId">Who referred them.</param>
public sealed record CustomerFilter(string? Email = null, long? ReferrerId = null);

/// <summary>Finds and lists customers.</summary>
public sealed class CustomerRecords(Database database)
{
    private const string SelectSql = """
        select c.customer_id, c.merchant_id, c.email, c.mobile, c.guest, c.known_before, c.registered_at,
               c.attributes::text as attributes, c.orders_count, c.orders_total, c.first_order_at, c.last_order_at,
               k.code, a.referrer_id, a.via, a.status, a.decided_at, c.created_at, c.updated_at,
               a.link_id, (select l.public_id from links l where l.program_id = a.program_id and l.link_id = a.link_id) as link_key
        from customers c
        left join lateral (
          select o.code from codes o
          where o.program_id = c.program_id and o.referrer_id = c.customer_id and o.kind = 'code' and not o.of_link and o.state = 'active'
          order by o.code_id desc limit 1) k on not c.guest
        left join attributions a on a.program_id = c.program_id and a.customer_id = c.customer_id and a.state = 'standing'
        """;

    private const string FindSql = $"""
        {SelectSql}
        join customer_ids i on i.program_id = c.program_id and i.customer_id = c.customer_id
        where c.program_id = @programId and i.merchant_id = @merchantId and c.deleted_at is null
        """;

    /// <summary>By the merchant's id or one that became an alias by merging.</summary>
    public async Task<CustomerRecord?> FindAsync(long programId, string merchantId, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var row = await connection.QuerySingleOrDefaultAsync<Row>(
            new CommandDefinition(FindSql, new { programId, merchantId }, cancellationToken: ct));
        return row?.ToRecord();
    }

    /// <summary>Oldest first.</summary>
    public async Task<Outcome<Page<CustomerRecord>>> ListAsync(
        ReferralProgram program, CustomerFilter filter, PageRequest page, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(filter);
        var emailHash = ContactKeys.EmailHash(program.HashKey, filter.Email);
        if (filter.Email is not null && emailHash is null)
            return new Problem(ProblemCode.InvalidValue, "Not an e-mail address.", "email");
        var sql = $"""
            {SelectSql}
            where c.program_id = @programId and c.customer_id > @after and c.deleted_at is null and c.merged_into is null
            {Sql.When(emailHash, "and c.email_hash = @emailHash")}
            {Sql.When(filter.ReferrerId, "and a.referrer_id = @referrerId")}
            order by c.customer_id limit @most
            """;
        await using var connection = await database.OpenAsync(ct);
        var arguments = new { programId = program.Id, after = page.After?.Id ?? 0, emailHash, filter.ReferrerId, most = page.Size + 1 };
        var rows = await connection.QueryAsync<Row>(new CommandDefinition(sql, arguments, cancellationToken: ct));
        return page.Cut([.. rows.Select(row => row.ToRecord())], customer => new Cursor(customer.Number, customer.Number));
    }

    private sealed record Row
    {
        public long CustomerId { get; init; }
        public string? MerchantId { get; init; }
        public string? Email { get; init; }
        public string? Mobile { get; init; }
        public bool Guest { get; init; }
        public bool KnownBefore { get; init; }
        public DateTimeOffset? RegisteredAt { get; init; }
        public required string Attributes { get; init; }
        public int OrdersCount { get; init; }
        public long OrdersTotal { get; init; }
        public DateTimeOffset? FirstOrderAt { get; init; }
        public DateTimeOffset? LastOrderAt { get; init; }
        public string? Code { get; init; }
        public long? ReferrerId { get; init; }
        public string? Via { get; init; }
        public string? Status { get; init; }
        public DateTimeOffset? DecidedAt { get; init; }
        public DateTimeOffset CreatedAt { get; init; }
        public DateTimeOffset UpdatedAt { get; init; }
        public long? LinkId { get; init; }
        public string? LinkKey { get; init; }

        public CustomerRecord ToRecord() => new(
            CustomerId, MerchantId, Email, Mobile, Guest, KnownBefore, RegisteredAt, JsonNode.Parse(Attributes)!.AsObject(),
            OrdersCount, OrdersTotal, FirstOrderAt, LastOrderAt, Code, ReferrerId, Via, Status, DecidedAt, CreatedAt, UpdatedAt) { LinkId = LinkId, LinkKey = LinkKey };
    }
}
