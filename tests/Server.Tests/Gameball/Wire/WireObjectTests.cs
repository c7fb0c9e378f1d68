using System.Text;
using System.Text.Json;
using Tributary.Primitives;
using Tributary.Server.Api.Gameball;
using Tributary.Server.Api.Gameball.Wire;
using Tributary.Server.Api.Wire;

namespace Tributary.Server.Tests.Gameball.Wire;

public sealed class WireObjectTests
{
    private static readonly Currency Dollar = Currency.Of("USD");

    [Fact]
    public void Names_are_read_in_any_case_and_a_second_spelling_is_a_repetition()
    {
        Read("""{"CUSTOMERID":"a"}""").Text("customerId").ShouldBe("a");
        Read("""{"customerId":"a","CustomerID":"b"}""").Fault.ShouldBe(GameballErrors.RepeatedMember);
    }

    [Fact]
    public void Of_two_names_of_a_member_the_first_that_says_something_counts()
    {
        Read("""{"playerUniqueId":"old","customerId":"new"}""").Text("customerId", alias: "playerUniqueId").ShouldBe("new");
        Read("""{"playerUniqueId":"old","customerId":" "}""").Text("customerId", alias: "playerUniqueId").ShouldBe("old");
        Read("""{"guest":null,"isGuest":1}""").Flag("guest", "isGuest").ShouldBe(true);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("\"\"")]
    [InlineData("\" \\u00a0 \"")]
    public void Null_and_blank_are_absent_for_every_kind_of_member(string nothing)
    {
        var read = Read($"{{\"m\":{nothing}}}");
        read.Has("m").ShouldBeFalse();
        read.Text("m").ShouldBeNull();
        read.Money("m", Dollar).ShouldBeNull();
        read.Flag("m").ShouldBeNull();
        read.Time("m").ShouldBeNull();
        read.Object("m").ShouldBeNull();
        read.Objects("m", 5).ShouldBeEmpty();
        read.FreeObject("m").ShouldBeNull();
        read.FreeItems("m", 5).ShouldBeNull();
        read.Fault.ShouldBeNull();
        read.RequiredText("m", 10).ShouldBeEmpty();
        read.Fault.ShouldBe(GameballErrors.Missing("m"));
    }

    [Theory]
    [InlineData("123", "123")]
    [InlineData("-5", "-5")]
    [InlineData("966500001234", "966500001234")]
    [InlineData("\" kept \"", " kept ")]
    [InlineData("\"e\\u0301\"", "\u00e9")]
    public void A_text_may_come_as_an_integer_and_is_composed(string sent, string read) =>
        Read($"{{\"m\":{sent}}}").Text("m").ShouldBe(read);

    [Theory]
    [InlineData("1.5", 3016)]
    [InlineData("1e3", 3016)]
    [InlineData("true", 3016)]
    [InlineData("{}", 3016)]
    [InlineData("[]", 3016)]
    [InlineData("\"a\\u0001b\"", 3003)]
    [InlineData("\"a\\nb\"", 3003)]
    [InlineData("\"a\\u007fb\"", 3003)]
    [InlineData("\"eleven char\"", 3003)]
    public void A_text_of_another_type_with_control_characters_or_too_long_is_refused(string sent, int code)
    {
        var read = Read($"{{\"m\":{sent}}}");
        read.Text("m", longest: 10).ShouldBeNull();
        read.Fault!.Code.ShouldBe(code);
    }

    [Theory]
    [InlineData("100.00", 10000)]
    [InlineData("\"100.00\"", 10000)]
    [InlineData("19.990000000000002", 1999)]
    [InlineData("19.995", 2000)]
    [InlineData("1e2", 10000)]
    [InlineData("-0", 0)]
    [InlineData("0.0049", 0)]
    [InlineData("999999999999999", 99999999999999900)]
    public void Money_is_read_from_its_own_text_and_rounded_away_from_zero(string sent, long minor) =>
        Read($"{{\"m\":{sent}}}").Money("m", Dollar).ShouldBe(minor);

    [Theory]
    [InlineData("-1", 3003)]
    [InlineData("1e400", 3003)]
    [InlineData("1000000000000000", 3003)]
    [InlineData("\"1,50\"", 3003)]
    [InlineData("\"NaN\"", 3003)]
    [InlineData("true", 3016)]
    [InlineData("[1]", 3016)]
    public void Money_that_is_none_is_refused(string sent, int code)
    {
        var read = Read($"{{\"totalPaid\":{sent}}}");
        read.Money("totalPaid", Dollar).ShouldBeNull();
        read.Fault!.Code.ShouldBe(code);
        if (code == 3003)
            read.Fault.Message.ShouldBe("invalid totalpaid value");
    }

    [Theory]
    [InlineData("JPY", "19.5", 20)]
    [InlineData("KWD", "19.9995", 20000)]
    [InlineData("KWD", "1.2344", 1234)]
    public void Money_has_the_digits_of_its_currency(string currency, string sent, long minor) =>
        Read($"{{\"m\":{sent}}}").Money("m", Currency.Of(currency)).ShouldBe(minor);

    [Theory]
    [InlineData("true", true)]
    [InlineData("\"TRUE\"", true)]
    [InlineData("1", true)]
    [InlineData("\"1\"", true)]
    [InlineData("false", false)]
    [InlineData("\"false\"", false)]
    [InlineData("0", false)]
    public void A_truth_value_may_come_as_text_or_digit(string sent, bool value) => Read($"{{\"m\":{sent}}}").Flag("m").ShouldBe(value);

