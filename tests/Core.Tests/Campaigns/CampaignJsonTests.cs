using System.Text;
using Shouldly;
using Tributary.Campaigns;
using Tributary.Primitives;
using Xunit;

namespace Tributary.Core.Tests.Campaigns;

public sealed class CampaignJsonTests
{
    private const string Everything = """
        {
          "steps": [
            {
              "name": "Signs up", "trigger": "lead",
              "lines": [
                {"number": 1, "recipient": "customer", "amount": {"kind": "points", "points": 100}},
                {"number": 2, "recipient": "customer", "amount": {"kind": "score", "points": 5, "unit": "score:rank"}},
                {"number": 3, "recipient": "customer", "amount": {"kind": "coupon", "coupon": {
                  "kind": "percentage_discount", "name": "Welcome", "ppm": 100000, "currency": "USD", "cap": 2000, "minimumOrder": 5000,
                  "product": {"productId": "p1", "productName": "Cup", "variantId": "v1", "variantName": "Red", "displayName": "Red cup"},
                  "collections": [{"collectionId": "c1", "collectionName": "Cups"}],
                  "expiresAfterDays": 14, "usageLimit": 2, "combinable": true, "codePrefix": "WELCOME", "redeemInstructions": "Show it\nat the till"}}}
              ]
            },
            {
              "name": "Orders", "trigger": "order", "once": true, "minimumOrder": {"USD": 2500, "JPY": 3000},
              "conditions": {"all": [
                {"field": "total_paid", "operator": "gte", "value": "200"},
                {"any": [{"field": "order.channel", "operator": "in", "value": ["web", "pos"]}, {"field": "customer.new", "operator": "eq", "value": true}]}
              ]},
              "lines": [
                {"number": 10, "recipient": "referrer", "holdDays": 7,
                 "amount": {"kind": "percent", "ppm": 29000, "mostPerOrder": {"USD": 10000}},
                 "caps": [{"per": "recipient", "period": "month", "amount": 50000, "unit": "USD"}, {"per": "customer", "period": "ever", "count": 3}]},
                {"number": 11, "recipient": "customer", "amount": {"kind": "points", "perMajorUnitPpm": 1500000, "mostPoints": 500, "unit": "points:stars"}},
                {"number": 12, "recipient": "customer", "amount": {"kind": "custom", "name": "Gift", "data": {"sku": "mug", "n": [1, 2]}}}
              ]
            },
            {"name": "Profile", "trigger": "event", "eventName": "profile_completed",
             "lines": [{"number": 20, "recipient": "customer", "amount": {"kind": "fixed", "amount": 500, "currency": "USD"}}]}
          ],
          "holdDays": 14, "duration": {"kind": "months", "months": 12}, "budget": {"count": 1000},
          "bonus": {"every": 5, "lines": [{"number": 30, "recipient": "referrer", "amount": {"kind": "points", "points": 500}}]},
          "exclusiveGroup": "welcome", "priority": 3, "audience": "referred", "rewardGuests": false, "trustedOnly": true,
          "descriptions": {"en": "Give and get", "pt-BR": "Indique e ganhe"}
        }
        """;

    [Fact]
    public void What_was_written_reads_back_as_the_same()
    {
        var definition = Definitions.Parse(Everything);
        var written = CampaignJson.Write(definition);

        CampaignJson.Write(CampaignJson.Parse(written).Value).ShouldBe(written);
        written.Length.ShouldBeGreaterThan(2000);
        foreach (var word in (string[])["mostPerOrder", "\"count\":1000", "perMajorUnitPpm", "redeemInstructions", "pt-BR", "\"n\":[1,2]", "\"any\"", "variantName"])
            Encoding.UTF8.GetString(written).ShouldContain(word);
    }

