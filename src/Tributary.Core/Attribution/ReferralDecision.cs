using System.Text.Json.Nodes;
using Tributary.Referrers;
using Tributary.Storage;

namespace Tributary.Attribution;

/// <summary>The referrer that is credited, with what rewards ask of it.</summary>
internal sealed record CreditedReferrer(long Id, ReferrerKind Kind, bool Active, DateTimeOffset AttributedAt)
{
    /// <summary>The referrer's link that is credited; null: none.</summary>
    public CreditedLink? Link { get; init; }

    public OutcomeCredit On(DateOnly day) => new(Id, Link?.LinkId, Link?.ClickId, day);
}

/// <summary>Who is credited for what happens now, what that changes about the customer, and why.</summary>
internal sealed class ReferralDecision
{
    private const string SignUpTouchesSql = """
        insert into touches (program_id, customer_id, order_key, kind, form, typed, referrer_id, link_id, outcome, trusted, occurred_at, received_at)
        select $1, $2, null, t.kind, t.form, t.typed, t.referrer_id, t.link_id, t.outcome, $3, t.at, $4
        from unnest($5, $6, $7, $8, $9, $10, $11) as t (kind, form, typed, referrer_id, link_id, outcome, at)
        where not exists (select from touches o
                          where o.program_id = $1 and o.customer_id = $2 and o.order_key is null and o.kind = t.kind
                            and o.typed is not distinct from t.typed and o.outcome = t.outcome)
        """;

    private static readonly RowInsert OrderTouches = new("""
        insert into touches (program_id, customer_id, order_key, kind, form, typed, referrer_id, link_id, outcome, trusted, occurred_at, received_at)
        values ($1, $2, $3, @1, @2, @3, @4, @5, @6, $4, @7, $5)
        """);

    private const string FirstSql = """
        insert into attributions (program_id, customer_id, referrer_id, via, state, decided_at, link_id, click_id, counted_on, status, activated_at)
        values ($1, $2, $3, $4, 'standing', $5, $6, $7, $8, $9, $10)
        """;

    private const string LockSql = $"""
        {FirstSql}
        on conflict (program_id, customer_id) do update
        set referrer_id = excluded.referrer_id, via = excluded.via, state = 'standing', decided_at = excluded.decided_at,
            link_id = excluded.link_id, click_id = excluded.click_id, counted_on = excluded.counted_on,
            status = case attributions.state when 'standing' then attributions.status else 'pending' end
        """;

    private readonly Decision? decision;
    private readonly AttributionRow? before;
    private readonly IReadOnlyDictionary<string, string> forms;

    private ReferralDecision(
        Decision? decision, AttributionRow? before, CreditedReferrer? referrer, ClaimOutcome? codeOutcome, IReadOnlyDictionary<string, string> forms)
    {
        this.decision = decision;
        this.before = before;
        this.forms = forms;
        Referrer = referrer;
        CodeOutcome = codeOutcome;
    }

    /// <summary>Who is credited for this very event; an order's coupon may credit another than the customer's own.</summary>
    public CreditedReferrer? Referrer { get; }

    public long? ReferrerId => Referrer?.Id;

    public string? Via => decision?.Via is { } via ? ViaText.Of(via) : null;

    /// <summary>Whether this decision gives the customer its referrer.</summary>
    public bool Attributes => decision?.Effect is DecisionEffect.LocksCustomer or DecisionEffect.MovesCustomer;

    public ClaimOutcome? CodeOutcome { get; }

    /// <summary>The link that is credited; null: none is.</summary>
    public CreditedLink? Link => Referrer?.Link;

    public IReadOnlyList<TouchOutcome> Touches => decision?.Explanation ?? [];

    /// <summary>No claim came and nothing is decided: the customer's referrer from before stays.</summary>
    public static ReferralDecision Unchanged(AttributionRow? attribution) =>
        new(null, attribution, attribution?.Credited, null, new Dictionary<string, string>());

    /// <summary>What was decided before, when an order was recorded, counts for what happens to the order now.</summary>
    public static ReferralDecision AsDecided(CreditedReferrer? referrer) => new(null, null, referrer, null, new Dictionary<string, string>());

    /// <param name="before">The customer's attribution as it was read.</param>
    /// <param name="forms">By touch, how it was given: <c>code</c>, <c>link</c>, <c>customer_id</c>.</param>
    /// <param name="codeTouchId">The touch of the code that the call carried; null: it carried none.</param>
    public static ReferralDecision Of(
        Decision decision,
        IReadOnlyList<Touch> touches,
        AttributionRow? before,
        IReadOnlyDictionary<string, string> forms,
        string? codeTouchId,
        MomentKind kind)
    {
        var credited = decision.Winner is { ReferrerId: { } id } winner
            ? new CreditedReferrer(id, winner.ReferrerKind, winner.ReferrerActive, winner.At)
            : decision.ReferrerId is null ? null : before?.Credited;
        var code = codeTouchId is null ? null : OutcomeOfCode(decision.OutcomeOf(codeTouchId), before, kind);
        credited = credited is null ? null : credited with { Link = LinkCredit.Of(decision, touches, before?.Credited?.Link) };
        return new ReferralDecision(decision, before, credited, code, forms);
    }

