using Tributary.Attribution;
using Tributary.Campaigns;
using Tributary.Customers;
using Tributary.Referrers;
using Tributary.Rewards;

namespace Tributary.Signups;

/// <summary>All that one operation on a customer needs to know, read under the customer's lock in one round trip.</summary>
internal sealed class CustomerSnapshot
{
    public required CustomerRow Customer { get; set; }
    /// <summary>Whether this operation created the customer.</summary>
    public bool Created { get; set; }
    /// <summary>Whether this operation brought a removed customer back.</summary>
    public bool Revived { get; set; }
    public AttributionRow? Attribution { get; set; }
    /// <summary>Whether the customer is a referrer yet, and its state where so.</summary>
    public string? OwnReferrerState { get; set; }
    public List<ReferrerMatch> CodeMatches { get; } = [];
    public ReferrerMatch? ManualMatch { get; set; }
    public ReferrerMatch? NamedMatch { get; set; }
    public AddressLookup? Address { get; set; }
    public List<CouponMatch> CouponMatches { get; } = [];
    public List<ClickMatch> ClickMatches { get; } = [];
    public List<ActiveCampaign> Campaigns { get; } = [];
    public List<StepRow> Steps { get; } = [];
}
