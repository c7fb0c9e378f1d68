using System.Text.Json.Nodes;
using Tributary.Clicks;
using Tributary.Core.Tests.Links;
using Tributary.Programs;
using Tributary.Tests.Support;

namespace Tributary.Core.Tests.Programs;

/// <summary>CL-33: a changed zone counts from the next day on.</summary>
public sealed class CountingZonesTests(PostgresFixture postgres)
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_change_counts_from_the_old_zones_next_midnight_on()
    {
        var changed = new CountingZones("Europe/Oslo", []).Changed("Asia/Tokyo", Noon);
        changed.NameAt(Noon).ShouldBe("Europe/Oslo");
        var midnight = new DateTimeOffset(2026, 3, 4, 23, 0, 0, TimeSpan.Zero);
        changed.NameAt(midnight.AddMilliseconds(-1)).ShouldBe("Europe/Oslo");
        changed.NameAt(midnight).ShouldBe("Asia/Tokyo");
    }

    [Fact]
    public void What_was_to_count_tomorrow_and_was_changed_today_never_counts()
    {
        var changed = new CountingZones("UTC", []).Changed("Asia/Tokyo", Noon).Changed("America/New_York", Noon.AddHours(1));
        changed.Former.ShouldBe([new FormerZone("UTC", new DateTimeOffset(2026, 3, 5, 0, 0, 0, TimeSpan.Zero))]);
        changed.NameAt(Noon.AddDays(1)).ShouldBe("America/New_York");
        changed.Changed("UTC", Noon.AddHours(2)).Former.ShouldBeEmpty();
    }

    [Fact]
    public void A_change_just_before_midnight_counts_a_day_later_so_that_every_node_knows() =>
        new CountingZones("UTC", []).Changed("Asia/Tokyo", Noon.AddHours(12).AddSeconds(-10)).Former.ShouldBe(
            [new FormerZone("UTC", new DateTimeOffset(2026, 3, 6, 0, 0, 0, TimeSpan.Zero))]);

    [Fact]
    public async Task CL_33_a_programme_remembers_in_which_zone_it_counted()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var node = new LinkNode(database);
        var program = await node.OpenAsync();
        var now = node.Clock.GetUtcNow();
        var changed = (await node.Programs.UpdateAsync(
            program, new ProgramChange(Settings: new JsonObject { ["timeZone"] = "Pacific/Auckland" }), LinkNode.Operator, default)).Value;
        changed.DayOf(now).ShouldBe(DateOnly.FromDateTime(now.UtcDateTime));
        var read = (await node.Programs.FindAsync(program.Id, default))!;
        var midnight = new DateTimeOffset(now.UtcDateTime.Date.AddDays(1), TimeSpan.Zero);
        CountedIn.Of(midnight.AddSeconds(-1), read.ZoneAt(midnight.AddSeconds(-1))).Day.ShouldBe(DateOnly.FromDateTime(now.UtcDateTime));
        read.ZoneAt(midnight).Id.ShouldBe("Pacific/Auckland");
        var renamed = (await node.Programs.UpdateAsync(read, new ProgramChange(Name: "Other"), LinkNode.Operator, default)).Value;
        renamed.FormerZones.ShouldBe(changed.FormerZones);
    }
}
