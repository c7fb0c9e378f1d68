using Tributary.Clicks;

namespace Tributary.Core.Tests.Clicks;

public sealed class ClickIdTests
{
    private static readonly DateTimeOffset At = new(2026, 1, 15, 12, 0, 0, 123, TimeSpan.Zero);

    [Fact]
    public void CL4_an_id_carries_its_time_and_comes_back_from_its_text()
    {
        var id = ClickId.New(At);
        var text = id.ToString();
        text.Length.ShouldBe(26);
        text.ShouldBe(text.ToLowerInvariant());
        ClickId.TryParse(text, out var read).ShouldBeTrue();
        read.ShouldBe(id);
        read.At.ShouldBe(At);
    }

    [Fact]
    public void CL4_a_known_id_has_a_known_text()
    {
        var id = new ClickId(Guid.Parse("0190163d-8694-739b-aea5-966c26f8ad91"));
        id.ToString().ShouldBe("01j0b3v1mmeedtx9cpdgkfhbch");
        ClickId.TryParse("01J0B3V1MMEEDTX9CPDGKFHBCH", out var read).ShouldBeTrue();
        read.ShouldBe(id);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("01j0b3v1mmee5tx9cpdgkfhbc")]
    [InlineData("01j0b3v1mmeedtx9cpdgkfhbchh")]
    [InlineData("81j0b3v1mmee5tx9cpdgkfhbch")]
    [InlineData("01j0b3v1mmee5tx9cpdgkfhbcl")]
    [InlineData("01j0b3v1mmee5tx9cpdgkfhbc\u00e9")]
    [InlineData("01j0b3v1mm8edtx9cpdgkfhbch")]
    [InlineData("0190163d-8694-739b-aea5-96")]
    public void Anything_else_is_refused(string? text) => ClickId.TryParse(text, out _).ShouldBeFalse();

    [Fact]
    public void CL4_ids_sort_by_time_and_a_moment_has_a_least_one()
    {
        var earlier = ClickId.New(At);
        var later = ClickId.New(At.AddMilliseconds(1));
        (earlier < later).ShouldBeTrue();
        (ClickId.FirstAt(At) < earlier).ShouldBeTrue();
        (earlier < ClickId.FirstAt(At.AddMilliseconds(1))).ShouldBeTrue();
        string.CompareOrdinal(earlier.ToString(), later.ToString()).ShouldBeLessThan(0);
    }

    [Fact]
    public void Every_verdict_has_a_word_of_its_own()
    {
        VerdictWords.All.Count.ShouldBe(Enum.GetValues<Verdict>().Length);
        VerdictWords.All.ShouldBeUnique();
        foreach (var verdict in Enum.GetValues<Verdict>())
        {
            VerdictWords.TryRead(VerdictWords.Of(verdict), out var read).ShouldBeTrue();
            read.ShouldBe(verdict);
        }
    }
}
