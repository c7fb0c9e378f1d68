using System.Text.Json.Serialization;
using Tributary.Primitives;

namespace Tributary.Chains;

/// <summary>How a chain writes addresses and hashes.</summary>
[JsonConverter(typeof(ExactWords<ChainFamily>))]
public enum ChainFamily
{
    /// <summary>Addresses of 20 bytes and hashes of 32, in hexadecimal.</summary>
    [JsonStringEnumMemberName("evm")] Evm,

    /// <summary>Addresses of 32 bytes and signatures of 64, in base58.</summary>
    [JsonStringEnumMemberName("solana")] Solana,

    /// <summary>Addresses of 21 bytes in base58 with a checksum, hashes as of EVM without a prefix.</summary>
    [JsonStringEnumMemberName("tron")] Tron,

    /// <summary>Any other: its texts are kept as they are.</summary>
    [JsonStringEnumMemberName("opaque")] Opaque,
}
