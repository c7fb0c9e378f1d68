using Tributary.Webhooks.Deliveries;

namespace Tributary.Core.Tests.Webhooks;

public sealed class RetryScheduleTests
{
    private const double Middle = 0.5;

    [Fact]
    public void W6_D16_the_last_of_ten_attempts_comes_after_75_hours_35_minutes_and_5_seconds()
    {
        var pauses = Enumerable.Range(1, 10).Select(n => RetrySchedule.PauseAfter(n, RetrySchedule.Native, Middle, null)).ToList();
        pauses[^1].ShouldBeNull();
        pauses.OfType<TimeSpan>().Aggregate(TimeSpan.Zero, (sum, pause) => sum + pause).ShouldBe(new TimeSpan(75, 35, 5));
    }

    [Theory]
    [InlineData(0.0, 4)]
    [InlineData(1.0, 6)]
    public void W6_pauses_differ_by_a_fifth(double chance, int seconds) =>
        RetrySchedule.PauseAfter(1, RetrySchedule.Native, chance, null).ShouldBe(TimeSpan.FromSeconds(seconds));

    [Theory]
    [InlineData(1, 5)]
    [InlineData(90, 90)]
    [InlineData(200_000, 86_400)]
    public void W5_what_the_receiver_asks_for_is_honoured_up_to_a_day(int asked, int seconds) =>
        RetrySchedule.PauseAfter(1, RetrySchedule.Native, Middle, TimeSpan.FromSeconds(asked)).ShouldBe(TimeSpan.FromSeconds(seconds));
}
