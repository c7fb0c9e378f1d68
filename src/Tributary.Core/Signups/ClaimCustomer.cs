using System.Text.Json.Nodes;
using Tributary.Attribution;
using Tributary.Ledger;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Rewards;
using Tributary.Storage;

namespace Tributary.Signups;

/// <param name="Moved">Whether the customer had another referrer before.</param>
public sealed record CustomerClaimed(long CustomerId, long ReferrerId, bool Moved);

/// <summary>
/// A person of the merchant says who referred a customer, with a reason. Rewards that are not paid move to the new referrer in
/// the same transaction (clicks.md CL-95); what is in a payout or paid stays where it is.
/// </summary>
public sealed class ClaimCustomer(Transactions transactions)
{
    private const string MoveOrdersSql = """
        update orders set referrer_id = $4, link_id = null, click_id = null
        where program_id = $1 and customer_id = $2 and referrer_id = $3 and via <> 'coupon'
        """;

    public Task<Outcome<CustomerClaimed>> ExecuteAsync(
        ReferralProgram program, string merchantId, long referrerId, string reason, Caller caller, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(program);
        return string.IsNullOrWhiteSpace(reason)
            ? Task.FromResult<Outcome<CustomerClaimed>>(new Problem(ProblemCode.MissingField, "A claim by hand needs a reason.", "reason"))
            : transactions.RunAsync(program.Id, caller, (tx, token) => ClaimAsync(tx, program, merchantId, referrerId, reason, token), ct);
    }

    internal static async Task<Outcome<CustomerClaimed>> ClaimAsync(
        Transaction tx, ReferralProgram program, string merchantId, long referrerId, string reason, CancellationToken ct)
    {
        var customer = await CustomerOperation.BeginAsync(
            tx, program, new CustomerInput { MerchantId = merchantId }, new ReferralClaim { ManualReferrerId = referrerId },
            tx.Now, registers: false, extra: null, ct);
        if (customer.Change.IsNew)
            return new Problem(ProblemCode.NotFound, "This customer does not exist.", "customerId");
        var before = customer.Decision.ReferrerId;
        var decision = customer.DecideForSignUp();
        if (decision.ReferrerId != referrerId)
            return Refusal(decision);
        if (before == referrerId)
            return new CustomerClaimed(customer.Id, referrerId, Moved: false);
        if (before is { } old)
            await MoveAsync(tx, program, customer, old, referrerId, ct);
        else
            LedgerWriter.Add(tx, await (await customer.PlanAsync([], ct)).WriteAsync(tx, $"claim:{await tx.NextNumberAsync(ct)}", ct));
        customer.WriteReferral(orderKey: null);
        tx.Audit(
            "customer.claim", $"customer:{customer.Id}",
            before is null ? null : new JsonObject { ["referrerId"] = before }, new JsonObject { ["referrerId"] = referrerId }, reason);
        return new CustomerClaimed(customer.Id, referrerId, before is not null);
    }

    private static Problem Refusal(ReferralDecision decision)
    {
        var manual = decision.Touches.FirstOrDefault(touch => touch.Via == Via.Manual);
        return manual is null
            ? new Problem(ProblemCode.UnknownReference, "There is no such referrer.", "referrerId")
            : new Problem(ProblemCode.InvalidValue, $"This referrer cannot have referred the customer: {manual.Code}.", "referrerId");
    }

    private static async Task MoveAsync(
        Transaction tx, ReferralProgram program, CustomerOperation customer, long from, long to, CancellationToken ct)
    {
        var customerId = customer.Id;
        var orders = await OutcomeImage.OfOrdersAsync(tx, customerId, ct);
        tx.Writes.Add(MoveOrdersSql, Param.Of(tx.ProgramId), Param.Of(customerId), Param.Of(from), Param.Of(to));
        LedgerWriter.Add(tx, await MovedRewards.MoveAsync(tx, program, customerId, from, to, ct));
        await orders.CountChangeAsync(tx, ct);
        await MovedRewards.MoveCreditAsync(tx, customerId, from, to, ct);
        var bonuses = await customer.PlanBonusesAsync(ct);
        LedgerWriter.Add(tx, await bonuses.WriteAsync(tx, $"claim:{await tx.NextNumberAsync(ct)}", ct));
        tx.Raise(
            EventType.AttributionChanged, $"customer:{customerId}",
            new JsonObject { ["customerId"] = customerId, ["referrerId"] = to, ["before"] = from }, customerId, to);
    }
}
