using System.Globalization;
using System.Numerics;

namespace Tributary.Core.Tests.Orders.Properties;

/// <summary>A campaign as the reference model knows it: what each line owes for what remains of an order's base.</summary>
/// <param name="Percent">Parts per million for the referrer, in the order's currency; null: pays once per customer instead.</param>
/// <param name="PointsPerMajor">Points for the customer per major unit, in parts per million.</param>
/// <param name="Minimum">Smallest base by currency; null: any base. A currency that is missing earns nothing.</param>
internal sealed record ShopRule(string Name, long? Percent, long PointsPerMajor, IReadOnlyDictionary<string, long>? Minimum, string Definition)
{
    public bool Once => Percent is null;

    public BigInteger Owed(int line, BigInteger remaining, string currency)
    {
        if (remaining <= 0 || (Minimum is { } minimum && (!minimum.TryGetValue(currency, out var least) || remaining < least)))
            return 0;
        return line == 1
            ? ShopModel.Round(remaining * Percent!.Value, 1_000_000)
            : ShopModel.Round(remaining * PointsPerMajor, BigInteger.Pow(10, ShopRules.Exponents[currency]) * 1_000_000);
    }
}

/// <summary>The campaigns of every history.</summary>
internal static class ShopRules
{
    public const int OnceReferrer = 200;
    public const int OnceCustomer = 100;

    public static readonly IReadOnlyDictionary<string, int> Exponents = new Dictionary<string, int> { ["USD"] = 2, ["JPY"] = 0, ["KWD"] = 3 };

    public static readonly string[] Currencies = ["USD", "JPY", "KWD"];

    public static readonly IReadOnlyList<ShopRule> All =
    [
        Percentage("small", 29_000, 1_000_000, null),
        Percentage("large", 333_333, 333_333, new Dictionary<string, long> { ["USD"] = 500, ["JPY"] = 500 }),
        new("once", null, 0, null, """
            {"steps":[{"name":"First order","trigger":"order","once":true,"lines":[
              {"number":1,"recipient":"referrer","amount":{"kind":"points","points":200,"unit":"points:points"}},
              {"number":2,"recipient":"customer","amount":{"kind":"points","points":100,"unit":"points:points"}}]}],"holdDays":0}
            """),
    ];

    private static ShopRule Percentage(string name, long ppm, long points, Dictionary<string, long>? minimum)
    {
        var least = minimum is null ? "" : $"\"minimumOrder\":{{{string.Join(',', minimum.Select(pair => $"\"{pair.Key}\":{pair.Value}"))}}},";
        return new ShopRule(name, ppm, points, minimum, string.Create(CultureInfo.InvariantCulture, $$$"""
            {"steps":[{"name":"Every order","trigger":"order",{{{least}}}"lines":[
              {"number":1,"recipient":"referrer","amount":{"kind":"percent","ppm":{{{ppm}}}}},
              {"number":2,"recipient":"customer","amount":{"kind":"points","perMajorUnitPpm":{{{points}}},"unit":"points:points"}}]}],"holdDays":7}
            """));
    }
}
