using Tributary.Storage;

namespace Tributary.Rewards;

/// <summary>A step that a customer has reached just now.</summary>
internal sealed record ReachedStep(long CampaignId, int Step, int Occasion, int Version, string Cause, long? OrderKey);

/// <summary>Writes which steps of campaigns a customer has reached and which were undone, and whether the referral is active.</summary>
internal static class StepWriter
{
    private static readonly RowInsert Insert = new("""
        insert into step_progress (program_id, campaign_id, customer_id, step, occasion, version, cause, order_key, reached_at)
        values ($1, @1, $2, @2, @3, @4, @5, @6, $3)
        """);

    private const string UndoSql = """
        update step_progress p set undone_at = $3
        from unnest($4, $5, $6) as u (campaign_id, step, occasion)
        where p.program_id = $1 and p.customer_id = $2 and p.campaign_id = u.campaign_id and p.step = u.step and p.occasion = u.occasion
          and p.undone_at is null
        """;

    private const string StatusSql = """
        update attributions set status = $3, activated_at = $4
        where program_id = $1 and customer_id = $2 and state = 'standing' and status <> $3
        """;

    public static void Reach(Transaction tx, long customerId, IReadOnlyList<ReachedStep> steps) => Insert.Add(
        tx.Writes, steps,
        () => [Param.Of(tx.ProgramId), Param.Of(customerId), Param.Of(tx.Now)],
        s =>
        [
            Param.Of(s.CampaignId), Param.Of(s.Step), Param.Of(s.Occasion), Param.Of(s.Version), Param.Of(s.Cause), Param.Of(s.OrderKey),
        ]);

    public static void Undo(Transaction tx, long customerId, IReadOnlyList<StepRow> steps)
    {
        if (steps.Count == 0)
            return;
        tx.Writes.Add(
            UndoSql,
            Param.Of(tx.ProgramId),
            Param.Of(customerId),
            Param.Of(tx.Now),
            Param.Of([.. steps.Select(s => s.CampaignId)]),
            Param.Of([.. steps.Select(s => s.Step)]),
            Param.Of([.. steps.Select(s => s.Occasion)]));
    }

    public static void SetStatus(Transaction tx, long customerId, bool active) => tx.Writes.Add(
        StatusSql,
        Param.Of(tx.ProgramId),
        Param.Of(customerId),
        Param.Of(active ? "active" : "pending"),
        Param.Of(active ? tx.Now : null));
}