    [Fact]
    public void Every_member_reaches_the_definition()
    {
        var definition = Definitions.Parse(Everything);

        definition.Steps.Select(step => (step.Number, step.Trigger, step.Once)).ShouldBe(
            [(1, StepTrigger.Lead, true), (2, StepTrigger.Order, true), (3, StepTrigger.Event, false)]);
        definition.FindLine(10).Line.Amount.ShouldBeOfType<PercentAmount>().Rate.ShouldBe(new Rate(29_000));
        definition.FindLine(10).Line.Caps[0].ShouldBe(
            LineCap.OfAmount(CapSubject.Recipient, CapPeriod.Month, 50_000, Unit.Of(Currency.Of("USD"))));
        definition.FindLine(30).Step.ShouldBeNull();
        definition.Steps[1].Conditions!.Flat.Count().ShouldBe(3);
        definition.Steps[1].MinimumOrder["JPY"].ShouldBe(3000);
        definition.Duration.ShouldBe(CampaignDuration.OfMonths(12));
        definition.Budget.ShouldBe(CampaignBudget.OfCount(1000));
        definition.Descriptions["PT-br"].ShouldBe("Indique e ganhe");
        (definition.RewardGuests, definition.TrustedOnly, definition.Priority, definition.HoldDays).ShouldBe((false, true, 3, 14));
        var coupon = ((CouponAmount)definition.FindLine(3).Line.Amount).Terms;
        (coupon.Kind, coupon.Percent, coupon.MinimumOrder, coupon.Collections.Count).ShouldBe(
            (CouponKind.PercentageDiscount, new Rate(100_000), 5000, 1));
        var read = CampaignJson.ReadCoupon(CampaignJson.WriteCoupon(coupon));
        CampaignJson.WriteCoupon(read).ShouldBe(CampaignJson.WriteCoupon(coupon));
    }

    [Fact]
    public void Defaults_are_those_of_a_plain_referral()
    {
        var definition = Definitions.OnOrders(Definitions.Points(200));

        (definition.RewardGuests, definition.TrustedOnly, definition.Audience).ShouldBe((true, false, CampaignAudience.Referred));
        definition.Duration.ShouldBe(CampaignDuration.Lifetime);
        definition.HoldDays.ShouldBeNull();
        definition.Steps[0].Once.ShouldBeFalse();
        definition.Steps[0].Lines[0].Number.ShouldBe(1);
    }

    [Fact]
    public void Lines_without_a_number_get_the_lowest_free_one()
    {
        var definition = Definitions.OnOrders($$"""
            {{Definitions.Points(1)}},{{Definitions.Points(2, line: "\"number\":1")}},{{Definitions.Points(3)}}
            """);

        definition.Steps[0].Lines.Select(line => line.Number).ShouldBe([2, 1, 3]);
    }

    [Theory]
    [InlineData("{", ProblemCode.Malformed, null)]
    [InlineData("[]", ProblemCode.InvalidValue, null)]
    [InlineData("null", ProblemCode.InvalidValue, null)]
    [InlineData("""{"steps":[],"stepps":1}""", ProblemCode.UnknownMember, "stepps")]
    [InlineData("""{"steps":[{"trigger":"order","line":[]}]}""", ProblemCode.UnknownMember, "steps.0.line")]
    [InlineData("""{"steps":[]}""", ProblemCode.MissingField, "steps")]
    [InlineData("""{"steps":[null]}""", ProblemCode.InvalidValue, "steps.0")]
    [InlineData("""{"steps":[{"trigger":"order","lines":[]}]}""", ProblemCode.MissingField, "steps.0.lines")]
    [InlineData("""{"priority":1,"priority":2,"steps":[]}""", ProblemCode.DuplicateMember, "priority")]
    [InlineData("""{"descriptions":{"en":"a\u0000"}}""", ProblemCode.InvalidValue, "descriptions.en")]
    [InlineData("""{"descriptions":{"en":"\ud800"}}""", ProblemCode.InvalidValue, "descriptions.en")]
    [InlineData("""{"holdDays":"7"}""", ProblemCode.InvalidValue, "holdDays")]
    [InlineData("""{"holdDays":7.5}""", ProblemCode.InvalidValue, "holdDays")]
    public void A_document_that_is_none_is_refused_with_its_place(string json, ProblemCode code, string? field) =>
        ShouldBeRefused(json, code, field);

