using Tributary.Attribution;
using Tributary.Campaigns;
using Tributary.Customers;
using Tributary.Programs;
using Tributary.Referrers;
using Tributary.Rewards;
using Tributary.Storage;

namespace Tributary.Signups;

/// <summary>
/// What sign-ups, orders and events have in common: one customer under its lock, the decision who referred it, what the
/// campaigns owe for what happened, and the rows that say so.
/// </summary>
internal sealed class CustomerOperation
{
    private readonly Transaction tx;
    private readonly ReferralProgram program;
    private readonly CustomerSnapshot snapshot;
    private readonly CustomerInput input;
    private readonly ReferralClaim claim;
    private readonly DateTimeOffset at;
    private AttributionMoment? moment;
    private IReadOnlyList<Touch> touches = [];

    private CustomerOperation(
        Transaction tx, ReferralProgram program, CustomerSnapshot snapshot, CustomerChange change, CustomerInput input, ReferralClaim claim,
        DateTimeOffset at)
    {
        this.tx = tx;
        this.program = program;
        this.snapshot = snapshot;
        this.input = input;
        this.claim = claim;
        this.at = at;
        Change = change;
        Decision = ReferralDecision.Unchanged(snapshot.Attribution);
    }

    public long Id => snapshot.Customer.Id;

    public bool HasReferrer => snapshot.Attribution is { Standing: true };

    public CustomerChange Change { get; }

    /// <summary>Whether the merchant names it for the first time, or again after removing it.</summary>
    public bool Arrives => Change.IsNew || snapshot.Revived;

    public ReferralDecision Decision { get; private set; }

    /// <param name="at">The event's time, by which windows and campaigns are judged.</param>
    /// <param name="registers">Whether the call registers a customer that it does not call a guest.</param>
    /// <param name="paid">The total of an order by this call, which <see cref="CustomerChange.CountOrder"/> will count; null: none.</param>
    /// <param name="extra">More to read in the first round trip.</param>
    public static async Task<CustomerOperation> BeginAsync(
        Transaction tx,
        ReferralProgram program,
        CustomerInput input,
        ReferralClaim claim,
        DateTimeOffset at,
        bool registers,
        long? paid,
        Action<LoadBatch>? extra,
        CancellationToken ct)
    {
        await MergingKey.ResolveAsync(tx, program, input, ct);
        var unknown = CustomerRow.New(await tx.PartyNumbers.TakeAsync(tx.Connection, ct), input.MerchantId, tx.Now);
        var newcomer = CustomerChange.Merge(program, unknown, created: true, input, registers, tx.Now);
        var snapshot = await SnapshotLoader.LoadAsync(tx, program, newcomer, paid, claim, at, extra, ct)
            ?? throw new LostRaceException("The customer was created, merged or deleted while this waited for it.");
        var change = snapshot.Created ? newcomer : CustomerChange.Merge(program, snapshot.Customer, created: false, input, registers, tx.Now);
        var operation = new CustomerOperation(tx, program, snapshot, change, input, claim, at);
        await operation.VoidSelfReferralAsync(ct);
        return operation;
    }

    public ReferralDecision DecideForOrder(OrderRow order) =>
        Decide(MomentAt(MomentKind.Order, order.OccurredAt), new CouponOrder(order.Total, order.Currency, Change.Before.OrdersCount == 0));

    /// <summary>
    /// An order that was recorded as open is credited as it was decided then: to the customer's own referrer, or to the one whose
    /// coupon it carried.
    /// </summary>
    public async Task CreditAsync(OrderRow order, CancellationToken ct)
    {
        if (order.ReferrerId is not null)
            Decision = ReferralDecision.AsDecided(await OrderCredit.OfAsync(tx, order, snapshot.Attribution, ct));
    }

    public ReferralDecision DecideForSignUp() => Decide(MomentAt(Change.BecameRegistered ? MomentKind.SignUp : MomentKind.Update, at), null);

    /// <summary>What was decided before is decided again by what is known now, as of then (clicks.md CL-64).</summary>
    public ReferralDecision DecideAgain(AttributionMoment moment) => Decide(moment, null);

    /// <summary>An order that was recorded is decided again, as of its own time, by a coupon that is told of later.</summary>
    public ReferralDecision DecideAgain(OrderRow order, AttributionMoment moment) =>
        Decide(moment, new CouponOrder(order.Total, order.Currency, moment.PriorOrders == 0));

    /// <summary>What the campaigns owe for what has happened now, and for what waited for the attribution.</summary>
    public Task<RewardPlan> PlanAsync(IReadOnlyList<Cause> happened, CancellationToken ct) =>
        RewardPlanner.PlanAsync(Context(), WithLead(happened), ct);

    /// <summary>
    /// What campaigns for referred customers owe for something that was credited to nobody when it happened; the others have
    /// judged it then.
    /// </summary>
    public Task<RewardPlan> PlanCreditAsync(IReadOnlyList<Cause> happened, CancellationToken ct) => RewardPlanner.PlanAsync(
        Context([.. snapshot.Campaigns.Where(campaign => campaign.Definition.Audience == CampaignAudience.Referred)]), happened, ct);

    /// <summary>What the customer, which has come to another referrer, counts for there.</summary>
    public Task<RewardPlan> PlanBonusesAsync(CancellationToken ct) =>
        RewardPlanner.PlanBonusesAsync(Context(), Cause.OfLead(Id, at, tx.Caller.Trusted), ct);

