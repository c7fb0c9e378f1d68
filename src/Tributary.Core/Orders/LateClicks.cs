using Tributary.Attribution;
using Tributary.Ledger;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Rewards;
using Tributary.Signups;
using Tributary.Storage;

namespace Tributary.Orders;

/// <summary>
/// Decides sign-ups and orders again that nobody is credited with and that named a click which was not here yet (clicks.md
/// CL-64): the click is measured at its own time, the event as it was when it came.
/// </summary>
public sealed class LateClicks(Database database, Transactions transactions, ProgramRegister programs, TimeProvider clock)
{
    /// <summary>How long a click is waited for.</summary>
    public const int WaitDays = 7;

    private const int BatchSize = 200;

    private static readonly Caller Job = new("job:late-clicks", Trusted: true);

    private const string ProgramsSql = "select distinct w.program_id from waiting_clicks w where w.next_look_at <= $1";

    private const string LapseSql = "delete from waiting_clicks where program_id = $1 and received_at < $2";

    /// <summary>What has not come is looked for again after half the time it has been waited for, so that looking stays cheap.</summary>
    private const string PostponeSql = """
        update waiting_clicks w
        set next_look_at = $2::timestamptz + greatest(interval '1 second', least(interval '1 hour', ($2::timestamptz - w.received_at) / 2))
        where w.program_id = $1 and w.next_look_at <= $2
          and not exists (select from clicks c where c.program_id = $1 and c.click_id = w.click_id)
        """;

    private const string PostponeOneSql = """
        update waiting_clicks set next_look_at = $3::timestamptz + interval '1 hour' where program_id = $1 and waiting_id = $2
        """;

    private const string DueSql = """
        select w.waiting_id
        from waiting_clicks w
        where w.program_id = $1 and exists (select from clicks c where c.program_id = $1 and c.click_id = w.click_id)
          and w.next_look_at <= $2
        order by w.waiting_id
        limit $3
        """;

    private const string FindSql = $"""
        select {WaitingClick.Columns},
               (select i.merchant_id from customer_ids i where i.program_id = $1 and i.customer_id = w.customer_id order by i.merchant_id limit 1)
        from waiting_clicks w
        where w.program_id = $1 and w.waiting_id = $2
        """;

    private const string StillSql = "select c.explanation from waiting_clicks w join customers c on c.program_id = $1 and c.customer_id = w.customer_id where w.program_id = $1 and w.waiting_id = $2";

    /// <returns>How many were decided again.</returns>
    public async Task<int> RunAsync(CancellationToken ct)
    {
        var due = new List<long>();
        await using (var connection = await database.OpenAsync(ct))
        {
            var load = new LoadBatch(connection);
            load.Query(ProgramsSql, row => due.Add(row.GetInt64(0)), Param.Of(clock.GetUtcNow()));
            await load.RunAsync(ct);
        }
        var decided = 0;
        await PerProgram.RunAsync(due, async programId =>
        {
            if (await programs.FindAsync(programId, ct) is { } program)
                decided += await OfProgramAsync(program, ct);
        });
        return decided;
    }

    private async Task<int> OfProgramAsync(ReferralProgram program, CancellationToken ct)
    {
        var waiting = new List<long>();
        await using (var connection = await database.OpenAsync(ct))
        {
            var now = clock.GetUtcNow();
            var load = new LoadBatch(connection);
            load.Query(DueSql, row => waiting.Add(row.GetInt64(0)), Param.Of(program.Id), Param.Of(now), Param.Of(BatchSize));
            load.Query(LapseSql, _ => { }, Param.Of(program.Id), Param.Of(now.AddDays(-WaitDays)));
            load.Query(PostponeSql, _ => { }, Param.Of(program.Id), Param.Of(now));
            await load.RunAsync(ct);
        }
        var decided = 0;
        foreach (var id in waiting)
            decided += await DecideOrPostponeAsync(program, id, ct) ? 1 : 0;
        return decided;
    }

    /// <summary>A claim that cannot be decided, whatever the reason, makes room for the others and is tried again later.</summary>
    private async Task<bool> DecideOrPostponeAsync(ReferralProgram program, long id, CancellationToken ct)
    {
        var decided = false;
        try
        {
            decided = (await transactions.RunAsync(program.Id, Job, (tx, token) => DecideAsync(tx, program, id, token), ct)).Succeeded;
        }
        finally
        {
            if (!decided)
                await PostponeAsync(program.Id, id, ct);
        }
        return decided;
    }

    private async Task PostponeAsync(long programId, long id, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var load = new LoadBatch(connection);
        load.Command(PostponeOneSql, Param.Of(programId), Param.Of(id), Param.Of(clock.GetUtcNow()));
        await load.RunAsync(ct);
    }

