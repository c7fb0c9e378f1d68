using Dapper;
using Tributary.Primitives;
using Tributary.Storage;

namespace Tributary.Referrers;

/// <summary>A referrer of kind partner as lists show it.</summary>
/// <param name="Code">The one that is shown: the last of its own.</param>
/// <param name="Referrals">Customers that are attributed to it.</param>
public sealed record Partner(Referrer Who, string Code, long Referrals)
{
    public long Id => Who.Id;
}

/// <summary>Which partners are asked for; null members ask for any. <paramref name="Id"/>, <paramref name="Code"/> and <paramref name="Name"/> contain the text, in any letter case.</summary>
/// <param name="Email">The whole address, in any letter case.</param>
/// <param name="States">Null: all but archived and deleted ones.</param>
public sealed record PartnerFilter(
    string? Id = null, string? Code = null, string? Email = null, string? Name = null, string? Tag = null, IReadOnlyList<ReferrerState>? States = null);

/// <summary>Finds and lists partners.</summary>
public sealed class PartnerQueries(Database database)
{
    private const string SelectSql = $"""
        select {ReferrerRow.Columns},
               (select k.code from codes k
                where k.program_id = r.program_id and k.referrer_id = r.referrer_id and k.kind = 'code' and not k.of_link
                order by k.code_id desc limit 1) as code,
               (select count(*) from attributions a
                where a.program_id = r.program_id and a.referrer_id = r.referrer_id and a.state = 'standing') as referrals
        from referrers r
        left join customers c on c.program_id = r.program_id and c.customer_id = r.customer_id
        where r.program_id = @programId and r.kind = 'partner'
        """;

    private const string HandleSql = $"""
        {SelectSql} and r.state <> 'deleted' and r.referrer_id = (
          select n.referrer_id
          from (
            select k.referrer_id, 1 as rank
            from codes k
            where k.program_id = @programId and k.canonical = @canonical and k.kind in ('id', 'code')
            union all
            select e.referrer_id, 2
            from referrers e
            where e.program_id = @programId and e.kind = 'partner' and e.state <> 'deleted' and lower(e.email) = lower(@handle)
          ) n
          order by n.rank
          limit 1)
        """;

    private static readonly ReferrerState[] Usual =
        [.. Enum.GetValues<ReferrerState>().Except([ReferrerState.Archived, ReferrerState.Deleted])];

    /// <summary>By its key, else by a code of it or of its links, present or former, else by e-mail; not a deleted one.</summary>
    public async Task<Partner?> FindAsync(long programId, string handle, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(handle);
        return await OneAsync(HandleSql, new { programId, handle = handle.Trim(), canonical = PartnerNames.Canonical(handle) }, ct);
    }

    /// <summary>By its number, deleted ones too.</summary>
    public Task<Partner?> FindAsync(long programId, long referrerId, CancellationToken ct) =>
        OneAsync($"{SelectSql} and r.referrer_id = @referrerId", new { programId, referrerId }, ct);

    /// <summary>By their numbers, deleted ones too; whoever is no partner is left out.</summary>
    public async Task<IReadOnlyList<Partner>> FindAllAsync(long programId, IReadOnlyCollection<long> referrerIds, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(referrerIds);
        await using var connection = await database.OpenAsync(ct);
        var rows = await connection.QueryAsync<PartnerRow>(new CommandDefinition(
            $"{SelectSql} and r.referrer_id = any(@referrerIds)", new { programId, referrerIds = referrerIds.ToArray() }, cancellationToken: ct));
        return [.. rows.Select(row => row.ToPartner())];
    }

    /// <summary>In the order of their creation.</summary>
    public async Task<Page<Partner>> ListAsync(long programId, PartnerFilter filter, SliceRequest slice, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var sql = $"""
            {SelectSql} and r.state = any(@states)
            {Sql.When(filter.Id, "and strpos(lower(r.key), lower(@id)) > 0")}
            {Sql.When(filter.Code, "and exists (select from codes k where k.program_id = @programId and k.referrer_id = r.referrer_id and k.kind = 'code' and strpos(k.canonical, upper(@code)) > 0)")}
            {Sql.When(filter.Email, "and lower(r.email) = lower(@email)")}
            {Sql.When(filter.Name, "and strpos(lower(concat_ws(' ', r.name, r.attributes ->> 'surname')), lower(@name)) > 0")}
            {Sql.When(filter.Tag, "and jsonb_exists(r.attributes -> 'tags', @tag)")}
            {Sql.When(slice.After, $"and r.referrer_id {slice.Comparison} @after")}
            order by r.referrer_id {slice.Direction} offset @skip limit @most
            """;
        var arguments = new
        {
            programId,
            states = (filter.States ?? Usual).Select(state => state.Text()).ToArray(),
            id = filter.Id,
            code = filter.Code,
            email = filter.Email,
            name = filter.Name,
            tag = filter.Tag,
            after = slice.After?.Id,
            skip = slice.Skip,
            most = slice.Most,
        };
        await using var connection = await database.OpenAsync(ct);
        var rows = await connection.QueryAsync<PartnerRow>(new CommandDefinition(sql, arguments, cancellationToken: ct));
        return slice.Cut([.. rows.Select(row => row.ToPartner())], partner => new Cursor(partner.Id, partner.Id));
    }

    private async Task<Partner?> OneAsync(string sql, object arguments, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var row = await connection.QuerySingleOrDefaultAsync<PartnerRow>(new CommandDefinition(sql, arguments, cancellationToken: ct));
        return row?.ToPartner();
    }

    private sealed record PartnerRow : ReferrerRow
    {
        public string? Code { get; init; }
        public long Referrals { get; init; }

        public Partner ToPartner() => new(ToReferrer(), Code ?? "", Referrals);
    }
}
