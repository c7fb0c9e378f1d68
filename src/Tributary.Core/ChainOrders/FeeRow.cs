using System.Numerics;
using Npgsql;
using Tributary.Storage;

namespace Tributary.ChainOrders;

/// <summary>What an order earned its integrator on chain.</summary>
/// <param name="State"><c>available</c> until it is drawn, <c>paid</c>, or <c>reversed</c>.</param>
internal sealed record FeeRow(int Occasion, long RecipientId, BigInteger Amount, string State, long Code)
{
    public const string Available = "available";
    public const string Paid = "paid";
    public const string Reversed = "reversed";

    public static FeeRow Read(NpgsqlDataReader row) =>
        new(row.GetInt32(0), row.GetInt64(1), row.Big(2), row.GetString(3), row.GetInt64(4));
}
