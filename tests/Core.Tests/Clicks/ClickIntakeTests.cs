using Dapper;
using Tributary.Clicks;
using Tributary.Clicks.Intake;
using Tributary.Storage;
using Tributary.Tests.Support;

namespace Tributary.Core.Tests.Clicks;

public sealed class ClickIntakeTests(ClassDatabase shared) : IClassFixture<ClassDatabase>
{
    private readonly Database database = shared.Database.Database;

    [Fact]
    public async Task CL60_many_clicks_are_committed_together_and_counted()
    {
        await using var stand = ClickStand.Open(database);
        var verdicts = Enum.GetValues<Verdict>();
        var fates = await stand.RecordAsync([.. Enumerable.Range(0, 500).Select(n => stand.Click(n, link: n % 7, verdict: verdicts[n % verdicts.Length]))]);
        fates.ShouldAllBe(fate => fate == ClickFate.Committed);
        (await stand.RowsAsync()).Count.ShouldBe(500);
        await stand.ShouldAddUpAsync();
        await using var connection = await database.OpenAsync(default);
        var (batches, clicks) = await connection.QuerySingleAsync<(long, long)>(
            "select count(*), sum(clicks)::bigint from click_batches where program_id = @ProgramId", new { stand.ProgramId });
        batches.ShouldBeLessThan(100);
        clicks.ShouldBe(500);
    }

    [Fact]
    public async Task CL5_a_row_says_all_that_was_recorded()
    {
        await using var stand = ClickStand.Open(database);
        var values = new string?[10];
        values[0] = "news";
        values[9] = "five";
        var click = stand.Click() with
        {
            Channel = "qr", Country = "NO", Device = "mobile", Browser = "Safari", System = "iOS", Address = "203.0.113.0/24",
            PageHost = "shop.example", PagePath = "/a", ReferringHost = "blog.example", Form = Tributary.Links.LinkForm.Short,
            Parameters = new CampaignParameters { Values = values }, Flags = ClickFlags.Https | ClickFlags.Gpc,
        };
        await stand.RecordAsync(click);
        await using var connection = await database.OpenAsync(default);
        var row = (IDictionary<string, object?>)await connection.QuerySingleAsync("select * from clicks where program_id = @ProgramId", new { stand.ProgramId });
        row["form"].ShouldBe("short");
        row["channel"].ShouldBe("qr");
        row["token"].ShouldBe("JOHN");
        row["country"].ShouldBe("NO");
        row["address"].ShouldBe("203.0.113.0/24");
        row["page_path"].ShouldBe("/a");
        row["referring_host"].ShouldBe("blog.example");
        row["utm_source"].ShouldBe("news");
        row["sub5"].ShouldBe("five");
        row["visitor_from"].ShouldBe("given");
        row["flags"].ShouldBe((int)(ClickFlags.Https | ClickFlags.Gpc | ClickFlags.Unique));
        (await connection.ExecuteScalarAsync<string>("select agent from agents where program_id = @ProgramId and agent_id = 77", new { stand.ProgramId }))
            .ShouldBe("Mozilla/5.0 test");
    }

    [Fact]
    public async Task Rule12_the_same_visitor_within_ten_seconds_is_a_duplicate_of_the_first()
    {
        await using var stand = ClickStand.Open(database);
        var visitor = ClickStand.NewVisitor();
        var first = stand.Click(0, visitor);
        await stand.RecordAsync(first, stand.Click(3, visitor), stand.Click(9.9, visitor), stand.Click(10, visitor), stand.Click(5, visitor, link: 2));
        var rows = await stand.RowsAsync();
        rows.Select(row => row.Verdict).ShouldBe(["valid", "duplicate", "valid", "duplicate", "valid"]);
        rows.Where(row => row.Verdict == "duplicate").ShouldAllBe(row => row.StandsFor == first.Id.Value);
        (await stand.CountsAsync()).ShouldBe((5, 3, 2, 2));
        await stand.ShouldAddUpAsync();
    }

