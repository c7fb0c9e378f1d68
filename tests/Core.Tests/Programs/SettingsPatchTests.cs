using System.Text.Json.Nodes;
using Shouldly;
using Tributary.Primitives;
using Tributary.Programs;
using Xunit;

namespace Tributary.Core.Tests.Programs;

public sealed class SettingsPatchTests
{
    private static readonly ProgramSettings Defaults = new();

    [Fact]
    public void Stored_settings_without_a_member_have_its_default()
    {
        var read = SettingsPatch.Read("""{"attribution":{"windowDays":7}}""");
        read.Attribution.ShouldBe(Defaults.Attribution with { WindowDays = 7 });
        Text(read).ShouldBe(Text(Defaults with { Attribution = read.Attribution }));
    }

    [Fact]
    public void Stored_settings_of_a_later_release_are_read() =>
        Text(SettingsPatch.Read("""{"attribution":{"someday":1},"more":{}}""")).ShouldBe(Text(Defaults));

    [Fact]
    public void What_a_patch_does_not_name_stays()
    {
        var present = Apply(Defaults, """{"codes":{"prefix":"AB","length":10},"links":{"site":"https://shop.example"}}""").Value;
        var changed = Apply(present, """{"codes":{"length":12}}""").Value;
        Text(changed).ShouldBe(Text(present with { Codes = present.Codes with { Length = 12 } }));
    }

    [Fact]
    public void Null_goes_back_to_the_default()
    {
        var present = Apply(Defaults, """{"codes":{"prefix":"AB","length":10},"points":{"name":"Stars"}}""").Value;
        var changed = Apply(present, """{"codes":{"length":null},"points":null}""").Value;
        Text(changed).ShouldBe(Text(Defaults with { Codes = Defaults.Codes with { Prefix = "AB" } }));
    }

    [Theory]
    [InlineData("""{"attribution":{"windowDays":-1}}""", ProblemCode.OutOfRange, "settings.attribution.windowDays")]
    [InlineData("""{"attribution":{"windowDays":3651}}""", ProblemCode.OutOfRange, "settings.attribution.windowDays")]
    [InlineData("""{"attribution":{"windowDays":7.0}}""", ProblemCode.InvalidValue, "settings.attribution.windowDays")]
    [InlineData("""{"attribution":{"windowDays":"7"}}""", ProblemCode.InvalidValue, "settings.attribution.windowDays")]
    [InlineData("""{"attribution":{"scope":1}}""", ProblemCode.InvalidValue, "settings.attribution.scope")]
    [InlineData("""{"attribution":{"scope":"planet"}}""", ProblemCode.InvalidValue, "settings.attribution.scope")]
    [InlineData("""{"attribution":5}""", ProblemCode.InvalidValue, "settings.attribution")]
    [InlineData("""{"attribution":{"unheardOf":null}}""", ProblemCode.UnknownMember, "settings.attribution.unheardOf")]
    [InlineData("""{"attribution":{"balance":1}}""", ProblemCode.UnknownMember, "settings.attribution.balance")]
    [InlineData("""{"programId":1}""", ProblemCode.UnknownMember, "settings.programId")]
    [InlineData("""{"codes":{"prefix":"A B"}}""", ProblemCode.InvalidValue, "settings.codes.prefix")]
    [InlineData("""{"codes":{"length":5}}""", ProblemCode.OutOfRange, "settings.codes.length")]
    [InlineData("""{"links":{"site":"https://shop.example/"}}""", ProblemCode.InvalidValue, "settings.links.site")]
    [InlineData("""{"links":{"site":"javascript:alert(1)"}}""", ProblemCode.InvalidValue, "settings.links.site")]
    [InlineData("""{"links":{"site":"https://good@evil.example"}}""", ProblemCode.InvalidValue, "settings.links.site")]
    [InlineData("""{"links":{"template":"data:text/html,{code}"}}""", ProblemCode.InvalidValue, "settings.links.template")]
    [InlineData("""{"links":{"parameter":"a b"}}""", ProblemCode.InvalidValue, "settings.links.parameter")]
    [InlineData("""{"links":{"parametersRead":[]}}""", ProblemCode.OutOfRange, "settings.links.parametersRead")]
    [InlineData("""{"links":{"parametersRead":["ref","REF"]}}""", ProblemCode.InvalidValue, "settings.links.parametersRead")]
    [InlineData("""{"links":{"clickParameter":"via"}}""", ProblemCode.InvalidValue, "settings.links.clickParameter")]
    [InlineData("""{"links":{"notFoundUrl":"/lost"}}""", ProblemCode.InvalidValue, "settings.links.notFoundUrl")]
    [InlineData("""{"links":{"linkLimit":-1}}""", ProblemCode.OutOfRange, "settings.links.linkLimit")]
    [InlineData("""{"links":{"reservedWords":[""]}}""", ProblemCode.InvalidValue, "settings.links.reservedWords")]
    [InlineData("""{"rewards":{"holdDays":366}}""", ProblemCode.OutOfRange, "settings.rewards.holdDays")]
    [InlineData("""{"rewards":{"payIn":"XAU"}}""", ProblemCode.CurrencyRefused, "settings.rewards.payIn")]
    [InlineData("""{"points":{"name":" "}}""", ProblemCode.InvalidValue, "settings.points.name")]
    [InlineData("""{"gameball":{"minimumVersion":"4.2"}}""", ProblemCode.InvalidValue, "settings.gameball.minimumVersion")]
    [InlineData("""{"attribution":{"precedence":["click","manual","existing","coupon","code"]}}""", ProblemCode.InvalidValue, "settings.attribution.precedence")]
    [InlineData("""{"attribution":{"precedence":["manual","code"]}}""", ProblemCode.InvalidValue, "settings.attribution.precedence")]
    [InlineData("""{"timeZone":"Mars/Olympus"}""", ProblemCode.InvalidValue, "settings.timeZone")]
    [InlineData("""{"timeZone":"../../etc/passwd"}""", ProblemCode.InvalidValue, "settings.timeZone")]
    public void A_wrong_value_is_refused_with_its_member(string patch, ProblemCode code, string field)
    {
        var problem = Apply(Defaults, patch).Problem;
        problem.Code.ShouldBe(code);
        problem.Field.ShouldBe(field);
    }

    [Fact]
    public void The_precedence_may_be_reordered() =>
        Apply(Defaults, """{"attribution":{"precedence":["manual","click","existing","coupon","code"]}}""").Value
            .Attribution.Precedence.ShouldBe(["manual", "click", "existing", "coupon", "code"]);

    /// <summary>Lists are compared by what is in them.</summary>
    private static string Text(ProgramSettings settings) => SettingsPatch.Whole(settings).ToJsonString();

    private static Outcome<ProgramSettings> Apply(ProgramSettings present, string patch) =>
        SettingsPatch.Apply(present, JsonNode.Parse(patch)!.AsObject());
}
