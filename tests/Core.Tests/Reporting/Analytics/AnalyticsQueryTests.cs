using System.Globalization;
using Dapper;
using Tributary.Clicks;
using Tributary.Core.Tests.Orders;
using Tributary.Orders;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Reporting.Analytics;
using Tributary.Signups;
using Tributary.Tests.Support;

namespace Tributary.Core.Tests.Reporting.Analytics;

public sealed class AnalyticsQueryTests(PostgresFixture postgres)
{
    [Fact]
    public async Task PN_54_the_worked_example_gives_its_numbers_and_every_grouping_adds_up_to_them()
    {
        await using var shop = await Shop.OpenAsync(postgres);
        var (book, link, day) = await ExampleAsync(shop);
        await using var connection = await shop.Database.OpenAsync(CancellationToken.None);
        var stats = (await LinkStats.ReadAsync(connection, 1, [link], null, null, CancellationToken.None))[link];
        (stats.Clicks, stats.UniqueClicks, stats.Leads, stats.Conversions).ShouldBe((4, 3, 2, 2));
        stats.Revenue.Select(of => $"{of.Key} {of.Value}").ShouldBe(["EUR 3000", "USD 7500"]);

        var before = await AskAsync(book, shop, day, link: link, by: Grouping.Country);
        before.AsOf.ShouldBeLessThanOrEqualTo(shop.Clock.GetUtcNow());
        await book.Folding.RunAsync(CancellationToken.None);
        foreach (var by in Enum.GetValues<Grouping>().Cast<Grouping?>().Prepend(null))
        {
            var answer = await AskAsync(book, shop, day, link: link, by: by);
            Told(answer.Totals).ShouldBe("8 requests, 4 clicks, 3 unique, 2 leads, 2 conversions, EUR 3000, USD 7500", $"{by}");
            answer.Totals.Clicks.Invalid.OrderBy(reason => reason.Key).Select(reason => $"{reason.Key} {reason.Value}")
                .ShouldBe(["bot 1", "duplicate 1", "head 1", "preview 1"]);
            ShouldAddUp(answer);
        }
    }

