using System.Collections.Frozen;
using Dapper;
using Tributary.Programs;
using Tributary.Storage;

namespace Tributary.Links;

/// <summary>
/// The hosts that the redirector answers for, all of them in memory: a name that is not there is none of ours, whether or not
/// the database can be asked. Read again when the feed hears of a change, and when it heard nothing for a while.
/// </summary>
public sealed class HostTable : IDisposable
{
    private static readonly TimeSpan BelievedFor = TimeSpan.FromSeconds(5);

    private const string SelectSql = "select host, kind, program_id, domain_id, answers from redirect_hosts";

    private readonly Database database;
    private readonly ChangeFeed feed;
    private readonly ServerHosts own;
    private readonly TimeProvider clock;
    private readonly SemaphoreSlim reading = new(1);
    private FrozenDictionary<string, Entry> entries = FrozenDictionary<string, Entry>.Empty;
    private long readAt;
    private long changes = 1;
    private long readChanges;

    public HostTable(Database database, ChangeFeed feed, ServerHosts own, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(feed);
        this.database = database;
        this.feed = feed;
        this.own = own;
        this.clock = clock;
        feed.Changed += programId =>
        {
            if (programId is null)
                Interlocked.Increment(ref changes);
        };
        feed.PartChanged += part =>
        {
            if (part.Kind == ChangedPart.Hosts)
                Interlocked.Increment(ref changes);
        };
    }

    /// <summary>What is to be done at a host; null: it is none of ours.</summary>
    /// <param name="host">Of a request; letter case, port and a final dot do not count.</param>
    public async ValueTask<RedirectHost?> FindAsync(string host, CancellationToken ct)
    {
        if (!IsFresh())
            await RefreshAsync(ct);
        return Find(host);
    }

    /// <summary>Whether requests at a host are redirected, as far as is known: a link must not lead there.</summary>
    internal bool IsRedirectHost(string host) => Find(host) is { Kind: not RedirectHostKind.Site and not RedirectHostKind.Api } found
        && (found.Kind != RedirectHostKind.Wildcard || found.Label is not null);

    public void Dispose() => reading.Dispose();

    private RedirectHost? Find(string host)
    {
        var name = NameOf(host);
        if (own.IsShort(name))
            return new RedirectHost(name, RedirectHostKind.ServerShort, []);
        var known = Volatile.Read(ref entries);
        if (known.TryGetValue(name, out var entry))
            return entry.Programs.Count == 0 ? null : new RedirectHost(name, entry.Kind, entry.Programs);
        // A wildcard that covers the server's own host would leave nobody a way to its pages.
        if (own.IsOwn(name))
            return null;
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && known.TryGetValue(name[(dot + 1)..], out var parent) && parent.Wildcard is { } below
            ? new RedirectHost(name, RedirectHostKind.Wildcard, [below], name[..dot])
            : null;
    }

    private bool IsFresh() =>
        Volatile.Read(ref readChanges) == Volatile.Read(ref changes)
        && (feed.IsCurrent || clock.GetElapsedTime(Volatile.Read(ref readAt)) < BelievedFor);

    /// <summary>A change that was heard of is read before it is answered by; without one, what is known is answered and read again aside.</summary>
    private Task RefreshAsync(CancellationToken ct)
    {
        if (Volatile.Read(ref readChanges) != Volatile.Read(ref changes))
            return ReadAsync(ct);
        if (reading.CurrentCount > 0)
            _ = ReadAsync(CancellationToken.None);
        return Task.CompletedTask;
    }

    private async Task ReadAsync(CancellationToken ct)
    {
        await reading.WaitAsync(ct);
        try
        {
            if (!IsFresh())
                await Patience.WithinAsync(ReadOnceAsync(ct), clock, ct);
        }
        catch (Exception outage) when (DatabaseFault.IsOutage(outage) && Volatile.Read(ref readChanges) > 0)
        {
            // What was known goes on being true until somebody can be asked, after a while.
            Volatile.Write(ref readAt, clock.GetTimestamp());
            Volatile.Write(ref readChanges, Volatile.Read(ref changes));
        }
        finally
        {
            reading.Release();
        }
    }

    private async Task<bool> ReadOnceAsync(CancellationToken ct)
    {
        var seen = Volatile.Read(ref changes);
        await using var connection = await database.OpenAsync(ct);
        var rows = await connection.QueryAsync<HostRow>(new CommandDefinition(SelectSql, cancellationToken: ct));
        Volatile.Write(ref entries, rows.GroupBy(row => row.Host, Entry.Of).ToFrozenDictionary(entry => entry.Host, StringComparer.Ordinal));
        Volatile.Write(ref readAt, clock.GetTimestamp());
        Volatile.Write(ref readChanges, seen);
        return true;
    }

    private static string NameOf(string host)
    {
        var colon = host.EndsWith(']') ? -1 : host.LastIndexOf(':');
        return SiteAddress.Plain(colon < 0 ? host : host[..colon]);
    }

    private sealed record HostRow(string Host, string Kind, long ProgramId, long DomainId, bool Answers);

    private sealed record Entry(string Host, RedirectHostKind Kind, IReadOnlyList<HostedProgram> Programs, HostedProgram? Wildcard)
    {
        /// <summary>A site that is a wildcard's base too is met as the site; names below it as the wildcard. Some sites only say that their name is no code.</summary>
        public static Entry Of(string host, IEnumerable<HostRow> rows)
        {
            var all = rows.OrderBy(row => row.DomainId).ToList();
            if (all.Where(row => row.Kind == "api").ToList() is { Count: > 0 } api)
                return new Entry(host, RedirectHostKind.Api, [new HostedProgram(api[0].ProgramId, api[0].DomainId)], null);
            var wildcard = all.FirstOrDefault(row => row.Kind == "wildcard");
            var sites = all.Where(row => row.Kind == "site").ToList();
            var kind = sites.Count > 0 ? RedirectHostKind.Site : wildcard is null ? RedirectHostKind.Short : RedirectHostKind.Wildcard;
            var programs = (sites.Count > 0 ? sites : all).Where(row => row.Answers).Select(row => new HostedProgram(row.ProgramId, row.DomainId));
            return new Entry(host, kind, [.. programs], wildcard is null ? null : new HostedProgram(wildcard.ProgramId, wildcard.DomainId));
        }
    }
}
