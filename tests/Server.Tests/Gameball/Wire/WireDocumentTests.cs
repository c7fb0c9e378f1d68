using System.Text;
using Tributary.Server.Api.Wire;

namespace Tributary.Server.Tests.Gameball.Wire;

public sealed class WireDocumentTests
{
    [Fact]
    public void N4_what_is_no_json_is_refused_as_malformed()
    {
        foreach (var body in JsonCases.Malformed())
        {
            var error = WireDocument.TryParse(body, out var document);
            document.ShouldBeNull(Show(body));
            error.ShouldBe(WireDocumentFault.Malformed, Show(body));
        }
    }

    [Fact]
    public void N4_what_is_json_is_read_or_its_text_is_refused()
    {
        foreach (var body in JsonCases.WellFormed())
        {
            var error = WireDocument.TryParse(body, out var document);
            using (document)
                (error is null || error == WireDocumentFault.HostileText).ShouldBeTrue(Show(body) + " " + error);
        }
    }

    [Theory]
    [InlineData("{\"a\":1,\"a\":2}")]
    [InlineData("{\"a\":1,\"\\u0061\":2}")]
    [InlineData("{\"x\":{\"a\":null,\"a\":null}}")]
    [InlineData("{\"x\":[{\"a\":1,\"a\":1}]}")]
    public void N5_a_repeated_member_is_refused_wherever_it_stands(string body)
    {
        Parse(body).ShouldBe(WireDocumentFault.RepeatedMember);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \r\n\t")]
    [InlineData("\uFEFF")]
    public void An_empty_body_is_a_missing_one(string body) => Parse(body).ShouldBe(WireDocumentFault.Empty);

    [Theory]
    [InlineData("{\"a\":\"\\u0000\"}", true)]
    [InlineData("{\"a\":\"x\\uD800\"}", true)]
    [InlineData("{\"a\":\"\\uDC00\\uD800\"}", true)]
    [InlineData("{\"\\uD800\":1}", true)]
    [InlineData("{\"a\":\"\\\\u0000\"}", false)]
    [InlineData("{\"a\":\"\\uD83D\\uDE00\"}", false)]
    [InlineData("{\"a\":\"\\\\\\uD83D\\uDE00\"}", false)]
    public void N6_text_that_no_column_can_hold_is_refused(string body, bool refused) =>
        Parse(body).ShouldBe(refused ? WireDocumentFault.HostileText : null);

    private static WireDocumentFault? Parse(string body)
    {
        var error = WireDocument.TryParse(Encoding.UTF8.GetBytes(body), out var document);
        document?.Dispose();
        return error;
    }

    private static string Show(byte[] body) =>
        Encoding.UTF8.GetString(body, 0, Math.Min(body.Length, 200));
}
