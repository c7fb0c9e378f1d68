using System.Text;
using Shouldly;
using Tributary.Customers;
using Xunit;

namespace Tributary.Core.Tests.Customers;

public sealed class ContactKeysTests
{
    private static readonly byte[] Key = Encoding.ASCII.GetBytes("0123456789abcdef0123456789abcdef");
    private static readonly byte[] OtherKey = Encoding.ASCII.GetBytes("another programme's key 12345678");

    [Theory]
    [InlineData("Anna@Shop.Example", "anna@shop.example")]
    [InlineData("  anna@shop.example ", "anna@shop.example")]
    [InlineData("anna+news@shop.example", "anna@shop.example")]
    [InlineData("anna+a+b@shop.example", "anna@shop.example")]
    [InlineData("anna.b@shop.example", "anna.b@shop.example")]
    [InlineData("a.n.n.a+x@gmail.com", "anna@gmail.com")]
    [InlineData("anna@googlemail.com", "anna@gmail.com")]
    [InlineData("anna@GMAIL.com.", "anna@gmail.com")]
    [InlineData("ａｎｎａ＠shop.example", "anna@shop.example")]
    [InlineData("anna@münchen.example", "anna@xn--mnchen-3ya.example")]
    [InlineData("anna@xn--mnchen-3ya.example", "anna@xn--mnchen-3ya.example")]
    [InlineData("jose\u0301@shop.example", "jos\u00e9@shop.example")]
    public void F1_one_mailbox_has_one_canonical_form(string email, string canonical)
    {
        ContactKeys.TryCanonicalEmail(email, out var found).ShouldBeTrue();
        found.ShouldBe(canonical);
        ContactKeys.TryCanonicalEmail(found, out var again).ShouldBeTrue();
        again.ShouldBe(found);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("anna")]
    [InlineData("@shop.example")]
    [InlineData("anna@")]
    [InlineData("anna@shop")]
    [InlineData("anna@@shop.example")]
    [InlineData("anna@b@shop.example")]
    [InlineData("an na@shop.example")]
    [InlineData("\"anna\"@shop.example")]
    [InlineData("Anna <anna@shop.example>")]
    [InlineData("anna@shop..example")]
    [InlineData("anna@-shop.example")]
    [InlineData("anna@sh_op.example")]
    [InlineData("+tag@shop.example")]
    [InlineData("...@gmail.com")]
    [InlineData("anna\0@shop.example")]
    public void A_malformed_address_is_nobodys_key(string? email)
    {
        ContactKeys.TryCanonicalEmail(email, out _).ShouldBeFalse();
        ContactKeys.EmailHash(Key, email).ShouldBeNull();
    }

    [Fact]
    public void N6_half_characters_and_turkish_letters_make_no_alias()
    {
        ContactKeys.TryCanonicalEmail("anna" + (char)0xD800 + "@shop.example", out _).ShouldBeFalse();
        ContactKeys.TryCanonicalMobile("+966500001234" + (char)0xDC00, out _).ShouldBeFalse();
        ContactKeys.EmailHash(Key, "İnna@shop.example").ShouldNotBe(ContactKeys.EmailHash(Key, "inna@shop.example"));
    }

    [Fact]
    public void F4_aliases_of_one_mailbox_have_one_hash_which_means_nothing_in_another_programme()
    {
        var hash = ContactKeys.EmailHash(Key, "a.nna+1@gmail.com")!;
        hash.Length.ShouldBe(32);
        ContactKeys.EmailHash(Key, "ANNA@googlemail.com").ShouldBe(hash);
        ContactKeys.EmailHash(Key, "anne@gmail.com").ShouldNotBe(hash);
        ContactKeys.EmailHash(OtherKey, "anna@gmail.com").ShouldNotBe(hash);
        ContactKeys.CustomerIdHash(Key, "anna@gmail.com").ShouldNotBe(hash);
        Should.Throw<ArgumentException>(() => ContactKeys.EmailHash([], "anna@gmail.com"));
    }

    [Theory]
    [InlineData("+966 50 000 1234", "966500001234")]
    [InlineData("00966500001234", "966500001234")]
    [InlineData("966-50-000-1234", "966500001234")]
    [InlineData("(966) 500001234", "966500001234")]
    [InlineData("+٩٦٦٥٠٠٠٠١٢٣٤", "966500001234")]
    [InlineData("0500001234", "0500001234")]
    public void GB25_a_number_is_its_digits(string mobile, string digits)
    {
        ContactKeys.TryCanonicalMobile(mobile, out var found).ShouldBeTrue();
        found.ShouldBe(digits);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("n/a")]
    [InlineData("1234")]
    [InlineData("0000000000")]
    [InlineData("+++")]
    [InlineData("123456789012345678901")]
    [InlineData("call 12345")]
    public void Text_that_is_no_number_is_nobodys_key(string? mobile) =>
        ContactKeys.TryCanonicalMobile(mobile, out _).ShouldBeFalse();
}
