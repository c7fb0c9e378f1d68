using Shouldly;
using Tributary.Links;
using Xunit;

namespace Tributary.Core.Tests.Links;

/// <summary>Keys of links: partnero.md § 4.5.</summary>
public sealed class LinkKeysTests
{
    [Theory]
    [InlineData("a..b")]
    [InlineData("x_y.z-1")]
    [InlineData("A")]
    [InlineData(" JOHN20 ")]
    [InlineData("wwww")]
    public void PN_25_such_keys_are_taken(string key) => LinkKeys.Check(key, []).Value.ShouldBe(key.Trim());

    [Theory]
    [InlineData("")]
    [InlineData("ü")]
    [InlineData("a b")]
    [InlineData(".a")]
    [InlineData("a.")]
    [InlineData("a/b")]
    [InlineData("www")]
    [InlineData("WwW")]
    [InlineData(".well-known")]
    [InlineData("robots.txt")]
    [InlineData("ref")]
    [InlineData("XN--a")]
    [InlineData("shop")]
    [InlineData("Brand")]
    public void PN_25_such_keys_are_refused(string key) =>
        LinkKeys.Check(key, [.. LinkKeys.LabelsOf(["yoursite.com", "shop.yoursite.com"]), "brand"]).Succeeded.ShouldBeFalse();

    [Fact]
    public void PN_25_a_key_has_64_characters_at_most()
    {
        LinkKeys.Check(new string('a', 64), []).Succeeded.ShouldBeTrue();
        LinkKeys.Check(new string('a', 65), []).Succeeded.ShouldBeFalse();
    }

    [Fact]
    public void PN_27_a_drawn_key_reads_as_the_partners()
    {
        LinkKeys.DrawFor("JOHN20").ShouldMatch("^JOHN20-[2-9a-km-np-z]{5}$");
        LinkKeys.DrawFor(new string('A', 58)).Length.ShouldBe(64);
        LinkKeys.DrawFor(new string('A', 59)).ShouldMatch("^[2-9a-km-np-z]{10}$");
    }

    [Fact]
    public void Short_codes_grow_when_there_are_many()
    {
        LinkKeys.DrawShortCode(0).Length.ShouldBe(6);
        LinkKeys.DrawShortCode(9_999_999).Length.ShouldBe(6);
        LinkKeys.DrawShortCode(10_000_000).Length.ShouldBe(7);
    }

    [Theory]
    [InlineData("john20", true)]
    [InlineData("JOHN-20", true)]
    [InlineData("x_y", false)]
    [InlineData("a.b", false)]
    [InlineData("-a", false)]
    [InlineData("a-", false)]
    [InlineData("", false)]
    public void A_key_may_be_a_label(string key, bool isLabel) => LinkKeys.IsLabel(key).ShouldBe(isLabel);

    [Theory]
    [InlineData("JOHN20", "JOHN20")]
    [InlineData("john20).", "JOHN20")]
    [InlineData("a..", "A..,A")]
    [InlineData("a b", "")]
    public void A_token_is_tried_without_punctuation_behind_it(string token, string candidates) =>
        string.Join(',', LinkToken.Candidates(token)).ShouldBe(candidates);

    [Theory]
    [InlineData("?x=1&aff=C&via=B&ref=A", "A,B,C")]
    [InlineData("?ref=A&REF=B&ref=", "A,B")]
    [InlineData("?ref=%20A%2B", "A+")]
    [InlineData("?fpr=old1", "")]
    public void CL_15_parameters_are_read_in_their_order(string query, string tokens) =>
        string.Join(',', LinkToken.InQuery(query, ["ref", "via", "aff"])).ShouldBe(tokens);

    [Fact]
    public void PN_39_names_of_other_products_can_be_read()
    {
        LinkToken.InQuery("?fpr=old1", ["ref", "fpr"]).ShouldBe(["old1"]);
        LinkToken.InQuery("?rfsn=123.abc", ["rfsn"]).ShouldBe(["123.abc", "123"]);
    }
}
