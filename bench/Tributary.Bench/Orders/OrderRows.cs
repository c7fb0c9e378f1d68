using Dapper;
using Npgsql;
using Tributary.Bench.Rows;

namespace Tributary.Bench.Orders;

/// <summary>The rows that orders write.</summary>
internal sealed class OrderRows(NpgsqlConnection connection, IReadOnlyList<Table> tables, BenchShop shop)
{
    private const string FillSql = """
        insert into outcome_days (program_id, referrer_id, link_id, day, unit, slot)
        select distinct program_id, referrer_id, link_id, day, unit, slots.slot
        from outcome_days
        cross join generate_series(0, 7) as slots (slot)
        where program_id = @programId
        on conflict do nothing
        """;

    /// <summary>What is counted already on one connection's row has a row for each slot that a connection may count on.</summary>
    public Task FillCountersAsync() => connection.ExecuteAsync(FillSql, new { shop.ProgramId });

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