    /// <param name="leadDay">Under which the customer is counted where it becomes a lead by this.</param>
    /// <param name="active">For the customer's first attribution: whether it is active already. Null: the customer had one before.</param>
    public void Write(Transaction tx, long customerId, long? orderKey, DateTimeOffset at, DateOnly leadDay, bool? active)
    {
        var touches = Touches.Where(touch => touch.TouchId is not null).ToList();
        if (orderKey is { } order)
            WriteOrderTouches(tx, customerId, order, touches);
        else if (touches.Count > 0)
            WriteSignUpTouches(tx, customerId, touches);
        WriteAttribution(tx, customerId, at, leadDay, active);
    }

    /// <summary>The touches of an order that is decided by itself, whatever the customer's referrer is.</summary>
    public void WriteTouches(Transaction tx, long customerId, long orderKey) =>
        WriteOrderTouches(tx, customerId, orderKey, [.. Touches.Where(touch => touch.TouchId is not null)]);

    private void WriteOrderTouches(Transaction tx, long customerId, long orderKey, List<TouchOutcome> touches) => OrderTouches.Add(
        tx.Writes, touches,
        () => [Param.Of(tx.ProgramId), Param.Of(customerId), Param.Of(orderKey), Param.Of(tx.Caller.Trusted), Param.Of(tx.Now)],
        t =>
        [
            Param.Of(ViaText.Of(t.Via)), Param.Of(forms[t.TouchId!]), Param.Of(t.Text), Param.Of(t.ReferrerId), Param.Of(t.LinkId),
            Param.Of(t.Code), Param.Of(t.At),
        ]);

    /// <summary>A sign-up that is sent again says nothing new.</summary>
    private void WriteSignUpTouches(Transaction tx, long customerId, List<TouchOutcome> touches) => tx.Writes.Add(
        SignUpTouchesSql,
        Param.Of(tx.ProgramId), Param.Of(customerId), Param.Of(tx.Caller.Trusted), Param.Of(tx.Now),
        Param.Of([.. touches.Select(t => ViaText.Of(t.Via))]),
        Param.Of([.. touches.Select(t => forms[t.TouchId!])]),
        Param.Of([.. touches.Select(t => t.Text)]),
        Param.Of([.. touches.Select(t => t.ReferrerId)]),
        Param.Of([.. touches.Select(t => t.LinkId)]),
        Param.Of([.. touches.Select(t => t.Code)]),
        Param.Of([.. touches.Select(t => t.At)]));

    /// <summary>The customer's referrer, where this decision gives it one.</summary>
    /// <param name="active">For the customer's first attribution: whether it is active already. Null: the customer may have had one before.</param>
    public void WriteAttribution(Transaction tx, long customerId, DateTimeOffset at, DateOnly leadDay, bool? active)
    {
        if (!Attributes)
            return;
        leadDay = before?.Lead?.Day ?? leadDay;
        var status = active ?? false;
        tx.Writes.Add(
            active is null ? LockSql : FirstSql,
            Param.Of(tx.ProgramId), Param.Of(customerId), Param.Of(Referrer!.Id), Param.Of(Via), Param.Of(at),
            Param.Of(Link?.LinkId), Param.Of(Link?.ClickId), Param.Of((DateOnly?)leadDay),
            Param.Of(status ? "active" : "pending"), Param.Of(status ? tx.Now : (DateTimeOffset?)null));
        tx.Outcomes.Add(before?.Lead, OutcomeTally.NoUnit, -OutcomeAmounts.OneLead);
        tx.Outcomes.Add(Referrer.On(leadDay), OutcomeTally.NoUnit, OutcomeAmounts.OneLead);
        tx.Raise(
            EventType.AttributionDecided,
            $"customer:{customerId}",
            new JsonObject { ["customerId"] = customerId, ["referrerId"] = Referrer.Id, ["via"] = Via, ["linkId"] = Link?.LinkId },
            customerId,
            Referrer.Id);
    }

    /// <summary>A sign-up that names the customer's own referrer again is no loss worth telling.</summary>
    private static ClaimOutcome OutcomeOfCode(TouchOutcome? outcome, AttributionRow? before, MomentKind kind)
    {
        if (outcome is null)
            return new ClaimOutcome(false, TouchReasonText.Of(TouchReason.UnknownCode));
        var again = kind != MomentKind.Order && outcome.Reason == TouchReason.CustomerLocked && outcome.ReferrerId == before?.ReferrerId;
        return outcome.Reason == TouchReason.Won || again
            ? new ClaimOutcome(true, TouchReasonText.Of(TouchReason.Won))
            : new ClaimOutcome(false, outcome.Code);
    }
}
