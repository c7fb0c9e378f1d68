using Tributary.Programs;
using Tributary.Referrers;

namespace Tributary.Server.Api.Partnero;

/// <summary>Words of this dialect for what Core names otherwise.</summary>
internal static class PartneroWords
{
    public static string Of(PartneroType type) => type switch
    {
        PartneroType.Affiliate => "affiliate",
        PartneroType.ReferAFriend => "refer_a_friend",
    };

    /// <summary>A partner's status. One that was stopped for a while is put away, as far as this dialect knows.</summary>
    public static string Of(ReferrerState state) => state switch
    {
        ReferrerState.Pending => "pending",
        ReferrerState.Active => "active",
        ReferrerState.Suspended or ReferrerState.Archived or ReferrerState.Unclaimed => "archived",
        ReferrerState.Rejected => "rejected",
        ReferrerState.Deleted => "deleted",
    };
}