    [Theory]
    [InlineData("""{"recipient":"referrer","amount":{"kind":"percent","ppm":0.2}}""", ProblemCode.InvalidValue, "amount.ppm")]
    [InlineData("""{"recipient":"referrer","amount":{"kind":"percent","ppm":1000001}}""", ProblemCode.OutOfRange, "amount.ppm")]
    [InlineData("""{"recipient":"referrer","amount":{"kind":"percent","ppm":-1}}""", ProblemCode.OutOfRange, "amount.ppm")]
    [InlineData("""{"recipient":"referrer","amount":{"kind":"percent","ppm":1,"amount":5}}""", ProblemCode.InvalidValue, "amount.amount")]
    [InlineData("""{"recipient":"referrer","amount":{"kind":"fixed","amount":5}}""", ProblemCode.MissingField, "amount.currency")]
    [InlineData("""{"recipient":"referrer","amount":{"kind":"fixed","amount":5,"currency":"XXX"}}""", ProblemCode.CurrencyRefused, "amount.currency")]
    [InlineData("""{"recipient":"referrer","amount":{"kind":"fixed","amount":5,"currency":"HRK"}}""", ProblemCode.CurrencyRefused, "amount.currency")]
    [InlineData("""{"recipient":"referrer","amount":{"kind":"fixed","amount":-0,"currency":"USD"}}""", ProblemCode.InvalidValue, "amount.amount")]
    [InlineData("""{"recipient":"referrer","amount":{"kind":"fixed","amount":1e2,"currency":"USD"}}""", ProblemCode.InvalidValue, "amount.amount")]
    [InlineData("""{"recipient":"referrer","amount":{"kind":"fixed","amount":"5","currency":"USD"}}""", ProblemCode.InvalidValue, "amount.amount")]
    [InlineData("""{"recipient":"referrer","amount":{"kind":"fixed","amount":9223372036854775808,"currency":"USD"}}""", ProblemCode.InvalidValue, "amount.amount")]
    [InlineData("""{"recipient":"referrer","amount":{"kind":"fixed","amount":0,"currency":"USD"}}""", ProblemCode.OutOfRange, "amount.amount")]
    [InlineData("""{"recipient":"referrer","amount":{"kind":"pot","ppm":1}}""", ProblemCode.FeatureOff, "amount.kind")]
    [InlineData("""{"recipient":"recruiter","amount":{"kind":"points","points":1}}""", ProblemCode.FeatureOff, "recipient")]
    [InlineData("""{"recipient":"friend","amount":{"kind":"points","points":1}}""", ProblemCode.InvalidValue, "recipient")]
    [InlineData("""{"recipient":"referrer"}""", ProblemCode.MissingField, "amount")]
    [InlineData("""{"recipient":"referrer","amount":{"kind":"points","points":1,"unit":"USD"}}""", ProblemCode.InvalidValue, "amount.unit")]
    [InlineData("""{"recipient":"referrer","amount":{"kind":"points","points":1,"unit":"score:x"}}""", ProblemCode.InvalidValue, "amount.unit")]
    [InlineData("""{"recipient":"referrer","amount":{"kind":"points","points":1},"holdDays":366}""", ProblemCode.OutOfRange, "holdDays")]
    [InlineData("""{"recipient":"referrer","amount":{"kind":"points","points":1,"points":2}}""", ProblemCode.DuplicateMember, "amount.points")]
    [InlineData("""{"recipient":"referrer","amount":{"kind":"coupon","coupon":{"kind":"fixed_discount","amount":5}}}""", ProblemCode.MissingField, "amount.coupon.currency")]
    [InlineData("""{"recipient":"referrer","amount":{"kind":"coupon","coupon":{"kind":"free_product"}}}""", ProblemCode.MissingField, "amount.coupon.product")]
    [InlineData("""{"recipient":"referrer","amount":{"kind":"points","points":1},"caps":[{"per":"recipient","amount":5}]}""", ProblemCode.MissingField, "caps.0.unit")]
    [InlineData("""{"recipient":"referrer","amount":{"kind":"points","points":1},"caps":[{"per":"recipient","amount":5,"unit":"USD"}]}""", ProblemCode.InvalidValue, "caps.0.unit")]
    [InlineData("""{"recipient":"referrer","amount":{"kind":"points","points":1},"caps":[{"per":"recipient","count":5},{"per":"recipient","count":6}]}""", ProblemCode.InvalidValue, "caps.1")]
    [InlineData("""{"recipient":"referrer","amount":{"kind":"custom","name":"x"},"caps":[{"per":"recipient","amount":5,"unit":"USD"}]}""", ProblemCode.InvalidValue, "caps.0.amount")]
    public void A_line_that_cannot_be_is_refused_with_its_place(string line, ProblemCode code, string field) =>
        ShouldBeRefused($$"""{"steps":[{"trigger":"order","lines":[{{line}}]}]}""", code, "steps.0.lines.0." + field);

