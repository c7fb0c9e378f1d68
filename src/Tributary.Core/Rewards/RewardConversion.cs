using System.Numerics;
using System.Text.Json.Nodes;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Storage;

namespace Tributary.Rewards;

/// <summary>The currency in which a rule computed a reward, and the rate at which it was converted: frozen on the reward (money.md MO-72).</summary>
internal sealed record RewardConversion(Currency From, ExchangeRate Rate)
{
    private const string Member = "conversion";

    /// <summary>The newest rate at or before the cause that is not too old.</summary>
    private const string RateSql = """
        select rate, scale
        from exchange_rates
        where program_id = $1 and from_unit = $2 and to_unit = $3 and valid_at <= $4 and valid_at >= $5
        order by valid_at desc, rate_id desc
        limit 1
        """;

    /// <returns>Null where no such rate is known.</returns>
    public static async Task<ExchangeRate?> FindRateAsync(
        Transaction tx, Currency from, Currency to, DateTimeOffset at, int mostAgeDays, CancellationToken ct)
    {
        ExchangeRate? found = null;
        var load = new LoadBatch(tx.Connection);
        load.Query(
            RateSql, row => found = new ExchangeRate(row.GetInt64(0), row.GetInt32(1)),
            Param.Of(tx.ProgramId), Param.Of(from.Code), Param.Of(to.Code), Param.Of(at), Param.Of(at.AddDays(-mostAgeDays)));
        await load.RunAsync(ct);
        return found;
    }

    /// <summary>What a reward's details say; null: it was never converted.</summary>
    public static RewardConversion? Read(string details) => JsonNode.Parse(details)?[Member] is JsonObject kept
        ? new RewardConversion(Currency.Of((string)kept["from"]!), new ExchangeRate((long)kept["rate"]!, (int)kept["scale"]!))
        : null;

    /// <summary>Whether an amount in this unit still waits to be converted into the currency that the programme pays in.</summary>
    public static bool IsMissing(RewardSettings settings, string? unit) =>
        settings.PayIn is { } code && unit is not null && Unit.Parse(unit).Currency is { } currency && currency.Code != code;

    public void WriteTo(JsonObject details) => details[Member] = new JsonObject
    {
        ["from"] = From.Code,
        ["rate"] = Rate.Value,
        ["scale"] = Rate.Scale,
    };

    /// <summary>An amount of <see cref="From"/> in another currency, with one rounding.</summary>
    public BigInteger Convert(BigInteger amount, Currency to) =>
        Conversion.Convert(new Money((long)amount, From), Rate, to).Match(money => (BigInteger)money.Minor, problem => throw new OverflowException(problem.Detail));
}
