using Shouldly;
using Tributary.Attribution;
using Tributary.Programs;
using Tributary.Referrers;
using Xunit;
using static Tributary.Core.Tests.Attribution.Scene;

namespace Tributary.Core.Tests.Attribution;

/// <summary>The numbered scenarios: scope customer, last click, 30 days, unless a scenario says otherwise.</summary>
public sealed class ScenarioTests
{
    private static readonly AttributionRules Rules = new();
    private static readonly AttributionRules ByOrder = new() { Scope = AttributionScope.Order };

    [Fact]
    public void CL_scenario_01_a_click_before_the_sign_up_wins_the_customer_for_good()
    {
        var click = Click(A, 0);
        var signUp = Rules.Decide(null, [click], SignUp(3));
        (signUp.ReferrerId, signUp.Via, signUp.Effect).ShouldBe((A, Via.Click, DecisionEffect.LocksCustomer));
        signUp.Reason(click).ShouldBe("won");
        signUp.OutcomeOf(click.Id)!.Lead.ShouldBe(TimeSpan.FromDays(3));

        var order = Rules.Decide(Existing(A, 3), [click], Order(60));
        (order.ReferrerId, order.Via, order.Effect).ShouldBe((A, Via.Existing, DecisionEffect.Stands));
    }

    [Fact]
    public void CL_scenario_02_the_last_click_wins()
    {
        Touch a = Click(A, 0), b = Click(B, 2);
        var decision = Rules.Decide(null, [a, b], SignUp(3));
        decision.ReferrerId.ShouldBe(B);
        decision.Winner.ShouldBe(b);
        decision.Reason(b).ShouldBe("won");
        decision.Reason(a).ShouldBe("older_click");
    }

    [Fact]
    public void CL_scenario_03_or_the_first_where_the_programme_says_so()
    {
        Touch a = Click(A, 0), b = Click(B, 2);
        var decision = (Rules with { ClickModel = ClickModel.First }).Decide(null, [a, b], SignUp(3));
        decision.ReferrerId.ShouldBe(A);
        decision.Reason(b).ShouldBe("newer_click");
    }

    [Fact]
    public void CL_scenario_04_the_window_ends_with_its_last_second()
    {
        var click = Click(A, 0);
        var atBoundary = SignUp(30);
        Rules.Decide(null, [click], atBoundary).Reason(click).ShouldBe("won");
        var within = atBoundary with { EventAt = Day(30).AddMilliseconds(999) };
        Rules.Decide(null, [click], within).ReferrerId.ShouldBe(A);
        var beyond = Rules.Decide(null, [click], atBoundary with { EventAt = Day(30).AddSeconds(1) });
        beyond.ReferrerId.ShouldBeNull();
        beyond.Effect.ShouldBe(DecisionEffect.None);
        beyond.Reason(click).ShouldBe("out_of_window");
        (Rules with { WindowDays = 0 }).Decide(null, [click], SignUp(4000)).ReferrerId.ShouldBe(A);
    }

    [Fact]
    public void CL_scenario_05_a_code_outranks_a_click()
    {
        Touch click = Click(A, 0), code = Code(B, 1);
        var decision = Rules.Decide(null, [click, code], SignUp(1));
        (decision.ReferrerId, decision.Via).ShouldBe((B, Via.Code));
        decision.Reason(click).ShouldBe("outranked_by_code");
    }

    [Fact]
    public void CL_scenario_06_a_coupon_outranks_both()
    {
        Touch click = Click(A, 0), coupon = Coupon(B, 1), code = Code(C, 1);
        var decision = Rules.Decide(null, [click, coupon, code], Order(1));
        (decision.ReferrerId, decision.Via, decision.Effect).ShouldBe((B, Via.Coupon, DecisionEffect.LocksCustomer));
        decision.Reason(click).ShouldBe("outranked_by_coupon");
        decision.Reason(code).ShouldBe("outranked_by_coupon");
    }

    [Fact]
    public void CL_scenario_07_a_coupon_decides_one_order_of_a_locked_customer_and_a_code_does_not()
    {
        Touch coupon = Coupon(B, 9), code = Code(B, 11);
        var withCoupon = Rules.Decide(Existing(A), [coupon], Order(9, prior: 1));
        (withCoupon.ReferrerId, withCoupon.Via, withCoupon.Effect).ShouldBe((B, Via.Coupon, DecisionEffect.ThisOrderOnly));
        withCoupon.ReasonOfExisting().ShouldBe("outranked_by_coupon");

        var without = Rules.Decide(Existing(A), [], Order(10, prior: 2));
        (without.ReferrerId, without.Effect, without.ReasonOfExisting()).ShouldBe((A, DecisionEffect.Stands, "won"));

        var withCode = Rules.Decide(Existing(A), [code], Order(11, prior: 3));
        withCode.ReferrerId.ShouldBe(A);
        withCode.Reason(code).ShouldBe("customer_locked");

        var off = (Rules with { CouponOverrides = false }).Decide(Existing(A), [coupon], Order(9, prior: 1));
        off.ReferrerId.ShouldBe(A);
        off.Reason(coupon).ShouldBe("customer_locked");
    }

