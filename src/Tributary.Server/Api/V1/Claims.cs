using Tributary.Programs;
using Tributary.Signups;

namespace Tributary.Server.Api.V1;

/// <summary>What a call says of who referred, under the programme's settings.</summary>
internal static class Claims
{
    public static ReferralClaim Of(ReferralProgram program, string? code, IReadOnlyList<string> coupons)
    {
        var settings = program.Settings.Attribution;
        return new ReferralClaim
        {
            Code = string.IsNullOrWhiteSpace(code) ? null : code,
            Coupons = coupons,
            CodeWindow = settings.CodeWindowSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            FirstOrderWithin = settings.FirstOrderWithinDays is { } days ? TimeSpan.FromDays(days) : null,
        };
    }
}
