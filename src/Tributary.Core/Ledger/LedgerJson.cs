using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;
using Tributary.Primitives;

namespace Tributary.Ledger;

/// <summary>Amounts in events and answers (MO-5).</summary>
public static class LedgerJson
{
    /// <summary>A number where every reader can count that far, text where a token may need more; without a unit it counts things.</summary>
    public static JsonNode Amount(BigInteger amount, Unit? unit) => unit is { IsBounded: false }
        ? JsonValue.Create(amount.ToString(CultureInfo.InvariantCulture))
        : JsonValue.Create((long)amount);
}
