using Shouldly;
using Tributary.Attribution;
using Tributary.Referrers;
using Xunit;
using static Tributary.Core.Tests.Attribution.Scene;

namespace Tributary.Core.Tests.Attribution;

/// <summary>The checks 1 to 8 of a code, in their order, under the rules of customers who refer customers.</summary>
public sealed class CodeCheckTests
{
    private static readonly AttributionRules Rules = new() { CodeWindow = TimeSpan.FromMinutes(5) };
    private static readonly Touch Friends = Code(A, 0) with { ReferrerKind = ReferrerKind.Customer };
    private static readonly AttributionMoment Registering = SignUp(0);

    /// <summary>Everything is wrong at once; each row mends the first fault and meets the next.</summary>
    [Fact]
    public void GB_checks_come_in_their_order()
    {
        var touch = Friends with
        {
            Finding = TouchFinding.UnknownCode,
            ReferrerActive = false,
            SelfMatch = SelfMatch.Contact,
            ReferredByFriend = true,
        };
        ExistingAttribution? existing = Existing(B);
        var moment = At(MomentKind.Update, 1) with { RegisteredAt = Day0, PriorOrders = 1, OldestPriorOrderAt = Day(0.5) };
        string Next() => Rules.Decide(existing, [touch], moment).Reason(touch);

        Next().ShouldBe("unknown_code");
        touch = touch with { Finding = TouchFinding.AmbiguousCode };
        Next().ShouldBe("ambiguous_code");
        touch = touch with { Finding = TouchFinding.ExpiredCode };
        Next().ShouldBe("expired_code");
        touch = touch with { Finding = TouchFinding.Referrer };
        Next().ShouldBe("referrer_inactive");
        touch = touch with { ReferrerActive = true };
        Next().ShouldBe("self_referral");
        touch = touch with { SelfMatch = SelfMatch.None };
        Next().ShouldBe("circular");
        touch = touch with { ReferredByFriend = false };
        Next().ShouldBe("customer_locked");
        existing = null;
        Next().ShouldBe("code_too_late");
        moment = moment with { RegisteredAt = Day(1).AddMinutes(-5) };
        Next().ShouldBe("customer_not_new");
        moment = moment with { OldestPriorOrderAt = Day(1).AddMinutes(-5) };
        Next().ShouldBe("won");
    }

    [Fact]
    public void GB_7b_with_an_order_new_is_asked_before_late()
    {
        var rules = Rules with { FirstOrderWithin = TimeSpan.FromDays(10) };
        rules.Decide(null, [Friends], Order(11, prior: 1)).Reason(Friends).ShouldBe("customer_not_new");
        rules.Decide(null, [Friends], Order(11)).Reason(Friends).ShouldBe("code_too_late");
        rules.Decide(null, [Friends], Order(10)).Reason(Friends).ShouldBe("won");
        Rules.Decide(null, [Friends], Order(3000)).Reason(Friends).ShouldBe("won");
    }

    [Theory]
    [InlineData(299, "won")]
    [InlineData(300, "won")]
    [InlineData(301, "code_too_late")]
    public void GB23_a_code_may_follow_the_registration_by_five_minutes(int seconds, string reason)
    {
        var at = Day0.AddSeconds(seconds);
        var update = At(MomentKind.Update, 0) with { EventAt = at, ReceivedAt = at, RegisteredAt = Day0 };
        Rules.Decide(null, [Friends], update).Reason(Friends).ShouldBe(reason);
    }

    [Fact]
    public void GB23_a_window_of_zero_leaves_the_registering_call_and_an_event_before_registers_nobody()
    {
        var none = Rules with { CodeWindow = TimeSpan.Zero };
        none.Decide(null, [Friends], Registering).Effect.ShouldBe(DecisionEffect.LocksCustomer);
        none.Decide(null, [Friends], Registering with { RegisteredAt = Day0 }).ReferrerId.ShouldBe(A);
        none.Decide(null, [Friends], At(MomentKind.Update, 0.001) with { RegisteredAt = Day0 }).ReferrerId.ShouldBeNull();
        Rules.Decide(null, [Friends], Registering with { RegisteredAt = null }).ReferrerId.ShouldBe(A);
    }

    [Fact]
    public void GB24_a_refused_code_does_not_use_up_the_chance()
    {
        var wrong = Lost(TouchFinding.UnknownCode, 0);
        Rules.Decide(null, [wrong], Registering).ReferrerId.ShouldBeNull();
        Rules.Decide(null, [wrong, Friends], Order(3)).ReferrerId.ShouldBe(A);
        Rules.Decide(Existing(A), [Code(B, 4)], Order(4, prior: 1)).ReferrerId.ShouldBe(A);
    }

    [Fact]
    public void GB05_the_code_of_the_order_is_lost_to_the_referral_of_the_sign_up()
    {
        var decision = Rules.Decide(Existing(A), [Friends], Order(0));
        (decision.ReferrerId, decision.Effect).ShouldBe((A, DecisionEffect.Stands));
        decision.Reason(Friends).ShouldBe("customer_locked");
    }

    [Fact]
    public void GB32_whichever_of_customer_and_order_comes_first_the_code_counts()
    {
        var signUp = Registering with { RegisteredAt = Day0, PriorOrders = 1, OldestPriorOrderAt = Day0.AddMilliseconds(-3) };
        Rules.Decide(null, [Friends], signUp).ReferrerId.ShouldBe(A);
        Rules.Decide(null, [Friends], signUp with { OldestPriorOrderAt = Day0.AddMinutes(-6) }).Reason(Friends)
            .ShouldBe("customer_not_new");
    }

    [Fact]
    public void GB44_a_remembered_customer_is_not_new()
    {
        Rules.Decide(null, [Friends], Registering with { KnownBefore = true }).Reason(Friends).ShouldBe("customer_not_new");
        Rules.Decide(null, [Friends], Order(1) with { KnownBefore = true }).Reason(Friends).ShouldBe("customer_not_new");
    }

    [Fact]
    public void GB_a_click_comes_after_any_code_and_only_inside_the_same_windows()
    {
        var click = Click(B, -1) with { ReferrerKind = ReferrerKind.Customer };
        Rules.Decide(null, [click, Friends], Registering).Reason(click).ShouldBe("outranked_by_code");
        Rules.Decide(null, [click], Registering).ReferrerId.ShouldBe(B);
        Rules.Decide(null, [click], At(MomentKind.Update, 1) with { RegisteredAt = Day0 }).Reason(click).ShouldBe("code_too_late");
        Rules.Decide(null, [click], Order(1, prior: 1)).Reason(click).ShouldBe("customer_not_new");
        Rules.Decide(null, [click], Order(29)).ReferrerId.ShouldBe(B);
        Rules.Decide(null, [click], Order(29.1)).Reason(click).ShouldBe("out_of_window");
    }
}