    [Theory]
    [InlineData(""" "trigger":"orders" """, ProblemCode.InvalidValue, "trigger")]
    [InlineData(""" "trigger":"event" """, ProblemCode.MissingField, "eventName")]
    [InlineData(""" "trigger":"order","eventName":"x" """, ProblemCode.InvalidValue, "eventName")]
    [InlineData(""" "trigger":"lead","minimumOrder":{"USD":5} """, ProblemCode.InvalidValue, "minimumOrder")]
    [InlineData(""" "trigger":"order","minimumOrder":{"usd":5,"USD":6} """, ProblemCode.DuplicateMember, "minimumOrder.USD")]
    [InlineData(""" "trigger":"order","minimumOrder":{"QQQ":5} """, ProblemCode.CurrencyRefused, "minimumOrder.QQQ")]
    [InlineData(""" "trigger":"order","minimumOrder":{"USD":5.5} """, ProblemCode.InvalidValue, "minimumOrder.USD")]
    public void A_step_that_cannot_be_is_refused_with_its_place(string step, ProblemCode code, string field) =>
        ShouldBeRefused($$"""{"steps":[{{{step}},"lines":[{{Definitions.Points(1)}}]}]}""", code, "steps.0." + field);

    [Theory]
    [InlineData(""" "duration":{"kind":"months"} """, ProblemCode.MissingField, "duration.months")]
    [InlineData(""" "duration":{"kind":"months","months":0} """, ProblemCode.OutOfRange, "duration.months")]
    [InlineData(""" "duration":{"kind":"once","months":3} """, ProblemCode.InvalidValue, "duration.months")]
    [InlineData(""" "duration":{"kind":"months","months":3},"audience":"everyone" """, ProblemCode.InvalidValue, "duration.kind")]
    [InlineData(""" "budget":{} """, ProblemCode.InvalidValue, "budget")]
    [InlineData(""" "budget":{"amount":5,"unit":"USD"} """, ProblemCode.InvalidValue, "steps.0.lines.0.amount")]
    [InlineData(""" "bonus":{"every":0,"lines":[]} """, ProblemCode.MissingField, "bonus.lines")]
    [InlineData(""" "bonus":{"every":5,"lines":[{"recipient":"customer","amount":{"kind":"points","points":1}}]} """, ProblemCode.InvalidValue, "bonus.lines.0.recipient")]
    [InlineData(""" "bonus":{"every":5,"lines":[{"recipient":"referrer","amount":{"kind":"percent","ppm":1}}]} """, ProblemCode.InvalidValue, "bonus.lines.0.amount.kind")]
    [InlineData(""" "bonus":{"every":5,"lines":[{"number":1,"recipient":"referrer","amount":{"kind":"points","points":1}},{"number":1,"recipient":"referrer","amount":{"kind":"points","points":1}}]} """, ProblemCode.InvalidValue, "steps")]
    [InlineData(""" "descriptions":{"english":"x"} """, ProblemCode.InvalidValue, "descriptions.english")]
    [InlineData(""" "audience":"all" """, ProblemCode.InvalidValue, "audience")]
    public void A_campaign_that_cannot_be_is_refused_with_its_place(string member, ProblemCode code, string field) =>
        ShouldBeRefused($$"""{"steps":[{"trigger":"order","lines":[{{Definitions.Points(1)}}]}],{{member}}}""", code, field);

