using Tributary.Storage;

namespace Tributary.Orders;

/// <summary>
/// A reinstatement that came before its refund waits under the refund's id, as a refund waits for its order (money.md MO-24):
/// the refund then counts as nothing from the start.
/// </summary>
internal static class WaitingReinstatement
{
    private const string LockSql = "select pg_advisory_xact_lock(hashtextextended('refund ' || $2, $1))";

    private const string IsThereSql = "select true from refunds where program_id = $1 and refund_id = $2";

    private const string FindSql = "select true from waiting_reinstatements where program_id = $1 and refund_id = $2";

    private const string InsertSql = """
        insert into waiting_reinstatements (program_id, refund_id, received_at) values ($1, $2, $3) on conflict do nothing
        """;

    private const string DeleteSql = "delete from waiting_reinstatements where program_id = $1 and refund_id = $2";

    /// <summary>Whoever records a refund and whoever lets a reinstatement wait for it would pass each other unseen without this lock.</summary>
    public static void Look(LoadBatch load, long programId, string refundId, Action found)
    {
        load.Query(LockSql, _ => { }, Param.Of(programId), Param.Of(refundId));
        load.Query(FindSql, _ => found(), Param.Of(programId), Param.Of(refundId));
    }

    /// <summary>Nothing else may be locked by then.</summary>
    /// <returns>Whether it waits already.</returns>
    /// <exception cref="LostRaceException">The refund is there now.</exception>
    public static async Task<bool> KeepAsync(Transaction tx, string refundId, CancellationToken ct)
    {
        var (waits, isThere) = (false, false);
        var load = new LoadBatch(tx.Connection);
        Look(load, tx.ProgramId, refundId, () => waits = true);
        load.Query(IsThereSql, _ => isThere = true, Param.Of(tx.ProgramId), Param.Of(refundId));
        await load.RunAsync(ct);
        if (isThere)
            throw new LostRaceException("The refund came while its reinstatement was about to wait for it.");
        if (!waits)
            tx.Writes.Add(InsertSql, Param.Of(tx.ProgramId), Param.Of(refundId), Param.Of(tx.Now));
        return waits;
    }

    public static void Delete(Transaction tx, string refundId) => tx.Writes.Add(DeleteSql, Param.Of(tx.ProgramId), Param.Of(refundId));
}
