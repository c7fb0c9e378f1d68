using Tributary.Attribution;
using Tributary.Programs;
using static Tributary.Core.Tests.Attribution.Scene;

namespace Tributary.Core.Tests.Attribution;

/// <summary>Which link is credited (clicks.md § 9, partnero.md § 5.3).</summary>
public sealed class LinkCreditTests
{
    private static readonly AttributionRules Rules = new();
    private static readonly CreditedLink Before = new(77, null);

    [Fact]
    public void The_order_is_address_click_id_visitor_code_and_what_brought_the_customer()
    {
        Touch[] touches =
        [
            On(Code(A, 3), 10, TouchSource.Code),
            On(Click(A, 2), 11, TouchSource.Visitor),
            On(Click(A, 1), 12, TouchSource.ClickId),
            On(Code(A, 3, "URL"), 13, TouchSource.Address),
        ];
        for (var left = touches.Length; left > 0; left--)
            Credit(touches[..left], null).ShouldBe(touches[left - 1].LinkId);
        Credit([Coupon(A, 3)], null).ShouldBeNull();
    }

    [Fact]
    public void Of_a_visitors_clicks_the_last_one_names_the_link_whatever_the_model()
    {
        Touch[] clicks = [On(Click(A, 1), 10, TouchSource.Visitor), On(Click(A, 2), 11, TouchSource.Visitor)];
        Credit(clicks, null).ShouldBe(11);
        LinkCredit.Of((Rules with { ClickModel = ClickModel.First }).Decide(null, clicks, SignUp(3)), clicks, null)!.LinkId.ShouldBe(11);
    }

    [Theory]
    [InlineData("bot", 1)]
    [InlineData("valid", -40)]
    [InlineData("valid", 4)]
    public void What_counts_for_nothing_names_no_link(string verdict, double day)
    {
        var click = On(Click(A, day), 10, TouchSource.ClickId) with { Verdict = verdict };
        Credit([click, Code(A, 3)], null).ShouldBeNull();
    }

    [Fact]
    public void PN47_a_link_of_another_referrer_is_credited_with_nothing()
    {
        var code = On(Code(A, 3), 10, TouchSource.Code);
        var other = On(Code(B, 3, "URL"), 20, TouchSource.Address) with { Rank = 2 };
        Credit([code, other], null).ShouldBe(10);
        Credit([code, On(Code(A, 3, "URL"), 21, TouchSource.Address) with { Rank = 2 }], null).ShouldBe(21);
    }

    [Fact]
    public void PN55_orders_of_the_customers_own_referrer_count_for_the_link_that_brought_it_and_coupons_do_not()
    {
        LinkCredit.Of(Rules.Decide(Existing(A), [], Order(9)), [], Before).ShouldBe(Before);
        Touch[] coupon = [Coupon(B, 9)];
        LinkCredit.Of(Rules.Decide(Existing(A), coupon, Order(9)), coupon, Before).ShouldBeNull();
        Touch[] again = [On(Click(A, 8), 10, TouchSource.ClickId)];
        LinkCredit.Of(Rules.Decide(Existing(A), again, Order(9)), again, Before)!.LinkId.ShouldBe(10);
    }

    [Fact]
    public void Nobody_is_credited_by_no_link() => Credit([On(Click(A, 1), 10, TouchSource.ClickId) with { ReferrerActive = false }], null).ShouldBeNull();

    private static long? Credit(Touch[] touches, CreditedLink? before) => LinkCredit.Of(Rules.Decide(null, touches, SignUp(3)), touches, before)?.LinkId;

    private static Touch On(Touch touch, long link, TouchSource source) => touch with { LinkId = link, Source = source };
}
