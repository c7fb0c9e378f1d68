using System.Numerics;
using Npgsql;

namespace Tributary.Storage;

internal static class ReaderAmounts
{
    /// <summary>A <c>numeric</c> without decimals; read this way because a decimal has only 28 digits.</summary>
    public static BigInteger Big(this NpgsqlDataReader reader, int column) => reader.GetFieldValue<BigInteger>(column);

    public static BigInteger? BigOrNull(this NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.Big(column);
}
