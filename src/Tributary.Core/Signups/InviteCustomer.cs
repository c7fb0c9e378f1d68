using System.Text.Json.Nodes;
using Tributary.Customers;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Storage;

namespace Tributary.Signups;

/// <param name="Personalization">Texts of the merchant's for the mail.</param>
public sealed record Invitation(CustomerInput Customer, JsonObject Personalization);

/// <param name="Mailed">False where the address was mailed within a day.</param>
public sealed record CustomerInvited(long CustomerId, bool Mailed);

/// <summary>Finds the customer of an e-mail address, or creates it, and queues one mail with the way to its referrals.</summary>
public sealed class InviteCustomer(Transactions transactions)
{
    private const string FindSql = """
        select customer_id from customers
        where program_id = $1 and email_hash = $2 and deleted_at is null and merged_into is null
        order by customer_id
        limit 1
        """;

    /// <summary>Two invitations of one address take turns.</summary>
    private const string GuardSql = "select pg_advisory_xact_lock(hashtextextended($1, $2))";

    private const string RecentSql = """
        select true from outgoing_mails
        where program_id = $1 and kind = $2 and lower(address) = lower($3) and created_at > $4
        limit 1
        """;

    /// <returns>The customer, or what refuses its creation.</returns>
    public Task<Outcome<CustomerInvited>> ExecuteAsync(ReferralProgram program, Invitation invitation, Caller caller, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(invitation);
        return CustomerChecks.Refuse(invitation.Customer) is { } problem
            ? Task.FromResult<Outcome<CustomerInvited>>(problem)
            : transactions.RunAsync(program.Id, caller, (tx, token) => InviteAsync(tx, program, invitation, token), ct);
    }

    private static async Task<Outcome<CustomerInvited>> InviteAsync(
        Transaction tx, ReferralProgram program, Invitation invitation, CancellationToken ct)
    {
        if (ContactKeys.EmailHash(program.HashKey, invitation.Customer.Email) is not { } hash)
            return new Problem(ProblemCode.InvalidValue, "This is no e-mail address.", "email");
        var email = invitation.Customer.Email!;
        long? known = null;
        var recent = false;
        var load = new LoadBatch(tx.Connection);
        load.Query(GuardSql, _ => { }, Param.Of(Convert.ToHexString(hash)), Param.Of(program.Id));
        load.Query(FindSql, row => known = row.GetInt64(0), Param.Of(program.Id), Param.Of(hash));
        load.Query(
            RecentSql, _ => recent = true,
            Param.Of(program.Id), Param.Of(OutgoingMails.CustomerInvitation), Param.Of(email), Param.Of(tx.Now.AddDays(-1)));
        await load.RunAsync(ct);
        if (known is null)
        {
            var made = await RegisterCustomer.RegisterAsync(
                tx, program, invitation.Customer, ReferralClaim.None, new SignUpTerms { MustBeNew = true }, ct);
            if (!made.TryGet(out var customer, out var refused))
                return refused;
            known = customer.CustomerId;
        }
        if (!recent)
        {
            OutgoingMails.Add(
                tx, OutgoingMails.CustomerInvitation, email,
                new JsonObject { ["customerId"] = known, ["personalization"] = invitation.Personalization.DeepClone() });
        }
        return new CustomerInvited(known.Value, !recent);
    }
}
