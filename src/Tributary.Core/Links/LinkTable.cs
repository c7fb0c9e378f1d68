using System.Collections.Concurrent;
using Tributary.Programs;
using Tributary.Referrers;
using Tributary.Storage;

namespace Tributary.Links;

/// <summary>
/// Links as this node's redirector knows them: in memory, bounded, filled on demand, told of changes. What is known is answered
/// whether or not the database can be reached (promises.md R18, R24).
/// </summary>
public sealed class LinkTable
{
    /// <summary>Tokens known to be nobody's, at most; each for a second, in which somebody may be given it.</summary>
    private const int MostUnknown = 20_000;

    private const int RefreshesAtOnce = 4;
    private const int CheckEverySeconds = 5;

    private static readonly TimeSpan UnknownFor = TimeSpan.FromSeconds(1);
    private static readonly RedirectAnswer Nothing = new(null, null, null);

    private readonly HostTable hosts;
    private readonly ChangeFeed feed;
    private readonly TimeProvider clock;
    private readonly ChangeTicks ticks;
    private readonly RedirectPrograms programs;
    private readonly LinkReading reading;
    private readonly LinkMemory memory;
    private readonly ConcurrentDictionary<(long Scope, string Token), long> unknown = new();
    private int refreshing;

    public LinkTable(Database database, ChangeFeed feed, HostTable hosts, ProgramRegister register, TimeProvider clock)
        : this(database, feed, hosts, register, clock, new LinkMemory())
    {
    }

    internal LinkTable(
        Database database, ChangeFeed feed, HostTable hosts, ProgramRegister register, TimeProvider clock, LinkMemory memory)
    {
        this.hosts = hosts;
        this.feed = feed;
        this.clock = clock;
        this.memory = memory;
        ticks = new ChangeTicks(feed);
        ticks.Noted += unknown.Clear;
        programs = new RedirectPrograms(database, register, ticks, clock);
        reading = new LinkReading(database, clock);
    }

    /// <summary>Links in memory.</summary>
    public int Count => memory.Count;

    /// <summary>What is to be done at a host; null: it is none of ours (421).</summary>
    /// <param name="host">Of the request; letter case, port and a final dot do not count.</param>
    public ValueTask<RedirectHost?> FindHostAsync(string host, CancellationToken ct) => hosts.FindAsync(host, ct);

    /// <summary>The link that a request asks for. From memory without waiting; else from the database, whose outage is thrown.</summary>
    /// <param name="path">As it came, percent-encoded.</param>
    /// <param name="query">As it came, with or without its question mark.</param>
    public ValueTask<RedirectAnswer> FindAsync(RedirectHost host, string path, string query, CancellationToken ct) =>
        FindAsync(host, path, query, fromMemory: false, ct);

    /// <summary>The same for whoever has asked for too many links that there are not: the database is not asked again (F24).</summary>
    public ValueTask<RedirectAnswer> FindInMemoryAsync(RedirectHost host, string path, string query, CancellationToken ct) =>
        FindAsync(host, path, query, fromMemory: true, ct);

    private async ValueTask<RedirectAnswer> FindAsync(RedirectHost host, string path, string query, bool fromMemory, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(host);
        if (host.Kind == RedirectHostKind.ServerShort)
            return await FindAsync(null, RedirectRequest.Read(host, null, null, path, query), fromMemory, ct);
        var answer = Nothing;
        foreach (var hosted in host.Programs)
        {
            if (await programs.FindAsync(hosted.ProgramId, ct) is not { } program)
                continue;
            var requests = RedirectRequest.Read(host, program.Find(hosted.DomainId), program.Program.Settings.Links, path, query);
            answer = await FindAsync(program, requests, fromMemory, ct);
            if (answer.Target is not null)
                return answer;
        }
        return host.Programs.Count == 1 ? answer : answer with { Program = null };
    }

    /// <summary>The link that a token names in a programme, for reports of the merchant's own pages; null: nobody's.</summary>
    public async ValueTask<RedirectTarget?> FindByTokenAsync(long programId, string token, LinkForm form, CancellationToken ct) =>
        await programs.FindAsync(programId, ct) is { } program
            ? (await FindAsync(program, [new RedirectRequest(form, [LinkToken.Decode(token)])], fromMemory: false, ct)).Target
            : null;

    /// <summary>The direct link that a page of the merchant's stands for (partnero.md § 4.7); null: none.</summary>
    /// <param name="page">Its address, or host and path of it.</param>
    public async ValueTask<RedirectTarget?> FindByPageAsync(long programId, string page, CancellationToken ct)
    {
        if (await programs.FindAsync(programId, ct) is not { } program || !SiteAddress.Parse(page.Split('?', '#')[0]).TryGet(out var address, out _))
            return null;
        var key = address.Origin[(address.Scheme.Length + 3)..] + address.BasePath;
        // Pages are looked up beside tokens, under a scope of their own.
        return await FindKnownAsync(-programId, key, ct) is { } known ? Target(program, known, LinkForm.Direct, key, null) : null;
    }

