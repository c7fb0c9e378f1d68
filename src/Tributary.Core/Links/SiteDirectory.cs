using System.Globalization;
using Tributary.Programs;
using Tributary.Storage;

namespace Tributary.Links;

/// <summary>A programme with the sites whose pages may speak for it.</summary>
/// <param name="Hosts">Of its verified sites, in lower case, without their <c>www.</c> twins.</param>
/// <param name="Wildcards">Hosts below which a label is a code.</param>
public sealed record ProgramSites(
    ReferralProgram Program, IReadOnlySet<string> Origins, IReadOnlyList<string> Hosts, IReadOnlyList<string> Wildcards)
{
    /// <summary>Exactly one of the sites' origins, or its <c>www.</c> twin's.</summary>
    public bool Allows(string? origin) => origin is not null && Origins.Contains(origin);

    /// <summary>The widest listed site that contains a page's host, for cookies that its neighbours share; null: none does.</summary>
    public string? CookieDomain(string? pageHost) => pageHost is null
        ? null
        : Hosts.Where(host => host.Contains('.', StringComparison.Ordinal) && !System.Net.IPAddress.TryParse(host, out _) && Contains(host, pageHost))
            .MinBy(host => host.Length);

    private static bool Contains(string host, string pageHost) =>
        pageHost.Equals(host, StringComparison.OrdinalIgnoreCase) || pageHost.EndsWith("." + host, StringComparison.OrdinalIgnoreCase);
}

/// <summary>Programmes by the public id that stands in their pages, in memory until they change.</summary>
public sealed class SiteDirectory(Database database, ProgramRegister programs, ChangeFeed feed)
{
    private const int MostPrograms = 10_000;
    private const string Twin = "www.";

    private const string SitesSql = """
        select kind, scheme, host, port from domains where program_id = $1 and kind in ('site', 'wildcard') and state in ('verified', 'lapsed') order by number
        """;

    private const string ListedSql = "select exists (select from redirect_hosts where kind = 'site' and host = any($1))";

    private readonly ChangeCache<string, ProgramSites> known = new(feed, MostPrograms, sites => sites.Program.Id, StringComparer.Ordinal);

    /// <summary>Null: there is no such programme.</summary>
    public ValueTask<ProgramSites?> FindAsync(string publicId, CancellationToken ct) => known.FindAsync(publicId, ReadAsync, ct);

    /// <summary>Whether the origin may be some programme's site: which one's, the call itself says.</summary>
    public async Task<bool> IsListedAsync(string origin, CancellationToken ct)
    {
        if (!Uri.TryCreate(origin, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
            return false;
        var host = uri.IdnHost.ToLowerInvariant();
        var plain = host.StartsWith(Twin, StringComparison.Ordinal) ? host[Twin.Length..] : host;
        var isListed = false;
        await using var connection = await database.OpenAsync(ct);
        var load = new LoadBatch(connection);
        load.Query(ListedSql, row => isListed = row.GetBoolean(0), Param.Of([plain, Twin + plain]));
        await load.RunAsync(ct);
        return isListed;
    }

    private async Task<ProgramSites?> ReadAsync(string publicId, CancellationToken ct)
    {
        if (await programs.FindAsync(publicId, ct) is not { } program)
            return null;
        var origins = new HashSet<string>(StringComparer.Ordinal);
        var (hosts, wildcards) = (new List<string>(), new List<string>());
        await using var connection = await database.OpenAsync(ct);
        var load = new LoadBatch(connection);
        load.Query(
            SitesSql,
            row =>
            {
                var (scheme, host) = (row.GetString(1), row.GetString(2));
                if (row.GetString(0) == "wildcard")
                {
                    wildcards.Add(host);
                    return;
                }
                var plain = host.StartsWith(Twin, StringComparison.Ordinal) ? host[Twin.Length..] : host;
                hosts.Add(plain);
                var port = row.IsDBNull(3) ? "" : string.Create(CultureInfo.InvariantCulture, $":{row.GetInt32(3)}");
                origins.Add($"{scheme}://{plain}{port}");
                origins.Add($"{scheme}://{Twin}{plain}{port}");
            },
            Param.Of(program.Id));
        await load.RunAsync(ct);
        return new ProgramSites(program, origins, [.. hosts.Distinct()], [.. wildcards.Distinct()]);
    }
}
