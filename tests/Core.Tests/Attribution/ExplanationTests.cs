using Shouldly;
using Tributary.Attribution;
using Xunit;

namespace Tributary.Core.Tests.Attribution;

public sealed class ExplanationTests
{
    private static readonly ExplanationText Words = new(id => id == 1 ? "Anna" : null, TimeZoneInfo.Utc);

    public static TheoryData<TouchReason> Reasons => [.. Enum.GetValues<TouchReason>()];

    [Fact]
    public void CL94_the_words_of_the_reasons_never_change() =>
        Enum.GetValues<TouchReason>().Select(reason => TouchReasonText.Of(reason, "x")).ShouldBe(
        [
            "won", "outranked_by_manual", "outranked_by_existing", "outranked_by_coupon", "outranked_by_code",
            "outranked_by_click", "older_click", "newer_click", "out_of_window", "after_event", "future", "invalid_x",
            "unknown_code", "unknown_click", "ambiguous_code", "expired_code", "coupon_unknown", "coupon_unbound", "coupon_inactive",
            "coupon_expired", "coupon_exhausted", "coupon_not_first_order", "coupon_minimum", "coupon_other_customer",
            "referrer_inactive", "self_referral", "circular", "customer_not_new", "customer_locked", "code_too_late",
            "click_not_here_yet", "claimed_later", "fraud_x",
        ]);

    [Theory]
    [MemberData(nameof(Reasons))]
    public void CL94_every_reason_reads_back_and_has_a_sentence_of_its_own(TouchReason reason)
    {
        TouchReasonText.TryParse(TouchReasonText.Of(reason, "f14"), out var read, out var parameter).ShouldBeTrue();
        read.ShouldBe(reason);
        parameter.ShouldBe(reason is TouchReason.Invalid or TouchReason.Fraud ? "f14" : null);

        foreach (var via in Enum.GetValues<Via>())
        {
            var sentence = Words.Of(Outcome(via, reason));
            sentence.ShouldMatch(@"\A(The) [^_{}]+[^ ]\.\z");
            sentence.ShouldNotContain("  ");
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("lost")]
    [InlineData("Won")]
    [InlineData(null)]
    public void Other_words_are_no_reason(string? text) => TouchReasonText.TryParse(text, out _, out _).ShouldBeFalse();

    [Fact]
    public void Sentences_name_the_referrer_the_code_and_the_time()
    {
        Words.Of(Outcome(Via.Click, TouchReason.Won)).ShouldBe("The click of 1 Mar 2026, 12:00 of Anna counts: it came 3 days before.");
        Words.Of(Outcome(Via.Code, TouchReason.CustomerLocked)).ShouldBe(
            "The code “REF1” of Anna does not count, because the customer already has a referrer.");
        Words.Of(Outcome(Via.Code, TouchReason.UnknownCode) with { ReferrerId = null }).ShouldBe(
            "The code “REF1” does not count, because nobody has such a code.");
        Words.Of(Outcome(Via.Manual, TouchReason.Won) with { ReferrerId = 2 }).ShouldBe(
            "The claim entered by hand for a referrer counts.");
        Words.Of(Outcome(Via.Existing, TouchReason.OutrankedByCoupon)).ShouldBe(
            "The customer's referrer Anna, since 1 Mar 2026, 12:00, does not count here, because the order's coupon comes first.");
    }

    [Fact]
    public void FR7_a_sentence_tells_no_threshold_and_no_rule() =>
        Words.Of(Outcome(Via.Click, TouchReason.Fraud) with { Parameter = "f14" }).ShouldNotContain("14");

    [Theory]
    [InlineData("0.00:00:07", "7 seconds")]
    [InlineData("0.00:02:59", "2 minutes")]
    [InlineData("0.23:59:00", "23 hours")]
    [InlineData("2.01:00:00", "2 days")]
    public void A_time_before_is_told_in_the_unit_that_fits(string lead, string words) =>
        Words.Of(Outcome(Via.Click, TouchReason.Won) with { Lead = TimeSpan.Parse(lead, null) }).ShouldContain(words);

    [Fact]
    public void What_a_later_version_wrote_is_left_out()
    {
        var written = ExplanationJson.Write([Outcome(Via.Click, TouchReason.Won)]);
        ExplanationJson.Read(written.Replace("\"won\"", "\"lucky\"", StringComparison.Ordinal)).ShouldBeEmpty();
        ExplanationJson.Read(written).Count.ShouldBe(1);
    }

    private static TouchOutcome Outcome(Via via, TouchReason reason) =>
        new(via, "t", 1, Scene.Day0, TimeSpan.FromDays(3), "REF1", reason, null);
}
