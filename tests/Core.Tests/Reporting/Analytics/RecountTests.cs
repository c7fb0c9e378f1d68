using Dapper;
using Tributary.Clicks;
using Tributary.Clicks.Agents;
using Tributary.Core.Tests.Orders;
using Tributary.Programs;
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
            new BookedClick(link, at.AddDays(-2)) { Unique = true, VisitorKey = visitor, VisitorId = visitor, Address = "203.0.113.0/24" },
            new BookedClick(link, at.AddDays(-2).AddSeconds(20)) { Address = "203.0.113.0/24" },
            new BookedClick(link, at.AddDays(-1)) { VisitorKey = visitor, VisitorId = visitor });
        await book.Folding.RunAsync(CancellationToken.None);
        await shop.ExecuteAsync($"""
            insert into velocity_findings (program_id, link_id, referrer_id, address, starts_at, ends_at, clicks, landings, found_at)
            select 1, link_id, referrer_id, '203.0.113.0/24', '{at.AddDays(-2).AddMinutes(-1):O}', '{at.AddDays(-2).AddMinutes(1):O}', 2, 0, now() from links where link_id = {link}
            """);
        (await Recounting(shop, book).RunAsync(CancellationToken.None)).ShouldBeGreaterThan(0);
        (await shop.TextAsync("select string_agg(verdict || (flags & 32), ' ' order by click_id) from clicks")).ShouldBe("velocity0 velocity0 valid32");
        (await shop.TextAsync("select string_agg(concat_ws(' ', requests, valid, unique_clicks, velocity), ', ' order by day) from (select day, sum(requests) requests, sum(valid) valid, sum(unique_clicks) unique_clicks, sum(velocity) velocity from link_days group by day) d"))
            .ShouldBe("2 0 0 2, 1 1 1 0");
        (await shop.TextAsync("select concat_ws(' ', cause, examined, changed) from recounts where state = 'done'")).ShouldBe("velocity 2 2");
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
    public async Task A_burst_costs_its_own_clicks_and_a_key_of_the_day_goes_to_the_next_click_of_that_day()
    {
        await using var shop = await Shop.OpenAsync(postgres);
        var (book, link) = await OpenAsync(shop);
        var at = shop.Clock.GetUtcNow().AddHours(-5);
        var (key, given) = (Guid.NewGuid(), Guid.NewGuid());
        var ids = await book.WriteAsync(
            new BookedClick(link, at) { Unique = true, VisitorKey = key, VisitorId = given, Address = "203.0.113.0/24" },
            new BookedClick(link, at.AddSeconds(10)) { Unique = true, VisitorKey = Guid.NewGuid(), Address = "198.51.100.0/24" },
            new BookedClick(link, at.AddHours(1)) { VisitorKey = key, Address = "203.0.113.0/24" },
            new BookedClick(link, at.AddHours(2)) { VisitorKey = given, VisitorId = given, Address = "203.0.113.0/24" });
        await shop.ExecuteAsync($"insert into unique_marks (program_id, link_id, visitor_key, first_click, last_used) values (1, {link}, '{given}', '{ids[0]}', now())");
        await book.Folding.RunAsync(CancellationToken.None);
        await shop.ExecuteAsync($"""
            insert into velocity_findings (program_id, link_id, referrer_id, address, starts_at, ends_at, clicks, landings, found_at)
            select 1, link_id, referrer_id, '203.0.113.0/24', '{at.AddMinutes(-1):O}', '{at.AddMinutes(1):O}', 1, 0, now() from links where link_id = {link}
            """);
        await Recounting(shop, book).RunAsync(CancellationToken.None);
        (await shop.TextAsync("select string_agg(verdict || (flags & 32), ' ' order by click_id) from clicks")).ShouldBe("velocity0 valid32 valid32 valid32");
        (await shop.TextAsync($"select string_agg(first_click::text, ' ' order by first_click) from unique_marks where visitor_key in ('{key}', '{given}')"))
            .ShouldBe($"{ids[2]} {ids[3]}");
        (await shop.TextAsync("select concat_ws(' ', examined, changed) from recounts")).ShouldBe("1 1");
    }

    [Fact]
    public async Task What_is_no_robots_any_more_is_what_its_link_made_of_it()
    {
        await using var shop = await Shop.OpenAsync(postgres);
        var (book, link) = await OpenAsync(shop);
        var at = shop.Clock.GetUtcNow();
        await book.WriteAsync(
            new BookedClick(link, at.AddHours(-3)) { Verdict = Verdict.Bot, ButForAgent = Verdict.LinkPaused },
            new BookedClick(link, at.AddHours(-2)) { Verdict = Verdict.Bot, ButForAgent = Verdict.Bot },
            new BookedClick(link, at.AddHours(-1)) { AgentId = 2, Verdict = Verdict.LinkExpired });
        await AskAsync(shop, at);
        await Recounting(shop, book).RunAsync(CancellationToken.None);
        (await shop.TextAsync("select string_agg(verdict, ' ' order by click_id) from clicks")).ShouldBe("link_paused bot bot");
        await shop.ExecuteAsync("update agents set agent = (select p.agent from agents p where p.agent_id = 1) where agent_id = 2");
        await AskAsync(shop, at);
        await Recounting(shop, book).RunAsync(CancellationToken.None);
        (await shop.TextAsync("select string_agg(verdict, ' ' order by click_id) from clicks")).ShouldBe("link_paused bot link_expired");
    }

    [Fact]
    public async Task CL_33_what_was_counted_before_another_zone_counted_is_moved_in_its_own_day()
    {
        await using var shop = await Shop.OpenAsync(postgres);
        var (book, link) = await OpenAsync(shop);
        var noon = shop.Clock.GetUtcNow().AddHours(-8);
        // Since midnight in UTC the days are Tokyo's.
        await shop.ExecuteAsync($$"""
            update programs set settings = '{"timeZone":"Asia/Tokyo"}', former_zones = '[{"zone":"UTC","until":"{{noon.AddHours(-12):O}}"}]'
            """);
        shop.Set(settings => settings with { TimeZone = "Asia/Tokyo" });
        shop.Set(new FormerZone("UTC", noon.AddHours(-12)));
        await book.WriteAsync([.. Enumerable.Range(0, 8).Select(n => new BookedClick(link, noon.AddHours(-30 + (5 * n))) { AgentId = 1 + (n % 2) })]);
        await book.Folding.RunAsync(CancellationToken.None);
        var before = await DaysAsync(shop);
        await AskAsync(shop, noon.AddDays(-1));
        await AskAsync(shop, noon);
        (await Recounting(shop, book).RunAsync(CancellationToken.None)).ShouldBe(2);
        (await shop.TextAsync("select concat_ws(' ', sum(requests), sum(valid), sum(bot)) from link_days")).ShouldBe("8 4 4");
        (await DaysAsync(shop)).ShouldBe(before);
        (await shop.CountAsync("select count(*) from (select day from link_days group by day having sum(valid) < 0 or sum(bot) < 0) d")).ShouldBe(0);
        (await shop.CountAsync("select count(*) from referrer_days where valid < 0 or bot < 0")).ShouldBe(0);
    }

    /// <summary>Requests by day, as clicks and folding have counted them.</summary>
    private static async Task<string?> DaysAsync(Shop shop) => await shop.TextAsync("""
        select (select string_agg(concat_ws(' ', day, n), ', ' order by day) from (select day, sum(requests) n from link_days group by day) d) || ' | '
            || (select string_agg(concat_ws(' ', day, n), ', ' order by day) from (select day, sum(requests) n from referrer_days group by day) d)
        """);

    [Fact]
    public async Task Of_two_nodes_with_different_lists_the_one_with_the_later_ones_judges()
    {
        await using var shop = await Shop.OpenAsync(postgres);
        var (book, link) = await OpenAsync(shop);
        await book.WriteAsync(new BookedClick(link, shop.Clock.GetUtcNow().AddHours(-1)));
        await book.Folding.RunAsync(CancellationToken.None);
        using var folder = new ListFolder();
        folder.Write("isbot.json", """{"source":"isbot 9","licence":"Unlicense","date":"2040-01-02","patterns":["firefox"]}""");
        var (older, later) = (Recounting(shop, book), Recounting(shop, book, folder.Path));
        (await older.RunAsync(CancellationToken.None)).ShouldBe(0);
        (await later.RunAsync(CancellationToken.None)).ShouldBe(Tributary.Reporting.Analytics.Recounting.Days + 1);
        for (var round = 0; round < 2; round++)
        {
            (await older.RunAsync(CancellationToken.None)).ShouldBe(0);
            (await later.RunAsync(CancellationToken.None)).ShouldBe(0);
        }
        await AskAsync(shop, shop.Clock.GetUtcNow());
        (await older.RunAsync(CancellationToken.None)).ShouldBe(0);
        (await shop.TextAsync("select verdict from clicks")).ShouldBe("bot");
        (await later.RunAsync(CancellationToken.None)).ShouldBe(1);
        (await shop.TextAsync("select verdict from clicks")).ShouldBe("bot");
    }

    [Fact]
    public async Task An_operators_own_list_is_known_by_its_content_and_judges_anew_when_it_changes()
    {
        await using var shop = await Shop.OpenAsync(postgres);
        var (book, link) = await OpenAsync(shop);
        await book.WriteAsync(new BookedClick(link, shop.Clock.GetUtcNow().AddHours(-1)) { AgentId = 2, Verdict = Verdict.Bot });
        await book.Folding.RunAsync(CancellationToken.None);
        using var folder = new ListFolder();
        folder.Write("people.txt", "# nobody yet\n^Nobody/", new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        await Recounting(shop, book, folder.Path).RunAsync(CancellationToken.None);
        folder.Write("people.txt", "^Nobody/", new DateTime(2026, 3, 1, 0, 0, 0, DateTimeKind.Utc));
        (await Recounting(shop, book, folder.Path).RunAsync(CancellationToken.None)).ShouldBe(0);
        folder.Write("people.txt", "Googlebot", new DateTime(2026, 4, 1, 0, 0, 0, DateTimeKind.Utc));
        (await Recounting(shop, book, folder.Path).RunAsync(CancellationToken.None)).ShouldBeGreaterThan(0);
        (await shop.TextAsync("select verdict from clicks")).ShouldBe("valid");
        // A node to which the file has not come yet does not judge.
        (await Recounting(shop, book).RunAsync(CancellationToken.None)).ShouldBe(0);
        folder.Write("people.txt", "", new DateTime(2026, 5, 1, 0, 0, 0, DateTimeKind.Utc));
        (await Recounting(shop, book, folder.Path).RunAsync(CancellationToken.None)).ShouldBeGreaterThan(0);
        (await shop.TextAsync("select verdict from clicks")).ShouldBe("bot");
    }

    [Fact]
    public async Task Lists_are_taken_as_they_are_at_first_and_another_date_asks_for_thirty_days()
    {
        await using var shop = await Shop.OpenAsync(postgres);
        var (book, link) = await OpenAsync(shop);
        await book.WriteAsync(new BookedClick(link, shop.Clock.GetUtcNow()));
        await book.Folding.RunAsync(CancellationToken.None);
        (await Recounting(shop, book).RunAsync(CancellationToken.None)).ShouldBe(0);
        await shop.ExecuteAsync("""update folds set lists = '{"crawlers.json":{"source":"old","at":"2020-01-01T00:00:00Z","hash":"00"}}'""");
        (await Recounting(shop, book).RunAsync(CancellationToken.None)).ShouldBe(Tributary.Reporting.Analytics.Recounting.Days + 1);
        (await shop.CountAsync("select count(*) from recounts where state = 'done' and changed = 0")).ShouldBe(31);
        (await shop.CountAsync("select sum(examined) from recounts")).ShouldBe(1);
    }

    private static Recounting Recounting(Shop shop, ClickBook book, string? lists = null) =>
        new(shop.Database, book.Folding, new AgentTable(AgentLists.Load(lists)), shop.Clock);

    private static Task AskAsync(Shop shop, DateTimeOffset at) => shop.ExecuteAsync($"""
        insert into recounts (program_id, day, cause, from_at, to_at, asked_at)
        values (1, '{at:yyyy-MM-dd}', 'lists', '{at:yyyy-MM-dd}Z', '{at.AddDays(1):yyyy-MM-dd}Z', now())
        """);

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

/// <summary>A folder of lists as an operator lays them down on one node.</summary>
internal sealed class ListFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("tributary-lists-").FullName;

    public void Write(string name, string content, DateTime? at = null)
    {
        var path = System.IO.Path.Combine(Path, name);
        File.WriteAllText(path, content);
        if (at is { } written)
            File.SetLastWriteTimeUtc(path, written);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
