using Shouldly;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Referrers;
using Xunit;
using static Tributary.Referrers.ReferrerCandidateKind;

namespace Tributary.Core.Tests.Referrers;

public sealed class ReferrerTextTests
{
    [Fact]
    public void GB7_a_code_is_tried_before_a_customer_id() =>
        ReferrerText.Read(" user_12345 ").ShouldBe(
        [
            new(Code, "USER_12345"),
            new(FoldedCode, "USER12345"),
            new(CustomerId, "user_12345"),
        ]);

    [Fact]
    public void GB7_a_public_caller_finds_no_customer_ids() =>
        ReferrerText.Read("user_12345048213", withCustomerIds: false).ShouldAllBe(c => c.Kind != CustomerId);

    [Fact]
    public void GB27_an_identity_code_is_a_customer_id_and_six_digits() =>
        ReferrerText.Read("user_12345048213").Where(c => c.Kind == CustomerId).ShouldBe(
        [
            new(CustomerId, "user_12345048213"),
            new(CustomerId, "user_12345"),
        ]);

    [Theory]
    [InlineData("https://yourwebsite.com/signup?x=1&REF=REF123456#a")]
    [InlineData("HTTPS://yourwebsite.com/signup?ref=ref123456")]
    [InlineData("yourwebsite.com/signup?ReferralCode=REF123456")]
    [InlineData("yourwebsite.com?GBReferral=%52EF123456")]
    [InlineData("http://localhost:5000/?referrerCode=+REF123456+")]
    [InlineData("https://yourwebsite.com/signup?ref=&referralCode=REF123456")]
    public void GB27_an_address_names_the_code_in_its_parameter(string text)
    {
        var candidates = ReferrerText.Read(text);
        candidates[0].ShouldBe(new(Code, "REF123456"));
        candidates.ShouldContain(c => c.Kind == Link);
    }

    [Fact]
    public void The_templates_own_parameter_comes_first_and_the_link_itself_last() =>
        ReferrerText.Read("https://shop.example/?ref=AAA111&invite=BBB222", withCustomerIds: false, "invite").ShouldBe(
        [
            new(Code, "BBB222"),
            new(FoldedCode, "BBB222"),
            new(Code, "AAA111"),
            new(FoldedCode, "AAA111"),
            new(Link, "https://shop.example/?ref=AAA111&invite=BBB222"),
        ]);

    [Fact]
    public void CL15_of_a_repeated_name_all_values_are_tried_in_their_order() =>
        ReferrerText.Read("https://shop.example/?ref=AAA&REF=BBB", withCustomerIds: false)
            .Where(c => c.Kind == Code).Select(c => c.Text).ShouldBe(["AAA", "BBB"]);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("REF\0123456")]
    public void Text_that_cannot_be_looked_up_has_no_candidates(string? text) => ReferrerText.Read(text).ShouldBeEmpty();

    [Fact]
    public void N6_half_a_character_has_no_candidates() =>
        ReferrerText.Read("REF123456" + (char)0xD800).ShouldBeEmpty();

    [Fact]
    public void GB22_a_text_of_five_thousand_characters_has_no_candidates() =>
        ReferrerText.Read(new string('A', 5000)).ShouldBeEmpty();

    [Fact]
    public void A_parameter_cannot_smuggle_in_what_the_database_refuses() =>
        ReferrerText.Read("https://shop.example/?ref=%00ABC&referralCode=%ED%A0%80", withCustomerIds: false)
            .Where(c => c.Kind != Link).ShouldAllBe(c => StorableText.IsStorable(c.Text));

    [Fact]
    public void An_address_of_many_parameters_yields_a_bounded_number_of_candidates() =>
        ReferrerText.Read("https://a.example/?" + string.Join('&', Enumerable.Range(100, 200).Select(i => $"ref=A{i}")))
            .Count.ShouldBeLessThanOrEqualTo(22);

    [Theory]
    [InlineData("https://yourwebsite.com/signup?ref={ReferralCode}", null, "https://yourwebsite.com/signup?ref=REF123456")]
    [InlineData("https://yourwebsite.com/signup?ref={referralCode}", null, "https://yourwebsite.com/signup?ref=REF123456")]
    [InlineData("https://yourwebsite.com/r/{code}#top", null, "https://yourwebsite.com/r/REF123456#top")]
    [InlineData("{site}/signup?ref={ReferralCode}", "https://shop.example/", "https://shop.example/signup?ref=REF123456")]
    [InlineData("{site}/signup?ref={ReferralCode}", null, null)]
    [InlineData("https://a.example/join", null, "https://a.example/join?GbReferral=REF123456")]
    [InlineData("https://a.example/join?x=1#f", null, "https://a.example/join?x=1&GbReferral=REF123456#f")]
    [InlineData("https://a.example/join?", null, "https://a.example/join?GbReferral=REF123456")]
    public void GB4_a_link_is_its_template_with_the_code(string template, string? site, string? link) =>
        ReferralLink.Render(template, site, "REF123456").ShouldBe(link);

    [Fact]
    public void A_code_is_percent_encoded_in_its_link() =>
        ReferralLink.Render("https://a.example/?c={code}", null, "a&b c$1").ShouldBe("https://a.example/?c=a%26b%20c%241");

    [Theory]
    [InlineData("https://a.example/?ref={code}", "ref")]
    [InlineData("https://a.example/?x=1&invite={ReferralCode}", "invite")]
    [InlineData("https://a.example/", "GbReferral")]
    [InlineData("https://a.example/{code}", null)]
    public void A_templates_parameter_is_known(string template, string? parameter) =>
        ReferralLink.ParameterOf(template).ShouldBe(parameter);

    [Theory]
    [InlineData("{site}/signup?ref={ReferralCode}", true)]
    [InlineData("http://a.example/{code}", true)]
    [InlineData("javascript:alert(1)//{code}", false)]
    [InlineData("//a.example/{code}", false)]
    [InlineData("https://user@a.example/{code}", false)]
    [InlineData("/signup?ref={code}", false)]
    [InlineData("", false)]
    public void A_template_is_an_absolute_web_address(string template, bool fits) =>
        ReferralLink.Check(template).Succeeded.ShouldBe(fits);
}
