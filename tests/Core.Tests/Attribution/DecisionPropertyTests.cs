using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Tributary.Attribution;
using Tributary.Programs;
using Tributary.Referrers;
using Xunit;

namespace Tributary.Core.Tests.Attribution;

/// <summary>CL-93: what holds for every set of touches, rule and moment.</summary>
public sealed class DecisionPropertyTests
{
    private static readonly Func<Touch, Touch>[] Faults =
    [
        touch => touch,
        touch => touch with { Finding = TouchFinding.UnknownCode, ReferrerId = null },
        touch => touch with { Finding = TouchFinding.AmbiguousCode, ReferrerId = null },
        touch => touch with { Finding = TouchFinding.ExpiredCode },
        touch => touch with { Finding = TouchFinding.CouponUnbound, ReferrerId = null },
        touch => touch with { Finding = TouchFinding.ClickNotHereYet, ReferrerId = null },
        touch => touch with { ReferrerActive = false },
        touch => touch with { SelfMatch = SelfMatch.Contact },
        touch => touch with { ReferredByFriend = true },
        touch => touch.Kind == TouchKind.Click ? touch with { Verdict = "bot" } : touch with { ReferrerActive = false },
        touch => touch.Kind == TouchKind.Manual ? touch with { ReferrerActive = false } : touch with { FraudRule = "f14" },
        touch => touch.Kind == TouchKind.Click ? touch with { Verdict = Touch.Duplicate } : touch with { ReferredByFriend = true },
    ];

    private sealed record Case(
        AttributionRules Rules, ExistingAttribution? Existing, AttributionMoment Moment, Touch[] Touches, Touch[] Shuffled, Touch[] Invalid);

    [Fact]
    public void CL93_order_repetition_and_invalid_touches_change_nothing() =>
        ForAll.Of(Cases, c =>
        {
            var plain = Decide(c, c.Touches);
            var shuffled = Decide(c, c.Shuffled);
            var more = Decide(c, [.. c.Shuffled, .. c.Invalid]);
            return Same(plain, shuffled)
                && plain.Explanation.SequenceEqual(shuffled.Explanation)
                && Same(plain, more)
                && plain.Explanation.All(more.Explanation.Contains);
        }, 1000);

    [Fact]
    public void CL94_every_touch_is_explained_once_and_at_most_one_won() =>
        ForAll.Of(Cases, c =>
        {
            var decision = Decide(c, c.Touches);
            var ids = c.Touches.Select(touch => touch.Id).Distinct().Order();
            var won = decision.Explanation.Where(outcome => outcome.Reason == TouchReason.Won).ToList();
            return decision.Explanation.Where(o => o.TouchId is not null).Select(o => o.TouchId!).Order().SequenceEqual(ids)
                && decision.Explanation.Count(o => o.TouchId is null) == (c.Existing is null ? 0 : 1)
                && won.Count == (decision.ReferrerId is null ? 0 : 1)
                && won.All(outcome => outcome.ReferrerId == decision.ReferrerId && outcome.Via == decision.Via);
        }, 1000);

    [Fact]
    public void CL92_the_winner_wins_alone_and_a_loser_only_lost_to_others_if_it_wins_alone() =>
        ForAll.Of(Cases, c =>
        {
            var decision = Decide(c, c.Touches);
            return decision.Explanation.Where(outcome => outcome.TouchId is not null).All(outcome =>
            {
                var alone = Decide(c with { Existing = null }, [c.Touches.First(touch => touch.Id == outcome.TouchId)]);
                return outcome.Reason switch
                {
                    TouchReason.Won or TouchReason.OutrankedByExisting or TouchReason.OutrankedByCoupon
                        or TouchReason.OutrankedByCode or TouchReason.OutrankedByClick
                        or TouchReason.OlderClick or TouchReason.NewerClick => alone.ReferrerId == outcome.ReferrerId,
                    TouchReason.OutrankedByManual or TouchReason.CustomerLocked => true,
                    _ => alone.ReferrerId is null && alone.OutcomeOf(outcome.TouchId!)!.Code == outcome.Code,
                };
            });
        }, 1000);

    [Fact]
    public void CL92_a_decided_customer_is_moved_by_hand_only() =>
        ForAll.Of(Cases, c =>
        {
            var decision = Decide(c with { Existing = Scene.Existing(99) }, c.Touches);
            return decision.Effect switch
            {
                DecisionEffect.None or DecisionEffect.LocksCustomer => false,
                DecisionEffect.MovesCustomer => decision.Via == Via.Manual,
                DecisionEffect.Stands => decision.ReferrerId == 99,
                DecisionEffect.ThisOrderOnly => c.Moment.Kind == MomentKind.Order,
            };
        }, 1000);

    [Fact]
    public void CL94_an_explanation_reads_back_from_its_kept_form() =>
        ForAll.Of(Cases, c =>
        {
            var explanation = Decide(c, c.Touches).Explanation;
            var read = ExplanationJson.Read(ExplanationJson.Write(explanation));
            return read.SequenceEqual(explanation.Select(o => o with { Lead = TimeSpan.FromSeconds((long)o.Lead.TotalSeconds) }));
        });

