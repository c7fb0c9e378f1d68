using Dapper;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Storage;

namespace Tributary.Links;

/// <summary>A domain to be added.</summary>
/// <param name="Address">A host, with port and base path where it is a site that has them.</param>
public sealed record NewDomain(DomainKind Kind, string? Address, DomainOptions? Options = null);

/// <summary>
/// Adds, changes and removes the domains of a programme. The primary one follows the programme's site (<c>links.site</c>) and is
/// changed there.
/// </summary>
public sealed class DomainRegister(Database database, Transactions transactions, ChangeFeed feed, ServerHosts hosts)
{
    private const int MostDomains = 200;

    private const string InsertSql = """
        insert into domains
          (program_id, number, kind, scheme, host, port, base_path, sub_domains, path_links, keep_path, token, state, created_at, updated_at)
        select @programId, coalesce(max(d.number), 0) + 1, @kind, @scheme, @host, @port, @basePath, @subDomains, @pathLinks, @keepPath,
               @token, 'unverified', @now, @now
        from domains d
        where d.program_id = @programId
        returning number
        """;

    private const string ChangeSql = """
        update domains
        set sub_domains = @subDomains, path_links = @pathLinks, keep_path = @keepPath, updated_at = @now
        where program_id = @programId and domain_id = @domainId
        """;

    private const string RemoveSql = """
        update domains set state = 'removed', updated_at = @now where program_id = @programId and domain_id = @domainId
        """;

    private const string HasLinksSql = """
        select exists (select from links where program_id = @programId and domain_id = @domainId and state <> 'deleted')
        """;

    /// <summary>All of the programme, whatever their state; the primary one first, then oldest first.</summary>
    public async Task<IReadOnlyList<Domain>> ListAsync(long programId, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return await DomainRow.ListAsync(connection, programId, ct);
    }

    /// <summary>Writes the programme's links as addresses, by its domains as they are now.</summary>
    public async Task<LinkAddresses> AddressesAsync(ReferralProgram program, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(program);
        return new LinkAddresses(program, await ListAsync(program.Id, ct), hosts);
    }

    public async Task<Domain?> FindByIdAsync(long programId, long domainId, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return await DomainRow.FindByIdAsync(connection, programId, domainId, ct);
    }

    public async Task<Domain?> FindAsync(long programId, int number, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return await DomainRow.FindAsync(connection, programId, number, ct);
    }

    /// <returns>The domain, unverified; or why it cannot be one.</returns>
    public async Task<Outcome<Domain>> AddAsync(ReferralProgram program, NewDomain wanted, Caller caller, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(wanted);
        if (!Check(wanted).TryGet(out var address, out var refusal))
            return refusal;
        return await RunAsync(program, caller, (tx, stop) => AddAsync(tx, wanted, address, stop), ct);
    }

    public Task<Outcome<Domain>> ChangeAsync(ReferralProgram program, int number, DomainOptions options, Caller caller, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(options);
        return RunAsync(program, caller, (tx, stop) => ChangeAsync(tx, number, options, stop), ct);
    }

    /// <returns>The domain as it was; <c>IllegalTransition</c> for the primary one and for one that links are on.</returns>
    public Task<Outcome<Domain>> RemoveAsync(ReferralProgram program, int number, Caller caller, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(program);
        return RunAsync(program, caller, (tx, stop) => RemoveAsync(tx, number, stop), ct);
    }

    /// <summary>The operator says that the host is the merchant's.</summary>
    public Task<Outcome<Domain>> VouchAsync(ReferralProgram program, int number, Caller caller, CancellationToken ct) =>
        ProvedAsync(program, number, DomainProof.Operator, caller, ct);

    /// <summary>A proof was found.</summary>
    internal Task<Outcome<Domain>> ProvedAsync(ReferralProgram program, int number, DomainProof proof, Caller caller, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(program);
        return RunAsync(program, caller, (tx, stop) => DomainProving.ProveAsync(tx, number, proof, stop), ct);
    }

    private async Task<Outcome<Domain>> RunAsync(
        ReferralProgram program, Caller caller, Func<Transaction, CancellationToken, Task<Outcome<Domain>>> work, CancellationToken ct)
    {
        var outcome = await transactions.RunAsync(program.Id, caller, work, ct);
        if (outcome.TryGet(out var domain, out _))
        {
            feed.Forget(program.Id);
            feed.ForgetPart(new ChangedPart(program.Id, ChangedPart.Hosts, domain.Id));
        }
        return outcome;
    }