    /// <summary>Whether a certificate may be asked for: the host is ours and, below a wildcard, somebody's code.</summary>
    public async ValueTask<bool> MayHaveCertificateAsync(string host, CancellationToken ct)
    {
        if (await hosts.FindAsync(host, ct) is not { } found)
            return false;
        return found.Label is not { } label
            || (LinkKeys.IsLabel(label) && CodeText.TryCanonical(label, out var token)
                && await FindKnownAsync(found.Programs[0].ProgramId, token, ct) is { IsShortCode: false });
    }

    private async ValueTask<RedirectAnswer> FindAsync(
        RedirectProgram? program, IEnumerable<RedirectRequest> requests, bool fromMemory, CancellationToken ct)
    {
        string? first = null;
        foreach (var request in requests)
        {
            foreach (var token in request.Tokens)
            {
                first ??= token;
                foreach (var candidate in LinkToken.Candidates(token))
                    if ((fromMemory ? memory.Find(program?.Program.Id ?? 0, candidate) : await FindKnownAsync(program?.Program.Id ?? 0, candidate, ct)) is { } known
                        && IsGoodIn(request.Form, known, program)
                        && (program ?? await programs.FindAsync(known.ProgramId, ct)) is { } owner
                        && Target(owner, known, request.Form, token, request.KeptPath) is { } target)
                        return new RedirectAnswer(target, token, owner);
            }
        }
        return new RedirectAnswer(null, first, program);
    }

    /// <summary>Short codes are for redirect hosts; the server's own host knows nothing else.</summary>
    private static bool IsGoodIn(LinkForm form, KnownLink known, RedirectProgram? program) =>
        form == LinkForm.Short ? program is not null || known.IsShortCode : !known.IsShortCode;

    /// <summary>Null where the programme has no site to lead to.</summary>
    private RedirectTarget? Target(RedirectProgram program, KnownLink known, LinkForm form, string token, string? path)
    {
        var site = program.SiteOf(known.DomainId == 0 ? null : known.DomainId);
        if ((known.Destination ?? site?.Address.Url) is not { } destination)
            return null;
        if (path is not null && KeptPath.Of(path, site?.Address.BasePath ?? "") is { } kept)
            destination = KeptPath.Replace(destination, kept);
        return new RedirectTarget
        {
            Program = program,
            LinkId = known.LinkId,
            ReferrerId = known.ReferrerId,
            State = known.StateAt(clock.GetUtcNow()),
            HasClickLimit = known.HasClickLimit,
            Form = form,
            Token = token,
            Code = known.Key,
            DirectRedirectUrl = known.DirectRedirectUrl,
            Destination = destination,
            Parameters = known.Parameters,
        };
    }

    private ValueTask<KnownLink?> FindKnownAsync(long scope, string token, CancellationToken ct)
    {
        var known = memory.Find(scope, token);
        if (known is not null && !ticks.IsOld(known))
        {
            if (!feed.IsCurrent)
                CheckAside(scope, token, known);
            return ValueTask.FromResult<KnownLink?>(known);
        }
        return known is null && IsUnknown(scope, token) ? ValueTask.FromResult<KnownLink?>(null) : ReadAsync(scope, token, known, ct);
    }

    private async ValueTask<KnownLink?> ReadAsync(long scope, string token, KnownLink? old, CancellationToken ct)
    {
        try
        {
            return await ReadAsync(scope, token, ct);
        }
        catch (Exception outage) when (old is not null && DatabaseFault.IsOutage(outage))
        {
            return old;
        }
    }

    private async Task<KnownLink?> ReadAsync(long scope, string token, CancellationToken ct)
    {
        var tick = ticks.Now;
        var read = scope switch
        {
            0 => await reading.OfServerAsync(token, tick, ct),
            > 0 => await reading.OfCodeAsync(scope, token, tick, ct),
            _ => await reading.OfPageAsync(-scope, token, tick, ct),
        };
        if (read is not null)
            memory.Keep(scope, token, read);
        else
            Forget(scope, token);
        return read;
    }

    private void Forget(long scope, string token)
    {
        memory.Drop(scope, token);
        if (unknown.Count >= MostUnknown)
            unknown.Clear();
        unknown[(scope, token)] = clock.GetTimestamp();
    }

    private bool IsUnknown(long scope, string token) =>
        unknown.TryGetValue((scope, token), out var since) && clock.GetElapsedTime(since) < UnknownFor;

    /// <summary>While nothing is heard of changes, what is asked for is read again every few seconds, and answered meanwhile.</summary>
    private void CheckAside(long scope, string token, KnownLink known)
    {
        var now = reading.SecondsNow();
        if (now - known.CheckedAt < CheckEverySeconds)
            return;
        if (Interlocked.Increment(ref refreshing) > RefreshesAtOnce)
        {
            Interlocked.Decrement(ref refreshing);
            return;
        }
        memory.NoteCheck(scope, token, now);
        _ = CheckAsync(scope, token);
    }

    private async Task CheckAsync(long scope, string token)
    {
        try
        {
            await ReadAsync(scope, token, CancellationToken.None);
        }
        catch (Exception outage) when (DatabaseFault.IsOutage(outage))
        {
            // What is known goes on being answered.
        }
        finally
        {
            Interlocked.Decrement(ref refreshing);
        }
    }
}
