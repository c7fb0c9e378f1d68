using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;

namespace Tributary.Orders;

/// <summary>Amounts by unit as they are kept: text, because a token's amount may be longer than any JSON number that readers keep exact.</summary>
internal static class AmountsJson
{
    public static string Write(IReadOnlyDictionary<string, BigInteger> amounts)
    {
        var json = new JsonObject();
        foreach (var (unit, amount) in amounts)
            json[unit] = amount.ToString(CultureInfo.InvariantCulture);
        return json.ToJsonString();
    }

    public static IReadOnlyDictionary<string, BigInteger> Read(string json) => ((JsonObject)JsonNode.Parse(json)!)
        .ToDictionary(pair => pair.Key, pair => BigInteger.Parse((string)pair.Value!, CultureInfo.InvariantCulture));
}
