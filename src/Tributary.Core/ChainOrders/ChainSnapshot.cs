using Tributary.Orders;
using Tributary.Referrers;
using Tributary.Storage;

namespace Tributary.ChainOrders;

/// <summary>What is known of an order's id, read under the lock of that id.</summary>
internal sealed class ChainSnapshot
{
    /// <summary>Locked, so that no withdrawal books them as paid meanwhile; after the code, as whoever claims it does.</summary>
    private const string FeeSql = """
        select f.occasion, f.recipient_id, f.amount, f.state, f.code, f.unit, f.withdrawal_id
        from affiliate_fees f
        join chain_orders c on c.program_id = f.program_id and c.order_key = f.order_key
        where c.program_id = $1 and c.order_id = $2
        order by f.occasion
        for update of f
        """;

    /// <summary>Null: the order is not known.</summary>
    public ChainOrder? Order { get; private set; }

    public List<ChainStage> Stages { get; } = [];

    /// <summary>Fees of the order, reversed ones too, the newest last.</summary>
    public List<FeeRow> Fees { get; } = [];

    public List<ChainEventReport> Waiting { get; } = [];

    /// <summary>What the gateway handed out under this id; null: nothing that waits for its order.</summary>
    public PreparedOrder? Prepared { get; private set; }

    /// <summary>What the gateway handed out under the id that the report says was announced; null: nothing, or it says none.</summary>
    public PreparedOrder? Announced { get; private set; }

    public CodeOwner? Owner { get; private set; }

    /// <summary>Whether the order, or what the gateway handed out for it, exists and carries another code or none.</summary>
    public bool IsOfAnother(long? code) =>
        Order is { } order ? order.ReferralCode != code : (Prepared is not null && Prepared.Code != code) || (Announced is not null && Announced.Code != code);

    public static Task<ChainSnapshot> LoadAsync(Transaction tx, string orderId, CancellationToken ct) => LoadAsync(tx, orderId, null, ct);

    /// <param name="announced">Under which id the gateway handed the order out, if the chain made it another.</param>
    public static async Task<ChainSnapshot> LoadAsync(Transaction tx, string orderId, string? announced, CancellationToken ct)
    {
        var snapshot = new ChainSnapshot();
        var load = new LoadBatch(tx.Connection);
        load.KeepPlans();
        OrderIdLock.Add(load, tx.ProgramId, orderId);
        load.Query(CodeOwner.HoldOfOrderSql, _ => { }, Param.Of(tx.ProgramId), Param.Of(orderId));
        load.Query(ChainOrderRow.ByIdSql, row => snapshot.Order = ChainOrderRow.Read(row), Param.Of(tx.ProgramId), Param.Of(orderId));
        load.Query(ChainStage.OfOrderSql, row => snapshot.Stages.Add(ChainStage.Read(row)), Param.Of(tx.ProgramId), Param.Of(orderId));
        load.Query(FeeSql, row => snapshot.Fees.Add(FeeRow.Read(row)), Param.Of(tx.ProgramId), Param.Of(orderId));
        load.Query(
            WaitingEvents.OfOrderSql, row => snapshot.Waiting.Add(ChainReportJson.ReadEvent(row.GetString(0))),
            Param.Of(tx.ProgramId), Param.Of(orderId));
        load.Query(PreparedOrder.ByIdSql, row => snapshot.Prepared = PreparedOrder.Read(row), Param.Of(tx.ProgramId), Param.Of(orderId), Param.Of(tx.Now));
        if (announced is not null && announced != orderId)
            load.Query(PreparedOrder.ByIdSql, row => snapshot.Announced = PreparedOrder.Read(row), Param.Of(tx.ProgramId), Param.Of(announced), Param.Of(tx.Now));
        load.Query(CodeOwner.OfOrderSql, row => snapshot.Owner = CodeOwner.Read(row), Param.Of(tx.ProgramId), Param.Of(orderId));
        load.Query(Transaction.DrawNumbersSql, row => tx.OfferNumbers(row.GetInt64(0)));
        await load.RunAsync(ct);
        return snapshot;
    }
}
