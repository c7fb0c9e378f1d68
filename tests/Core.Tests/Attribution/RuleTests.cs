using Shouldly;
using Tributary.Attribution;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Referrers;
using Xunit;
using static Tributary.Core.Tests.Attribution.Scene;

namespace Tributary.Core.Tests.Attribution;

/// <summary>Rules that no numbered scenario shows.</summary>
public sealed class RuleTests
{
    private static readonly AttributionRules Rules = new();
    private static readonly AttributionRules ByOrder = new() { Scope = AttributionScope.Order };

    [Fact]
    public void CL90_a_duplicate_counts_when_its_original_does()
    {
        Touch counts = Click(A, 1) with { Verdict = Touch.Duplicate, OriginalCounts = true };
        Touch not = Click(B, 2) with { Verdict = Touch.Duplicate };
        var decision = Rules.Decide(null, [counts, not], SignUp(3));
        decision.ReferrerId.ShouldBe(A);
        decision.Reason(not).ShouldBe("invalid_duplicate");
    }

    [Fact]
    public void CL92_only_a_manual_claim_moves_a_decided_customer()
    {
        var touches = new[] { Coupon(B, 5), Code(B, 5), Click(B, 5) };
        foreach (var scope in new[] { Rules, ByOrder })
        {
            var update = scope.Decide(Existing(A), touches, At(MomentKind.Update, 5));
            (update.ReferrerId, update.Effect).ShouldBe((A, DecisionEffect.Stands));
            touches.ShouldAllBe(touch => update.Reason(touch) == "customer_locked");

            var moved = scope.Decide(Existing(A), [.. touches, Manual(C, 5)], At(MomentKind.Update, 5));
            (moved.ReferrerId, moved.Effect).ShouldBe((C, DecisionEffect.MovesCustomer));
            moved.ReasonOfExisting().ShouldBe("outranked_by_manual");
        }
        Rules.Decide(Existing(A), [Manual(A, 5)], At(MomentKind.Update, 5)).Effect.ShouldBe(DecisionEffect.Stands);
        ByOrder.Decide(Existing(A), [Manual(C, 5)], Order(5)).Effect.ShouldBe(DecisionEffect.ThisOrderOnly);
        Rules.Decide(Existing(A), [Manual(B, 5), Manual(C, 6)], Order(6)).ReferrerId.ShouldBe(C);
    }

    [Fact]
    public void PN45_the_winner_of_an_order_becomes_the_referrer_of_a_customer_who_had_none()
    {
        Rules.Decide(null, [Coupon(B, 5)], Order(5, prior: 2)).Effect.ShouldBe(DecisionEffect.LocksCustomer);
        ByOrder.Decide(null, [Coupon(B, 5)], Order(5, prior: 2)).Effect.ShouldBe(DecisionEffect.ThisOrderOnly);
        ByOrder.Decide(null, [Code(B, 5)], SignUp(5)).Effect.ShouldBe(DecisionEffect.LocksCustomer);
    }

    [Fact]
    public void A_locked_customer_stays_with_a_suspended_referrer_but_an_order_by_itself_goes_on()
    {
        var suspended = Existing(A) with { ReferrerActive = false };
        var locked = Rules.Decide(suspended, [Click(B, 4)], Order(5));
        (locked.ReferrerId, locked.Effect).ShouldBe((A, DecisionEffect.Stands));

        var free = ByOrder.Decide(suspended, [Click(B, 4)], Order(5));
        (free.ReferrerId, free.Effect).ShouldBe((B, DecisionEffect.ThisOrderOnly));
        free.ReasonOfExisting().ShouldBe("referrer_inactive");
    }

    [Fact]
    public void F23_times_ahead_of_ours_do_not_count()
    {
        var now = SignUp(1);
        Touch slightly = Click(A, 1) with { At = Day(1).AddMinutes(5) }, far = Click(B, 1) with { At = Day(1).AddMinutes(5).AddSeconds(1) };
        var decision = Rules.Decide(null, [slightly, far], now);
        decision.ReferrerId.ShouldBeNull();
        decision.Reason(far).ShouldBe("future");
        decision.Reason(slightly).ShouldBe("after_event");

        Touch click = Click(A, 0), code = Code(B, 1);
        var ahead = Order(1) with { EventAt = Day(1).AddMinutes(6) };
        var refused = Rules.Decide(null, [click, code], ahead);
        refused.ReferrerId.ShouldBeNull();
        refused.Reason(click).ShouldBe("future");
        refused.Reason(code).ShouldBe("future");
        Rules.Decide(Existing(C), [code], ahead).ReferrerId.ShouldBe(C);
        Rules.Decide(null, [Manual(C, 9)], ahead).ReferrerId.ShouldBe(C);
        Rules.Decide(null, [click], Order(1) with { EventAt = Day(1).AddMinutes(5) }).ReferrerId.ShouldBe(A);
    }