    [Fact]
    public void CL_scenario_08_in_scope_order_each_order_is_decided_by_itself()
    {
        var code = Code(B, 5);
        var first = ByOrder.Decide(Existing(A), [code], Order(5));
        (first.ReferrerId, first.Via, first.Effect).ShouldBe((B, Via.Code, DecisionEffect.ThisOrderOnly));
        first.ReasonOfExisting().ShouldBe("outranked_by_code");

        var next = ByOrder.Decide(Existing(A), [Click(C, 5)], Order(6, prior: 1));
        (next.ReferrerId, next.Via, next.Effect).ShouldBe((A, Via.Existing, DecisionEffect.Stands));
        next.ReasonOfExisting().ShouldBe("won");
        next.Explanation.Single(outcome => outcome.Via == Via.Click).Code.ShouldBe("outranked_by_existing");
    }

    [Fact]
    public void CL_scenario_09_invalid_clicks_do_not_count()
    {
        Touch valid = Click(B, 0);
        Touch velocity = Click(A, 1) with { Verdict = "velocity" }, bot = Click(A, 1.1) with { Verdict = "bot" };
        var decision = Rules.Decide(null, [valid, velocity, bot], SignUp(2));
        decision.ReferrerId.ShouldBe(B);
        decision.Reason(velocity).ShouldBe("invalid_velocity");
        decision.Reason(bot).ShouldBe("invalid_bot");
    }

    [Fact]
    public void CL_scenario_10_nobody_refers_themselves()
    {
        var own = Code(A, 0) with { ReferrerKind = ReferrerKind.Customer, SelfMatch = SelfMatch.Customer };
        var decision = Rules.Decide(null, [own], Order(0));
        decision.ReferrerId.ShouldBeNull();
        decision.Reason(own).ShouldBe("self_referral");
    }

    [Theory]
    [InlineData(TouchFinding.UnknownCode, "unknown_code")]
    [InlineData(TouchFinding.ExpiredCode, "expired_code")]
    public void CL_scenario_11_a_bad_code_leaves_the_click_in_its_place(TouchFinding finding, string reason)
    {
        Touch click = Click(B, 0), code = Lost(finding, 1);
        var decision = Rules.Decide(null, [click, code], SignUp(1));
        decision.ReferrerId.ShouldBe(B);
        decision.Reason(code).ShouldBe(reason);
    }

    [Fact]
    public void CL_scenario_12_a_suspended_referrer_loses()
    {
        Touch b = Click(B, 0), a = Click(A, 1) with { ReferrerActive = false };
        var decision = Rules.Decide(null, [b, a], SignUp(3));
        decision.ReferrerId.ShouldBe(B);
        decision.Reason(a).ShouldBe("referrer_inactive");
    }

    [Fact]
    public void CL_scenario_13_a_click_that_arrives_late_is_measured_at_its_own_time()
    {
        var order = Order(0) with { EventAt = Day0.AddMinutes(5), ReceivedAt = Day0.AddMinutes(5) };
        var waiting = Lost(TouchFinding.ClickNotHereYet, 0, TouchKind.Click, "click-1");
        var early = Rules.Decide(null, [waiting], order);
        early.ReferrerId.ShouldBeNull();
        early.Reason(waiting).ShouldBe("click_not_here_yet");

        var shipped = Click(A, 0, "click-1");
        Rules.Decide(null, [shipped], order).ReferrerId.ShouldBe(A);
    }

    [Fact]
    public void CL_scenario_14_the_orders_own_time_counts()
    {
        var click = Click(A, 0);
        var late = Order(29) with { ReceivedAt = Day(33) };
        Rules.Decide(null, [click], late).ReferrerId.ShouldBe(A);

        var before = Order(0) with { EventAt = Day0.AddMinutes(-2), ReceivedAt = Day(1) };
        var decision = Rules.Decide(null, [click], before);
        decision.ReferrerId.ShouldBeNull();
        decision.Reason(click).ShouldBe("after_event");
    }

    [Fact]
    public void CL_scenario_15_only_new_customers_where_the_programme_says_so_unless_a_person_decides()
    {
        var rules = Rules with { NewCustomersOnly = true };
        var click = Click(A, 1);
        var decision = rules.Decide(null, [click], Order(2, prior: 1));
        decision.ReferrerId.ShouldBeNull();
        decision.Reason(click).ShouldBe("customer_not_new");

        var claim = Manual(C, 3);
        var moved = rules.Decide(null, [click, claim], Order(2, prior: 1));
        (moved.ReferrerId, moved.Via, moved.Effect).ShouldBe((C, Via.Manual, DecisionEffect.LocksCustomer));
        moved.Reason(click).ShouldBe("outranked_by_manual");
    }
}
