using System.Text.Json.Nodes;
using Tributary.Storage;

namespace Tributary.ChainOrders;

/// <summary>The wallet that owns an order is a Customer, whose merchant id is the wallet: one on all of its chains.</summary>
internal static class Makers
{
    private const string MakeSql = """
        insert into customers (program_id, customer_id, merchant_id, created_at, updated_at)
        select $1, $2, $3, $4, $4
        where not exists (select from customer_ids where program_id = $1 and merchant_id = $3)
        returning true
        """;

    private const string NameSql = """
        insert into customer_ids (program_id, merchant_id, customer_id)
        select $1, $3, customer_id from customers where program_id = $1 and customer_id = $2
        on conflict do nothing
        returning true
        """;

    private const string FindSql = "select customer_id from customer_ids where program_id = $1 and merchant_id = $2";

    private const string CountSql = """
        update customers
        set orders_count = greatest(0, orders_count + $3), first_order_at = least(first_order_at, $4), last_order_at = greatest(last_order_at, $4)
        where program_id = $1 and customer_id = $2
        """;

    /// <summary>Counts the order for its customer while it is paid.</summary>
    public static void CountPaid(Transaction tx, ChainOrder order, bool wasPaid)
    {
        if (FeePosition.HasEarned(order) == wasPaid)
            return;
        tx.Writes.Add(
            CountSql, Param.Of(tx.ProgramId), Param.Of(order.CustomerId), Param.Of(wasPaid ? -1 : 1), Param.Of(order.ReceivedAt));
    }

    /// <summary>Adds to a round trip what finds or makes the wallet's customer.</summary>
    public static async ValueTask<Maker> FindAsync(LoadBatch load, Transaction tx, string wallet, CancellationToken ct)
    {
        var maker = new Maker(await tx.PartyNumbers.TakeAsync(tx.Connection, ct));
        load.Query(MakeSql, _ => maker.Made = true, Param.Of(tx.ProgramId), Param.Of(maker.Number), Param.Of(wallet), Param.Of(tx.Now));
        load.Query(NameSql, _ => maker.Named = true, Param.Of(tx.ProgramId), Param.Of(maker.Number), Param.Of(wallet));
        load.Query(FindSql, row => maker.Id = row.GetInt64(0), Param.Of(tx.ProgramId), Param.Of(wallet));
        return maker;
    }

    /// <summary>After the round trip.</summary>
    /// <exception cref="LostRaceException">Another operation made the customer meanwhile.</exception>
    public static void Settle(Transaction tx, Maker maker)
    {
        if (maker.Made != maker.Named)
            throw new LostRaceException("The wallet's customer was made meanwhile.");
        if (maker.Made)
            tx.Raise(EventType.CustomerCreated, $"customer:{maker.Id}", new JsonObject { ["customerId"] = maker.Id, ["guest"] = false }, maker.Id);
        else
            tx.PartyNumbers.Return(maker.Number);
    }

    internal sealed class Maker(long number)
    {
        /// <summary>What it is called if it is new.</summary>
        public long Number { get; } = number;

        public long Id { get; set; }

        public bool Made { get; set; }

        public bool Named { get; set; }
    }
}
