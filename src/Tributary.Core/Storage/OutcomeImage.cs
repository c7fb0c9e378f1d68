using System.Numerics;
using Npgsql;

namespace Tributary.Storage;

/// <summary>
/// What some rows count for before an operation that changes them in the database. The difference to what they count for
/// afterwards is what the operation moves.
/// </summary>
internal sealed class OutcomeImage
{
    private readonly Func<LoadBatch, Action<NpgsqlDataReader>, Task> read;
    private Dictionary<(OutcomeCredit Credit, string Unit), OutcomeAmounts> before = [];

    private OutcomeImage(Func<LoadBatch, Action<NpgsqlDataReader>, Task> read) => this.read = read;

    /// <summary>The orders of a customer and their refunds, without their rewards, which count themselves.</summary>
    public static Task<OutcomeImage> OfOrdersAsync(Transaction tx, long customerId, CancellationToken ct) =>
        LoadAsync(tx, OutcomeSource.OrdersOfCustomer, () => Param.Of(customerId), ct);

    /// <summary>Who referred the customers.</summary>
    public static Task<OutcomeImage> OfLeadsAsync(Transaction tx, IReadOnlyCollection<long> customers, CancellationToken ct) =>
        LoadAsync(tx, OutcomeSource.LeadsOfCustomers, () => Param.Of(customers), ct);

    /// <summary>Writes what waits, looks again and counts the difference.</summary>
    public async Task CountChangeAsync(Transaction tx, CancellationToken ct)
    {
        await tx.Writes.FlushAsync(tx.Connection, ct);
        var after = await ReadAsync(tx);
        foreach (var ((credit, unit), amounts) in before)
            tx.Outcomes.Add(credit, unit, -amounts);
        foreach (var ((credit, unit), amounts) in after)
            tx.Outcomes.Add(credit, unit, amounts);
    }

    /// <summary>One referrer takes another's place, in what was counted too.</summary>
    public void Rename(long from, long to) => before = before
        .GroupBy(row => (row.Key.Credit.ReferrerId == from ? row.Key.Credit with { ReferrerId = to } : row.Key.Credit, row.Key.Unit))
        .ToDictionary(rows => rows.Key, rows => rows.Aggregate(default(OutcomeAmounts), (sum, row) => sum + row.Value));

    private static async Task<OutcomeImage> LoadAsync(Transaction tx, string sql, Func<NpgsqlParameter> which, CancellationToken ct)
    {
        var image = new OutcomeImage((load, row) =>
        {
            load.Query(sql, row, Param.Of(tx.ProgramId), which());
            return load.RunAsync(ct);
        });
        await tx.Writes.FlushAsync(tx.Connection, ct);
        image.before = await image.ReadAsync(tx);
        return image;
    }

    private async Task<Dictionary<(OutcomeCredit Credit, string Unit), OutcomeAmounts>> ReadAsync(Transaction tx)
    {
        var found = new Dictionary<(OutcomeCredit Credit, string Unit), OutcomeAmounts>();
        await read(new LoadBatch(tx.Connection), row =>
        {
            var link = row.GetInt64(1);
            var key = (new OutcomeCredit(row.GetInt64(0), link == 0 ? null : link, row.GuidOrNull(2), row.GetFieldValue<DateOnly>(3)), row.GetString(4));
            found[key] = found.GetValueOrDefault(key) + new OutcomeAmounts(
                (long)row.GetFieldValue<BigInteger>(5), (long)row.GetFieldValue<BigInteger>(6), row.GetFieldValue<BigInteger>(7),
                row.GetFieldValue<BigInteger>(8), row.GetFieldValue<BigInteger>(9), row.GetFieldValue<BigInteger>(10));
        });
        return found;
    }
}
