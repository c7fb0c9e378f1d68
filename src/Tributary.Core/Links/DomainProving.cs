using System.Text.Json.Nodes;
using Dapper;
using Tributary.Primitives;
using Tributary.Storage;

namespace Tributary.Links;

/// <summary>What a domain's being proved or not does to it, and to the hosts that the redirector answers for.</summary>
internal static class DomainProving
{
    /// <summary>How long a proof may not be found before a domain gets no new links.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromDays(3);

    private const string ProveSql = """
        update domains
        set state = 'verified', verified_by = @proof, verified_at = case when state = 'verified' then verified_at else @now end,
            checked_at = @now, failing_since = null, updated_at = @now
        where program_id = @programId and domain_id = @domainId
        """;

    private const string MissSql = """
        update domains
        set failing_since = coalesce(failing_since, @now), checked_at = @now,
            state = case when state = 'verified' and failing_since <= @longSince then 'lapsed' else state end
        where program_id = @programId and domain_id = @domainId
        """;

    private const string ClearPlacesSql = "delete from redirect_hosts where program_id = @programId and domain_id = @domainId";

    private const string PlaceSql = """
        insert into redirect_hosts (host, kind, program_id, domain_id, answers) values (@host, @kind, @programId, @domainId, @answers)
        on conflict do nothing
        """;

    public static Problem NotFound => new(ProblemCode.NotFound, "No such domain.");

    public static async Task<Outcome<Domain>> ProveAsync(Transaction tx, int number, DomainProof proof, CancellationToken ct)
    {
        if (await DomainRow.FindAsync(tx.Connection, tx.ProgramId, number, ct, locked: true) is not { } before)
            return NotFound;
        var arguments = new { programId = tx.ProgramId, domainId = before.Id, proof = proof.Text(), now = tx.Now };
        await tx.Connection.ExecuteAsync(new CommandDefinition(ProveSql, arguments, cancellationToken: ct));
        var after = (await DomainRow.FindAsync(tx.Connection, tx.ProgramId, number, ct))!;
        if (!await PlaceAsync(tx, after, ct))
            return new Problem(ProblemCode.AlreadyExists, "Another programme has verified this redirect host.", "host");
        return before.State == DomainState.Verified && before.VerifiedBy == proof
            ? after
            : Told(tx, proof == DomainProof.Operator ? "domain.vouched" : "domain.verified", before, after);
    }

    public static async Task<Outcome<Domain>> MissAsync(Transaction tx, int number, CancellationToken ct)
    {
        if (await DomainRow.FindAsync(tx.Connection, tx.ProgramId, number, ct, locked: true) is not { } before)
            return NotFound;
        var arguments = new { programId = tx.ProgramId, domainId = before.Id, now = tx.Now, longSince = tx.Now - Patience };
        await tx.Connection.ExecuteAsync(new CommandDefinition(MissSql, arguments, cancellationToken: ct));
        var after = (await DomainRow.FindAsync(tx.Connection, tx.ProgramId, number, ct))!;
        return after.State == before.State ? after : Told(tx, "domain.lapsed", before, after);
    }

    /// <summary>Brings the directory of hosts in line with the domain. False: another programme has the host.</summary>
    public static async Task<bool> PlaceAsync(Transaction tx, Domain domain, CancellationToken ct)
    {
        var arguments = new
        {
            programId = tx.ProgramId,
            domainId = domain.Id,
            host = domain.Address.Host,
            kind = domain.Kind.Text(),
            answers = domain.Kind != DomainKind.Site || domain.Options.PathLinks,
        };
        await tx.Connection.ExecuteAsync(new CommandDefinition(ClearPlacesSql, arguments, cancellationToken: ct));
        if (!domain.CarriesLinks)
            return true;
        return await tx.Connection.ExecuteAsync(new CommandDefinition(PlaceSql, arguments, cancellationToken: ct)) == 1;
    }

    public static Outcome<Domain> Told(Transaction tx, string verb, Domain? before, Domain after)
    {
        tx.Audit(verb, $"domain:{after.Address.Host}", before is null ? null : AuditOf(before), AuditOf(after));
        ChangeFeed.Announce(tx);
        ChangeFeed.Announce(tx, ChangedPart.Hosts, after.Id);
        return after;
    }

    private static JsonObject AuditOf(Domain domain) => new()
    {
        ["number"] = domain.Number,
        ["kind"] = domain.Kind.Text(),
        ["url"] = domain.Address.Url,
        ["state"] = domain.State.Text(),
        ["verifiedBy"] = domain.VerifiedBy?.Text(),
        ["subDomains"] = domain.Options.SubDomains,
        ["pathLinks"] = domain.Options.PathLinks,
        ["keepPath"] = domain.Options.KeepPath,
    };
}
