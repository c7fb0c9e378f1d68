using System.Text.Json.Nodes;
using Tributary.Storage;

namespace Tributary.Signups;

/// <summary>
/// A customer whom the merchant had removed comes back under the same id: with an empty profile, and whoever refers it now is
/// decided anew. Its orders and what they earned were never gone.
/// </summary>
internal static class RevivedCustomer
{
    private const string CustomerSql = """
        update customers
        set deleted_at = null, archived_at = null, registered_at = null, guest = false, email = null, email_hash = null,
            mobile = null, mobile_digits = null, attributes = '{}', explanation = null, updated_at = $3
        where program_id = $1 and customer_id = $2
        """;

    private const string AttributionSql = """
        update attributions set state = 'void', status = 'pending' where program_id = $1 and customer_id = $2 and state = 'standing'
        """;

    private const string ReferrerSql = """
        update referrers set state = 'active', updated_at = $3 where program_id = $1 and referrer_id = $2 and state = 'archived'
        """;

    public static void Revive(Transaction tx, CustomerSnapshot snapshot)
    {
        var id = snapshot.Customer.Id;
        tx.Writes.Add(CustomerSql, Param.Of(tx.ProgramId), Param.Of(id), Param.Of(tx.Now));
        tx.Writes.Add(AttributionSql, Param.Of(tx.ProgramId), Param.Of(id));
        if (snapshot.OwnReferrerState is not null)
        {
            tx.Writes.Add(ReferrerSql, Param.Of(tx.ProgramId), Param.Of(id), Param.Of(tx.Now));
            ChangeFeed.Announce(tx, ChangedPart.Referrer, id);
        }
        if (snapshot.Attribution is { Standing: true } before)
        {
            tx.Outcomes.Add(before.Lead, OutcomeTally.NoUnit, -OutcomeAmounts.OneLead);
            snapshot.Attribution = before with { Standing = false };
            tx.Raise(
                EventType.AttributionChanged, $"customer:{id}",
                new JsonObject { ["customerId"] = id, ["before"] = before.ReferrerId, ["state"] = "void", ["reason"] = "customer_deleted" },
                id, before.ReferrerId);
        }
        snapshot.Revived = true;
        snapshot.Customer = snapshot.Customer with
        {
            DeletedAt = null, ArchivedAt = null, RegisteredAt = null, Guest = false, Email = null, EmailHash = null, Mobile = null,
            MobileDigits = null, Attributes = "{}",
        };
    }
}
