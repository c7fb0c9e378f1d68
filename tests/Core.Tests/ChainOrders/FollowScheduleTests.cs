using Tributary.ChainOrders;
using Tributary.ChainOrders.Following;

namespace Tributary.Core.Tests.ChainOrders;

/// <summary>How often orders are asked for, the older they get the more seldom (debridge.md § 4.5).</summary>
public sealed class FollowScheduleTests
{
    private const double NoJitter = 0.5;

    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void What_was_handed_out_is_looked_for_at_growing_intervals_until_it_expires()
    {
        var looks = new List<double>();
        DateTimeOffset? at = Start;
        while ((at = FollowSchedule.OfPrepared(Start, Start.AddHours(3), at!.Value, NoJitter)) is { } next)
            looks.Add((next - Start).TotalSeconds);
        looks.ShouldBe([15, 45, 105, 225, 525, 1_125, 2_325, 4_125, 5_925, 7_725, 9_525]);
    }

    [Theory]
    [InlineData(0, 15)]
    [InlineData(119, 15)]
    [InlineData(120, 30)]
    [InlineData(1_199, 30)]
    [InlineData(1_200, 60)]
    [InlineData(1_260, 120)]
    [InlineData(1_380, 240)]
    [InlineData(10_000, 3_600)]
    public void A_created_order_is_asked_for_often_at_first(int ageSeconds, int wait) =>
        Wait(Order(ChainOrderState.Created), TimeSpan.FromSeconds(ageSeconds)).ShouldBe(TimeSpan.FromSeconds(wait));

    [Theory]
    [InlineData(0, 300)]
    [InlineData(300, 450)]
    [InlineData(750, 675)]
    [InlineData(200_000, 21_600)]
    public void Later_stages_are_asked_for_by_half_as_long_again(int sinceSeconds, int wait) =>
        Wait(Order(ChainOrderState.Fulfilled) with { FulfilledAt = Start }, TimeSpan.FromSeconds(sinceSeconds)).ShouldBe(TimeSpan.FromSeconds(wait));

    [Fact]
    public void Old_orders_are_asked_for_daily_and_then_left_alone()
    {
        Wait(Order(ChainOrderState.SentUnlock), TimeSpan.FromDays(100)).ShouldBe(TimeSpan.FromDays(1));
        Wait(Order(ChainOrderState.Created), TimeSpan.FromDays(180)).ShouldBeNull();
        Wait(Order(ChainOrderState.ClaimedUnlock), TimeSpan.Zero).ShouldBeNull();
        Wait(Order(ChainOrderState.ClaimedOrderCancel), TimeSpan.Zero).ShouldBeNull();
    }

    [Fact]
    public void Waiting_is_spread_over_a_tenth_in_both_directions()
    {
        FollowSchedule.OfOrder(Order(ChainOrderState.Created), Start, 0).ShouldBe(Start.AddSeconds(13.5));
        FollowSchedule.OfOrder(Order(ChainOrderState.Created), Start, 1).ShouldBe(Start.AddSeconds(16.5));
    }

    private static TimeSpan? Wait(ChainOrder order, TimeSpan age) => FollowSchedule.OfOrder(order, Start + age, NoJitter) - (Start + age);

    private static ChainOrder Order(ChainOrderState state) => new()
    {
        OrderId = "0x1", Maker = "0x2", State = state, CreatedAt = Start, ReceivedAt = Start,
        GiveChain = 1, GiveToken = "0x3", GiveAmount = 1, TakeChain = 2, TakeToken = "0x4", TakeAmount = 1,
    };
}