    [Theory]
    [InlineData("2", 3003)]
    [InlineData("\"yes\"", 3003)]
    [InlineData("1.0", 3016)]
    [InlineData("{}", 3016)]
    public void Another_truth_value_is_refused(string sent, int code)
    {
        var read = Read($"{{\"m\":{sent}}}");
        read.Flag("m").ShouldBeNull();
        read.Fault!.Code.ShouldBe(code);
    }

    [Theory]
    [InlineData("2024-01-15T10:30:00Z", "2024-01-15T10:30:00.000Z")]
    [InlineData("2024-01-15T10:30:00", "2024-01-15T10:30:00.000Z")]
    [InlineData("2024-01-15T10:30:00+03:00", "2024-01-15T07:30:00.000Z")]
    [InlineData("2024-01-15T10:30:00-0330", "2024-01-15T14:00:00.000Z")]
    [InlineData("2024-01-15T10:30:00.123456789Z", "2024-01-15T10:30:00.123Z")]
    [InlineData("2024-01-15 10:30", "2024-01-15T10:30:00.000Z")]
    [InlineData("2024-01-15", "2024-01-15T00:00:00.000Z")]
    [InlineData("2024-02-29T23:59:59.9z", "2024-02-29T23:59:59.900Z")]
    public void Times_are_read_in_every_form_that_clients_send(string sent, string written) =>
        WireTime.Format(Read($"{{\"m\":\"{sent}\"}}").Time("m")!.Value).ShouldBe(written);

    [Theory]
    [InlineData("0001-01-01")]
    [InlineData("0001-01-01T00:00:00")]
    [InlineData("0001-01-01T00:00:00+03:00")]
    public void A_time_that_was_never_set_is_absent(string sent)
    {
        var read = Read($"{{\"m\":\"{sent}\"}}");
        read.Time("m").ShouldBeNull();
        read.Fault.ShouldBeNull();
    }

    [Theory]
    [InlineData("2023-02-29")]
    [InlineData("2024-01-15T25:00:00Z")]
    [InlineData("2024-01-15T10:30:00+99:00")]
    [InlineData("15/01/2024")]
    [InlineData("2024-01-15T10:30:00.1234567890Z")]
    [InlineData("yesterday")]
    public void What_is_no_time_is_refused(string sent)
    {
        var read = Read($"{{\"m\":\"{sent}\"}}");
        read.Time("m").ShouldBeNull();
        read.Fault!.Code.ShouldBe(3003);
    }

    [Fact]
    public void An_empty_map_may_be_a_list_and_an_empty_list_a_map()
    {
        Read("""{"m":{}}""").Objects("m", 5).ShouldBeEmpty();
        Read("""{"m":[]}""").Object("m").ShouldNotBeNull().Fault.ShouldBeNull();
        Read("""{"m":"one"}""").Texts("m", 5).ShouldBe(["one"]);
        Read("""{"m":{"a":1}}""").Objects("m", 5).Count.ShouldBe(1);
        Read("""{"m":[{},{},{}]}""").Objects("m", 3).Count.ShouldBe(3);
        Read("[]").Fault.ShouldBeNull();
    }

    [Fact]
    public void More_items_than_a_list_may_hold_are_refused()
    {
        var read = Read("""{"m":[1,2,3]}""");
        read.FreeItems("m", 2).ShouldBeNull();
        read.Fault!.Code.ShouldBe(3011);
    }

    [Fact]
    public void Free_objects_keep_their_numbers_and_lose_what_says_nothing()
    {
        var free = Read("""{"m":{"a":19.990000000000002,"b":null,"c":" ","d":["x",{"e":""}],"f":1e400}}""").FreeObject("m")!;
        free.ToJsonString().ShouldBe("""{"a":19.990000000000002,"d":["x",{}],"f":1e400}""");
        Read("""{"m":[]}""").FreeObject("m").ShouldBeNull();
        var wrong = Read("""{"m":[1]}""");
        wrong.FreeObject("m");
        wrong.Fault!.Code.ShouldBe(3016);
    }

    [Theory]
    [InlineData("""{}""", false, null)]
    [InlineData("""{"referrerCode":null}""", false, null)]
    [InlineData("""{"referrerCode":" "}""", true, null)]
    [InlineData("""{"referrerCode":{"a":1}}""", true, null)]
    [InlineData("""{"referrerCode":["REF123456"]}""", true, null)]
    [InlineData("""{"referrerCode":true}""", true, null)]
    [InlineData("""{"referrerCode":1.5}""", true, null)]
    [InlineData("""{"referrerCode":1122}""", true, "1122")]
    [InlineData("""{"referrerCode":"REF123456\r\n"}""", true, "REF123456\r\n")]
    [InlineData("""{"referralCode":"OTHER"}""", true, "OTHER")]
    [InlineData("""{"referralCode":"OTHER","referrerCode":"FIRST"}""", true, "FIRST")]
    public void A_referrers_code_is_never_an_error(string body, bool carried, string? text)
    {
        var read = Read(body);
        read.Code("referrerCode", "referralCode").ShouldBe(new WireCode(carried, text));
        read.Fault.ShouldBeNull();
    }

    [Fact]
    public void The_first_fault_is_told()
    {
        var read = Read("""{"a":"","b":-1,"c":{"d":true}}""");
        read.Money("b", Dollar);
        read.RequiredText("customerId", 10);
        read.Fault!.Message.ShouldBe("invalid b value");
        var nested = Read("""{"c":{"d":true}}""");
        nested.Object("c")!.Text("d");
        nested.Fault!.Message.ShouldBe("malformed json: c.d has a wrong type");
    }

    private static WireObject Read(string body)
    {
        WireDocument.TryParse(Encoding.UTF8.GetBytes(body), out var document).ShouldBeNull();
        return WireObject.Root(document!.RootElement);
    }
}