    [Fact]
    public async Task D27_link_partner_and_programme_say_the_same_at_one_instant()
    {
        await using var shop = await Shop.OpenAsync(postgres);
        var (book, link, day) = await ExampleAsync(shop);
        await book.Folding.RunAsync(CancellationToken.None);
        var partner = await shop.NumberAsync("user_12345");
        var told = new List<string>();
        foreach (var (ofPartner, ofLink) in new (long?, long?)[] { (null, null), (partner, null), (null, link) })
        {
            var answer = await AskAsync(book, shop, day, ofPartner, ofLink);
            answer.AsOf.ShouldBe(shop.Clock.GetUtcNow());
            told.Add(Told(answer.Totals));
        }
        told.Distinct().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task PN_55_what_no_link_is_credited_with_is_the_partners_and_a_group_of_its_own()
    {
        await using var shop = await Shop.OpenAsync(postgres);
        var book = new ClickBook(shop);
        var partner = await shop.NumberAsync("user_12345");
        var link = await book.LinkAsync(partner);
        var ids = await book.WriteAsync(new BookedClick(link, shop.Clock.GetUtcNow()) { Unique = true });
        await SignUpAsync(shop, "friend_1", ids[0]);
        await shop.SignUpAsync("friend_2", code: "REF123456");
        await shop.OrderAsync("friend_1", "o1", 5_000);
        await shop.OrderAsync("friend_2", "o2", 5_000);
        await book.Folding.RunAsync(CancellationToken.None);
        var answer = await AskAsync(book, shop, shop.Program.DayOf(shop.Clock.GetUtcNow()), partner, by: Grouping.Link);
        answer.Totals.Conversions.ShouldBe(2);
        answer.Groups!.Single(group => group.Id == link).Numbers.Conversions.ShouldBe(1);
        answer.Groups!.Single(group => group is { Id: null, Value: null }).Numbers.Conversions.ShouldBe(1);
        ShouldAddUp(answer);
    }

    [Fact]
    public async Task CL_80_no_question_reads_clicks()
    {
        await using var shop = await Shop.OpenAsync(postgres);
        var (book, link, day) = await ExampleAsync(shop);
        var statements = new HashSet<string>(StringComparer.Ordinal) { LinkStats.StatementOf(null, null), LinkStats.StatementOf(day, day) };
        book.Query.Statement = sql => statements.Add(sql);
        var partner = await shop.NumberAsync("user_12345");
        foreach (var by in Enum.GetValues<Grouping>().Cast<Grouping?>().Prepend(null))
        {
            foreach (var (ofPartner, ofLink) in new (long?, long?)[] { (null, null), (partner, null), (null, link) })
            {
                await AskAsync(book, shop, day, ofPartner, ofLink, by);
                (await book.Query.AskAsync(new AnalyticsQuestion(1, TimeZoneInfo.Utc, new(2020, 1, 1), new(2026, 1, 1), Interval.Month, by, ofPartner, ofLink), CancellationToken.None)).Succeeded.ShouldBeTrue();
                if (by is null)
                    await AskAsync(book, shop, day, ofPartner, ofLink, interval: Interval.Hour);
            }
        }
        statements.Count.ShouldBeGreaterThan(60);
        await using var connection = await shop.Database.OpenAsync(CancellationToken.None);
        foreach (var sql in statements)
        {
            var type = sql.Contains(".hour", StringComparison.Ordinal) ? "timestamptz" : "date";
            var asked = sql.Contains("link_days d", StringComparison.Ordinal) && sql.Contains("any($2)", StringComparison.Ordinal) ? "bigint[]" : "bigint";
            var groups = sql.Contains("t.value", StringComparison.Ordinal) ? "text[]" : "bigint[]";
            await connection.ExecuteAsync($"prepare asked (bigint, {asked}, {type}, {type}, bigint, {groups}) as {sql}");
            var plan = string.Join('\n', await connection.QueryAsync<string>($"explain execute asked (1, {(asked == "bigint" ? "1" : "'{1}'")}, '2026-01-01', '2026-02-01', 10, '{{}}')"));
            plan.ShouldNotMatch(@"\bon clicks", $"{sql}\n{plan}");
            await connection.ExecuteAsync("deallocate asked");
        }
    }

    [Theory]
    [InlineData("America/New_York", 2026, 3, 8, 23)]
    [InlineData("America/New_York", 2026, 11, 1, 25)]
    [InlineData("Asia/Kathmandu", 2026, 3, 8, 24)]
    public async Task R8_days_of_the_zone_have_their_hours_and_add_up_to_what_lies_between_the_same_instants(string zone, int year, int month, int dayOfMonth, int hours)
    {
        var day = new DateOnly(year, month, dayOfMonth);
        await using var shop = await Shop.OpenAsync(postgres, settings: s => s with { TimeZone = zone });
        await shop.ExecuteAsync($$"""update programs set settings = '{"timeZone":"{{zone}}"}'""");
        var book = new ClickBook(shop);
        var link = await book.LinkAsync(await shop.NumberAsync("user_12345"));
        var start = CountingZones.Midnight(day, shop.Program.Settings.Zone);
        var end = CountingZones.Midnight(day.AddDays(1), shop.Program.Settings.Zone);
        (end - start).TotalHours.ShouldBe(hours);
        shop.Clock.Advance(end.AddDays(1) - shop.Clock.GetUtcNow());
        // One click each half hour, from a day before to a day after.
        await book.WriteAsync([.. Enumerable.Range(0, (hours + 48) * 2).Select(n => new BookedClick(link, start.AddDays(-1).AddMinutes(30 * n)))]);
        await book.Folding.RunAsync(CancellationToken.None);
        foreach (var (ofLink, interval) in new (long?, Interval)[] { (null, Interval.Day), (link, Interval.Day), (null, Interval.Hour), (link, Interval.Hour) })
        {
            var answer = await AskAsync(book, shop, day, link: ofLink, interval: interval);
            answer.Totals.Clicks.Clicks.ShouldBe(hours * 2);
            answer.Series.Sum(part => part.Numbers.Clicks.Clicks).ShouldBe(hours * 2);
            if (interval == Interval.Hour)
                answer.Series.ShouldAllBe(part => part.Numbers.Clicks.Clicks == 2);
        }
    }

    [Fact]
    public async Task CL33_hours_that_were_counted_in_another_zone_are_told_in_those_of_the_present_one()
    {
        await using var shop = await Shop.OpenAsync(postgres);
        var book = new ClickBook(shop);
        var link = await book.LinkAsync(await shop.NumberAsync("user_12345"));
        var at = new DateTimeOffset(2026, 3, 4, 12, 20, 0, TimeSpan.Zero);
        shop.Clock.Advance(at.AddDays(1) - shop.Clock.GetUtcNow());
        await book.WriteAsync(new BookedClick(link, at));
        await book.Folding.RunAsync(CancellationToken.None);
        var kathmandu = TimeZoneInfo.FindSystemTimeZoneById("Asia/Kathmandu");
        var question = new AnalyticsQuestion(1, kathmandu, new(2026, 3, 4), new(2026, 3, 5), Interval.Hour);
        var answer = (await book.Query.AskAsync(question, CancellationToken.None)).Value;
        answer.Series.Single(part => part.Numbers.Clicks.Clicks == 1).Start.ShouldBe(new DateTimeOffset(2026, 3, 4, 11, 15, 0, TimeSpan.Zero));
    }

    [Fact]
    public async Task Weeks_begin_on_Monday_and_empty_intervals_are_there()
    {
        await using var shop = await Shop.OpenAsync(postgres);
        var book = new ClickBook(shop);
        var link = await book.LinkAsync(await shop.NumberAsync("user_12345"));
        await book.WriteAsync(new BookedClick(link, new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero)), new BookedClick(link, new(2026, 3, 16, 0, 0, 0, TimeSpan.Zero)));
        await book.Folding.RunAsync(CancellationToken.None);
        var answer = await AskAsync(book, shop, new(2026, 3, 4), interval: Interval.Week, to: new(2026, 3, 20));
        answer.Series.Select(part => $"{part.Start:MM-dd} {part.Numbers.Clicks.Clicks}").ShouldBe(["03-02 1", "03-09 0", "03-16 1"]);
    }

