using Dapper;
using Tributary.Clicks;
using Tributary.Clicks.Agents;
using Tributary.Core.Tests.Orders;
using Tributary.Ledger;
using Tributary.Programs;
using Tributary.Reporting.Analytics;
using Tributary.Tests.Support;

namespace Tributary.Core.Tests.Reporting.Analytics;

/// <summary>CL-70 and D10: however clicks came, were folded and were counted anew, every roll-up is what folding all of them at once gives.</summary>
public sealed class FoldingTests(PostgresFixture postgres)
{
    private static readonly string[] RollUps =
    [
        "link_hours", "referrer_days", "domain_days", "dimension_days", "link_months", "referrer_months", "domain_months", "dimension_months",
    ];

    [Fact]
    public void The_doctor_knows_every_reason() => CounterCheck.Reasons.ShouldBe(VerdictWords.All.Skip(1));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task CL_70_random_histories_end_where_a_rebuild_ends(int seed)
    {
        var random = new Random(seed);
        await using var shop = await Shop.OpenAsync(postgres);
        shop.Clock.Set(new DateTimeOffset(shop.Clock.GetUtcNow().Date, TimeSpan.Zero).AddHours(20));
        var book = new ClickBook(shop);
        var domain = await book.DomainAsync("other.example");
        var partner = await shop.NumberAsync("user_12345");
        long[] links = [await book.LinkAsync(partner), await book.LinkAsync(partner, domain)];
        var clicked = new List<Guid>();
        for (var round = 0; round < 12; round++)
        {
            clicked.AddRange(await book.WriteAsync([.. Enumerable.Range(0, random.Next(1, 8)).Select(_ => Draw(random, links, shop.Clock.GetUtcNow()))]));
            if (random.Next(3) == 0)
                await book.Folding.RunAsync(CancellationToken.None);
            if (random.Next(2) == 0)
                await SignUpAndOrderAsync(shop, random, round, clicked);
            if (random.Next(4) == 0)
                await BurstAsync(shop, book, links[0], random);
        }
        await book.Folding.RunAsync(CancellationToken.None);
        var folded = await PictureAsync(shop);
        await shop.ExecuteAsync($"{string.Join(';', RollUps.Select(table => $"delete from {table} where program_id = 1"))};" + """
            insert into click_batches (program_id, batch, clicks, first_click, last_click, committed_at)
            select 1, batch, count(*), (array_agg(click_id order by click_id))[1], (array_agg(click_id order by click_id desc))[1], now() from clicks group by batch
            """);
        await book.Folding.RunAsync(CancellationToken.None);
        (await PictureAsync(shop)).ShouldBe(folded);
        foreach (var by in Enum.GetValues<Grouping>())
        {
            foreach (var (ofPartner, ofLink) in new (long?, long?)[] { (null, null), (partner, null), (null, links[1]) })
                AnalyticsQueryTests.ShouldAddUp(await AnalyticsQueryTests.AskAsync(
                    book, shop, shop.Program.DayOf(shop.Clock.GetUtcNow()).AddDays(-5), ofPartner, ofLink, by, Interval.Week, shop.Program.DayOf(shop.Clock.GetUtcNow()).AddDays(1)));
        }
    }

    [Fact]
    public async Task A_merged_referrers_roll_ups_are_the_survivors()
    {
        await using var shop = await Shop.OpenAsync(postgres, settings: s => s with { Customers = new CustomerSettings { MergeBy = MergeBy.Email } });
        var book = new ClickBook(shop);
        await shop.SignUpAsync("alice", ownCode: "ALICE1234", email: "alice@example.org");
        var former = await shop.NumberAsync("alice");
        var link = await book.LinkAsync(former);
        await book.WriteAsync(new BookedClick(link, shop.Clock.GetUtcNow()));
        await shop.SignUpAsync("friend_1", code: "ALICE1234");
        await book.Folding.RunAsync(CancellationToken.None);
        await book.WriteAsync(new BookedClick(link, shop.Clock.GetUtcNow()));
        await shop.SignUpAsync("user_12345", email: "alice@example.org");
        await book.Folding.RunAsync(CancellationToken.None);
        var survivor = await shop.NumberAsync("alice");
        survivor.ShouldNotBe(former);
        var answer = await AnalyticsQueryTests.AskAsync(book, shop, shop.Program.DayOf(shop.Clock.GetUtcNow()), survivor, by: Grouping.Device);
        (answer.Totals.Clicks.Clicks, answer.Totals.Leads).ShouldBe((2, 1));
        AnalyticsQueryTests.ShouldAddUp(answer);
        (await shop.CountAsync($"select count(*) from folded_outcomes where scope = 'referrer' and scope_id = {former}")).ShouldBe(0);
    }

    private static BookedClick Draw(Random random, long[] links, DateTimeOffset now)
    {
        var verdict = (Verdict)random.Next(0, 6) is var drawn && drawn > Verdict.Bot ? Verdict.Valid : drawn;
        return new BookedClick(links[random.Next(2)], now.AddMinutes(-random.Next(1, 60 * 24 * 4)))
        {
            Verdict = verdict,
            Country = random.Next(3) switch { 0 => null, 1 => "NO", _ => "SE" },
            UtmSource = random.Next(2) == 0 ? null : $"s{random.Next(4)}",
            Address = random.Next(2) == 0 ? "203.0.113.0/24" : "198.51.100.0/24",
            VisitorKey = verdict == Verdict.Valid ? Guid.NewGuid() : null,
            Unique = verdict == Verdict.Valid,
        };
    }

    private static async Task SignUpAndOrderAsync(Shop shop, Random random, int round, List<Guid> clicked)
    {
        var click = clicked[random.Next(clicked.Count)];
        await AnalyticsQueryTests.SignUpAsync(shop, $"friend_{round}", click);
        await shop.OrderAsync($"friend_{round}", $"o{round}", 100 * random.Next(1, 50));
        if (random.Next(2) == 0)
            await shop.RefundAsync($"o{round}", $"r{round}", random.Next(1, 100));
        else if (random.Next(2) == 0)
            await shop.CancelAsync($"o{round}");
    }

    private static async Task BurstAsync(Shop shop, ClickBook book, long link, Random random)
    {
        var at = shop.Clock.GetUtcNow().AddMinutes(-random.Next(60 * 24 * 4));
        await shop.ExecuteAsync($"""
            insert into velocity_findings (program_id, link_id, referrer_id, address, starts_at, ends_at, clicks, landings, found_at)
            select 1, link_id, referrer_id, '203.0.113.0/24', '{at:O}', '{at.AddHours(10):O}', 2, 0, now() from links where link_id = {link}
            """);
        await new Recounting(shop.Database, book.Folding, new AgentTable(AgentLists.Load(null)), shop.Clock)
            .RunAsync(CancellationToken.None);
    }

    /// <summary>Every row that counts something.</summary>
    private static async Task<string> PictureAsync(Shop shop)
    {
        await using var connection = await shop.Database.OpenAsync(CancellationToken.None);
        var rows = new List<string>();
        foreach (var table in RollUps)
            rows.AddRange(await connection.QueryAsync<string>($"select '{table} ' || t::text from {table} t where requests <> 0 or valid <> 0 or velocity <> 0"));
        return string.Join('\n', rows.Order(StringComparer.Ordinal));
    }
}
