using Npgsql;
using Tributary.Bench.Rows;

namespace Tributary.Bench.Orders;

/// <summary>The rows that orders write.</summary>
internal sealed class OrderRows(NpgsqlConnection connection, IReadOnlyList<Table> tables, BenchShop shop)
{
    /// <summary>pgbench's transaction, made from what one order changes.</summary>
    public async Task<string> ScriptAsync(Func<Task> oneOrder)
    {
        var before = await RowImage.TakeAsync(connection, tables, shop.ProgramId);
        await oneOrder();
        var after = await RowImage.TakeAsync(connection, tables, shop.ProgramId);
        return PgbenchScript.Of(new SampleOrder(before.Until(after)), tables, shop.FirstReferrer, shop.LastReferrer);
    }

    /// <summary>Rows that each order adds to each table, and how far it raises counters and balances.</summary>
    public async Task<string> AddedByAsync(Func<Task> orders, int count)
    {
        var before = await RowCounts.TakeAsync(connection, tables, shop.ProgramId);
        await orders();
        var after = await RowCounts.TakeAsync(connection, tables, shop.ProgramId);
        return after.PerOrder(before, count);
    }
}
