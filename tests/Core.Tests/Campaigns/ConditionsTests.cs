using System.Text.Json.Nodes;
using Shouldly;
using Tributary.Campaigns;
using Tributary.Primitives;
using Xunit;

namespace Tributary.Core.Tests.Campaigns;

public sealed class ConditionsTests
{
    private static readonly CauseFacts Order = Causes.Order(25_000) with
    {
        Zone = TimeZoneInfo.FindSystemTimeZoneById("America/New_York"),
        Customer = new CustomerFacts
        {
            New = true,
            OrderCount = 1,
            Country = "DE",
            Tags = ["vip", "beta"],
            Attributes = (JsonObject)JsonNode.Parse("""{"city":"Berlin","custom":{"level":"Gold","zip":"007"}}""")!,
        },
        Referrer = new ReferrerFacts { Kind = "partner", Group = "A", Tags = ["blog"], Since = Causes.Noon.AddDays(-10) },
        Order = Causes.Order(25_000).Order! with
        {
            Channel = "Web",
            Price = 27_550,
            Tax = 0,
            OrderId = "O-1",
            Coupons = ["SUMMER", "X10"],
            Details = (JsonObject)JsonNode.Parse("""
                {"lineItems":[
                   {"productId":"p1","sku":"S1","quantity":2,"category":["Shoes","Sale"],"vendor":"Acme","collection":["c1"],"tags":["new"]},
                   {"productId":"p1","quantity":"1.5"},{"productId":"p2"}],
                 "merchant":{"uniqueId":"m1","name":"Shop","branch":{"uniqueId":"b7"}},
                 "cartId":"cart","extra":{"level":7,"note":"Hello World","flag":true,"list":["a","b"],"nothing":null,"ratio":0.1}}
                """)!,
        },
    };

    [Theory]
    [InlineData("order.channel", "eq", "web", true)]
    [InlineData("channel", "eq", "pos, WEB", true)]
    [InlineData("source", "eq", "pos", false)]
    [InlineData("order.channel", "ne", "pos", true)]
    [InlineData("order.channel", "ne", "pos,web", false)]
    [InlineData("order.coupon", "ne", "SUMMER", false)]
    [InlineData("note", "eq", "hello world", true)]
    [InlineData("note", "contains", "O W", true)]
    [InlineData("note", "contains", "xyz", false)]
    [InlineData("note", "starts", "hell", true)]
    [InlineData("note", "starts", "world", false)]
    [InlineData("level", "eq", "7.0", true)]
    [InlineData("level", "gt", "6.999999999999999999999999999999", true)]
    [InlineData("level", "gt", "7", false)]
    [InlineData("level", "gte", "7", true)]
    [InlineData("level", "lt", "7", false)]
    [InlineData("level", "lte", "7.00", true)]
    [InlineData("level", "lt", "8", true)]
    [InlineData("level", "between", "7,8", true)]
    [InlineData("level", "between", "1,6", false)]
    [InlineData("ratio", "eq", "0.1", true)]
    [InlineData("ratio", "lt", "0.10000000000000001", true)]
    [InlineData("level", "exists", "true", true)]
    [InlineData("nothing", "exists", "true", false)]
    [InlineData("nothing", "exists", "false", true)]
    [InlineData("list", "eq", "b", true)]
    [InlineData("list", "eq", "c", false)]
    [InlineData("customer.attribute.zip", "eq", "7", false)]
    [InlineData("customer.attribute.zip", "eq", "007", true)]
    public void MO32_Each_operator(string field, string @operator, string value, bool holds) =>
        Holds(Of(field, @operator, $"\"{value}\"")).ShouldBe(holds);

    [Theory]
    [InlineData("level", "in", """["6", 7]""", true)]
    [InlineData("level", "in", """["6", "8"]""", false)]
    [InlineData("level", "nin", """["6", "8"]""", true)]
    [InlineData("level", "nin", "[7]", false)]
    [InlineData("level", "between", "[7, 9]", true)]
    [InlineData("note", "in", """["hello world, again"]""", false)]
    public void MO32_Operators_over_lists(string field, string @operator, string values, bool holds) =>
        Holds(Of(field, @operator, values)).ShouldBe(holds);

    [Theory]
    [InlineData("eq", "\"x\"", false)]
    [InlineData("ne", "\"x\"", true)]
    [InlineData("in", """["x"]""", false)]
    [InlineData("nin", """["x"]""", true)]
    [InlineData("gt", "1", false)]
    [InlineData("gte", "1", false)]
    [InlineData("lt", "1", false)]
    [InlineData("lte", "1", false)]
    [InlineData("between", "\"0,9\"", false)]
    [InlineData("contains", "\"\"", false)]
    [InlineData("starts", "\"\"", false)]
    [InlineData("exists", "true", false)]
    [InlineData("exists", "false", true)]
    public void MO32_A_missing_field_fails_every_operator_but_ne_nin_and_exists_false(string @operator, string value, bool holds) =>
        Holds(Of("missing", @operator, value)).ShouldBe(holds);

