using Tributary.Attribution;
using Tributary.Customers;
using Tributary.Programs;
using Tributary.Storage;

namespace Tributary.Signups;

/// <summary>Asks whether a code would count, without recording anything.</summary>
public sealed class ReferralCheck(Database database, TimeProvider clock)
{
    /// <summary>No customer has it, so somebody new is nobody's referrer and nobody's friend.</summary>
    private const long Nobody = -1;

    private const string CustomerSql = $"""
        select {CustomerRow.Columns}
        from customers
        where program_id = $1 and customer_id = (select i.customer_id from customer_ids i where i.program_id = $1 and i.merchant_id = $2)
        """;

    /// <summary>
    /// What a code would become at a sign-up now or on a first order, whichever is kinder: the same decision as recording
    /// either. Without a customer, or with an unknown one, for somebody new.
    /// </summary>
    public async Task<ClaimOutcome> JudgeAsync(ReferralProgram program, ReferralClaim claim, string? merchantId, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(claim);
        var now = clock.GetUtcNow();
        var snapshot = await LoadAsync(program, claim, merchantId, now, ct);
        var atSignUp = Judge(program, claim, snapshot, MomentKind.Update, now);
        return atSignUp.Accepted ? atSignUp : Judge(program, claim, snapshot, MomentKind.Order, now);
    }

    private async Task<CustomerSnapshot> LoadAsync(
        ReferralProgram program, ReferralClaim claim, string? merchantId, DateTimeOffset now, CancellationToken ct)
    {
        var snapshot = new CustomerSnapshot { Customer = CustomerRow.New(Nobody, null, now) };
        await using var connection = await database.OpenAsync(ct);
        var load = new LoadBatch(connection);
        SnapshotLoader.AddClaim(load, program, claim, snapshot, now);
        if (merchantId is not null)
        {
            load.Query(CustomerSql, row => snapshot.Customer = CustomerRow.Read(row), Param.Of(program.Id), Param.Of(merchantId));
            load.Query(
                AttributionRow.Sql, row => snapshot.Attribution = AttributionRow.Read(row), Param.Of(program.Id), Param.Of(merchantId));
        }
        await load.RunAsync(ct);
        return snapshot;
    }

    private static ClaimOutcome Judge(
        ReferralProgram program, ReferralClaim claim, CustomerSnapshot snapshot, MomentKind kind, DateTimeOffset now)
    {
        var rules = AttributionRules.Of(program.Settings.Attribution, claim.CodeWindow, claim.FirstOrderWithin);
        var customer = snapshot.Customer;
        var moment = new AttributionMoment
        {
            Kind = kind,
            EventAt = now,
            ReceivedAt = now,
            RegisteredAt = customer.RegisteredAt,
            PriorOrders = customer.OrdersCount,
            OldestPriorOrderAt = customer.FirstOrderAt,
            KnownBefore = customer.KnownBefore,
        };
        var existing = snapshot.Attribution is { Standing: true } row
            ? new ExistingAttribution(row.ReferrerId, Via.Existing, row.DecidedAt, row.ReferrerState == "active")
            : null;
        var decision = rules.Decide(existing, ClaimedTouches.Of(program, claim, snapshot, customer, now), moment);
        var outcome = decision.OutcomeOf(ClaimedTouches.CodeTouchId);
        return new ClaimOutcome(
            outcome?.Reason == TouchReason.Won, outcome?.Code ?? TouchReasonText.Of(TouchReason.UnknownCode));
    }
}
