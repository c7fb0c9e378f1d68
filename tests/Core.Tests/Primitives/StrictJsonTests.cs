using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Shouldly;
using Tributary.Primitives;
using Xunit;

namespace Tributary.Core.Tests.Primitives;

public sealed class StrictJsonTests
{
    [Theory]
    [InlineData("""{"amount":5,"items":[{"amount":1}],"free":{"a":1.5,"b":[1,"x",null]}}""")]
    [InlineData("""{"text":"\ud83d\ude00 naïve \u202e"}""")]
    [InlineData("{}")]
    public void What_is_meant_exactly_is_read(string json) => Read(json).Succeeded.ShouldBeTrue();

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("{")]
    [InlineData("""{"amount":1,}""")]
    [InlineData("""{"amount":1} x""")]
    [InlineData("""{'amount':1}""")]
    [InlineData("""{"amount":01}""")]
    [InlineData("""{"amount":NaN}""")]
    [InlineData("""// a comment""")]
    public void Other_text_is_malformed(string json) => Read(json).Problem.Code.ShouldBe(ProblemCode.Malformed);

    [Fact]
    public void Too_many_levels_and_bad_bytes_are_malformed()
    {
        var open = string.Concat(Enumerable.Repeat("[", Limits.JsonDepth + 1));
        Read(open).Problem.Code.ShouldBe(ProblemCode.Malformed);
        StrictJson.Check([(byte)'"', 0xff, (byte)'"'])!.Code.ShouldBe(ProblemCode.Malformed);
        StrictJson.Check([(byte)'"', 0xed, 0xa0, 0x80, (byte)'"'])!.Code.ShouldBe(ProblemCode.Malformed);
    }

    [Theory]
    [InlineData("""{"amount":1,"amount":1}""", ProblemCode.DuplicateMember, "amount")]
    [InlineData("""{"items":[{"amount":1},{"amount":1,"amount":2}]}""", ProblemCode.DuplicateMember, "items.1.amount")]
    [InlineData("""{"free":{"a":{"b":1,"b":2}}}""", ProblemCode.DuplicateMember, "free.a.b")]
    [InlineData("""{"free":{"a":1,"\u0061":2}}""", ProblemCode.DuplicateMember, "free.a")]
    [InlineData("""{"status":"paid"}""", ProblemCode.UnknownMember, "status")]
    [InlineData("""{"items":[{"amount":1},{"role":1}]}""", ProblemCode.UnknownMember, "items.1.role")]
    [InlineData("""{"Amount":1}""", ProblemCode.UnknownMember, "Amount")]
    [InlineData("""{"amount":"100"}""", ProblemCode.InvalidValue, "amount")]
    [InlineData("""{"amount":100.0}""", ProblemCode.InvalidValue, "amount")]
    [InlineData("""{"amount":1e2}""", ProblemCode.InvalidValue, "amount")]
    [InlineData("""{"amount":1e400}""", ProblemCode.InvalidValue, "amount")]
    [InlineData("""{"amount":-0}""", ProblemCode.InvalidValue, "amount")]
    [InlineData("""{"amount":9223372036854775808}""", ProblemCode.InvalidValue, "amount")]
    [InlineData("""{"amount":null}""", ProblemCode.InvalidValue, "amount")]
    [InlineData("""{"text":5}""", ProblemCode.InvalidValue, "text")]
    [InlineData("""{"text":"\u0000"}""", ProblemCode.InvalidValue, "text")]
    [InlineData("""{"text":"\ud800"}""", ProblemCode.InvalidValue, "text")]
    [InlineData("""{"free":{"a":["x","\udc00\ud800"]}}""", ProblemCode.InvalidValue, "free.a.1")]
    [InlineData("""{"free":{"a":1e1000000}}""", ProblemCode.InvalidValue, "free.a")]
    [InlineData("""{"free":{"a":1e-20000}}""", ProblemCode.InvalidValue, "free.a")]
    [InlineData("""{"items":[{},{"inner":{}}]}""", ProblemCode.MissingField, "items.1.inner.name")]
    [InlineData("""{"inner":{"name":null}}""", ProblemCode.InvalidValue, "inner.name")]
    [InlineData("""{"items":5}""", ProblemCode.InvalidValue, "items")]
    [InlineData("[]", ProblemCode.InvalidValue, null)]
    [InlineData("null", ProblemCode.InvalidValue, null)]
    public void The_member_is_named(string json, ProblemCode code, string? field)
    {
        var problem = Read(json).Problem;
        problem.Code.ShouldBe(code);
        problem.Field.ShouldBe(field);
    }

    private static Outcome<StrictSample> Read(string json) =>
        StrictJson.Read(Encoding.UTF8.GetBytes(json), StrictSampleJson.Default.StrictSample);
}

internal sealed record StrictSample
{
    public long Amount { get; init; }
    public string? Text { get; init; }
    public IReadOnlyList<StrictSample>? Items { get; init; }
    public JsonObject? Free { get; init; }
    public StrictInner? Inner { get; init; }
}

internal sealed record StrictInner
{
    public required string Name { get; init; }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Strict, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(StrictSample))]
internal sealed partial class StrictSampleJson : JsonSerializerContext;