    [Fact]
    public async Task CL_72_values_beyond_the_limit_are_other_and_what_is_taken_back_leaves_where_it_was_counted()
    {
        await using var shop = await Shop.OpenAsync(postgres);
        var book = new ClickBook(shop);
        var link = await book.LinkAsync(await shop.NumberAsync("user_12345"));
        var at = shop.Clock.GetUtcNow();
        await book.WriteAsync([.. Enumerable.Range(0, 103).Select(n => new BookedClick(link, at) { UtmSource = $"s{n:000}" })]);
        await book.Folding.RunAsync(CancellationToken.None);
        await book.WriteAsync(new BookedClick(link, at) { UtmSource = "s000" }, new BookedClick(link, at) { UtmSource = "s102" }, new BookedClick(link, at));
        await book.Folding.RunAsync(CancellationToken.None);
        (await shop.TextAsync("select concat_ws(' ', count(*), sum(valid), sum(valid) filter (where value = '(other)'), max(valid) filter (where value = 's000')) from dimension_days where scope = 'link' and dimension = 'utm_source'"))
            .ShouldBe("101 105 4 2");
        (await shop.CountAsync("select count(*) from dimension_days where scope = 'program' and dimension = 'utm_source'")).ShouldBe(103);
        var answer = await AskAsync(book, shop, shop.Program.DayOf(at), link: link, by: Grouping.UtmSource);
        answer.Groups!.Count.ShouldBe(101);
        ShouldAddUp(answer);
    }

    [Fact]
    public async Task CL_81_of_many_links_only_the_leading_ones_are_read()
    {
        await using var shop = await Shop.OpenAsync(postgres);
        var book = new ClickBook(shop);
        var partner = await shop.NumberAsync("user_12345");
        await shop.ExecuteAsync($"""
            insert into links (program_id, public_id, referrer_id, key, short_code, created_at, updated_at)
            select 1, 'many' || n, {partner}, 'many' || n, 'many' || n, now(), now() from generate_series(1, {GroupReader.MostRankedAtOnce}) n
            """);
        var (first, second) = (await book.LinkAsync(partner), await book.LinkAsync(partner));
        var at = shop.Clock.GetUtcNow();
        await book.WriteAsync(new BookedClick(second, at), new BookedClick(first, at) { Verdict = Verdict.Bot }, new BookedClick(first, at), new BookedClick(first, at));
        await book.Folding.RunAsync(CancellationToken.None);
        await book.WriteAsync(new BookedClick(second, at));
        var asked = new List<string>();
        book.Query.Statement = asked.Add;
        foreach (var ofPartner in new long?[] { null, partner })
        {
            var answer = await AskAsync(book, shop, shop.Program.DayOf(at), ofPartner, by: Grouping.Link);
            answer.Groups!.ToDictionary(group => group.Id!.Value, group => group.Numbers.Clicks.Clicks)
                .ShouldBe(new Dictionary<long, long> { [first] = 2, [second] = 2 }, ignoreOrder: true);
            ShouldAddUp(answer);
        }
        asked.Where(sql => sql.Contains("from link_days t", StringComparison.Ordinal) && sql.Contains("group by t.link_id", StringComparison.Ordinal))
            .ShouldAllBe(sql => sql.Contains("t.link_id = any($6)", StringComparison.Ordinal));
        asked.ShouldContain(sql => sql.Contains("from dimension_days t", StringComparison.Ordinal) && sql.Contains("limit $5", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Two_folding_at_once_fold_each_click_once()
    {
        await using var shop = await Shop.OpenAsync(postgres);
        var book = new ClickBook(shop);
        var link = await book.LinkAsync(await shop.NumberAsync("user_12345"));
        for (var n = 0; n < 20; n++)
            await book.WriteAsync(new BookedClick(link, shop.Clock.GetUtcNow()));
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => new Folding(shop.Database, shop.Clock).RunAsync(CancellationToken.None))));
        await book.Folding.RunAsync(CancellationToken.None);
        (await shop.CountAsync("select sum(valid)::bigint from link_hours")).ShouldBe(20);
        (await shop.CountAsync("select count(*) from click_batches")).ShouldBe(0);
    }

