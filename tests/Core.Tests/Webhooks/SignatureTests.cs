using System.Text;
using Tributary.Webhooks.Deliveries;

namespace Tributary.Core.Tests.Webhooks;

public sealed class SignatureTests
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private const string Id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private const string Signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    private static readonly byte[] Body = "{\"test\": 2432232314}"u8.ToArray();
    private static readonly DateTimeOffset At = DateTimeOffset.FromUnixTimeSeconds(1_614_265_330);

    [Fact]
    public void W2_the_vector_of_Standard_Webhooks() => WebhookSignature.Sign([Secret], Id, At, Body).ShouldBe(Signature);

    [Fact]
    public void W1_every_secret_signs_separated_by_a_space() =>
        WebhookSignature.Sign([Secret, WebhookSignature.NewSecret()], Id, At, Body).Split(' ').ShouldSatisfyAllConditions(all => all.Length.ShouldBe(2), all => all[0].ShouldBe(Signature));

    [Theory]
    [InlineData(0, true)]
    [InlineData(299, true)]
    [InlineData(300, true)]
    [InlineData(301, false)]
    [InlineData(-299, true)]
    [InlineData(-301, false)]
    public void W11_a_message_is_believed_for_five_minutes(int seconds, bool believed) =>
        WebhookSignature.Verify(Secret, Id, "1614265330", Signature, Body, At.AddSeconds(seconds)).ShouldBe(believed);

    [Theory]
    [InlineData("v2,abc v1a,def " + Signature, true)]
    [InlineData("v1,AAAA " + Signature, true)]
    [InlineData("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OF=", false)]
    [InlineData("v1,g0hM9SsE", false)]
    [InlineData("v1,", false)]
    [InlineData("v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", false)]
    [InlineData("g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void W11_one_right_signature_among_several_is_enough(string? signatures, bool right) =>
        WebhookSignature.Verify(Secret, Id, "1614265330", signatures, Body, At).ShouldBe(right);

    [Theory]
    [InlineData(null, "1614265330")]
    [InlineData("", "1614265330")]
    [InlineData(Id, null)]
    [InlineData(Id, "")]
    [InlineData(Id, "soon")]
    [InlineData(Id, "1614265330.5")]
    [InlineData(Id, "-1614265330")]
    public void W11_without_id_or_time_nothing_is_believed(string? id, string? time) =>
        WebhookSignature.Verify(Secret, id, time, Signature, Body, At).ShouldBeFalse();

    [Theory]
    [InlineData("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", true)]
    [InlineData("whsec_", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    [InlineData("whsec_AAAA", false)]
    public void W11_a_secret_works_with_and_without_its_prefix(string? secret, bool right) =>
        WebhookSignature.Verify(secret, Id, "1614265330", Signature, Body, At).ShouldBe(right);

    [Fact]
    public void W11_an_empty_body_is_signed_like_any_other()
    {
        var signature = WebhookSignature.Sign([Secret], Id, At, []);
        WebhookSignature.Verify(Secret, Id, "1614265330", signature, [], At).ShouldBeTrue();
        WebhookSignature.Verify(Secret, Id, "1614265330", signature, Encoding.UTF8.GetBytes(" "), At).ShouldBeFalse();
    }
}