    [Fact]
    public void F23_an_order_dated_long_before_its_arrival_counts_only_when_it_is_imported()
    {
        var click = Click(A, 0);
        var order = Order(1) with { ReceivedAt = Day(61).AddSeconds(1) };
        Rules.Decide(null, [click], order).Reason(click).ShouldBe("fraud_f23");
        Rules.Decide(null, [click], order with { Imported = true }).ReferrerId.ShouldBe(A);
        Rules.Decide(null, [click], order with { ReceivedAt = Day(61) }).ReferrerId.ShouldBe(A);
        Rules.Decide(null, [Manual(B, 2)], order).ReferrerId.ShouldBe(B);
        Rules.Decide(Existing(C), [click], order).ReferrerId.ShouldBe(C);
    }

    [Fact]
    public void F1_self_referral_is_refused_unless_the_programme_or_an_exemption_allows_it()
    {
        Touch person = Code(A, 1) with { SelfMatch = SelfMatch.Customer }, contact = Code(A, 1) with { SelfMatch = SelfMatch.Contact };
        Rules.Decide(null, [person], SignUp(1)).Reason(person).ShouldBe("self_referral");
        Rules.Decide(null, [contact], SignUp(1)).Reason(contact).ShouldBe("self_referral");
        Rules.Decide(null, [Manual(A, 1) with { SelfMatch = SelfMatch.Customer }], SignUp(1)).ReferrerId.ShouldBeNull();

        var byIdentity = Rules with { SelfReferralByContact = false };
        byIdentity.Decide(null, [contact], SignUp(1)).ReferrerId.ShouldBe(A);
        byIdentity.Decide(null, [person], SignUp(1)).ReferrerId.ShouldBeNull();
        (Rules with { SelfReferralAllowed = true }).Decide(null, [person], SignUp(1)).ReferrerId.ShouldBe(A);
        Rules.Decide(null, [person with { SelfReferralExempt = true }], SignUp(1)).ReferrerId.ShouldBe(A);
    }

    [Fact]
    public void F14_a_touch_that_a_fraud_rule_rejects_loses_by_its_name()
    {
        Touch rejected = Click(A, 2) with { FraudRule = "f14" }, other = Click(B, 1);
        var decision = Rules.Decide(null, [rejected, other], SignUp(3));
        decision.ReferrerId.ShouldBe(B);
        decision.Reason(rejected).ShouldBe("fraud_f14");
    }

    [Theory]
    [InlineData(TouchFinding.CouponUnknown, "coupon_unknown")]
    [InlineData(TouchFinding.CouponUnbound, "coupon_unbound")]
    [InlineData(TouchFinding.CouponInactive, "coupon_inactive")]
    [InlineData(TouchFinding.CouponExpired, "coupon_expired")]
    [InlineData(TouchFinding.CouponExhausted, "coupon_exhausted")]
    [InlineData(TouchFinding.CouponNotFirstOrder, "coupon_not_first_order")]
    [InlineData(TouchFinding.CouponMinimum, "coupon_minimum")]
    [InlineData(TouchFinding.CouponOtherCustomer, "coupon_other_customer")]
    public void PN59_a_coupon_that_does_not_hold_attributes_nothing(TouchFinding finding, string reason)
    {
        Touch coupon = Lost(finding, 1, TouchKind.Coupon), click = Click(A, 0);
        var decision = Rules.Decide(null, [coupon, click], Order(1));
        decision.ReferrerId.ShouldBe(A);
        decision.Reason(coupon).ShouldBe(reason);
    }

    [Fact]
    public void New_customers_only_holds_by_itself_where_the_referrer_is_a_customer()
    {
        Touch friend = Code(A, 2) with { ReferrerKind = ReferrerKind.Customer }, partner = Code(B, 2);
        Rules.Decide(null, [friend], Order(2, prior: 1)).Reason(friend).ShouldBe("customer_not_new");
        Rules.Decide(null, [partner], Order(2, prior: 1)).ReferrerId.ShouldBe(B);
        (Rules with { NewCustomersOnly = false }).Decide(null, [friend], Order(2, prior: 1)).ReferrerId.ShouldBe(A);
        Rules.Decide(null, [friend], Order(2) with { KnownBefore = true }).Reason(friend).ShouldBe("customer_not_new");
        Rules.Decide(null, [friend], Order(2) with { RegisteredAt = Day(-300) }).ReferrerId.ShouldBe(A);
    }

