using System.Security.Cryptography;
using Tributary.Clicks.Agents;
using Tributary.Clicks.Intake;
using Tributary.Clicks.Keeping;
using Tributary.Links;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Storage;

namespace Tributary.Clicks.Landing;

/// <summary>
/// Takes reports of visitors' arrivals (CL-2). One with a fresh click id confirms that click and is no second one; any other that
/// names a link is a click of its own, judged by the same rules as at the redirect.
/// </summary>
public sealed class LandingIntake(
    Database database, LinkTable links, ClickIntake intake, VisitorKeys keys, AgentTable agents, ClickRulesTable rules, ClickLimits limits, TimeProvider clock)
{
    private const int LongestPath = 500;

    /// <summary>For how long an address with a click's id is that click's own and no copy (CL-41).</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(10);

    /// <summary>How long a page may keep an arrival to itself, because it waits for consent.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    /// <returns>What the browser is to remember.</returns>
    public async Task<Landed> RecordAsync(ProgramSites sites, LandingReport report, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(sites);
        ArgumentNullException.ThrowIfNull(report);
        if (!Uri.TryCreate(report.Url, UriKind.Absolute, out var page) || page.Scheme is not ("http" or "https"))
            return Landed.Nowhere;
        var visit = VisitOf(sites.Program, report, page);
        if (ClickId.TryParse(report.ClickId, out var click) && (visit.At - click.At).Duration() <= Fresh)
            return await ConfirmAsync(sites, report, visit, click, ct);
        return await FindAsync(sites, report, page, ct) is { } target ? await RecordAsync(target, report, visit) : Unknown(sites, report, page, visit);
    }

    private async Task<Landed> ConfirmAsync(ProgramSites sites, LandingReport report, Visit visit, ClickId click, CancellationToken ct)
    {
        (string, string)? page = visit.Full ? (Cut(visit.Page.Host, Limits.Text), Cut(visit.Page.AbsolutePath, LongestPath)) : null;
        if (await Arrivals.ConfirmAsync(database, sites.Program, click, visit.Brought, visit.At, page, ct) is { } arrived)
            return arrived.Counts ? visit.Remember(arrived.Code, click, visit.Brought ?? arrived.VisitorId, null) : Landed.Nowhere;
        // It waits in some node's spool; what it was is known when it comes.
        var target = await FindAsync(sites, report, visit.Page, ct);
        return target is null ? Landed.Nowhere : visit.Remember(target.Code, click, visit.Brought ?? NewVisitor(visit), null);
    }

    private async ValueTask<RedirectTarget?> FindAsync(ProgramSites sites, LandingReport report, Uri page, CancellationToken ct)
    {
        if (report.IsDirect)
            return await links.FindByPageAsync(sites.Program.Id, report.Url, ct);
        foreach (var token in LandingToken.Of(page, sites.Program.Settings.Links, sites.Wildcards))
        {
            if (await links.FindByTokenAsync(sites.Program.Id, token.Text, token.Form, ct) is { } found)
                return found;
        }
        return null;
    }

    private Landed Unknown(ProgramSites sites, LandingReport report, Uri page, Visit visit)
    {
        if (!report.IsDirect && LandingToken.Of(page, sites.Program.Settings.Links, sites.Wildcards).Any())
            intake.CountUnknown(sites.Program.Id, visit.CountedIn);
        return Landed.Nowhere;
    }

    private async Task<Landed> RecordAsync(RedirectTarget target, LandingReport report, Visit visit)
    {
        var program = target.Program.Program;
        var ofProgram = rules.Of(program);
        var request = RequestOf(report, visit, ofProgram, await limits.RefusalOfAsync(target));
        var verdict = VerdictRules.Judge(request, ofProgram);
        var id = ClickId.New(visit.At);
        var visitor = visit.Brought ?? (verdict == Verdict.Valid ? NewVisitor(visit) : null);
        Guid? key = visit.Brought;
        if (key is null && !visit.Anonymous && verdict is not Verdict.Bot)
            key = await keys.DeriveAsync(program.Id, visit.CountedIn.Day, VisitorAddress.Plain(report.Address), request.Agent.Text);
        await intake.RecordAsync(ClickOf(target, report, visit, request) with
        {
            Id = id,
            Verdict = verdict,
            Flags = FlagsOf(report, visit, request) | VerdictRules.FlagsOf(verdict, request, ofProgram),
            VisitorId = visitor,
            VisitorKey = key,
            VisitorFrom = visit.Brought is not null ? VisitorSource.Brought
                : visitor is not null ? VisitorSource.Given
                : key is not null ? VisitorSource.Derived : VisitorSource.None,
        });
        return verdict == Verdict.Valid
            ? visit.Remember(target.Code, id, visitor, target.DirectRedirectUrl)
            : new Landed(verdict, null, null, null, null);
    }

    private static ClickRequest RequestOf(LandingReport report, Visit visit, ClickRules ofProgram, Verdict? refusal) => new()
    {
        Agent = visit.Agent,
        WebDriver = report.WebDriver,
        Framed = report.Framed,
        Refusal = refusal,
        HasAcceptLanguage = report.HasAcceptLanguage,
        ReferringHost = HostOf(report.Referrer),
        FromAdvertisement = ofProgram.IsAdvertisement(visit.Page.Query),
        Country = report.Country,
        Address = VisitorAddress.Plain(report.Address) is { } plain && !VisitorAddress.IsPrivate(plain) ? plain : null,
        IsFlood = report.IsFlood,
    };

    private static Click ClickOf(RedirectTarget target, LandingReport report, Visit visit, in ClickRequest request)
    {
        var program = target.Program.Program;
        var click = new Click
        {
            Id = default,
            ProgramId = program.Id,
            LinkId = target.LinkId,
            ReferrerId = target.ReferrerId,
            CountedIn = visit.CountedIn,
            DuplicateSeconds = program.Settings.Clicks.DuplicateSeconds,
            Form = target.Form,
            Country = request.Country,
        };
        return visit.Full
            ? click with
            {
                Token = Cut(target.Token, Limits.Code),
                Agent = visit.Agent.Text,
                AgentId = visit.Agent.Id,
                Device = visit.Agent.Device,
                Browser = visit.Agent.Browser,
                System = visit.Agent.System,
                Address = VisitorAddress.Cut(VisitorAddress.Plain(report.Address)),
                PageHost = Cut(visit.Page.Host, Limits.Text),
                PagePath = Cut(visit.Page.AbsolutePath, LongestPath),
                ReferringHost = request.ReferringHost,
                Parameters = LandingParameters.Of(visit.Page.Query),
            }
            : click;
    }

    private ClickFlags FlagsOf(LandingReport report, Visit visit, in ClickRequest request)
    {
        var flags = visit.Page.Scheme == "https" ? ClickFlags.Https : ClickFlags.None;
        if (visit.Signal)
            flags |= ClickFlags.Gpc;
        if (request.Address is null)
            flags |= ClickFlags.PrivateAddress;
        else if (rules.Lists.IsVpn(request.Address))
            flags |= ClickFlags.Vpn;
        return visit.Anonymous ? flags : flags | ClickFlags.IdGiven;
    }

    private Visit VisitOf(ReferralProgram program, LandingReport report, Uri page)
    {
        var now = clock.GetUtcNow();
        var at = report.ArrivedAt is { } told && told <= now && told >= now - LongestWait ? told : now;
        var settings = program.Settings.Clicks;
        var signal = report.Gpc || (settings.DntAsGpc && report.Dnt);
        var anonymous = settings.Consent == ConsentMode.Anonymous || (signal && settings.Gpc == PrivacySignal.Anonymous);
        var full = !anonymous && !signal;
        return new Visit(
            page, at, CountedIn.Of(at, program.ZoneAt(at)), agents.Of(report.Agent), signal, anonymous, full,
            full && Guid.TryParse(report.VisitorId, out var brought) && brought != Guid.Empty ? brought : null);
    }

    /// <summary>122 random bits, nothing encoded (CL-42); null where nothing is to be known.</summary>
    private static Guid? NewVisitor(Visit visit)
    {
        if (!visit.Full)
            return null;
        Span<byte> bytes = stackalloc byte[16];
        RandomNumberGenerator.Fill(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }

    private static string? HostOf(string? address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Host is { Length: > 0 and <= Limits.Text } host ? host.ToLowerInvariant() : null;

    private static string Cut(string text, int most) => text.Length <= most ? text : text[..most];

    /// <param name="Signal">The visitor's wish, heeded as the programme says.</param>
    /// <param name="Anonymous">Nothing may be known of the visitor, and no id given (CL-52).</param>
    /// <param name="Full">All may be known that a row holds.</param>
    /// <param name="Brought">The visitor id that the browser has already.</param>
    private sealed record Visit(Uri Page, DateTimeOffset At, CountedIn CountedIn, AgentFacts Agent, bool Signal, bool Anonymous, bool Full, Guid? Brought)
    {
        /// <summary>What the browser is to remember of a visit that counts: as much as may be known.</summary>
        public Landed Remember(string code, ClickId click, Guid? visitor, string? redirectUrl) =>
            new(Verdict.Valid, code, Anonymous ? null : click, Full ? visitor : null, redirectUrl);
    }
}
