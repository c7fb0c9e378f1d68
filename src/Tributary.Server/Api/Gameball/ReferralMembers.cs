using Tributary.Server.Api.Gameball.Wire;
using Tributary.Server.Api.Wire;
using Tributary.Signups;

namespace Tributary.Server.Api.Gameball;

/// <summary>The referrer's code that a sign-up or an order carries, and what is told about it.</summary>
internal static class ReferralMembers
{
    public static WireCode Read(WireObject body) => body.Code("referrerCode", "referralCode");

    /// <summary>The claim under this dialect's windows (gameball.md 4.1). What cannot be a code is a claim all the same, of nothing.</summary>
    public static ReferralClaim ClaimOf(GameballCall call, WireCode code) => new()
    {
        Code = code.IsCarried ? code.Text ?? "" : null,
        AcceptCustomerIds = call.Trusted && call.Program.Settings.Gameball.CustomerIdAsCode,
        CodeWindow = TimeSpan.FromSeconds(call.Program.Settings.Gameball.SignupWindowSeconds),
        FirstOrderWithin = call.Program.Settings.Attribution.FirstOrderWithinDays is { } days ? TimeSpan.FromDays(days) : null,
    };
}
