using System.Text.Json.Serialization;
using Tributary.Chains;
using Tributary.Primitives;

namespace Tributary.Programs;

/// <summary>What orders with codes of integrators ask (debridge.md § 1.4).</summary>
public sealed record DeBridgeSettings
{
    /// <summary>Chains besides those that are built in; one of the same number takes a built-in's place.</summary>
    public IReadOnlyList<Chain> Chains { get; init; } = [];

    [JsonIgnore]
    public ChainTable ChainTable => ChainTable.With(Chains);
}

internal static class DeBridgeSettingsRules
{
    private const int MostChains = 200;
    private const int LongestName = 60;

    /// <summary>Chain ids beyond it could not be told exactly by every client that reads them as numbers.</summary>
    private const long MostChainId = (1L << 53) - 1;

    public static Problem? Check(DeBridgeSettings settings)
    {
        if (settings.Chains.Count > MostChains)
            return Refuse(ProblemCode.TooMany, $"At most {MostChains} chains can be added.");
        if (settings.Chains.Any(chain => chain.Id is < 1 or > MostChainId))
            return Refuse(ProblemCode.OutOfRange, "The id of a chain is a positive whole number below 2 to the power of 53.");
        if (settings.Chains.Any(chain => string.IsNullOrWhiteSpace(chain.Name) || chain.Name.Length > LongestName))
            return Refuse(ProblemCode.InvalidValue, $"A chain has a name of at most {LongestName} characters.");
        return settings.Chains.DistinctBy(chain => chain.Id).Count() < settings.Chains.Count
            ? Refuse(ProblemCode.InvalidValue, "Two chains have the same id.")
            : null;
    }

    private static Problem Refuse(ProblemCode code, string detail) => new(code, detail, SettingsRules.Path("debridge.chains"));
}
