using Tributary.Clicks;
using Tributary.Clicks.Intake;

namespace Tributary.Core.Tests.Clicks;

/// <summary>What a node remembers of the last clicks.</summary>
public sealed class RecentClicksTests
{
    [Fact]
    public void A_rush_of_visitors_fills_no_memory()
    {
        var recent = new RecentClicks(most: 100);
        for (var round = 0; round < 20; round++)
        {
            recent.Judge([.. Enumerable.Range(0, 60).Select(_ => new JudgedClick(ClickOf(Guid.NewGuid())))]);
            recent.Count.ShouldBeLessThanOrEqualTo(100);
        }
        var visitor = Guid.NewGuid();
        var (first, again) = (new JudgedClick(ClickOf(visitor)), new JudgedClick(ClickOf(visitor, seconds: 2)));
        recent.Judge([first, again]);
        (first.Verdict, again.Verdict).ShouldBe((Verdict.Valid, Verdict.Duplicate));
    }

    private static Click ClickOf(Guid visitor, int seconds = 0) => new()
    {
        Id = ClickId.New(ClickStand.Noon.AddSeconds(seconds)),
        ProgramId = 1,
        LinkId = 1,
        ReferrerId = 1,
        CountedIn = CountedIn.Of(ClickStand.Noon, TimeZoneInfo.Utc),
        DuplicateSeconds = 10,
        VisitorId = visitor,
        VisitorKey = visitor,
        VisitorFrom = VisitorSource.Brought,
    };
}