    [Fact]
    public async Task Rule12_holds_between_batches_between_nodes_and_not_where_it_is_switched_off()
    {
        await using var stand = ClickStand.Open(database);
        await using var other = ClickStand.Open(database, programId: stand.ProgramId);
        var (brought, key) = (ClickStand.NewVisitor(), ClickStand.NewVisitor());
        var given = stand.Click(0, key: key);
        await stand.RecordAsync(stand.Click(0, brought), given);
        await other.RecordAsync(other.Click(2, brought), other.Click(2, key: key), other.Click(3, given.VisitorId));
        await stand.RecordAsync(stand.Click(4, brought, duplicateSeconds: 0));
        (await stand.RowsAsync()).Select(row => row.Verdict).ShouldBe(["valid", "valid", "duplicate", "duplicate", "duplicate", "valid"]);
        await stand.ShouldAddUpAsync();
    }

    [Fact]
    public async Task CL30_a_visitor_is_unique_once_on_a_link_for_ever()
    {
        await using var stand = ClickStand.Open(database);
        var visitor = ClickStand.NewVisitor();
        foreach (var day in new[] { 0, 1, 40 })
            await stand.RecordAsync(stand.Click(day * 86_400, visitor));
        await stand.RecordAsync(stand.Click(60, visitor, link: 2));
        (await stand.CountsAsync()).ShouldBe((4, 4, 2, 0));
        await using var connection = await database.OpenAsync(default);
        (await connection.ExecuteScalarAsync<DateTime>("select last_used from unique_marks where program_id = @ProgramId and link_id = 1", new { stand.ProgramId }))
            .ShouldBe(ClickStand.Noon.AddDays(40).Date);
    }

    [Fact]
    public async Task CL31_a_first_click_marks_its_key_and_the_id_that_was_given()
    {
        await using var stand = ClickStand.Open(database);
        var first = stand.Click(0);
        await stand.RecordAsync(first);
        await stand.RecordAsync(stand.Click(60, first.VisitorId));
        await stand.RecordAsync(stand.Click(120, key: first.VisitorKey));
        (await stand.CountsAsync()).ShouldBe((3, 3, 1, 0));
    }

    [Fact]
    public async Task CL32_D5_browsers_of_one_office_are_told_apart_by_their_cookies()
    {
        await using var stand = ClickStand.Open(database);
        var office = ClickStand.NewVisitor();
        var (one, two) = (stand.Click(0, key: office), stand.Click(60, key: office));
        await stand.RecordAsync(one, two);
        one.Id.ShouldNotBe(two.Id);
        (await stand.CountsAsync()).ShouldBe((2, 2, 1, 0));
        // The second returns with its cookie and is a visitor of its own from then on.
        await stand.RecordAsync(stand.Click(120, two.VisitorId), stand.Click(180, one.VisitorId), stand.Click(240, two.VisitorId));
        (await stand.CountsAsync()).ShouldBe((5, 5, 2, 0));
        await stand.ShouldAddUpAsync();
    }

