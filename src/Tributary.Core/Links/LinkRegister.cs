using Dapper;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Referrers;
using Tributary.Storage;

namespace Tributary.Links;

/// <summary>Makes, changes, finds and lists links.</summary>
public sealed class LinkRegister(Database database, Transactions transactions, ChangeFeed feed, HostTable hosts)
{
    private const string OfHandleSql = """
        select l.link_id from links l where l.program_id = @programId and l.public_id = @handle
        union all
        select coalesce(c.link_id, d.link_id)
        from codes c
        left join links d on d.program_id = c.program_id and d.referrer_id = c.referrer_id and d.is_default
        where c.program_id = @programId and c.canonical = @canonical and c.kind = 'code'
        limit 1
        """;

    private const string OfCodeSql = """
        select referrer_id from codes where program_id = @programId and canonical = @canonical and kind = 'code' and link_id is null
        """;

    /// <summary>By its number, deleted ones too.</summary>
    public async Task<Link?> FindAsync(long programId, long linkId, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return await LinkRow.FindAsync(connection, programId, linkId, ct);
    }

    /// <summary>By its public id, its key or a former one, in any letter case; a referrer's own code names its default link. Deleted ones too.</summary>
    public async Task<Link?> FindAsync(long programId, string handle, CancellationToken ct)
    {
        CodeText.TryCanonical(handle, out var canonical);
        await using var connection = await database.OpenAsync(ct);
        var arguments = new { programId, handle, canonical };
        var linkId = await connection.ExecuteScalarAsync<long?>(new CommandDefinition(OfHandleSql, arguments, cancellationToken: ct));
        if (linkId is null && await connection.ExecuteScalarAsync<long?>(new CommandDefinition(OfCodeSql, arguments, cancellationToken: ct)) is { } owner)
            linkId = await DefaultLinks.EnsureAsync(connection, programId, owner, ct);
        return linkId is null ? null : await LinkRow.FindAsync(connection, programId, linkId.Value, ct);
    }

    /// <summary>Made if it is missing; null for a referrer without a code.</summary>
    public async Task<Link?> FindDefaultAsync(long programId, long referrerId, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return await DefaultLinks.EnsureAsync(connection, programId, referrerId, ct) is null
            ? null
            : await LinkRow.FindDefaultAsync(connection, programId, referrerId, ct);
    }

    /// <summary>Default links first, then newest first (or oldest first). Of one referrer, whose default link is made if it is missing.</summary>
    /// <param name="skip">Rows to leave out, for callers who count pages.</param>
    public async Task<Page<Link>> ListAsync(long programId, LinkFilter filter, PageRequest page, DateTimeOffset now, CancellationToken ct, int skip = 0)
    {
        ArgumentNullException.ThrowIfNull(filter);
        await using var connection = await database.OpenAsync(ct);
        if (filter.ReferrerId is { } referrerId)
            await DefaultLinks.EnsureAsync(connection, programId, referrerId, ct);
        var arguments = new
        {
            programId,
            referrerId = filter.ReferrerId,
            state = (filter.State == LinkState.Expired ? LinkState.Active : filter.State)?.Text(),
            keyHolds = filter.KeyHolds,
            labelHolds = filter.LabelHolds,
            destination = filter.Destination,
            publicId = filter.PublicId,
            kind = filter.ReferrerKind?.Text(),
            rank = page.After?.Rank,
            after = page.After?.Id,
            now,
            most = page.Size + 1,
            skip,
        };
        var rows = await connection.QueryAsync<LinkRow>(new CommandDefinition(ListSql(filter, page), arguments, cancellationToken: ct));
        return page.Cut([.. rows.Select(row => row.ToLink())], link => new Cursor(link.IsDefault ? 1 : 0, link.Id));
    }

    public Task<Outcome<Link>> CreateAsync(ReferralProgram program, NewLink wanted, Caller caller, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(wanted);
        return RunAsync(program, caller, (tx, ground, stop) => new LinkCreation(tx, program, ground, wanted).ExecuteAsync(stop), ct);
    }