    [Fact]
    public void Without_a_code_window_a_code_may_come_until_the_first_order()
    {
        var code = Code(A, 200);
        var update = At(MomentKind.Update, 200) with { RegisteredAt = Day0 };
        Rules.Decide(null, [code], update).ReferrerId.ShouldBe(A);
        var after = update with { PriorOrders = 1, OldestPriorOrderAt = Day(100) };
        Rules.Decide(null, [code], after).Reason(code).ShouldBe("code_too_late");
    }

    [Fact]
    public void Of_two_claims_of_one_kind_the_one_asked_first_wins()
    {
        Touch first = Coupon(A, 1, "ONE"), second = Coupon(B, 1, "TWO") with { Rank = 1 };
        var decision = Rules.Decide(null, [second, first], Order(1));
        decision.ReferrerId.ShouldBe(A);
        decision.Reason(second).ShouldBe("outranked_by_coupon");
        Rules.Decide(null, [second, first with { Finding = TouchFinding.CouponUnbound }], Order(1)).ReferrerId.ShouldBe(B);
    }

    [Fact]
    public void Clicks_of_the_same_instant_go_by_their_id()
    {
        Touch low = Click(A, 1, "01a"), high = Click(B, 1, "01b");
        Rules.Decide(null, [high, low], SignUp(2)).ReferrerId.ShouldBe(B);
        (Rules with { ClickModel = ClickModel.First }).Decide(null, [high, low], SignUp(2)).ReferrerId.ShouldBe(A);
    }

    [Fact]
    public void A_programme_may_reorder_what_wins_over_what()
    {
        var rules = AttributionRules.Of(new AttributionSettings { Precedence = ["manual", "click", "existing", "code", "coupon"] });
        Touch click = Click(A, 1), code = Code(B, 2), coupon = Coupon(C, 2);
        var undecided = rules.Decide(null, [click, code, coupon], Order(2));
        (undecided.ReferrerId, undecided.Effect).ShouldBe((A, DecisionEffect.LocksCustomer));
        undecided.Reason(code).ShouldBe("outranked_by_click");

        var decided = rules.Decide(Existing(B), [click], Order(2));
        (decided.ReferrerId, decided.Effect).ShouldBe((A, DecisionEffect.ThisOrderOnly));
        rules.Decide(Existing(B), [coupon], Order(2)).ReferrerId.ShouldBe(C);
        rules.Decide(Existing(B), [click], At(MomentKind.Update, 2)).ReferrerId.ShouldBe(B);
    }

    [Fact]
    public void CL92_without_coupon_overrides_a_coupon_stays_below_the_customers_referrer_whatever_the_order()
    {
        var rules = Rules with { CouponOverrides = false, Precedence = [Via.Manual, Via.Coupon, Via.Code, Via.Existing, Via.Click] };
        Touch coupon = Coupon(B, 2), code = Code(C, 2);
        rules.Decide(Existing(A), [coupon], Order(2)).Reason(coupon).ShouldBe("customer_locked");
        rules.Decide(Existing(A), [coupon, code], Order(2)).ReferrerId.ShouldBe(C);
        rules.Decide(null, [coupon, code], Order(2)).Reason(code).ShouldBe("outranked_by_coupon");
    }

    [Theory]
    [InlineData("existing manual coupon code click")]
    [InlineData("manual existing coupon code")]
    [InlineData("manual existing coupon code code")]
    [InlineData("manual existing coupon code luck")]
    public void A_precedence_that_is_not_whole_is_refused(string words) =>
        AttributionRules.CheckPrecedence(words.Split(' ')).Problem.Code.ShouldBe(ProblemCode.InvalidValue);

    [Fact]
    public void Rules_are_read_from_the_settings_and_a_face_may_set_its_windows()
    {
        var settings = new AttributionSettings
        {
            Scope = AttributionScope.Order,
            ClickModel = ClickModel.First,
            WindowDays = 7,
            NewCustomersOnly = true,
            SelfReferralAllowed = true,
            SelfReferralByContact = false,
            CouponOverrides = false,
            CodeWindowSeconds = 60,
            FirstOrderWithinDays = 2,
        };
        AttributionRules.Of(settings).ShouldBe(new AttributionRules
        {
            Scope = AttributionScope.Order,
            ClickModel = ClickModel.First,
            WindowDays = 7,
            NewCustomersOnly = true,
            SelfReferralAllowed = true,
            SelfReferralByContact = false,
            CouponOverrides = false,
            CodeWindow = TimeSpan.FromMinutes(1),
            FirstOrderWithin = TimeSpan.FromDays(2),
        });
        AttributionRules.Of(settings, TimeSpan.FromMinutes(5), TimeSpan.FromDays(9)).ShouldBe(AttributionRules.Of(settings) with
        {
            CodeWindow = TimeSpan.FromMinutes(5),
            FirstOrderWithin = TimeSpan.FromDays(9),
        });
        AttributionRules.Of(new AttributionSettings()).ShouldBe(new AttributionRules());
    }
}
