using System.Net;
using Tributary.Clicks;
using Tributary.Clicks.Agents;
using Tributary.Clicks.Intake;
using Tributary.Clicks.Keeping;
using Tributary.Clicks.Landing;
using Tributary.Links;
using Tributary.Programs;
using Tributary.Storage;

namespace Tributary.Server.Demo;

/// <summary>
/// Visitors of the demo partner's links within the last hour. They are judged and counted like all others: one comes twice
/// within seconds, one is a crawler, one page is opened in a frame.
/// </summary>
internal static class DemoClicks
{
    private const string Chrome = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";
    private const string Safari = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1";
    private const string Firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0";
    private const string Crawler = "Googlebot/2.1 (+http://www.google.com/bot.html)";

    private const string Blog = "https://blog.example/best-shops";
    private const string Mail = "https://mail.example/";

    private static readonly Arrival[] Arrivals =
    [
        new(1, "https://yoursite.com/?ref=JOHN20", Chrome, 58 * 60, Blog, "DE"),
        new(2, "https://yoursite.com/?ref=JOHN20", Safari, 51 * 60, Blog, "FR"),
        new(2, "https://yoursite.com/?ref=JOHN20", Safari, (51 * 60) - 3, Blog, "FR"),
        new(3, "https://yoursite.com/pricing?ref=link_456", Firefox, 44 * 60, Mail, "DE"),
        new(4, "https://yoursite.com/pricing?ref=link_456", Chrome, 40 * 60, Mail, "US"),
        new(5, "https://shop.yoursite.com/black-friday?ref=BF24", Safari, 33 * 60, null, "GB"),
        new(6, "https://yoursite.com/special-offer?ref=SUMMER24&utm_source=partner&utm_campaign=summer2024", Chrome, 27 * 60, Blog, "DE"),
        new(7, "https://yoursite.com/?ref=JOHN20", Crawler, 22 * 60, null, "US"),
        new(8, "https://yoursite.com/special-offer?ref=SUMMER24", Firefox, 15 * 60, Blog, "NL") { Framed = true },
        new(1, "https://yoursite.com/pricing?ref=JOHN20", Chrome, 9 * 60, null, "DE"),
    ];

    public static async Task TellAsync(IServiceProvider services, ReferralProgram program, CancellationToken ct)
    {
        if (await services.GetRequiredService<SiteDirectory>().FindAsync(program.PublicId, ct) is not { } sites)
            return;
        var (database, clock) = (services.GetRequiredService<Database>(), services.GetRequiredService<TimeProvider>());
        var spool = Directory.CreateTempSubdirectory("tributary-demo-clicks-").FullName;
        try
        {
            // An intake of its own: the command that makes the demo has none that runs.
            await using var intake = new ClickIntake(
                database, new ClickIntakeSettings { SpoolFolder = spool }, clock, services.GetRequiredService<ILogger<ClickIntake>>());
            var landing = new LandingIntake(
                database, services.GetRequiredService<LinkTable>(), intake, new VisitorKeys(database), new AgentTable(AgentLists.Load(null)),
                new ClickRulesTable(SourceLists.Load(spool)), new ClickLimits(database, clock), clock);
            using var end = CancellationTokenSource.CreateLinkedTokenSource(ct);
            var running = intake.RunAsync(end.Token);
            await ArriveAsync(landing, sites, clock.GetUtcNow(), ct);
            await end.CancelAsync();
            await running;
        }
        finally
        {
            Directory.Delete(spool, recursive: true);
        }
    }

    private static async Task ArriveAsync(LandingIntake landing, ProgramSites sites, DateTimeOffset now, CancellationToken ct)
    {
        foreach (var arrival in Arrivals)
        {
            var report = new LandingReport
            {
                Url = arrival.Url,
                Referrer = arrival.From,
                ArrivedAt = now.AddSeconds(-arrival.SecondsAgo),
                VisitorId = new Guid(arrival.Visitor, 0, 0x4000, 0x80, 0, 0, 0, 0, 0, 0, 1).ToString("D"),
                Framed = arrival.Framed,
                Agent = arrival.Agent,
                // Of the networks that are kept for examples.
                Address = new IPAddress([203, 0, 113, (byte)arrival.Visitor]),
                HasAcceptLanguage = true,
                Country = arrival.Country,
            };
            await landing.RecordAsync(sites, report, ct);
        }
    }

    private sealed record Arrival(int Visitor, string Url, string Agent, int SecondsAgo, string? From, string Country)
    {
        public bool Framed { get; init; }
    }
}
