using Npgsql;
using Tributary.Programs;
using Tributary.Referrers;
using Tributary.Storage;

namespace Tributary.Attribution;

/// <param name="Verdict">What a click that arrives at this address now would be, as far as its link decides that.</param>
internal sealed record AddressMatch(ReferrerMatch Referrer, bool IsShort, bool OnServerHost, string Verdict);

/// <summary>Finds the link that an address names. The first of its tokens that resolves decides (clicks.md CL-15).</summary>
internal sealed class AddressLookup
{
    private const string CodesSql = $"""
        select c.code, c.canonical, c.folded, c.state = 'retired', c.expires_at, {ReferrerMatch.Facts}, false, l.link_id,
               c.kind = 'short', exists (select from server_short_codes s where s.program_id = $1 and s.link_id = l.link_id),
               case when l.state = 'blocked' then 'blocked'
                    when l.state <> 'active' then 'link_' || l.state
                    when l.expires_at < $3 or l.limit_reached_at < $3 then 'link_expired'
                    else 'valid' end
        from codes c
        join referrers r on r.program_id = c.program_id and r.referrer_id = c.referrer_id
        left join customers k on k.program_id = r.program_id and k.customer_id = r.customer_id
        left join links l on l.program_id = c.program_id and l.link_id = {ReferrerMatch.LinkOfCode}
        where c.program_id = $1 and c.canonical = any($2) and c.kind in ('code', 'short')
        """;

    private const string HostsSql = "select kind, host from redirect_hosts where program_id = $1 and host = any($2)";

    private readonly IReadOnlyList<AddressToken> tokens;
    private readonly List<AddressMatch> matches = [];
    private readonly HashSet<(string Kind, string Host)> hosts = [];

    private AddressLookup(IReadOnlyList<AddressToken> tokens) => this.tokens = tokens;

    /// <summary>Reads in the operation's own round trip whatever the address may name.</summary>
    public static AddressLookup Add(LoadBatch load, ReferralProgram program, string address, DateTimeOffset at)
    {
        var lookup = new AddressLookup(ArrivingAddress.Read(address, NamesRead(program.Settings.Links)));
        if (lookup.tokens.Count == 0)
            return lookup;
        load.Query(
            CodesSql, row => lookup.matches.Add(Read(row)),
            Param.Of(program.Id), Param.Of([.. lookup.tokens.Select(token => token.Canonical).Distinct()]), Param.Of(at));
        load.Query(
            HostsSql, row => lookup.hosts.Add((row.GetString(0), row.GetString(1))),
            Param.Of(program.Id), Param.Of([.. lookup.tokens.Select(token => token.Host).Distinct()]));
        return lookup;
    }

    /// <summary>Null: it names nothing of this programme.</summary>
    public AddressMatch? Resolve()
    {
        foreach (var token in tokens)
        {
            if (matches.FirstOrDefault(match => match.Referrer.Canonical == token.Canonical && Stands(token, match)) is { } found)
                return found;
        }
        return null;
    }

    private bool Stands(AddressToken token, AddressMatch match) => token.Form switch
    {
        AddressForm.Query or AddressForm.Path => !match.IsShort,
        AddressForm.Subdomain => !match.IsShort && hosts.Contains(("wildcard", token.Host)),
        AddressForm.Short => hosts.Contains(("short", token.Host)) || (match.IsShort && match.OnServerHost),
    };

    private static IReadOnlyList<string> NamesRead(LinkSettings settings) =>
        ReferralLink.ParameterOf(settings.Template) is { } own ? [own, .. settings.AllParametersRead] : settings.AllParametersRead;

    private static AddressMatch Read(NpgsqlDataReader row) =>
        new(ReferrerMatch.ReadOfCode(row), row.GetBoolean(14), row.GetBoolean(15), row.GetString(16));
}
