using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Dapper;
using Tributary.Storage;

namespace Tributary.Programs;

/// <summary>Who says that a programme's site is its own.</summary>
/// <param name="VerifySites">
/// False: whoever may change a programme's settings, as on a server of one company. True: a site carries links once it is verified,
/// as it must be where programmes belong to strangers.
/// </param>
public sealed record DomainPolicy(bool VerifySites = false);

/// <summary>A programme's site is its primary domain: setting the one makes the other. The former one stays as a further domain.</summary>
internal static class PrimaryDomain
{
    /// <summary>Letters of a domain's token: 160 bits.</summary>
    private const int TokenLetters = 32;

    private const string Letters = "abcdefghijklmnopqrstuvwxyz234567";

    private const string LowerSql = """
        update domains set is_primary = false, updated_at = @now where program_id = @programId and is_primary
        """;

    private const string RaiseSql = """
        update domains
        set is_primary = true, scheme = @scheme, updated_at = @now,
            state = case when @vouched then 'verified' else state end,
            verified_by = case when @vouched and state <> 'verified' then 'operator' else verified_by end,
            verified_at = case when @vouched and state <> 'verified' then @now else verified_at end
        where program_id = @programId and kind = 'site' and host = @host and coalesce(port, 0) = coalesce(@port, 0)
          and base_path = @basePath and state <> 'removed'
        returning domain_id
        """;

    private const string InsertSql = """
        insert into domains
          (program_id, number, kind, is_primary, scheme, host, port, base_path, token, state, verified_by, verified_at, created_at, updated_at)
        select @programId, coalesce(max(d.number), 0) + 1, 'site', true, @scheme, @host, @port, @basePath, @token,
               case when @vouched then 'verified' else 'unverified' end, case when @vouched then 'operator' end,
               case when @vouched then @now::timestamptz end, @now, @now
        from domains d
        where d.program_id = @programId
        """;

    private const string PlaceSql = """
        insert into redirect_hosts (host, kind, program_id, domain_id, answers)
        select d.host, d.kind, d.program_id, d.domain_id, d.path_links
        from domains d
        where d.program_id = @programId and d.is_primary and d.state <> 'unverified'
        on conflict do nothing
        """;

    public static async Task SetAsync(Transaction tx, string? site, DomainPolicy policy, CancellationToken ct)
    {
        await tx.Connection.ExecuteAsync(new CommandDefinition(LowerSql, new { programId = tx.ProgramId, now = tx.Now }, cancellationToken: ct));
        if (site is null || !SiteAddress.Parse(site).TryGet(out var address, out _))
            return;
        var vouched = !policy.VerifySites || tx.Caller.Actor == "cli";
        var arguments = new
        {
            programId = tx.ProgramId,
            scheme = address.Scheme,
            host = address.Host,
            port = address.Port,
            basePath = address.BasePath,
            token = DrawToken(),
            vouched,
            now = tx.Now,
        };
        if (await tx.Connection.ExecuteScalarAsync<long?>(new CommandDefinition(RaiseSql, arguments, cancellationToken: ct)) is null)
            await tx.Connection.ExecuteAsync(new CommandDefinition(InsertSql, arguments, cancellationToken: ct));
        await tx.Connection.ExecuteAsync(new CommandDefinition(PlaceSql, arguments, cancellationToken: ct));
        ChangeFeed.Announce(tx, ChangedPart.Hosts, 0);
        if (vouched)
            tx.Audit("domain.vouched", $"domain:{address.Host}", null, new JsonObject { ["host"] = address.Host, ["primary"] = true });
    }

    public static string DrawToken() => RandomNumberGenerator.GetString(Letters, TokenLetters);
}
