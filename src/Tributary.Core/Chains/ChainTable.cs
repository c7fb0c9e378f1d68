using System.Collections.Frozen;

namespace Tributary.Chains;

/// <summary>A chain by the number that orders name it by.</summary>
public sealed record Chain(long Id, string Name, ChainFamily Family);

/// <summary>The chains that are known; a programme may add its own.</summary>
public sealed class ChainTable
{
    private static readonly Chain[] BuiltIn =
    [
        new(1, "Ethereum", ChainFamily.Evm),
        new(10, "OP Mainnet", ChainFamily.Evm),
        new(56, "BNB Chain", ChainFamily.Evm),
        new(137, "Polygon", ChainFamily.Evm),
        new(250, "Fantom", ChainFamily.Evm),
        new(8453, "Base", ChainFamily.Evm),
        new(42161, "Arbitrum", ChainFamily.Evm),
        new(43114, "Avalanche", ChainFamily.Evm),
        new(59144, "Linea", ChainFamily.Evm),
        new(7565164, "Solana", ChainFamily.Solana),
        new(100000001, "Neon", ChainFamily.Evm),
        new(100000002, "Gnosis", ChainFamily.Evm),
        new(100000004, "Metis", ChainFamily.Evm),
        new(100000014, "Sonic", ChainFamily.Evm),
        new(100000017, "Abstract", ChainFamily.Evm),
        new(100000020, "Berachain", ChainFamily.Evm),
        new(100000022, "HyperEVM", ChainFamily.Evm),
        new(100000026, "Tron", ChainFamily.Tron),
    ];

    private readonly FrozenDictionary<long, Chain> chains;

    private ChainTable(IEnumerable<Chain> added) => chains = BuiltIn.Concat(added)
        .GroupBy(chain => chain.Id).ToFrozenDictionary(same => same.Key, same => same.Last());

    /// <summary>What is known without any programme.</summary>
    public static ChainTable Default { get; } = new([]);

    /// <param name="added">One of a built-in's number takes its place.</param>
    public static ChainTable With(IReadOnlyCollection<Chain> added)
    {
        ArgumentNullException.ThrowIfNull(added);
        return added.Count == 0 ? Default : new ChainTable(added);
    }

    public Chain? Find(long chainId) => chains.GetValueOrDefault(chainId);

    /// <summary>Null: an unknown chain, whose texts speak for themselves.</summary>
    public ChainFamily? FamilyOf(long chainId) => Find(chainId)?.Family;
}
