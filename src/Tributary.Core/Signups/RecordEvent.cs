using Tributary.Ledger;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Rewards;
using Tributary.Storage;

namespace Tributary.Signups;

/// <summary>
/// Records acts of a customer that the merchant reports by name; they may fulfil steps of campaigns. An unknown customer is
/// created and is not registered by it. Names that the server raises itself are recorded and trigger nothing.
/// </summary>
public sealed class RecordEvent(Transactions transactions)
{
    public const int MostEvents = 50;

    /// <summary>How far a caller's clock may run ahead (clicks.md CL-91).</summary>
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);

    private const string InsertSql = """
        insert into customer_events (program_id, event_key, event_id, customer_id, name, metadata, trusted, occurred_at, received_at, explanation)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        """;

    private const string KnownSql = """
        select event_id, event_key from customer_events where program_id = $1 and event_id = any($2)
        """;

    private static readonly HashSet<string> OwnNames = new(StringComparer.OrdinalIgnoreCase)
    {
        "place_order", "create_account", "friend_referred", "order_refunded", "points_redeemed",
    };

    /// <param name="occurredAt">When it happened; null: its arrival.</param>
    public Task<Outcome<EventsRecorded>> ExecuteAsync(
        ReferralProgram program,
        CustomerInput customer,
        IReadOnlyList<NamedEvent> events,
        DateTimeOffset? occurredAt,
        Caller caller,
        CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(customer);
        ArgumentNullException.ThrowIfNull(events);
        return Refuse(program, customer, events) is { } problem
            ? Task.FromResult<Outcome<EventsRecorded>>(problem)
            : transactions.RunAsync(program.Id, caller, (tx, token) => RecordAsync(tx, program, customer, events, occurredAt, token), ct);
    }

    private static Problem? Refuse(ReferralProgram program, CustomerInput customer, IReadOnlyList<NamedEvent> events)
    {
        if (program.State == ProgramState.Paused)
            return new Problem(ProblemCode.ProgramPaused, "The programme is paused; it takes no new events.");
        if (CustomerChecks.Refuse(customer) is { } problem)
            return problem;
        if (events.Count == 0)
            return new Problem(ProblemCode.MissingField, "At least one event is needed.", "events");
        if (events.Count > MostEvents)
            return new Problem(ProblemCode.TooMany, $"One call holds at most {MostEvents} events.", "events");
        return events.Any(e => e.Name.Length is 0 or > 100)
            ? new Problem(ProblemCode.InvalidValue, "An event's name has 1 to 100 characters.", "events")
            : null;
    }

    private static async Task<Outcome<EventsRecorded>> RecordAsync(
        Transaction tx, ReferralProgram program, CustomerInput input, IReadOnlyList<NamedEvent> events, DateTimeOffset? occurredAt, CancellationToken ct)
    {
        var at = occurredAt ?? tx.Now;
        if (at > tx.Now + ClockSkew)
            return new Problem(ProblemCode.TimeOutOfRange, "The event's time lies in the future.", "occurredAt");
        var known = new Dictionary<string, long>(StringComparer.Ordinal);
        var customer = await CustomerOperation.BeginAsync(
            tx, program, input, ReferralClaim.None, at, registers: false, paid: null,
            load => load.Query(
                KnownSql, row => known[row.GetString(0)] = row.GetInt64(1),
                Param.Of(program.Id), Param.Of([.. events.Select(e => e.EventId).Where(id => id is not null)])),
            ct);
        var fresh = await NumberAsync(tx, events, known, ct);
        var causes = fresh
            .Where(e => !OwnNames.Contains(e.Event.Name))
            .Select(e => Cause.OfEvent(e.Key, e.Event.Name, e.Event.Metadata, at, tx.Caller.Trusted))
            .ToList();
        var plan = causes.Count > 0 ? await customer.PlanAsync(causes, ct) : RewardPlan.Nothing;
        if (plan.Refusal is { } refusal)
            return refusal;
        customer.WriteCustomer();
        var explanation = plan.Outcomes.Count > 0 ? Explanation.ToJson(customer.Decision, plan) : null;
        foreach (var (key, named) in fresh)
            Write(tx, customer.Id, key, named, at, explanation);
        if (!plan.IsEmpty)
            LedgerWriter.Add(tx, await plan.WriteAsync(tx, $"event:{fresh[0].Key}", ct));
        return new EventsRecorded(customer.Id, [.. fresh.Select(e => e.Key), .. known.Values]);
    }

    /// <summary>Events whose id is not recorded yet, each with a number; twins within the call count once.</summary>
    private static async Task<List<(long Key, NamedEvent Event)>> NumberAsync(
        Transaction tx, IReadOnlyList<NamedEvent> events, Dictionary<string, long> known, CancellationToken ct)
    {
        var fresh = new List<(long Key, NamedEvent Event)>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var named in events)
        {
            if (named.EventId is { } id && (known.ContainsKey(id) || !seen.Add(id)))
                continue;
            fresh.Add((await tx.NextNumberAsync(ct), named));
        }
        return fresh;
    }

    private static void Write(Transaction tx, long customerId, long key, NamedEvent named, DateTimeOffset at, string? explanation) => tx.Writes.Add(
        InsertSql,
        Param.Of(tx.ProgramId),
        Param.Of(key),
        Param.Of(named.EventId),
        Param.Of(customerId),
        Param.Of(named.Name),
        Param.Json(named.Metadata),
        Param.Of(tx.Caller.Trusted),
        Param.Of(at),
        Param.Of(tx.Now),
        Param.Json(explanation));
}