    internal static async Task<AnalyticsAnswer> AskAsync(
        ClickBook book, Shop shop, DateOnly from, long? partner = null, long? link = null, Grouping? by = null, Interval interval = Interval.Day, DateOnly? to = null) =>
        (await book.Query.AskAsync(
            new AnalyticsQuestion(1, shop.Program.Settings.Zone, from, to ?? from.AddDays(1), interval, by, partner, link), CancellationToken.None)).Value;

    internal static void ShouldAddUp(AnalyticsAnswer answer)
    {
        ShouldBeSum(answer.Totals, answer.Series.Select(part => part.Numbers));
        if (answer.Groups is not null)
            ShouldBeSum(answer.Totals, answer.Groups.Select(group => group.Numbers));
    }

    /// <summary>Clicks of one visitor and of machines, two sign-ups through the link, orders, an archived one and a refund (partnero.md § 6).</summary>
    private static async Task<(ClickBook Book, long Link, DateOnly Day)> ExampleAsync(Shop shop)
    {
        var book = new ClickBook(shop);
        await book.DomainAsync("shop.example", primary: true);
        var partner = await shop.NumberAsync("user_12345");
        var link = await book.LinkAsync(partner);
        var day = shop.Program.DayOf(shop.Clock.GetUtcNow());
        var ten = CountingZones.Midnight(day, shop.Program.Settings.Zone).AddHours(10);
        var ids = await book.WriteAsync(
            new BookedClick(link, ten) { Unique = true, UtmSource = "mail" },
            new BookedClick(link, ten.AddSeconds(4)) { Verdict = Verdict.Duplicate },
            new BookedClick(link, ten.AddHours(5)),
            new BookedClick(link, ten) { Unique = true, Country = "SE" },
            new BookedClick(link, ten) { Unique = true, Device = null },
            new BookedClick(link, ten) { Verdict = Verdict.Bot, Country = "US" },
            new BookedClick(link, ten) { Verdict = Verdict.Head },
            new BookedClick(link, ten) { Verdict = Verdict.Preview });
        shop.Clock.Set(ten.AddHours(10));
        await SignUpAsync(shop, "v1", ids[0]);
        await SignUpAsync(shop, "v2", ids[3]);
        await OrderAsync(shop, "v1", "100", 10_000, "USD");
        await OrderAsync(shop, "v1", "40", 4_000, "USD");
        await OrderAsync(shop, "v2", "30", 3_000, "EUR");
        (await shop.CancelAsync("40")).Succeeded.ShouldBeTrue();
        (await shop.RefundAsync("100", "r1", 2_500)).Succeeded.ShouldBeTrue();
        return (book, link, day);
    }

    internal static async Task SignUpAsync(Shop shop, string customer, Guid click) =>
        (await new RegisterCustomer(shop.Transactions).ExecuteAsync(
            shop.Program, new CustomerInput { MerchantId = customer }, new ReferralClaim { ClickId = new ClickId(click).ToString() }, shop.Caller,
            CancellationToken.None)).Succeeded.ShouldBeTrue();

    private static async Task OrderAsync(Shop shop, string customer, string order, long total, string currency) =>
        (await new RecordOrder(shop.Transactions).ExecuteAsync(
            shop.Program,
            new OrderInput { Customer = new CustomerInput { MerchantId = customer }, OrderId = order, Total = total, Currency = Currency.Of(currency) },
            shop.Caller, CancellationToken.None)).Succeeded.ShouldBeTrue();

    private static void ShouldBeSum(Numbers totals, IEnumerable<Numbers> parts)
    {
        var sum = new Numbers();
        foreach (var part in parts)
            sum.Add(part);
        Told(sum).ShouldBe(Told(totals));
        sum.Clicks.Values.ShouldBe(totals.Clicks.Values);
        sum.Units.ShouldBe(totals.Units);
    }

    private static string Told(Numbers numbers) => string.Create(
        CultureInfo.InvariantCulture,
        $"{numbers.Clicks.Requests} requests, {numbers.Clicks.Clicks} clicks, {numbers.Clicks.UniqueClicks} unique, {numbers.Leads} leads, {numbers.Conversions} conversions, {string.Join(", ", numbers.Revenue.Select(of => $"{of.Key} {of.Value}"))}");
}