    public Task<Outcome<Link>> ChangeAsync(ReferralProgram program, long linkId, LinkChange change, Caller caller, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(change);
        return RunAsync(program, caller, (tx, ground, stop) => new LinkChanging(tx, program, ground).ChangeAsync(linkId, change, stop), ct);
    }

    /// <returns>The link; <c>NotFound</c>, also the second time; <c>IllegalTransition</c> for the default one.</returns>
    public Task<Outcome<Link>> DeleteAsync(ReferralProgram program, long linkId, Caller caller, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(program);
        return RunAsync(program, caller, (tx, ground, stop) => new LinkChanging(tx, program, ground).DeleteAsync(linkId, stop), ct);
    }

    /// <summary>For abuse: visitors meet a page that says so (410).</summary>
    public Task<Outcome<Link>> BlockAsync(ReferralProgram program, long linkId, string? reason, Caller caller, CancellationToken ct) =>
        BlockAsync(program, linkId, LinkState.Blocked, reason, caller, ct);

    public Task<Outcome<Link>> UnblockAsync(ReferralProgram program, long linkId, string? reason, Caller caller, CancellationToken ct) =>
        BlockAsync(program, linkId, LinkState.Active, reason, caller, ct);

    private Task<Outcome<Link>> BlockAsync(
        ReferralProgram program, long linkId, LinkState to, string? reason, Caller caller, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(program);
        return RunAsync(program, caller, (tx, ground, stop) => new LinkChanging(tx, program, ground).BlockAsync(linkId, to, reason, stop), ct);
    }

    private async Task<Outcome<Link>> RunAsync(
        ReferralProgram program,
        Caller caller,
        Func<Transaction, LinkGround, CancellationToken, Task<Outcome<Link>>> work,
        CancellationToken ct)
    {
        var outcome = await transactions.RunAsync(
            program.Id,
            caller,
            async (tx, stop) => await work(
                tx, new LinkGround(await DomainRow.ListAsync(tx.Connection, tx.ProgramId, stop), hosts.IsRedirectHost), stop),
            ct);
        if (outcome.TryGet(out var link, out _))
        {
            feed.ForgetPart(new ChangedPart(program.Id, ChangedPart.Link, link.Id));
            feed.ForgetPart(new ChangedPart(program.Id, ChangedPart.Referrer, link.ReferrerId));
        }
        return outcome;
    }

    private static string ListSql(LinkFilter filter, PageRequest page)
    {
        var after = filter.OldestFirst ? "and l.link_id > @after" : "and (l.is_default::int, l.link_id) < (@rank, @after)";
        return $"""
            select {LinkRow.Columns}
            from links l
            where l.program_id = @programId
            {Sql.When(filter.ReferrerId, "and l.referrer_id = @referrerId")}
            {(filter.State is null ? "and l.state <> 'deleted'" : "and l.state = @state")}
            {Expiry(filter.State)}
            {Sql.When(filter.KeyHolds, "and position(lower(@keyHolds) in lower(l.key)) > 0")}
            {Sql.When(filter.LabelHolds, "and position(lower(@labelHolds) in lower(l.label)) > 0")}
            {Sql.When(filter.Destination, "and l.destination = @destination")}
            {Sql.When(filter.PublicId, "and l.public_id = @publicId")}
            {Sql.When(filter.ReferrerKind, "and exists (select from referrers r where r.program_id = @programId and r.referrer_id = l.referrer_id and r.kind = @kind)")}
            {Sql.When(page.After, after)}
            order by {(filter.OldestFirst ? "l.link_id" : "l.is_default::int desc, l.link_id desc")}
            limit @most offset @skip
            """;
    }

    private static string Expiry(LinkState? state) => state switch
    {
        LinkState.Active => "and coalesce(l.expires_at > @now, true) and l.limit_reached_at is null",
        LinkState.Expired => "and (l.expires_at <= @now or l.limit_reached_at is not null)",
        null or LinkState.Paused or LinkState.Deleted or LinkState.Blocked or LinkState.ReferrerInactive => "",
    };
}
