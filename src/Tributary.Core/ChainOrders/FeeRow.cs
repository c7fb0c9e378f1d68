using System.Numerics;
using Npgsql;
using Tributary.Primitives;
using Tributary.Storage;

namespace Tributary.ChainOrders;

/// <summary>What an order earned its integrator on chain.</summary>
/// <param name="State"><c>available</c> until it is drawn, <c>paid</c>, or <c>reversed</c>.</param>
/// <param name="Unit">Of the token that it was earned in.</param>
/// <param name="WithdrawalId">By which it was drawn; null: the contract paid it itself, or it was not paid.</param>
internal sealed record FeeRow(int Occasion, long RecipientId, BigInteger Amount, string State, long Code, Unit Unit, long? WithdrawalId)
{
    public const string Available = "available";
    public const string Paid = "paid";
    public const string Reversed = "reversed";

    public static FeeRow Read(NpgsqlDataReader row) =>
        new(row.GetInt32(0), row.GetInt64(1), row.Big(2), row.GetString(3), row.GetInt64(4), Unit.Parse(row.GetString(5)), row.LongOrNull(6));
}
