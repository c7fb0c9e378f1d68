using System.Text.Json.Nodes;
using Dapper;
using Tributary.Customers;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Referrers;
using Tributary.Storage;

namespace Tributary.Reporting;

public enum DirectoryState { Active, Archived, Removed }

/// <summary>A customer with who referred it and whom it has referred.</summary>
/// <param name="Number">Ours.</param>
/// <param name="Code">Its own, by which it refers; the last one. Null where it refers nobody.</param>
/// <param name="ReferrerKey">Of a referrer who is a partner: the merchant's key of it.</param>
/// <param name="Referring">Of a referrer who is a customer: that customer.</param>
/// <param name="LinkId">The public id of the link that is credited with the customer.</param>
/// <param name="Via">What decided who referred it, as the engine calls it.</param>
/// <param name="ByAddress">Whether the address of a link decided.</param>
/// <param name="Referrals">Customers whom it has referred.</param>
public sealed record DirectoryCustomer(
    long Number,
    string MerchantId,
    string? Email,
    JsonObject Attributes,
    DirectoryState State,
    string? Code,
    long? ReferrerId,
    string? ReferrerKey,
    ReferringCustomer? Referring,
    string? LinkId,
    string? Via,
    bool ByAddress,
    long Referrals,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt);

public sealed record ReferringCustomer(string? MerchantId, string? Code, string? Email, JsonObject Attributes);

/// <summary>Which customers are asked for; null members ask for any. <paramref name="Id"/> and <paramref name="Code"/> contain the text, in any letter case.</summary>
/// <param name="Email">The whole address, in any form that reaches the same mailbox.</param>
/// <param name="ReferrerId">Who referred them.</param>
/// <param name="Referred">Whether anybody did.</param>
/// <param name="State">Null: all that were not removed.</param>
public sealed record DirectoryFilter(
    string? Id = null, string? Code = null, string? Email = null, long? ReferrerId = null, bool? Referred = null, DirectoryState? State = null);

/// <summary>Finds and lists customers by every name that they have.</summary>
public sealed class CustomerDirectory(Database database)
{
    private const string SelectSql = """
        select c.customer_id, c.merchant_id, c.email, c.attributes::text as attributes, c.archived_at, c.deleted_at, k.code, a.referrer_id,
               r.key as referrer_key, b.customer_id as referring_id, b.merchant_id as referring_merchant_id, b.email as referring_email,
               b.attributes::text as referring_attributes, bk.code as referring_code, l.public_id as link_id, a.via,
               coalesce(a.via, '') = 'code' and (select t.form from touches t
                                   where t.program_id = c.program_id and t.customer_id = c.customer_id and t.kind = 'code'
                                     and t.outcome = 'won' and t.referrer_id = a.referrer_id
                                   order by t.touch_id limit 1) is not distinct from 'link' as by_address,
               (select count(*) from attributions f
                join customers fc on fc.program_id = f.program_id and fc.customer_id = f.customer_id
                where f.program_id = c.program_id and f.referrer_id = c.customer_id and f.state = 'standing' and fc.deleted_at is null) as referrals,
               c.created_at as listed_at, coalesce(c.registered_at, c.created_at) as created_at, c.updated_at
        from customers c
        left join lateral (
          select o.code from codes o
          where o.program_id = c.program_id and o.referrer_id = c.customer_id and o.kind = 'code' and not o.of_link
          order by o.code_id desc limit 1) k on true
        left join attributions a on a.program_id = c.program_id and a.customer_id = c.customer_id and a.state = 'standing'
        left join referrers r on r.program_id = a.program_id and r.referrer_id = a.referrer_id
        left join customers b on b.program_id = r.program_id and b.customer_id = r.customer_id
        left join lateral (
          select o.code from codes o
          where o.program_id = b.program_id and o.referrer_id = b.customer_id and o.kind = 'code' and not o.of_link
          order by o.code_id desc limit 1) bk on true
        left join links l on l.program_id = a.program_id and l.link_id = a.link_id
        where c.program_id = @programId and c.merged_into is null and c.merchant_id is not null
        """;

    /// <summary>The merchant's own id comes first, then a code, then the earliest with the address.</summary>
    private const string HandleSql = $"""
        {SelectSql} and c.deleted_at is null and c.customer_id = (
          select n.customer_id
          from (
            select i.customer_id, 1 as rank
            from customer_ids i join customers ic on ic.program_id = i.program_id and ic.customer_id = i.customer_id
            where i.program_id = @programId and i.merchant_id = @handle and ic.deleted_at is null
            union all
            select o.referrer_id, 2 from codes o
            where o.program_id = @programId and o.canonical = @canonical and o.kind = 'code' and @byCode
            union all
            (select e.customer_id, 3 from customers e
             where e.program_id = @programId and e.email_hash = @emailHash and e.deleted_at is null and e.merged_into is null
             order by e.customer_id limit 1)
          ) n
          order by n.rank
          limit 1)
        """;

