using Microsoft.Extensions.Logging.Abstractions;
using Tributary.Clicks;
using Tributary.Clicks.Agents;
using Tributary.Clicks.Velocity;
using Tributary.Core.Tests.Keys;
using Tributary.Core.Tests.Orders;
using Tributary.Programs;
using Tributary.Reporting.Analytics;
using Tributary.Storage;
using Tributary.Tests.Support;

namespace Tributary.Core.Tests.Reporting.Analytics;

/// <summary>Rule 13 from the clicks to the counters: the minute's look finds bursts, the recount takes them out.</summary>
public sealed class VelocityTests(PostgresFixture postgres)
{
    private const string Farm = "203.0.113.0/24";

    [Fact]
    public async Task Rule13_F8_a_burst_is_found_once_and_counted_as_velocity()
    {
        await using var shop = await Shop.OpenAsync(postgres);
        var (book, link) = await OpenAsync(shop);
        var at = shop.Clock.GetUtcNow().AddMinutes(-3);
        await book.WriteAsync([.. Clicks(link, at, 70, _ => Farm), .. Clicks(link, at, 5, _ => "198.51.100.0/24")]);
        var velocity = Velocity(shop);
        (await velocity.RunAsync(CancellationToken.None)).ShouldBe(1);
        (await velocity.RunAsync(CancellationToken.None)).ShouldBe(0);
        (await shop.TextAsync("select concat_ws(' ', address, link_id is null, clicks, landings) from velocity_findings")).ShouldBe($"{Farm} t 70 0");
        await book.Folding.RunAsync(CancellationToken.None);
        await Recounting(shop, book).RunAsync(CancellationToken.None);
        (await shop.TextAsync("select concat_ws(' ', sum(requests), sum(valid), sum(velocity)) from link_days")).ShouldBe("75 5 70");
        // What was taken out is still seen, so that the next look changes nothing.
        (await velocity.RunAsync(CancellationToken.None)).ShouldBe(0);
    }

    [Fact]
    public async Task F8_near_misses_stay_clicks()
    {
        await using var shop = await Shop.OpenAsync(postgres);
        var (book, link) = await OpenAsync(shop);
        var at = shop.Clock.GetUtcNow().AddMinutes(-3);
        // A newsletter: many at once, from everywhere; a link on television the same with more of each.
        await book.WriteAsync(Clicks(link, at, 120, n => $"203.0.{n % 60}.0/24"));
        // A carrier's network, whose people land.
        var landed = await book.WriteAsync(Clicks(link, at, 70, _ => "192.0.2.0/24"));
        foreach (var click in landed.Take(35))
            await shop.ExecuteAsync($"insert into landings (program_id, click_id, landed_at, visitor_id) values (1, '{click}', now(), gen_random_uuid())");
        // Robots are none that count, and one that is known is not one person's clicks.
        await book.WriteAsync([.. Clicks(link, at, 70, _ => "198.51.100.0/24").Select(click => click with { Verdict = Verdict.Bot })]);
        // Without a prefix nothing is known.
        await book.WriteAsync(Clicks(link, at, 70, _ => null));
        (await Velocity(shop).RunAsync(CancellationToken.None)).ShouldBe(0);
    }

    [Fact]
    public async Task CL17_a_private_address_says_nothing_of_its_visitors()
    {
        await using var shop = await Shop.OpenAsync(postgres);
        var (book, link) = await OpenAsync(shop);
        await book.WriteAsync(Clicks(link, shop.Clock.GetUtcNow().AddMinutes(-3), 70, _ => "10.0.0.0/24"));
        await shop.ExecuteAsync($"update clicks set flags = flags | {(int)ClickFlags.PrivateAddress}");
        (await Velocity(shop).RunAsync(CancellationToken.None)).ShouldBe(0);
        await shop.ExecuteAsync("update clicks set flags = 0");
        (await Velocity(shop).RunAsync(CancellationToken.None)).ShouldBe(1);
    }

    [Fact]
    public async Task F8_the_newest_clicks_have_time_to_land_and_old_ones_were_seen()
    {
        await using var shop = await Shop.OpenAsync(postgres);
        var (book, link) = await OpenAsync(shop);
        var at = shop.Clock.GetUtcNow();
        await book.WriteAsync([.. Clicks(link, at.AddSeconds(-20), 70, _ => Farm), .. Clicks(link, at.AddHours(-2), 70, _ => Farm)]);
        (await Velocity(shop).RunAsync(CancellationToken.None)).ShouldBe(0);
        shop.Clock.Set(at.AddMinutes(1));
        (await Velocity(shop).RunAsync(CancellationToken.None)).ShouldBe(1);
    }

    [Fact]
    public async Task F8_a_programme_chooses_its_limits()
    {
        await using var shop = await Shop.OpenAsync(postgres);
        var (book, link) = await OpenAsync(shop);
        await book.WriteAsync([.. Clicks(link, shop.Clock.GetUtcNow().AddMinutes(-40), 40, _ => Farm, apartSeconds: 45)]);
        (await Velocity(shop).RunAsync(CancellationToken.None)).ShouldBe(0);
        await shop.ExecuteAsync("""update programs set settings = '{"clicks":{"velocityPerHour":30}}'""");
        (await Velocity(shop).RunAsync(CancellationToken.None)).ShouldBe(1);
        await shop.ExecuteAsync("""update programs set settings = '{"clicks":{"velocityPerHour":0,"velocityPerMinute":1}}'""");
        (await Velocity(shop).RunAsync(CancellationToken.None)).ShouldBe(0);
    }

    private static BookedClick[] Clicks(long link, DateTimeOffset from, int count, Func<int, string?> address, double apartSeconds = 0.2) =>
        [.. Enumerable.Range(0, count).Select(n => new BookedClick(link, from.AddSeconds(n * apartSeconds)) { Address = address(n), Unique = false })];

    private static ClickVelocity Velocity(Shop shop) => new(
        shop.Database,
        new ProgramRegister(shop.Database, shop.Transactions, new ChangeFeed(shop.Database, NullLogger<ChangeFeed>.Instance), new TestSealer()),
        shop.Clock);

    private static Recounting Recounting(Shop shop, ClickBook book) =>
        new(shop.Database, book.Folding, new AgentTable(AgentLists.Load(null)), shop.Clock);

    private static async Task<(ClickBook Book, long Link)> OpenAsync(Shop shop)
    {
        shop.Clock.Set(new DateTimeOffset(shop.Clock.GetUtcNow().Date, TimeSpan.Zero).AddHours(20));
        var book = new ClickBook(shop);
        return (book, await book.LinkAsync(await shop.NumberAsync("user_12345")));
    }
}
