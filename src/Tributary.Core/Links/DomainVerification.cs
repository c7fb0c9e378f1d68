using Dapper;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Storage;

namespace Tributary.Links;

/// <summary>Looks outside for what proves a domain. Never throws for what it meets there.</summary>
public interface IDomainProofs
{
    /// <summary>The texts of a name's TXT records; empty where there are none or nobody answers.</summary>
    Task<IReadOnlyList<string>> TextRecordsAsync(string name, CancellationToken ct);

    /// <summary>The first line of a file; null where it cannot be had.</summary>
    Task<string?> FirstLineAsync(Uri address, CancellationToken ct);

    /// <summary>The beginning of a page; null where it cannot be had.</summary>
    Task<string?> PageAsync(Uri address, CancellationToken ct);
}

/// <summary>Finds out whether a host is the merchant's, when asked to and once a day again (partnero.md § 4.8).</summary>
public sealed class DomainVerification(
    Database database, Transactions transactions, DomainRegister domains, ProgramRegister programs, IDomainProofs proofs, TimeProvider clock)
{
    public const string RecordPrefix = "_tributary.";
    public const string FilePath = "/.well-known/tributary.txt";

    private const int DomainsPerRound = 100;

    private static readonly TimeSpan Every = TimeSpan.FromDays(1);
    private static readonly Caller Job = new("job:domains", Trusted: true);

    private const string ProgramsSql = """
        select distinct program_id from domains
        where checked_at < @before and state in ('verified', 'lapsed') and verified_by <> 'operator'
        """;

    // Claimed before it is looked at, so that of several nodes one looks.
    private const string ClaimSql = $"""
        update domains set checked_at = @now
        where program_id = @programId and domain_id in (
          select d.domain_id from domains d
          where d.program_id = @programId and d.checked_at < @before and d.state in ('verified', 'lapsed') and d.verified_by <> 'operator'
          order by d.checked_at limit @most for update skip locked)
        returning number
        """;

    /// <summary>Looks for a proof now.</summary>
    /// <returns>The domain, verified now or before; <c>IllegalTransition</c> where no proof was found.</returns>
    public async Task<Outcome<Domain>> VerifyAsync(ReferralProgram program, int number, Caller caller, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(program);
        if (await domains.FindAsync(program.Id, number, ct) is not { } domain)
            return DomainProving.NotFound;
        if (await FindProofAsync(program, domain, ct) is { } proof)
            return await domains.ProvedAsync(program, number, proof, caller, ct);
        if (domain.State == DomainState.Verified)
            return domain;
        return new Problem(
            ProblemCode.IllegalTransition,
            $"Neither the TXT record {RecordPrefix}{domain.Address.Host} nor the file {FilePath} has the domain's token yet, and the site's front page has no snippet of this programme.");
    }

    /// <summary>Looks again at what was proved more than a day ago.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        var before = clock.GetUtcNow() - Every;
        foreach (var programId in await DueProgramsAsync(before, ct))
            if (await programs.FindAsync(programId, ct) is { } program)
                foreach (var number in await ClaimAsync(programId, before, ct))
                    await LookAgainAsync(program, number, ct);
    }

    private async Task LookAgainAsync(ReferralProgram program, int number, CancellationToken ct)
    {
        if (await domains.FindAsync(program.Id, number, ct) is not { } domain)
            return;
        if (await FindProofAsync(program, domain, ct) is { } proof)
            await domains.ProvedAsync(program, number, proof, Job, ct);
        else
            await transactions.RunAsync(program.Id, Job, (tx, stop) => DomainProving.MissAsync(tx, number, stop), ct);
    }

    private async Task<DomainProof?> FindProofAsync(ReferralProgram program, Domain domain, CancellationToken ct)
    {
        var records = await proofs.TextRecordsAsync(RecordPrefix + domain.Address.Host, ct);
        if (records.Contains(domain.Token, StringComparer.Ordinal))
            return DomainProof.Dns;
        var line = await proofs.FirstLineAsync(new Uri(domain.Address.Origin + FilePath), ct);
        if (line?.Trim() == domain.Token)
            return DomainProof.File;
        return domain.Kind == DomainKind.Site && await proofs.PageAsync(new Uri(domain.Address.Url), ct) is { } page && SnippetTag.IsIn(page, program.PublicId)
            ? DomainProof.Snippet
            : null;
    }

    private async Task<IReadOnlyList<long>> DueProgramsAsync(DateTimeOffset before, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<long>(new CommandDefinition(ProgramsSql, new { before }, cancellationToken: ct))).AsList();
    }

    private async Task<IReadOnlyList<int>> ClaimAsync(long programId, DateTimeOffset before, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var arguments = new { programId, before, now = clock.GetUtcNow(), most = DomainsPerRound };
        return (await connection.QueryAsync<int>(new CommandDefinition(ClaimSql, arguments, cancellationToken: ct))).AsList();
    }
}
