using System.Globalization;
using System.Text.Json.Nodes;
using Dapper;
using Tributary.Customers;
using Tributary.Orders;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Signups;
using Tributary.Storage;

namespace Tributary.Prospects;

/// <summary>
/// Makes a prospect a customer of whoever put it forward: finds the customer by its e-mail address or creates it, claims it
/// for the referrer by hand and, where the merchant names an amount, records one order. One transaction.
/// </summary>
public sealed class ConvertProspect(Transactions transactions)
{
    /// <summary>The earliest one where several share the address.</summary>
    private const string CustomerSql = """
        select merchant_id
        from customers
        where program_id = @programId and email_hash = @emailHash and deleted_at is null and merged_into is null and merchant_id is not null
        order by customer_id
        limit 1
        """;

    private const string ConvertSql = """
        update prospects set state = 'converted', customer_id = @customerId, order_id = @orderId, decided_at = @now
        where program_id = @programId and prospect_id = @id
        """;

    /// <param name="amount">What the customer paid, in minor units of the programme's currency; null: nothing yet.</param>
    /// <returns>The prospect; <c>NotFound</c>; <c>IllegalTransition</c> unless it was only submitted; what refuses the claim or the order.</returns>
    public Task<Outcome<Prospect>> ExecuteAsync(ReferralProgram program, long id, long? amount, Caller caller, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(program);
        return transactions.RunAsync(program.Id, caller, (tx, token) => ConvertAsync(tx, program, id, amount, token), ct);
    }

    private static async Task<Outcome<Prospect>> ConvertAsync(
        Transaction tx, ReferralProgram program, long id, long? amount, CancellationToken ct)
    {
        if (await ProspectRow.FindAsync(tx.Connection, tx.ProgramId, id, locked: true, ct) is not { } prospect)
            return ProspectRegister.NotFound;
        if (prospect.State != ProspectState.Submitted)
            return ProspectRegister.Decided(prospect);
        var known = await KnownAsync(tx, program, prospect, ct);
        var merchantId = known ?? prospect.Email;
        if (!(await CustomerAsync(tx, program, prospect, merchantId, known is not null, ct)).TryGet(out var customerId, out var refused))
            return refused;
        await tx.Writes.FlushAsync(tx.Connection, ct);
        string? orderId = null;
        if (amount is { } paid)
        {
            var order = new OrderInput
            {
                Customer = new CustomerInput { MerchantId = merchantId },
                OrderId = string.Create(CultureInfo.InvariantCulture, $"prospect:{id}"),
                Total = paid,
                Currency = program.Currency,
            };
            if (OrderChecks.Refuse(program, order) is { } problem)
                return problem;
            if (!(await RecordOrder.RecordAsync(tx, program, order, ct)).TryGet(out var recorded, out var refusal))
                return refusal;
            orderId = recorded.OrderId;
            await tx.Writes.FlushAsync(tx.Connection, ct);
        }
        var arguments = new { programId = tx.ProgramId, id, customerId = customerId.Number, orderId, now = tx.Now };
        await tx.Connection.ExecuteAsync(new CommandDefinition(ConvertSql, arguments, cancellationToken: ct));
        return ProspectRegister.Told(
            tx, EventType.ProspectConverted,
            prospect with { State = ProspectState.Converted, CustomerId = customerId.Number, DecidedAt = tx.Now });
    }

    private static Task<string?> KnownAsync(Transaction tx, ReferralProgram program, Prospect prospect, CancellationToken ct) =>
        tx.Connection.ExecuteScalarAsync<string?>(new CommandDefinition(
            CustomerSql, new { programId = tx.ProgramId, emailHash = ContactKeys.EmailHash(program.HashKey, prospect.Email) }, cancellationToken: ct));

    private static async Task<Outcome<ClaimedCustomer>> CustomerAsync(
        Transaction tx, ReferralProgram program, Prospect prospect, string merchantId, bool known, CancellationToken ct)
    {
        if (known)
        {
            const string reason = "A prospect of the referrer's was converted.";
            return (await ClaimCustomer.ClaimAsync(tx, program, merchantId, prospect.ReferrerId, reason, ct))
                .Map(claimed => new ClaimedCustomer(claimed.CustomerId));
        }
        var input = new CustomerInput
        {
            MerchantId = merchantId,
            Email = prospect.Email,
            Attributes = new JsonObject { ["displayName"] = prospect.Name },
        };
        var claim = new ReferralClaim { ManualReferrerId = prospect.ReferrerId };
        return CustomerChecks.Refuse(input) is { } problem
            ? problem
            : (await RegisterCustomer.RegisterAsync(tx, program, input, claim, SignUpTerms.None, ct)).Map(made => new ClaimedCustomer(made.CustomerId));
    }

    private sealed record ClaimedCustomer(long Number);
}
