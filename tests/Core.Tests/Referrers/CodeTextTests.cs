using System.Globalization;
using FsCheck.Fluent;
using Shouldly;
using Tributary.Primitives;
using Tributary.Referrers;
using Xunit;

namespace Tributary.Core.Tests.Referrers;

public sealed class CodeTextTests
{
    [Fact]
    public void GB9_ten_thousand_codes_are_different_and_of_the_generated_form()
    {
        var codes = Enumerable.Range(0, 10_000).Select(_ => CodeGenerator.Secure.Next()).ToList();
        codes.Distinct().Count().ShouldBe(10_000);
        codes.ShouldAllBe(code => code.Length == 8 && code.All(c => "0123456789ABCDEFGHJKMNPQRSTVWXYZ".Contains(c)));
        string.Concat(codes).Distinct().Count().ShouldBe(32);
    }

    [Fact]
    public void A_generated_code_takes_its_symbols_from_the_generator_and_its_prefix_from_the_programme()
    {
        var next = 0;
        var counting = new CodeGenerator(below =>
        {
            below.ShouldBe(32);
            return next++;
        });
        counting.Next("VIP-", 12).ShouldBe("VIP-0123456789AB");
        Should.Throw<ArgumentOutOfRangeException>(() => counting.Next(new string('A', 60)));
        Should.Throw<ArgumentOutOfRangeException>(() => counting.Next(length: 5));
    }

    [Fact]
    public void A_generated_code_folds_to_itself() =>
        ForAll.Of(Gen.Elements(CodeGenerator.Alphabet.ToCharArray()).ArrayOf(8).Select(symbols => new string(symbols)), code =>
            CodeText.TryFold(code, out var folded) && folded == code
            && CodeText.TryCanonical(code, out var canonical) && canonical == code
            && CodeText.Check(code).Succeeded);

    [Theory]
    [InlineData("REF123456")]
    [InlineData("SARAH123")]
    [InlineData("001122")]
    [InlineData("4C321990EeRQD-")]
    [InlineData("referral_123")]
    [InlineData("abc")]
    public void A_chosen_code_is_kept_as_it_was_written(string code)
    {
        CodeText.Check(code).Value.ShouldBe(code);
        CodeText.Check($" {code}\t").Value.ShouldBe(code);
        CodeText.Check(new string('a', 64)).Succeeded.ShouldBeTrue();
    }

    [Theory]
    [InlineData(null, ProblemCode.MissingField)]
    [InlineData("  ", ProblemCode.MissingField)]
    [InlineData("ab", ProblemCode.InvalidValue)]
    [InlineData("a b c", ProblemCode.InvalidValue)]
    [InlineData("a.b", ProblemCode.InvalidValue)]
    [InlineData("abü", ProblemCode.InvalidValue)]
    [InlineData("АBC", ProblemCode.InvalidValue)]
    [InlineData("abc\0", ProblemCode.InvalidValue)]
    [InlineData("abc/d", ProblemCode.InvalidValue)]
    [InlineData("1234567890123456789012345678901234567890123456789012345678901234x", ProblemCode.TooLong)]
    public void Other_text_is_no_code(string? text, ProblemCode code) => CodeText.Check(text).Problem.Code.ShouldBe(code);

    [Theory]
    [InlineData("a..b", true)]
    [InlineData("x_y.z-1", true)]
    [InlineData("7", true)]
    [InlineData(".a", false)]
    [InlineData("a.", false)]
    public void PN25_a_link_token_may_hold_dots(string text, bool fits) =>
        CodeText.Check(text, withDots: true).Succeeded.ShouldBe(fits);

    [Fact]
    public void Codes_compare_without_case_and_without_culture()
    {
        var before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = new CultureInfo("tr-TR");
        try
        {
            Canonical("invite1").ShouldBe("INVITE1");
            Canonical(" Invite1 ").ShouldBe("INVITE1");
            Folded("invite").ShouldBe("1NV1TE");
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Theory]
    [InlineData("ınvıte1")]
    [InlineData("İNVİTE1")]
    [InlineData("\u212Aey123")]
    [InlineData("АNNA12")]
    [InlineData("Ａnna12")]
    [InlineData("e\u0301te20")]
    [InlineData("\u00E9te20")]
    [InlineData("abc\0")]
    [InlineData("")]
    [InlineData(null)]
    public void N6_letters_that_only_look_alike_never_become_a_code(string? text) =>
        CodeText.TryCanonical(text, out _).ShouldBeFalse();

    [Theory]
    [InlineData("ref123456", "REF123456")]
    [InlineData(" REF 123-456 ", "REF123456")]
    [InlineData(" ref-12 3456", "REF123456")]
    [InlineData("REFI23456", "REF123456")]
    [InlineData("refl23456", "REF123456")]
    [InlineData("REF١٢٣٤٥٦", "REF123456")]
    [InlineData("REF۱۲۳۴۵۶", "REF123456")]
    [InlineData("ＲＥＦ１２３４５６", "REF123456")]
    [InlineData("#REF_123.456", "REF123456")]
    [InlineData("“REF123456”", "REF123456")]
    [InlineData("„REF123456‘", "REF123456")]
    [InlineData("REF–123—456", "REF123456")]
    [InlineData("\u200FREF\u200B123\u00AD456\uFEFF", "REF123456")]
    [InlineData("O0Ooil", "000011")]
    public void GB27_what_staff_type_and_scan_folds_to_the_code(string typed, string folded) =>
        Folded(typed).ShouldBe(folded);

    [Theory]
    [InlineData("ΡEF123456")]
    [InlineData("RЕF123456")]
    [InlineData("réf123456")]
    [InlineData("ıref123")]
    [InlineData("---")]
    [InlineData("REF/123")]
    [InlineData("REF\0")]
    public void GB27_letters_of_other_scripts_are_not_mapped(string typed) => Folded(typed).ShouldBeNull();

    [Fact]
    public void A_coupon_is_compared_like_a_code_but_may_be_longer()
    {
        CodeText.TryCanonicalCoupon(new string('a', 100), out var canonical).ShouldBeTrue();
        canonical.ShouldBe(new string('A', 100));
        CodeText.TryCanonicalCoupon(new string('a', 101), out _).ShouldBeFalse();
        CodeText.TryCanonical(new string('a', 65), out _).ShouldBeFalse();
    }

    [Fact]
    public void N6_half_a_character_is_no_code()
    {
        var text = "REF123" + (char)0xDC00;
        CodeText.TryCanonical(text, out _).ShouldBeFalse();
        CodeText.TryFold(text, out _).ShouldBeFalse();
        CodeText.Check(text).Succeeded.ShouldBeFalse();
        StorableText.IsStorable("a😀b").ShouldBeTrue();
        StorableText.IsStorable("a" + (char)0xDC00 + (char)0xD800).ShouldBeFalse();
        StorableText.IsStorable("a" + (char)0xD800).ShouldBeFalse();
    }

    [Fact]
    public void Folding_is_stable_and_does_not_see_case_or_dashes() =>
        ForAll.Of(Gen.Elements("REF123", "a-b_c", "OIL01", "x.y z", "SARAH123", "4C321990EeRQD-").Two(), pair =>
        {
            var folded = Folded(pair.Item1)!;
            return Folded(folded) == folded
                && Folded(pair.Item1.ToLowerInvariant()) == folded
                && Folded(string.Join('-', pair.Item1.ToCharArray())) == folded;
        });

    private static string? Canonical(string text) => CodeText.TryCanonical(text, out var canonical) ? canonical : null;

    private static string? Folded(string text) => CodeText.TryFold(text, out var folded) ? folded : null;
}
