using Shouldly;
using Tributary.Keys;
using Tributary.Primitives;
using Tributary.Programs;
using Xunit;

namespace Tributary.Core.Tests.Keys;

public sealed class ApiKeyTokenTests
{
    public static TheoryData<string, ApiKeyKind, ProgramMode> Vectors => new()
    {
        { "trs_live_00000000000000000000000000000015akZG", ApiKeyKind.Secret, ProgramMode.Live },
        { "trp_test_0123456789ABCDEFGHIJabcdefghij0CTxgL", ApiKeyKind.Publishable, ProgramMode.Test },
    };

    [Theory]
    [MemberData(nameof(Vectors))]
    public void The_published_vectors_are_read(string text, ApiKeyKind kind, ProgramMode mode)
    {
        ApiKeyToken.TryParse(text, out var token).ShouldBeTrue();
        token.Kind.ShouldBe(kind);
        token.Mode.ShouldBe(mode);
        token.Text.ShouldBe(text);
    }

    [Theory]
    [MemberData(nameof(Vectors))]
    public void Any_one_character_changed_is_refused(string text, ApiKeyKind kind, ProgramMode mode)
    {
        _ = (kind, mode);
        for (var place = 0; place < text.Length; place++)
        {
            foreach (var other in Base62.Digits + "_-é ")
            {
                if (other == text[place])
                    continue;
                var changed = text[..place] + other + text[(place + 1)..];
                ApiKeyToken.TryParse(changed, out _).ShouldBeFalse(changed);
            }
        }
    }

    [Theory]
    [InlineData(ApiKeyKind.Secret, ProgramMode.Live, "trs_live_")]
    [InlineData(ApiKeyKind.Secret, ProgramMode.Test, "trs_test_")]
    [InlineData(ApiKeyKind.Publishable, ProgramMode.Live, "trp_live_")]
    [InlineData(ApiKeyKind.Publishable, ProgramMode.Test, "trp_test_")]
    public void A_minted_token_reads_back_and_no_two_are_alike(ApiKeyKind kind, ProgramMode mode, string head)
    {
        var token = ApiKeyToken.Mint(kind, mode);
        token.Text.Length.ShouldBe(ApiKeyToken.Length);
        token.Text.ShouldStartWith(head);
        ApiKeyToken.TryParse(token.Text, out var read).ShouldBeTrue();
        read.ShouldBe(token);
        ApiKeyToken.Mint(kind, mode).Text.ShouldNotBe(token.Text);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("trs_live_")]
    [InlineData("trs_live_00000000000000000000000000000015akZG ")]
    [InlineData("TRS_live_00000000000000000000000000000015akZG")]
    public void Other_text_is_refused(string? text) => ApiKeyToken.TryParse(text, out _).ShouldBeFalse();

    [Fact]
    public void A_token_put_into_text_does_not_show_itself()
    {
        var token = ApiKeyToken.Mint(ApiKeyKind.Secret, ProgramMode.Live);
        $"{token}".ShouldNotContain(token.Text[9..41]);
    }
}
