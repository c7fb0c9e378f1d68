using Tributary.Clicks.Velocity;

namespace Tributary.Core.Tests.Clicks;

/// <summary>fraud.md F8: what comes faster than people click, and what only looks like it.</summary>
public sealed class VelocityRuleTests
{
    private static readonly VelocityLimit AMinute = new(TimeSpan.FromMinutes(1), 60);
    private static readonly VelocityLimit AnHour = new(TimeSpan.FromHours(1), 500);

    [Theory]
    [InlineData(61, 59.9, 1)]
    [InlineData(60, 59.9, 0)]
    [InlineData(61, 60, 0)]
    [InlineData(600, 10, 1)]
    [InlineData(2, 1, 0)]
    public void F8_more_than_sixty_within_a_minute_fire(int clicks, double withinSeconds, int bursts) =>
        VelocityRule.Find(Clicks(clicks, withinSeconds), AMinute).Count.ShouldBe(bursts);

    [Theory]
    [InlineData(501, 3_599, 1)]
    [InlineData(500, 3_599, 0)]
    [InlineData(501, 3_600, 0)]
    public void F8_more_than_five_hundred_within_an_hour_fire(int clicks, double withinSeconds, int bursts) =>
        VelocityRule.Find(Clicks(clicks, withinSeconds), AnHour).Count.ShouldBe(bursts);

    [Fact]
    public void F8_a_burst_holds_all_that_is_part_of_it_and_nothing_beside_it()
    {
        SeenClick[] clicks = [.. Clicks(3, 300), .. Clicks(100, 50, begin: 400), .. Clicks(3, 300, begin: 600), .. Clicks(70, 10, begin: 2_000)];
        var found = VelocityRule.Find(clicks, AMinute);
        found.Select(burst => (burst.LinkId, burst.Clicks)).ShouldBe([(null, 100), (null, 70)]);
        found[0].Start.ShouldBe(ClickStand.Noon.AddSeconds(400));
        found[0].End.ShouldBe(ClickStand.Noon.AddSeconds(450).AddMilliseconds(1));
    }

    [Theory]
    [InlineData(40, 1)]
    [InlineData(49, 1)]
    [InlineData(50, 0)]
    [InlineData(100, 0)]
    public void F8_a_carriers_network_whose_people_land_is_no_burst(int landed, int bursts) =>
        VelocityRule.Find(Clicks(100, 50, landed: landed), AMinute).Count.ShouldBe(bursts);

    [Fact]
    public void F8_landings_of_one_and_the_same_visitor_are_one() =>
        VelocityRule.Find(Clicks(100, 50, landed: 100, visitor: Guid.NewGuid()), AMinute).ShouldHaveSingleItem().Landings.ShouldBe(1);

    [Fact]
    public void F8_over_the_referrers_links_together_they_are_too_many() =>
        VelocityRule.Find([.. Clicks(80, 50).Select((click, n) => click with { LinkId = n % 4 })], AMinute).ShouldHaveSingleItem().LinkId.ShouldBeNull();

    [Fact]
    public void F8_a_link_is_not_excused_by_landings_on_others()
    {
        SeenClick[] clicks = [.. Clicks(100, 50, landed: 100).Concat(Clicks(70, 50).Select(click => click with { LinkId = 2 })).OrderBy(click => click.At)];
        var found = VelocityRule.Find(clicks, AMinute).ShouldHaveSingleItem();
        (found.LinkId, found.Clicks).ShouldBe((2, 70));
    }

    [Fact]
    public void F8_zero_is_any_number() =>
        VelocityRule.Find(Clicks(1_000, 10), AMinute with { Most = 0 }).ShouldBeEmpty();

    private static IEnumerable<SeenClick> Spread(int count, double withinSeconds, double begin, int landed, Guid? visitor) =>
        from n in Enumerable.Range(0, count)
        let at = begin + (withinSeconds * n / (count - 1))
        select new SeenClick(ClickStand.Noon.AddSeconds(at), 1, n < landed ? visitor ?? Guid.NewGuid() : null);

    private static SeenClick[] Clicks(int count, double withinSeconds, double begin = 0, int landed = 0, Guid? visitor = null) =>
        [.. Spread(count, withinSeconds, begin, landed, visitor)];
}
