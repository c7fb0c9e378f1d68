using Tributary.Clicks;

namespace Tributary.Signups;

/// <summary>The ids of clicks and visitors that a claim carries, where they can be some.</summary>
internal static class ClaimedClick
{
    public static ClickId? Of(ReferralClaim claim) => ClickId.TryParse(claim.ClickId?.Trim(), out var id) ? id : null;

    public static Guid? VisitorOf(ReferralClaim claim) => Guid.TryParse(claim.VisitorId?.Trim(), out var id) && id != Guid.Empty ? id : null;
}
