using Tributary.Rewards;
using Tributary.Storage;

namespace Tributary.Orders;

/// <summary>
/// Held until the end of the transaction by whoever makes an order of an id and by whoever lets a refund wait for it: without
/// it the two could pass each other unseen, and the refund would wait for ever.
/// </summary>
internal static class OrderIdLock
{
    private const string LockSql = "select pg_advisory_xact_lock(hashtextextended($2, $1))";

    private const string IsLivingSql = "select true from orders where program_id = $1 and order_id = $2 and living";

    public static void Add(LoadBatch load, long programId, string orderId) =>
        load.Query(LockSql, _ => { }, Param.Of(programId), Param.Of(orderId));

    /// <summary>
    /// Nothing else may be locked by then. If the order has come meanwhile, the operation is run again instead of taking the
    /// customer's lock after this one.
    /// </summary>
    /// <exception cref="LostRaceException">The order is there now.</exception>
    public static async Task TakeWithoutOrderAsync(Transaction tx, string orderId, CancellationToken ct)
    {
        var living = false;
        var load = new LoadBatch(tx.Connection);
        Add(load, tx.ProgramId, orderId);
        load.Query(IsLivingSql, _ => living = true, Param.Of(tx.ProgramId), Param.Of(orderId));
        await load.RunAsync(ct);
        if (living)
            throw new LostRaceException("The order came while its refund was about to wait for it.");
    }
}
