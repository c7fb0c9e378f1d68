using Dapper;
using Tributary.Clicks;
using Tributary.Clicks.Agents;
using Tributary.Core.Tests.Orders;
using Tributary.Reporting.Analytics;
using Tributary.Tests.Support;

namespace Tributary.Core.Tests.Reporting.Analytics;

/// <summary>CL-74: after a recount the counters equal those that the rows themselves give; the shop's last check compares them.</summary>
public sealed class RecountTests(PostgresFixture postgres)
{
    private const string Robot = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)";
    private const string Person = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

    [Fact]
    public async Task CL_74_a_list_that_knows_more_moves_rows_marks_and_counters()
    {
        await using var shop = await Shop.OpenAsync(postgres);
        var (book, link) = await OpenAsync(shop);
        var at = shop.Clock.GetUtcNow();
        var (robot, person) = (Guid.NewGuid(), Guid.NewGuid());
        var ids = await book.WriteAsync(
            new BookedClick(link, at.AddHours(-3)) { AgentId = 2, Unique = true, VisitorKey = robot },
            new BookedClick(link, at.AddHours(-2)) { AgentId = 2, Verdict = Verdict.Duplicate, VisitorKey = robot },
            new BookedClick(link, at.AddHours(-2).AddMinutes(1)) { AgentId = 1, Unique = true, VisitorKey = person },
            new BookedClick(link, at.AddHours(-1)) { AgentId = 1, Verdict = Verdict.Bot });
        await book.Folding.RunAsync(CancellationToken.None);
        await AskAsync(shop, at);
        (await Recounting(shop, book).RunAsync(CancellationToken.None)).ShouldBe(1);
        (await shop.TextAsync("select string_agg(verdict || (flags & 32), ' ' order by click_id) from clicks")).ShouldBe("bot0 bot0 valid32 valid0");
        (await shop.TextAsync("select concat_ws(' ', sum(requests), sum(valid), sum(unique_clicks), sum(bot), sum(duplicate)) from link_days")).ShouldBe("4 2 1 2 0");
        (await shop.TextAsync("select moved::text from recounts")).ShouldBe("""{"bot>valid": 1, "valid>bot": 1, "duplicate>bot": 1}""");
        (await shop.CountAsync($"select count(*) from unique_marks where first_click = '{ids[0]}'")).ShouldBe(0);
    }

    [Fact]
    public async Task A_burst_is_taken_out_and_its_unique_click_goes_to_the_visitors_next_one_on_another_day()
    {
        await using var shop = await Shop.OpenAsync(postgres);
        var (book, link) = await OpenAsync(shop);
        var at = shop.Clock.GetUtcNow();
        var visitor = Guid.NewGuid();
        await book.WriteAsync(
            new BookedClick(link, at.AddDays(-2)) { Unique = true, VisitorKey = visitor, Address = "203.0.113.0/24" },
            new BookedClick(link, at.AddDays(-2).AddSeconds(20)) { Address = "203.0.113.0/24" },
            new BookedClick(link, at.AddDays(-1)) { VisitorKey = visitor });
        await book.Folding.RunAsync(CancellationToken.None);
        await shop.ExecuteAsync($"""
            insert into velocity_findings (program_id, link_id, referrer_id, address, starts_at, ends_at, clicks, landings, found_at)
            select 1, link_id, referrer_id, '203.0.113.0/24', '{at.AddDays(-2).AddMinutes(-1):O}', '{at.AddDays(-2).AddMinutes(1):O}', 2, 0, now() from links where link_id = {link}
            """);
        (await Recounting(shop, book).RunAsync(CancellationToken.None)).ShouldBeGreaterThan(0);
        (await shop.TextAsync("select string_agg(verdict || (flags & 32), ' ' order by click_id) from clicks")).ShouldBe("velocity0 velocity0 valid32");
        (await shop.TextAsync("select string_agg(concat_ws(' ', requests, valid, unique_clicks, velocity), ', ' order by day) from (select day, sum(requests) requests, sum(valid) valid, sum(unique_clicks) unique_clicks, sum(velocity) velocity from link_days group by day) d"))
            .ShouldBe("2 0 0 2, 1 1 1 0");
        (await Recounting(shop, book).RunAsync(CancellationToken.None)).ShouldBe(0);
    }

    [Fact]
    public async Task Clicks_that_wait_to_be_folded_are_folded_as_they_are_judged_by_then()
    {
        await using var shop = await Shop.OpenAsync(postgres);
        var (book, link) = await OpenAsync(shop);
        var at = shop.Clock.GetUtcNow();
        await book.WriteAsync(new BookedClick(link, at.AddMinutes(-2)) { AgentId = 2 });
        await AskAsync(shop, at);
        await Recounting(shop, book).RunAsync(CancellationToken.None);
        await book.Folding.RunAsync(CancellationToken.None);
        (await shop.TextAsync("select concat_ws(' ', requests, valid, bot) from link_hours")).ShouldBe("1 0 1");
    }

    [Fact]
    public async Task Lists_are_taken_as_they_are_at_first_and_another_date_asks_for_thirty_days()
    {
        await using var shop = await Shop.OpenAsync(postgres);
        var (book, link) = await OpenAsync(shop);
        await book.WriteAsync(new BookedClick(link, shop.Clock.GetUtcNow()));
        await book.Folding.RunAsync(CancellationToken.None);
        (await Recounting(shop, book).RunAsync(CancellationToken.None)).ShouldBe(0);
        await shop.ExecuteAsync("""update folds set lists = '{"crawlers.json":"2020-01-01"}'""");
        (await Recounting(shop, book).RunAsync(CancellationToken.None)).ShouldBe(Tributary.Reporting.Analytics.Recounting.Days + 2);
        (await shop.CountAsync("select count(*) from recounts where state = 'done' and changed = 0")).ShouldBe(32);
    }

    private static Recounting Recounting(Shop shop, ClickBook book) =>
        new(shop.Database, book.Folding, new AgentTable(AgentLists.Load(null)), shop.Clock);

    private static Task AskAsync(Shop shop, DateTimeOffset at) =>
        shop.ExecuteAsync($"insert into recounts (program_id, day, cause, asked_at) values (1, '{at:yyyy-MM-dd}', 'lists', now())");

    /// <summary>Late in the day, so that what was an hour ago was on it; agent 1 is a person's, agent 2 a robot's.</summary>
    private static async Task<(ClickBook Book, long Link)> OpenAsync(Shop shop)
    {
        shop.Clock.Set(new DateTimeOffset(shop.Clock.GetUtcNow().Date, TimeSpan.Zero).AddHours(20));
        var book = new ClickBook(shop);
        await using var connection = await shop.Database.OpenAsync(CancellationToken.None);
        await connection.ExecuteAsync(
            "insert into agents (program_id, agent_id, agent, last_seen) values (1, 1, @Person, now()), (1, 2, @Robot, now())", new { Person, Robot });
        return (book, await book.LinkAsync(await shop.NumberAsync("user_12345")));
    }
}