    [Fact]
    public async Task R4_a_spool_that_fails_answers_counts_the_loss_and_says_so_until_clicks_are_kept_again()
    {
        await using var away = new Database(shared.Database.Connections.Server, open: false);
        await using var stand = ClickStand.Open(away, change: settings => settings with { Patience = TimeSpan.FromMilliseconds(50) });
        Directory.Delete(stand.Folder, recursive: true);
        (await stand.RecordAsync([.. Enumerable.Range(0, 5).Select(n => stand.Click(n))])).ShouldAllBe(fate => fate == ClickFate.Lost);
        (stand.Intake.Lost, stand.Intake.IsSpoolFailing).ShouldBe((5, true));
        away.OpenGate();
        for (var attempt = 0; stand.Intake.IsSpoolFailing; attempt++)
        {
            attempt.ShouldBeLessThan(200);
            await Task.Delay(25);
        }
        Directory.CreateDirectory(stand.Folder);
        for (var n = 9; (await stand.RecordAsync(stand.Click(n)))[0] != ClickFate.Committed; n++)
        {
            n.ShouldBeLessThan(200);
            await Task.Delay(25);
        }
        (await stand.CountsAsync()).Requests.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task CL61_without_a_database_clicks_go_to_the_spool_and_are_shipped_once_with_their_own_time()
    {
        await using var away = new Database(shared.Database.Connections.Server, open: false);
        await using var stand = ClickStand.Open(away, change: settings => settings with { Patience = TimeSpan.FromMilliseconds(50) });
        var visitor = ClickStand.NewVisitor();
        Click[] clicks = [stand.Click(0, visitor), stand.Click(2, visitor), stand.Click(0, verdict: Verdict.Bot), .. Enumerable.Range(1, 300).Select(n => stand.Click(n))];
        (await stand.RecordAsync(clicks)).ShouldAllBe(fate => fate == ClickFate.Spooled);
        stand.Intake.SpoolSize.ShouldBeGreaterThan(0);
        away.OpenGate();
        await stand.UntilShippedAsync();
        (await stand.RowsAsync()).Select(row => row.Id).ShouldBe(clicks.Select(click => click.Id.Value), ignoreOrder: true);
        (await stand.CountsAsync()).ShouldBe((303, 301, 301, 1));
        await stand.ShouldAddUpAsync();
        await using var connection = await database.OpenAsync(default);
        (await connection.QueryAsync<DateTime>("select distinct day from link_days where program_id = @ProgramId", new { stand.ProgramId }))
            .ShouldBe([ClickStand.Noon.Date]);
        await UntilCommittedAsync(stand);
    }

    /// <summary>With so little patience a busy machine may send one or another to the spool once more.</summary>
    private static async Task UntilCommittedAsync(ClickStand stand)
    {
        for (var n = 400; (await stand.RecordAsync(stand.Click(n)))[0] != ClickFate.Committed; n++)
        {
            n.ShouldBeLessThan(600);
            await stand.UntilShippedAsync();
        }
    }

    [Fact]
    public async Task CL62_a_batch_whose_outcome_is_unknown_is_counted_once()
    {
        await using var stand = ClickStand.Open(database);
        Click[] clicks = [.. Enumerable.Range(0, 50).Select(n => stand.Click(n))];
        await stand.RecordAsync(clicks[..30]);
        // The same again by the spool of another node, as if the answer to the commit had been lost.
        await using var away = new Database(shared.Database.Connections.Server, open: false);
        await using var other = ClickStand.Open(away, programId: stand.ProgramId, change: settings => settings with { Patience = TimeSpan.FromMilliseconds(20) });
        (await other.RecordAsync(clicks)).ShouldAllBe(fate => fate == ClickFate.Spooled);
        away.OpenGate();
        await other.UntilShippedAsync();
        (await stand.CountsAsync()).ShouldBe((50, 50, 50, 0));
        (await stand.RowsAsync()).Count.ShouldBe(50);
        await stand.ShouldAddUpAsync();
    }

    [Fact]
    public async Task CL6_unknown_codes_are_counted_by_programme_and_as_no_links_request()
    {
        await using var stand = ClickStand.Open(database);
        for (var n = 0; n < 3; n++)
            stand.Intake.CountUnknown(stand.ProgramId, CountedIn.Of(ClickStand.Noon, TimeZoneInfo.Utc));
        await stand.RecordAsync(stand.Click());
        await stand.StopAsync();
        await using var connection = await database.OpenAsync(default);
        (await connection.QuerySingleAsync<(long, long)>(
            "select sum(unknown)::bigint, sum(requests)::bigint from program_hours where program_id = @ProgramId", new { stand.ProgramId })).ShouldBe((3, 1));
    }

    [Theory]
    [InlineData("UTC", "2026-01-15T12:34:56Z", "2026-01-15", "2026-01-15T12:00:00Z")]
    [InlineData("Asia/Kathmandu", "2026-01-15T18:20:00Z", "2026-01-16", "2026-01-15T18:15:00Z")]
    [InlineData("Asia/Kathmandu", "2026-01-15T18:14:59Z", "2026-01-15", "2026-01-15T17:15:00Z")]
    [InlineData("America/New_York", "2026-11-01T05:30:00Z", "2026-11-01", "2026-11-01T05:00:00Z")]
    [InlineData("America/New_York", "2026-11-01T06:30:00Z", "2026-11-01", "2026-11-01T06:00:00Z")]
    public void CL33_days_and_hours_are_those_of_the_programmes_zone(string zone, string at, string day, string hour)
    {
        var counted = CountedIn.Of(DateTimeOffset.Parse(at, null), TimeZoneInfo.FindSystemTimeZoneById(zone));
        counted.Day.ShouldBe(DateOnly.Parse(day, null));
        counted.Hour.ShouldBe(DateTimeOffset.Parse(hour, null));
    }
}