    /// <summary>The customer's row, and what makes it a referrer.</summary>
    public void WriteCustomer(string? explanation = null)
    {
        Change.Write(tx, explanation);
        OwnReferrer.Ensure(tx, program, snapshot, Change, input.OwnCode);
        if (Arrives)
            tx.Raise(EventType.CustomerCreated, $"customer:{Id}", CustomerEvent(), Id);
        else if (Change.ProfileChanged)
            tx.Raise(EventType.CustomerUpdated, $"customer:{Id}", CustomerEvent(), Id);
    }

    /// <summary>The touches of this call and what they changed about the customer's attribution; before the plan is written.</summary>
    /// <param name="orderKey">The order that carried them; null: a sign-up.</param>
    public void WriteReferral(long? orderKey, RewardPlan plan)
    {
        var active = Decision.Attributes && snapshot.Attribution is null ? plan.TakeStatus() : (bool?)null;
        Decision.Write(tx, Id, orderKey, at, program.DayOf(Change.Before.RegisteredAt ?? at), active);
        if (Decision.ReferrerId is null && moment is not null && touches.FirstOrDefault(touch => touch.Finding == TouchFinding.ClickNotHereYet) is { } click)
            WaitingClick.Add(tx, click.ClickId!.Value, Id, orderKey, moment);
    }

    /// <summary>Counts the coupons that the order has used, and may have used by their conditions.</summary>
    public void WriteRedemptions(OrderRow order) =>
        CouponMatch.Redeem(tx, ClaimedTouches.Redeemed(snapshot, touches), order.OrderId, order.OccurredAt);

    /// <summary>
    /// Contact data may tell later that referrer and friend are one person; that is asked again before anything is
    /// rewarded (gameball.md 4.1, check 4).
    /// </summary>
    private async Task VoidSelfReferralAsync(CancellationToken ct)
    {
        var settings = program.Settings.Attribution;
        if (settings.SelfReferralAllowed || !settings.SelfReferralByContact || snapshot.Attribution is not { Standing: true } attribution
            || !ClaimedTouches.SameContact(Change.After, attribution.ReferrerEmailHash, attribution.ReferrerMobileDigits))
            return;
        await VoidReferral.RunAsync(tx, program, Id, ct);
        snapshot.Attribution = attribution with { Standing = false };
        for (var n = 0; n < snapshot.Steps.Count; n++)
        {
            if (snapshot.Campaigns.Any(campaign => campaign.Id == snapshot.Steps[n].CampaignId && campaign.Definition.Audience == CampaignAudience.Referred))
                snapshot.Steps[n] = snapshot.Steps[n] with { Standing = false };
        }
        Decision = ReferralDecision.Unchanged(null);
    }

    private AttributionMoment MomentAt(MomentKind kind, DateTimeOffset eventAt) => new()
    {
        Kind = kind,
        EventAt = eventAt,
        ReceivedAt = tx.Now,
        RegisteredAt = Change.Before.RegisteredAt,
        PriorOrders = Change.Before.OrdersCount,
        OldestPriorOrderAt = Change.Before.FirstOrderAt,
        KnownBefore = Change.After.KnownBefore,
    };

    private ReferralDecision Decide(AttributionMoment decided, CouponOrder? order)
    {
        moment = decided;
        var rules = AttributionRules.Of(program.Settings.Attribution, claim.CodeWindow, claim.FirstOrderWithin);
        touches = ClaimedTouches.Of(program, claim, snapshot, Change.After, moment.EventAt, order);
        var existing = snapshot.Attribution is { Standing: true } row
            ? new ExistingAttribution(row.ReferrerId, Via.Existing, row.DecidedAt, row.ReferrerState == "active")
            : null;
        return Decision = ReferralDecision.Of(
            rules.Decide(existing, touches, moment), touches, snapshot.Attribution, ClaimedTouches.FormsOf(touches, snapshot),
            claim.Code is null ? null : ClaimedTouches.CodeTouchId, moment.Kind);
    }

    private PlanContext Context() => Context(snapshot.Campaigns);

    private PlanContext Context(IReadOnlyList<ActiveCampaign> campaigns) => new()
    {
        Tx = tx,
        Program = program,
        Campaigns = campaigns,
        Steps = snapshot.Steps,
        Customer = Change.After,
        CustomerIsNew = Change.IsNew,
        PriorOrders = Change.Before.OrdersCount,
        Attributing = Decision.Attributes,
        Referrer = Decision.Referrer,
        WasActive = snapshot.Attribution is { Standing: true, Active: true },
    };

    /// <summary>Registration is an act of its own; so is being registered already when the referrer becomes known.</summary>
    private IReadOnlyList<Cause> WithLead(IReadOnlyList<Cause> happened) =>
        Change.BecameRegistered || (Decision.Attributes && Change.After.RegisteredAt is not null)
            ? [Cause.OfLead(Id, at, tx.Caller.Trusted) with { PriorOrders = OrdersBeforeRegistration }, .. happened]
            : happened;

    /// <summary>Orders that came with or after the registration do not make it that of an old customer.</summary>
    private int OrdersBeforeRegistration =>
        !Change.BecameRegistered && Change.Before.FirstOrderAt >= Change.Before.RegisteredAt ? 0 : Change.Before.OrdersCount;

    private System.Text.Json.Nodes.JsonObject CustomerEvent() => new() { ["customerId"] = Id, ["guest"] = Change.After.Guest };
}
