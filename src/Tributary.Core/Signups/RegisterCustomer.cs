using Tributary.Ledger;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Rewards;
using Tributary.Storage;

namespace Tributary.Signups;

/// <summary>
/// Creates a customer or merges what a call says into it, and attributes it when the call names a referrer in time. A bad or
/// late code never fails the sign-up: it is recorded as ignored, with its reason.
/// </summary>
public sealed class RegisterCustomer(Transactions transactions)
{
    public Task<Outcome<CustomerRegistered>> ExecuteAsync(
        ReferralProgram program, CustomerInput customer, ReferralClaim claim, Caller caller, CancellationToken ct) =>
        ExecuteAsync(program, customer, claim, SignUpTerms.None, caller, ct);

    public Task<Outcome<CustomerRegistered>> ExecuteAsync(
        ReferralProgram program, CustomerInput customer, ReferralClaim claim, SignUpTerms terms, Caller caller, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(customer);
        ArgumentNullException.ThrowIfNull(claim);
        ArgumentNullException.ThrowIfNull(terms);
        if (program.State == ProgramState.Paused)
            return Refuse(new Problem(ProblemCode.ProgramPaused, "The programme is paused; it takes no new customers."));
        return CustomerChecks.Refuse(customer) is { } problem
            ? Refuse(problem)
            : transactions.RunAsync(program.Id, caller, (tx, token) => RegisterAsync(tx, program, customer, claim, terms, token), ct);
    }

    internal static async Task<Outcome<CustomerRegistered>> RegisterAsync(
        Transaction tx, ReferralProgram program, CustomerInput input, ReferralClaim claim, SignUpTerms terms, CancellationToken ct)
    {
        if (terms.At > tx.Now + Limits.ClockSkew)
            return new Problem(ProblemCode.TimeOutOfRange, "The sign-up's time lies in the future.", "createdAt");
        if (await TakenKeys.RefuseAsync(tx, program, input, terms, ct) is { } taken)
            return taken;
        var customer = await CustomerOperation.BeginAsync(
            tx, program, input, claim, terms.At ?? tx.Now, registers: true, paid: null, extra: null, ct);
        if (terms.MustBeNew && !customer.Arrives)
            return new Problem(ProblemCode.AlreadyExists, "A customer with this id is there already.", "customerId");
        if (terms.At is { } signedUpAt)
            customer.Change.RegisteredOn(signedUpAt);
        var decision = customer.DecideForSignUp();
        var plan = await customer.PlanAsync([], ct);
        if (plan.Refusal is { } refusal)
            return refusal;
        var explains = decision.Touches.Any(touch => touch.TouchId is not null) || plan.Outcomes.Count > 0;
        customer.WriteCustomer(explains ? Explanation.ToJson(decision, plan) : null);
        customer.WriteReferral(orderKey: null, plan);
        if (!plan.IsEmpty)
            LedgerWriter.Add(tx, await plan.WriteAsync(tx, $"signup:{await tx.NextNumberAsync(ct)}", ct));
        return new CustomerRegistered(customer.Id, input.MerchantId, customer.Change.IsNew, decision.CodeOutcome)
        {
            ReferrerId = decision.ReferrerId,
            LinkId = decision.Link?.LinkId,
        };
    }

    private static Task<Outcome<CustomerRegistered>> Refuse(Problem problem) => Task.FromResult<Outcome<CustomerRegistered>>(problem);
}