    [Fact]
    public void The_generator_reaches_every_way_to_win_and_most_ways_to_lose()
    {
        var decisions = Cases.Generator.Sample(3000).Select(c => Decide(c, c.Touches)).ToList();
        decisions.Select(d => d.Via).Distinct().Count().ShouldBe(6);
        decisions.Select(d => d.Effect).Distinct().Count().ShouldBe(5);
        decisions.SelectMany(d => d.Explanation).Select(o => o.Reason).Distinct().Count().ShouldBeGreaterThan(20);
    }

    private static Decision Decide(Case c, IReadOnlyList<Touch> touches) => c.Rules.Decide(c.Existing, touches, c.Moment);

    private static bool Same(Decision a, Decision b) =>
        (a.ReferrerId, a.Via, a.Effect, a.Winner) == (b.ReferrerId, b.Via, b.Effect, b.Winner);

    private static Gen<AttributionRules> Rules { get; } =
        from scope in Gen.Elements(AttributionScope.Customer, AttributionScope.Order)
        from model in Gen.Elements(ClickModel.Last, ClickModel.First)
        from window in Gen.Elements(0, 1, 30)
        from onlyNew in Gen.Elements<bool?>(null, true, false)
        from overrides in Gen.Elements(true, false)
        from codeWindow in Gen.Elements<TimeSpan?>(null, TimeSpan.Zero, TimeSpan.FromMinutes(5), TimeSpan.FromDays(40))
        from others in Gen.Shuffle(new[] { Via.Existing, Via.Coupon, Via.Code, Via.Click })
        from reorder in Gen.Elements(true, false)
        select new AttributionRules
        {
            Scope = scope,
            ClickModel = model,
            WindowDays = window,
            NewCustomersOnly = onlyNew,
            CouponOverrides = overrides,
            CodeWindow = codeWindow,
            Precedence = reorder ? [Via.Manual, .. others] : null,
        };

    private static Gen<AttributionMoment> Moments { get; } =
        from kind in Gen.Elements(MomentKind.SignUp, MomentKind.Update, MomentKind.Order)
        from late in Gen.Frequency((9, Gen.Choose(0, 3)), (1, Gen.Elements(-1, 70)))
        from registered in Gen.Elements<double?>(null, 0, 19, 20)
        from prior in Gen.Frequency((3, Gen.Constant(0)), (1, Gen.Choose(1, 3)))
        from known in Gen.Frequency((9, Gen.Constant(false)), (1, Gen.Constant(true)))
        select Scene.At(kind, 20) with
        {
            ReceivedAt = Scene.Day(20 + late),
            RegisteredAt = registered is { } day ? Scene.Day(day) : null,
            PriorOrders = prior,
            OldestPriorOrderAt = prior > 0 ? Scene.Day(10) : null,
            KnownBefore = known,
        };

    private static Gen<Touch> AnyTouch { get; } =
        from kind in Gen.Frequency(
            (1, Gen.Constant(TouchKind.Manual)), (4, Gen.Constant(TouchKind.Coupon)), (4, Gen.Constant(TouchKind.Code)), (9, Gen.Constant(TouchKind.Click)))
        from referrer in Gen.Choose(1, 4)
        from referrerKind in Gen.Elements(ReferrerKind.Partner, ReferrerKind.Customer, ReferrerKind.Integrator)
        from day in Gen.Frequency((8, Gen.Choose(0, 20)), (1, Gen.Elements(-20, -11, 21, 25)))
        from rank in Gen.Choose(0, 1)
        from number in Gen.Choose(0, 1_000_000)
        from fault in Gen.Frequency((3, Gen.Constant(0)), (2, Gen.Choose(1, Faults.Length - 1)))
        select Faults[fault](new Touch
        {
            Kind = kind,
            Id = $"{kind}{number:0000000}",
            At = Scene.Day(day),
            ReferrerId = referrer,
            ReferrerKind = referrerKind,
            Rank = rank,
        });

    private static Gen<Touch> Invalid { get; } =
        from touch in AnyTouch
        from fault in Gen.Choose(1, Faults.Length - 1)
        select Faults[fault](touch with { Id = "x" + touch.Id });

    private static Arbitrary<Case> Cases { get; } = (
        from rules in Rules
        from existing in Gen.Elements(
            [null, null, Scene.Existing(Scene.A), Scene.Existing(Scene.B) with { ReferrerActive = false }])
        from moment in Moments
        from touches in Distinct(AnyTouch)
        from repeated in Gen.Shuffle(touches.Concat(touches).ToArray())
        from invalid in Distinct(Invalid)
        select new Case(rules, existing, moment, touches, repeated, invalid)).ToArbitrary();

    private static Gen<Touch[]> Distinct(Gen<Touch> touches) =>
        touches.ListOf().Select(list => list.DistinctBy(touch => touch.Id).Take(12).ToArray());
}
