using Tributary.Attribution;
using Tributary.Referrers;
using Tributary.Rewards;
using Tributary.Storage;

namespace Tributary.Signups;

/// <summary>Whom an order is credited to that was decided before, who need not be the customer's own referrer.</summary>
internal static class OrderCredit
{
    public static async Task<CreditedReferrer?> OfAsync(Transaction tx, OrderRow order, AttributionRow? attribution, CancellationToken ct)
    {
        if (order.ReferrerId is not { } referrer)
            return null;
        if (referrer == attribution?.ReferrerId)
            return attribution.Credited is { } credited ? credited with { Link = LinkOf(order) } : null;
        ReferrerMatch? match = null;
        var load = new LoadBatch(tx.Connection);
        load.Query(ReferrerMatch.ReferrerSql, row => match = ReferrerMatch.Read(row), Param.Of(tx.ProgramId), Param.Of(referrer));
        await load.RunAsync(ct);
        return match is { ReferrerKind: { } kind }
            ? new CreditedReferrer(referrer, ReferrerKinds.Parse(kind), match is { ReferrerState: "active", Deleted: false }, order.OccurredAt)
            {
                Link = LinkOf(order),
            }
            : null;
    }

    private static CreditedLink? LinkOf(OrderRow order) => order.LinkId is { } link ? new CreditedLink(link, order.ClickId) : null;
}
