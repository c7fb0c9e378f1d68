using Tributary.Clicks;
using Tributary.Clicks.Agents;
using Tributary.Clicks.Intake;
using Tributary.Clicks.Keeping;
using Tributary.Links;
using Tributary.Programs;
using Tributary.Server.Hosting;

namespace Tributary.Server.Redirect;

/// <summary>Answers a request for a known link: verdict, visitor, click, and then where it leads.</summary>
internal sealed class Redirector(
    ClickIntake intake,
    VisitorKeys keys,
    AgentTable agents,
    ClickRulesTable rules,
    ClickLimits limits,
    VisitorOrigins origins,
    TimeProvider clock)
{
    public async Task AnswerAsync(HttpContext http, RedirectHost host, RedirectTarget target)
    {
        var program = target.Program.Program;
        var now = clock.GetUtcNow();
        var refusal = await limits.RefusalOfAsync(target);
        var ofProgram = rules.Of(program);
        var request = Read(http, ofProgram, refusal);
        var verdict = VerdictRules.Judge(request, ofProgram);
        var visit = await MeetAsync(http, target, request, verdict, now);
        var click = Write(http, target, request, visit);
        await intake.RecordAsync(click);
        await AnswerAsync(http, host, target, request, visit);
    }

    private ClickRequest Read(HttpContext http, ClickRules ofProgram, Verdict? refusal)
    {
        var headers = http.Request.Headers;
        var address = http.Connection.RemoteIpAddress;
        return new ClickRequest
        {
            IsHead = HttpMethods.IsHead(http.Request.Method),
            SecPurpose = headers["Sec-Purpose"],
            Purpose = headers["Purpose"],
            XMoz = headers["X-Moz"],
            XPurpose = headers["X-Purpose"],
            FetchDest = headers["Sec-Fetch-Dest"],
            FetchMode = headers["Sec-Fetch-Mode"],
            Agent = agents.Of(headers.UserAgent),
            Refusal = refusal,
            HasAcceptLanguage = headers.AcceptLanguage.Count > 0,
            ReferringHost = RequestReader.ReferringHost(headers.Referer),
            FromAdvertisement = ofProgram.IsAdvertisement(http.Request.QueryString.Value),
            Country = origins.Country(headers),
            Address = VisitorOrigins.Judged(address),
            IsFlood = origins.IsFlood(address),
        };
    }

    private async ValueTask<Visit> MeetAsync(HttpContext http, RedirectTarget target, ClickRequest request, Verdict verdict, DateTimeOffset now)
    {
        var program = target.Program.Program;
        var signal = Visitor.HasSignal(http.Request.Headers, program.Settings.Clicks);
        var visit = new Visit
        {
            Verdict = verdict,
            Signal = signal,
            Knowing = Visitor.KnowingOf(program.Settings.Clicks, signal),
            Id = ClickId.New(now),
            CountedIn = CountedIn.Of(now, program.ZoneAt(now)),
        };
        if (visit.Knowing == Knowing.Anonymous || verdict is Verdict.Head or Verdict.Preview or Verdict.Bot)
            return visit;
        var brought = visit.Knowing == Knowing.Full ? Visitor.Brought(http.Request) : null;
        if (brought is { } id)
            return visit with { VisitorId = id, VisitorKey = id, From = VisitorSource.Brought };
        if (verdict != Verdict.Valid)
            return visit;
        var address = VisitorAddress.Plain(http.Connection.RemoteIpAddress);
        var key = await keys.DeriveAsync(program.Id, visit.CountedIn.Day, address, request.Agent.Text);
        return visit.Knowing == Knowing.Full
            ? visit with { VisitorId = Visitor.New(), VisitorKey = key, From = VisitorSource.Given }
            : visit with { VisitorKey = key, From = VisitorSource.Derived };
    }

    private Click Write(HttpContext http, RedirectTarget target, in ClickRequest request, Visit visit)
    {
        var program = target.Program.Program;
        var click = new Click
        {
            Id = visit.Id,
            ProgramId = program.Id,
            LinkId = target.LinkId,
            ReferrerId = target.ReferrerId,
            CountedIn = visit.CountedIn,
            DuplicateSeconds = program.Settings.Clicks.DuplicateSeconds,
            Form = target.Form,
            Verdict = visit.Verdict,
            VisitorId = visit.VisitorId,
            VisitorKey = visit.VisitorKey,
            VisitorFrom = visit.From,
            Country = request.Country,
            Flags = FlagsOf(http, request, visit) | VerdictRules.FlagsOf(visit.Verdict, request, rules.Of(program)),
        };
        return visit.Knowing == Knowing.Full ? WithDetails(click, http, target, request) : click;
    }

    private static Click WithDetails(Click click, HttpContext http, RedirectTarget target, in ClickRequest request)
    {
        var query = http.Request.QueryString.Value ?? "";
        return click with
        {
            Token = target.Token,
            Channel = RequestReader.Channel(http.Request.Query, query),
            Agent = request.Agent.Text,
            AgentId = request.Agent.Id,
            Device = request.Agent.Device,
            Browser = request.Agent.Browser,
            System = request.Agent.System,
            Address = VisitorAddress.Cut(VisitorAddress.Plain(http.Connection.RemoteIpAddress)),
            ReferringHost = request.ReferringHost,
            Parameters = RequestReader.Parameters(http.Request.Query, query),
        };
    }

    private ClickFlags FlagsOf(HttpContext http, in ClickRequest request, Visit visit)
    {
        var flags = http.Request.IsHttps ? ClickFlags.Https : ClickFlags.None;
        if (request is { FetchDest: null, FetchMode: null })
            flags |= ClickFlags.NoFetchMetadata;
        if (http.Request.Headers["Sec-Fetch-User"] != "?1")
            flags |= ClickFlags.NoFetchUser;
        if (visit.Signal)
            flags |= ClickFlags.Gpc;
        if (request.Address is null)
            flags |= ClickFlags.PrivateAddress;
        else if (rules.Lists.IsVpn(request.Address))
            flags |= ClickFlags.Vpn;
        return visit.GivesId ? flags | ClickFlags.IdGiven : flags;
    }

    private static Task AnswerAsync(HttpContext http, RedirectHost host, RedirectTarget target, in ClickRequest request, Visit visit)
    {
        var settings = target.Program.Program.Settings;
        if (VerdictRules.IsSpeculative(request))
            return ShortAnswers.NotAheadAsync(http, settings.Clicks.ReferrerPolicy);
        if (request.Refusal is Verdict.Blocked || (request.Refusal is Verdict.LinkDeleted && settings.Links.DeletedLinks == DeletedLinks.Gone))
            return ShortAnswers.GoneAsync(http, settings.Clicks.ReferrerPolicy);
        RedirectHeaders.Set(http, settings.Clicks.ReferrerPolicy);
        if (visit is { GivesId: true, Knowing: Knowing.Full })
            GiveCookies(http, host, target, visit);
        var query = http.Request.QueryString.Value ?? "";
        var withCode = request.Refusal is null && visit.Verdict != Verdict.NotNavigation;
        http.Response.StatusCode = StatusCodes.Status302Found;
        http.Response.Headers.Location = withCode
            ? target.Location(query, visit.GivesId ? visit.Id.ToString() : null)
            : target.LocationWithoutCode(query);
        http.Response.ContentLength = 0;
        return Task.CompletedTask;
    }

    /// <summary>
    /// On a sub-domain of the merchant's site the cookies are the site's own: with them an order finds its click (clicks.md § 5).
    /// A first click that is remembered stays.
    /// </summary>
    private static void GiveCookies(HttpContext http, RedirectHost host, RedirectTarget target, Visit visit)
    {
        var settings = target.Program.Program.Settings;
        var domain = host.Kind == RedirectHostKind.Wildcard && host.Label is { } label ? host.Name[(label.Length + 1)..] : null;
        if (visit.From == VisitorSource.Given)
            Visitor.Give(http, visit.VisitorId!.Value, domain);
        var code = settings.Partnero.CodeCookie;
        if (domain is null && host.Kind != RedirectHostKind.Site)
            return;
        if (settings.Attribution.ClickModel == ClickModel.First && http.Request.Cookies.ContainsKey(code))
            return;
        var days = settings.Attribution.WindowDays is > 0 and var window ? window : int.MaxValue;
        Visitor.Give(http, Visitor.ClickCookie, visit.Id.ToString(), domain, days);
        Visitor.Give(http, code, Uri.EscapeDataString(target.Code), domain, days);
    }

    /// <summary>What was found out about who came.</summary>
    private sealed record Visit
    {
        public required Verdict Verdict { get; init; }
        public required bool Signal { get; init; }
        public required Knowing Knowing { get; init; }
        public required ClickId Id { get; init; }
        public required CountedIn CountedIn { get; init; }
        public Guid? VisitorId { get; init; }
        public Guid? VisitorKey { get; init; }
        public VisitorSource From { get; init; }

        /// <summary>Click id and cookie go only with what no rule has fitted (CL-10), and never in anonymous mode (CL-52).</summary>
        public bool GivesId => Verdict == Verdict.Valid && Knowing != Knowing.Anonymous;
    }
}