    /// <param name="byCode">Whether a customer may be named by its own code.</param>
    public async Task<DirectoryCustomer?> FindAsync(ReferralProgram program, string handle, bool byCode, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(handle);
        var arguments = new
        {
            programId = program.Id,
            handle,
            canonical = CodeText.TryCanonical(handle, out var canonical) ? canonical : null,
            byCode,
            emailHash = ContactKeys.EmailHash(program.HashKey, handle),
        };
        return await OneAsync(HandleSql, arguments, ct);
    }

    /// <summary>By our number, removed ones too.</summary>
    public Task<DirectoryCustomer?> FindAsync(long programId, long number, CancellationToken ct) =>
        OneAsync($"{SelectSql} and c.customer_id = @number", new { programId, number }, ct);

    /// <summary>In the order of their creation.</summary>
    /// <returns><c>InvalidValue</c> where the address is none.</returns>
    public async Task<Page<DirectoryCustomer>> ListAsync(ReferralProgram program, DirectoryFilter filter, SliceRequest slice, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(filter);
        var emailHash = ContactKeys.EmailHash(program.HashKey, filter.Email);
        if (filter.Email is not null && emailHash is null)
            return new Page<DirectoryCustomer>([], null);
        var sql = $"""
            {SelectSql}
            {StateCondition(filter.State)}
            {Sql.When(filter.Id, "and strpos(lower(c.merchant_id), lower(@id)) > 0")}
            {Sql.When(filter.Code, "and strpos(upper(k.code), upper(@code)) > 0")}
            {Sql.When(emailHash, "and c.email_hash = @emailHash")}
            {Sql.When(filter.ReferrerId, "and a.referrer_id = @referrerId")}
            {Sql.When(filter.Referred, filter.Referred == true ? "and a.referrer_id is not null" : "and a.referrer_id is null")}
            {Sql.When(slice.After, $"and (c.created_at, c.customer_id) {slice.Comparison} (@afterTime, @after)")}
            order by c.created_at {slice.Direction}, c.customer_id {slice.Direction} offset @skip limit @most
            """;
        var arguments = new
        {
            programId = program.Id, filter.Id, filter.Code, emailHash, filter.ReferrerId, after = slice.After?.Id,
            afterTime = slice.After is { } place ? DateTimeOffset.UnixEpoch.AddMicroseconds(place.Rank) : (DateTimeOffset?)null,
            skip = slice.Skip, most = slice.Most,
        };
        await using var connection = await database.OpenAsync(ct);
        var rows = await connection.QueryAsync<Row>(new CommandDefinition(sql, arguments, cancellationToken: ct));
        var page = slice.Cut([.. rows], row => new Cursor((row.ListedAt - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond, row.CustomerId));
        return new Page<DirectoryCustomer>([.. page.Items.Select(row => row.ToCustomer())], page.Next);
    }

    private static string StateCondition(DirectoryState? state) => state is not { } asked ? "and c.deleted_at is null" : asked switch
    {
        DirectoryState.Active => "and c.deleted_at is null and c.archived_at is null",
        DirectoryState.Archived => "and c.deleted_at is null and c.archived_at is not null",
        DirectoryState.Removed => "and c.deleted_at is not null",
    };

    private async Task<DirectoryCustomer?> OneAsync(string sql, object arguments, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var row = await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(sql, arguments, cancellationToken: ct));
        return row?.ToCustomer();
    }

    private sealed record Row
    {
        public long CustomerId { get; init; }
        public required string MerchantId { get; init; }
        public string? Email { get; init; }
        public required string Attributes { get; init; }
        public DateTimeOffset? ArchivedAt { get; init; }
        public DateTimeOffset? DeletedAt { get; init; }
        public string? Code { get; init; }
        public long? ReferrerId { get; init; }
        public string? ReferrerKey { get; init; }
        public long? ReferringId { get; init; }
        public string? ReferringMerchantId { get; init; }
        public string? ReferringEmail { get; init; }
        public string? ReferringAttributes { get; init; }
        public string? ReferringCode { get; init; }
        public string? LinkId { get; init; }
        public string? Via { get; init; }
        public bool ByAddress { get; init; }
        public long Referrals { get; init; }
        public DateTimeOffset ListedAt { get; init; }
        public DateTimeOffset CreatedAt { get; init; }
        public DateTimeOffset UpdatedAt { get; init; }

        public DirectoryCustomer ToCustomer() => new(
            CustomerId, MerchantId, Email, JsonNode.Parse(Attributes)!.AsObject(),
            DeletedAt is not null ? DirectoryState.Removed : ArchivedAt is not null ? DirectoryState.Archived : DirectoryState.Active,
            Code, ReferrerId, ReferrerKey,
            ReferringId is null ? null : new ReferringCustomer(ReferringMerchantId, ReferringCode, ReferringEmail, JsonNode.Parse(ReferringAttributes!)!.AsObject()),
            LinkId, Via, ByAddress, Referrals, CreatedAt, UpdatedAt);
    }
}