    private static async Task<Outcome<Decided>> DecideAsync(Transaction tx, ReferralProgram program, long waitingId, CancellationToken ct)
    {
        (WaitingClick Waiting, string? MerchantId)? found = null;
        var load = new LoadBatch(tx.Connection);
        load.Query(FindSql, row => found = (WaitingClick.Read(row), row.TextOrNull(5)), Param.Of(program.Id), Param.Of(waitingId));
        await load.RunAsync(ct);
        if (found is not { } late)
            return Decided.Nothing;
        if (late.MerchantId is null)
        {
            late.Waiting.Delete(tx);
            return Decided.Nothing;
        }
        var waits = false;
        string? kept = null;
        var customer = await CustomerOperation.BeginAsync(
            tx, program, new CustomerInput { MerchantId = late.MerchantId }, new ReferralClaim { ClickId = late.Waiting.ClickId.ToString() },
            late.Waiting.Moment.EventAt, registers: false, paid: null,
            batch => batch.Query(StillSql, row => (waits, kept) = (true, row.TextOrNull(0)), Param.Of(program.Id), Param.Of(waitingId)),
            ct);
        if (waits)
            await new LateClick(tx, program, customer, late.Waiting, kept).DecideAsync(ct);
        return Decided.Nothing;
    }

    private sealed record Decided
    {
        public static readonly Decided Nothing = new();
    }
}

/// <summary>One of them, under its customer's lock.</summary>
/// <param name="kept">The customer's explanation.</param>
internal sealed class LateClick(Transaction tx, ReferralProgram program, CustomerOperation customer, WaitingClick waiting, string? kept)
{
    public async Task DecideAsync(CancellationToken ct)
    {
        waiting.Delete(tx);
        var orders = await CorrectedCredit.OrdersAsync(tx, customer.Id, ct);
        var own = orders.FirstOrDefault(order => order.Key == waiting.OrderKey);
        if (IsDecided(own))
            return;
        var decision = customer.DecideAgain(waiting.Moment);
        if (decision.Touches.FirstOrDefault(touch => touch.Via == Via.Click) is not { } click)
            return;
        CorrectedCredit.WriteTouch(tx, customer.Id, waiting.OrderKey, click);
        if (click.Reason == TouchReason.Won)
            await CreditAsync(decision, orders, own, ct);
        else if (own is not null)
            CorrectedCredit.Explain(tx, own, CorrectedCredit.Replace(own.Explanation, decision.Touches));
        else
            customer.WriteCustomer(Explanation.Corrected(kept, null, null, CorrectedCredit.Replace(kept, decision.Touches), RewardPlan.Nothing, ""));
    }

    /// <summary>Something else has decided it meanwhile, or it is no more.</summary>
    private bool IsDecided(OrderRow? own) => waiting.OrderKey is null
        ? customer.HasReferrer
        : own is null or { ReferrerId: not null } || (customer.HasReferrer && program.Settings.Attribution.Scope == AttributionScope.Customer);

    private async Task CreditAsync(ReferralDecision decision, IReadOnlyList<OrderRow> orders, OrderRow? own, CancellationToken ct)
    {
        var plan = decision.Attributes ? await customer.PlanAsync([], ct) : await PlanOfOrderAsync(own!, ct);
        if (own is null)
            customer.WriteCustomer(Explanation.Corrected(kept, decision.ReferrerId, decision.Via, CorrectedCredit.Replace(kept, decision.Touches), plan, $"lead:{customer.Id}"));
        decision.WriteAttribution(
            tx, customer.Id, waiting.Moment.EventAt, program.DayOf(customer.Change.Before.RegisteredAt ?? waiting.Moment.EventAt), active: null);
        var image = await OutcomeImage.OfOrdersAsync(tx, customer.Id, ct);
        foreach (var order in orders.Where(order => order == own || (decision.Attributes && IsLater(order))))
            Correct(order, decision, plan, isOwn: order == own);
        await image.CountChangeAsync(tx, ct);
        LedgerWriter.Add(tx, await plan.WriteAsync(tx, $"late:{waiting.Id}", ct));
    }

    /// <summary>The campaigns that found no referrer for the order when it came.</summary>
    private async Task<RewardPlan> PlanOfOrderAsync(OrderRow own, CancellationToken ct)
    {
        var history = await CauseHistory.LoadAsync(tx, customer.Change.After, replaced: null, ct);
        return history.FirstOrDefault(cause => cause.OrderKey == own.Key) is { } cause
            ? await customer.PlanCreditAsync([cause], ct)
            : RewardPlan.Nothing;
    }

    /// <summary>Nobody was credited, and would not have been nobody had the click been here.</summary>
    private bool IsLater(OrderRow order) => order.ReferrerId is null && order.OccurredAt >= waiting.Moment.EventAt;

    private void Correct(OrderRow order, ReferralDecision decision, RewardPlan plan, bool isOwn)
    {
        var via = isOwn ? Via.Click : Via.Existing;
        var at = waiting.Moment.EventAt;
        IReadOnlyList<TouchOutcome> known = isOwn
            ? decision.Touches
            : [new TouchOutcome(Via.Existing, null, decision.ReferrerId, at, order.OccurredAt - at, null, TouchReason.Won)];
        CorrectedCredit.Write(
            tx, order, new NewCredit(decision.ReferrerId!.Value, ViaText.Of(via), decision.Link),
            CorrectedCredit.Replace(order.Explanation, known), plan);
    }
}