    [Theory]
    [InlineData("""{"all":[]}""", ProblemCode.MissingField, "conditions.all")]
    [InlineData("""{"all":[{"any":[{"all":[{"field":"x","operator":"eq","value":"1"}]}]}]}""", ProblemCode.TooMany, "conditions.all.0.any.0")]
    [InlineData("""{"all":[{"field":"x","operator":"eq","value":"1"}],"any":[]}""", ProblemCode.InvalidValue, "conditions")]
    [InlineData("""{"field":"order.totl","operator":"eq","value":"1"}""", ProblemCode.InvalidValue, "conditions.field")]
    [InlineData("""{"field":"x","operator":"like","value":"1"}""", ProblemCode.InvalidValue, "conditions.operator")]
    [InlineData("""{"field":"x","operator":"eq"}""", ProblemCode.MissingField, "conditions.value")]
    [InlineData("""{"field":"x","operator":"eq","value":{"a":1}}""", ProblemCode.InvalidValue, "conditions.value")]
    [InlineData("""{"field":"x","operator":"eq","value":["a","b"]}""", ProblemCode.InvalidValue, "conditions.value")]
    [InlineData("""{"field":"x","operator":"gt","value":"ten"}""", ProblemCode.InvalidValue, "conditions.value")]
    [InlineData("""{"field":"x","operator":"between","value":"500,100"}""", ProblemCode.InvalidValue, "conditions.value")]
    [InlineData("""{"field":"x","operator":"exists","value":"yes"}""", ProblemCode.InvalidValue, "conditions.value")]
    public void A_condition_that_cannot_be_is_refused_with_its_place(string conditions, ProblemCode code, string field) =>
        ShouldBeRefused(
            $$"""{"steps":[{"trigger":"order","conditions":{{conditions}},"lines":[{{Definitions.Points(1)}}]}]}""", code, "steps.0." + field);

    [Fact]
    public void Nine_lines_eleven_steps_and_51_conditions_are_too_many()
    {
        var lines = string.Join(',', Enumerable.Repeat(Definitions.Points(1), 9));
        ShouldBeRefused($$"""{"steps":[{"trigger":"order","lines":[{{lines}}]}]}""", ProblemCode.TooMany, "steps.0.lines");

        var steps = string.Join(',', Enumerable.Repeat($$"""{"trigger":"order","lines":[{{Definitions.Points(1)}}]}""", 11));
        ShouldBeRefused($$"""{"steps":[{{steps}}]}""", ProblemCode.TooMany, "steps");

        const string Group = """{"any":[CONDITIONS]}""";
        var group = Group.Replace("CONDITIONS", string.Join(',', Enumerable.Repeat("""{"field":"x","operator":"eq","value":1}""", 26)), StringComparison.Ordinal);
        ShouldBeRefused(
            $$"""{"steps":[{"trigger":"order","conditions":{"all":[{{group}},{{group}}]},"lines":[{{Definitions.Points(1)}}]}]}""",
            ProblemCode.TooMany,
            "steps.0.conditions.all.1.any.24");
    }

    [Fact]
    public void The_cache_reads_a_text_once_and_stays_within_its_limit()
    {
        static string Paying(int points) => Encoding.UTF8.GetString(CampaignJson.Write(Definitions.OnOrders(Definitions.Points(points))));
        var cache = new CampaignCache(10);

        var first = cache.Of(Paying(1));
        for (var points = 2; points < 100; points++)
        {
            cache.Of(Paying(1)).ShouldBeSameAs(first);
            cache.Of(Paying(points)).ShouldNotBeSameAs(first);
        }
        cache.Count.ShouldBeLessThanOrEqualTo(11);
    }

    private static void ShouldBeRefused(string json, ProblemCode code, string? field)
    {
        var problem = Definitions.Refused(json);
        (problem.Code, problem.Field).ShouldBe((code, field), problem.Detail);
    }
}