    [Theory]
    [InlineData("customer.new", "true")]
    [InlineData("customer.order_count", "1")]
    [InlineData("customer.country", "de")]
    [InlineData("customer.tag", "vip")]
    [InlineData("customer.attribute.city", "Berlin")]
    [InlineData("customer.attribute.level", "gold")]
    [InlineData("referrer.kind", "partner")]
    [InlineData("referrer.group", "a")]
    [InlineData("referrer.tag", "blog")]
    [InlineData("referrer.age_days", "10")]
    [InlineData("time.weekday", "friday")]
    [InlineData("time.hour", "7")]
    [InlineData("order.currency", "USD")]
    [InlineData("order.total", "25000")]
    [InlineData("total_paid", "250")]
    [InlineData("order.base", "25000")]
    [InlineData("order.price", "27550")]
    [InlineData("total_price", "275.5")]
    [InlineData("total_tax", "0.00")]
    [InlineData("order_id", "o-1")]
    [InlineData("discount_codes", "x10")]
    [InlineData("order.items", "4.5")]
    [InlineData("total_items", "4.50")]
    [InlineData("unique_items", "2")]
    [InlineData("product_id", "p2")]
    [InlineData("product_sku", "s1")]
    [InlineData("product_category", "sale")]
    [InlineData("product_vendor", "acme")]
    [InlineData("collection_id", "c1")]
    [InlineData("tag", "new")]
    [InlineData("item.quantity", "2")]
    [InlineData("cart_id", "cart")]
    [InlineData("merchant_id", "m1")]
    [InlineData("merchant_name", "shop")]
    [InlineData("branch_id", "b7")]
    [InlineData("order.extra.flag", "true")]
    [InlineData("LEVEL", "7")]
    public void MO32_Each_field_in_either_spelling(string field, string value)
    {
        Holds(Of(field, "eq", $"\"{value}\"")).ShouldBeTrue();
        Holds(Of(field, "eq", "\"something else\"")).ShouldBeFalse();
    }

    [Fact]
    public void Every_field_that_may_be_asked_is_listed()
    {
        foreach (var name in FactFields.Names.Concat(FactFields.OrderMetadataNames))
            FactFields.IsAskable(name.Replace("<key>", "k", StringComparison.Ordinal)).ShouldBeTrue(name);
        FactFields.IsAskable("customer.nonsense").ShouldBeFalse();
        FactFields.IsAskable("order.extra.").ShouldBeFalse();
        FactFields.IsAskable("anything").ShouldBeTrue();
    }

    [Fact]
    public void An_events_metadata_is_asked_by_its_own_names_even_where_an_order_has_them()
    {
        var cause = Causes.Event("profile_completed", """{"level":"gold","total_paid":"3"}""");

        Conditions.Evaluate(Of("level", "eq", "\"Gold, Platinum\""), cause).Holds.ShouldBeTrue();
        Conditions.Evaluate(Of("level", "eq", "\"Silver\""), cause).Holds.ShouldBeFalse();
        Conditions.Evaluate(Of("total_paid", "eq", "3"), cause).Holds.ShouldBeTrue();
        Conditions.Evaluate(Of("event.metadata.level", "exists", "true"), cause).Holds.ShouldBeTrue();
        Conditions.Evaluate(Of("event.name", "eq", "\"profile_completed\""), cause).Holds.ShouldBeTrue();
    }

    [Fact]
    public void Amounts_are_compared_in_the_currencys_own_units()
    {
        var yen = Causes.Order(1_500, Currency.Of("JPY"));
        Conditions.Evaluate(Of("total_paid", "eq", "1500"), yen).Holds.ShouldBeTrue();
        var dinar = Causes.Order(1_500, Currency.Of("KWD"));
        Conditions.Evaluate(Of("total_paid", "eq", "1.5"), dinar).Holds.ShouldBeTrue();
        Conditions.Evaluate(Of("order.total", "eq", "1500"), dinar).Holds.ShouldBeTrue();
    }

    [Theory]
    [InlineData(true, true, true, false, true)]
    [InlineData(true, true, false, false, false)]
    [InlineData(true, false, true, true, false)]
    [InlineData(false, true, false, false, true)]
    [InlineData(false, false, true, false, true)]
    [InlineData(false, false, false, false, false)]
    public void Two_levels_of_all_and_any(bool all, bool first, bool second, bool third, bool holds)
    {
        var group = Group($$"""
            {"{{(all ? "all" : "any")}}":[{{One(first)}},{"{{(all ? "any" : "all")}}":[{{One(second)}},{{One(all ? third : second)}}]}]}
            """);

        Holds(group).ShouldBe(holds);

        static string One(bool holds) => $$"""{"field":"level","operator":"eq","value":"{{(holds ? 7 : 8)}}"}""";
    }

    [Fact]
    public void The_result_names_the_condition_that_failed_and_what_was_found()
    {
        var result = Conditions.Evaluate(
            Group("""{"all":[{"field":"level","operator":"gt","value":1},{"field":"customer.tag","operator":"eq","value":"gold"}]}"""), Order);

        result.Holds.ShouldBeFalse();
        result.Failed!.Field.ShouldBe("customer.tag");
        result.Found.ShouldBe("vip, beta");
    }

    private static bool Holds(ConditionGroup group) => Conditions.Evaluate(group, Order).Holds;

    private static ConditionGroup Of(string field, string @operator, string value) =>
        Group($$"""{"field":"{{field}}","operator":"{{@operator}}","value":{{value}}}""");

    private static ConditionGroup Group(string json) =>
        Definitions.OnOrders(Definitions.Points(1), $"\"conditions\":{json}").Steps[0].Conditions!;
}