    private Outcome<SiteAddress> Check(NewDomain wanted)
    {
        if (!SiteAddress.Parse(wanted.Address).TryGet(out var address, out var problem))
            return problem;
        if (wanted.Kind == DomainKind.Site)
            return address;
        if (address.Port is not null || address.BasePath.Length > 0 || Uri.CheckHostName(address.Host) != UriHostNameType.Dns)
            return new Problem(ProblemCode.InvalidValue, "A redirect host is a name alone, without port and path.", "host");
        return hosts.IsOwn(address.Host)
            ? new Problem(ProblemCode.AlreadyExists, "This host is the server's own.", "host")
            : address;
    }

    private static async Task<Outcome<Domain>> AddAsync(Transaction tx, NewDomain wanted, SiteAddress address, CancellationToken ct)
    {
        var present = await DomainRow.ListAsync(tx.Connection, tx.ProgramId, ct);
        if (present.Count >= MostDomains)
            return new Problem(ProblemCode.LimitReached, $"A programme has at most {MostDomains} domains.");
        if (present.Any(domain => Clashes(domain, wanted.Kind, address)))
            return new Problem(ProblemCode.AlreadyExists, "The programme has this domain already.", "host");
        var options = wanted.Options ?? new DomainOptions();
        var arguments = new
        {
            programId = tx.ProgramId,
            kind = wanted.Kind.Text(),
            scheme = address.Scheme,
            host = address.Host,
            port = address.Port,
            basePath = address.BasePath,
            subDomains = options.SubDomains,
            pathLinks = options.PathLinks,
            keepPath = options.KeepPath,
            token = PrimaryDomain.DrawToken(),
            now = tx.Now,
        };
        var number = await tx.Connection.ExecuteScalarAsync<int>(new CommandDefinition(InsertSql, arguments, cancellationToken: ct));
        var made = (await DomainRow.FindAsync(tx.Connection, tx.ProgramId, number, ct))!;
        return DomainProving.Told(tx, "domain.added", null, made);
    }

    /// <summary>A host for short links or for an interface is nothing else; a site may be the base of sub-domain links.</summary>
    private static bool Clashes(Domain domain, DomainKind kind, SiteAddress address) =>
        domain.Address.Host == address.Host
        && (domain.Kind == kind
            ? domain.Address.Port == address.Port && domain.Address.BasePath == address.BasePath
            : IsAlone(domain.Kind) || IsAlone(kind));

    private static bool IsAlone(DomainKind kind) => kind is DomainKind.Short or DomainKind.Api;

    private static async Task<Outcome<Domain>> ChangeAsync(Transaction tx, int number, DomainOptions options, CancellationToken ct)
    {
        if (await DomainRow.FindAsync(tx.Connection, tx.ProgramId, number, ct, locked: true) is not { } before)
            return DomainProving.NotFound;
        var arguments = new
        {
            programId = tx.ProgramId,
            domainId = before.Id,
            subDomains = options.SubDomains,
            pathLinks = options.PathLinks,
            keepPath = options.KeepPath,
            now = tx.Now,
        };
        await tx.Connection.ExecuteAsync(new CommandDefinition(ChangeSql, arguments, cancellationToken: ct));
        var after = before with { Options = options, UpdatedAt = tx.Now };
        await DomainProving.PlaceAsync(tx, after, ct);
        return DomainProving.Told(tx, "domain.changed", before, after);
    }

    private static async Task<Outcome<Domain>> RemoveAsync(Transaction tx, int number, CancellationToken ct)
    {
        if (await DomainRow.FindAsync(tx.Connection, tx.ProgramId, number, ct, locked: true) is not { } before)
            return DomainProving.NotFound;
        if (before.IsPrimary)
            return new Problem(ProblemCode.IllegalTransition, "The primary domain is the programme's site; change links.site in the settings.");
        var arguments = new { programId = tx.ProgramId, domainId = before.Id, now = tx.Now };
        if (await tx.Connection.ExecuteScalarAsync<bool>(new CommandDefinition(HasLinksSql, arguments, cancellationToken: ct)))
            return new Problem(ProblemCode.IllegalTransition, "There are links on this domain; move or delete them first.");
        await tx.Connection.ExecuteAsync(new CommandDefinition(RemoveSql, arguments, cancellationToken: ct));
        var after = before with { State = DomainState.Removed, UpdatedAt = tx.Now };
        await DomainProving.PlaceAsync(tx, after, ct);
        return DomainProving.Told(tx, "domain.removed", before, after);
    }
}
