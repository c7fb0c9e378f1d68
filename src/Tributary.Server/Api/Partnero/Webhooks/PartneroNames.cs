using Tributary.Storage;

namespace Tributary.Server.Api.Partnero.Webhooks;

/// <summary>This dialect's names of events, and which of ours they tell (partnero.md § 8).</summary>
internal static class PartneroNames
{
    public const string Credited = "customer.credited";
    public const string Rewarded = "customer.rewarded";

    private static readonly Dictionary<string, string[]> Names = new(StringComparer.Ordinal)
    {
        [EventType.ReferrerCreated] = ["partner.created"],
        [EventType.ReferrerUpdated] = ["partner.updated"],
        [EventType.ReferrerDeleted] = ["partner.deleted"],
        [EventType.ReferrerApproved] = ["partner.approved"],
        [EventType.ReferrerRejected] = ["partner.rejected"],
        [EventType.ReferrerArchived] = ["partner.archived"],
        [EventType.CustomerCreated] = ["customer.created"],
        [EventType.CustomerUpdated] = ["customer.updated"],
        [EventType.CustomerMerged] = ["customer.updated"],
        [EventType.CustomerDeleted] = ["customer.deleted"],
        [EventType.OrderCreated] = ["transaction.created"],
        [EventType.OrderUpdated] = ["transaction.updated"],
        [EventType.OrderRefunded] = ["transaction.updated"],
        [EventType.OrderReinstated] = ["transaction.updated"],
        [EventType.AttributionChanged] = ["transaction.updated"],
        [EventType.OrderCancelled] = ["transaction.deleted"],
        // A reward that no campaign gives is a credit; one may be there to be used at once.
        [EventType.RewardEarned] = ["reward.created", Credited, Rewarded],
        [EventType.RewardApproved] = ["reward.approved", Rewarded],
        [EventType.RewardPaid] = ["reward.paid"],
        [EventType.ProspectSubmitted] = ["lead.submitted"],
        [EventType.ProspectConverted] = ["lead.converted"],
        [EventType.ProspectRejected] = ["lead.rejected"],
        [EventType.LinkCreated] = ["link.created"],
        [EventType.LinkUpdated] = ["link.updated"],
        [EventType.LinkDeleted] = ["link.deleted"],
    };

    public static IReadOnlyList<string> Of(string type) => Names.GetValueOrDefault(type, []);
}
