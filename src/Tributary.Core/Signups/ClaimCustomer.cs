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
            tx.Now, registers: false, paid: null, extra: null, ct);
        if (customer.Change.IsNew)
            return new Problem(ProblemCode.NotFound, "This customer does not exist.", "customerId");
        var before = customer.Decision.ReferrerId;
        var decision = customer.DecideForSignUp();
        if (decision.ReferrerId != referrerId)
            return Refusal(decision);
        if (before == referrerId)
            return new CustomerClaimed(customer.Id, referrerId, Moved: false);
        var orders = await OutcomeImage.OfOrdersAsync(tx, customer.Id, ct);
        var plan = before is null ? await customer.PlanAsync([], ct) : RewardPlan.Nothing;
        await CorrectOrdersAsync(tx, customer, before, plan, ct);
        if (before is { } old)
            await MoveAsync(tx, program, customer, orders, old, referrerId, ct);
        else
            await orders.CountChangeAsync(tx, ct);
        customer.WriteReferral(orderKey: null, plan);
        LedgerWriter.Add(tx, await plan.WriteAsync(tx, $"claim:{await tx.NextNumberAsync(ct)}", ct));
        tx.Audit(
            "customer.claim", $"customer:{customer.Id}",
            before is null ? null : new JsonObject { ["referrerId"] = before }, new JsonObject { ["referrerId"] = referrerId }, reason);
        return new CustomerClaimed(customer.Id, referrerId, before is not null);
    }

    /// <summary>Orders go with their customer, but for those that a coupon has given to somebody else.</summary>
    private static async Task CorrectOrdersAsync(Transaction tx, CustomerOperation customer, long? before, RewardPlan plan, CancellationToken ct)
    {
        var orders = await CorrectedCredit.OrdersAsync(tx, customer.Id, ct);
        var moved = orders.Where(order => order.ReferrerId == before && order.Via != ViaText.Of(Via.Coupon)).ToList();
        var claim = customer.Decision.Touches.First(touch => touch.Via == Via.Manual);
        CorrectedCredit.OutrankTouches(tx, customer.Id, moved);
        foreach (var order in moved)
        {
            var credit = new NewCredit(claim.ReferrerId!.Value, ViaText.Of(Via.Manual), Link: null);
            CorrectedCredit.Write(tx, order, credit, CorrectedCredit.ByHand(order, claim), plan);
        }
    }

    private static Problem Refusal(ReferralDecision decision)
    {
        var manual = decision.Touches.FirstOrDefault(touch => touch.Via == Via.Manual);
        return manual is null
            ? new Problem(ProblemCode.UnknownReference, "There is no such referrer.", "referrerId")
            : new Problem(ProblemCode.InvalidValue, $"This referrer cannot have referred the customer: {manual.Code}.", "referrerId");
    }

    private static async Task MoveAsync(
        Transaction tx, ReferralProgram program, CustomerOperation customer, OutcomeImage orders, long from, long to, CancellationToken ct)
    {
        var customerId = customer.Id;
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
