using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Tributary.Chains;

/// <summary>Ids of orders, and hashes of transactions and blocks, as they are kept: equal things are equal texts.</summary>
public static class ChainHash
{
    private const int HashBytes = 32;
    private const int SignatureBytes = 64;

    /// <summary>The id of an order or swap: 32 bytes on every chain.</summary>
    public static bool TryReadOrderId(string? text, [NotNullWhen(true)] out string? canonical)
    {
        canonical = null;
        return text is not null && HexText.TryRead(text, HashBytes, out canonical);
    }

    /// <param name="family">Of the chain it is on; null: unknown.</param>
    public static bool TryRead(string? text, ChainFamily? family, [NotNullWhen(true)] out string? canonical)
    {
        canonical = null;
        if (text is null)
            return false;
        return family switch
        {
            ChainFamily.Evm or ChainFamily.Tron => HexText.TryRead(text, HashBytes, out canonical),
            ChainFamily.Solana => TryReadSolana(text, out canonical),
            ChainFamily.Opaque or null => HexText.TryRead(text, HashBytes, out canonical)
                || ChainAddress.TryRead(text, ChainFamily.Opaque, out canonical),
        };
    }

    /// <summary>Where the chain is not told: hexadecimal is read as such, everything else is what it is.</summary>
    public static bool TryReadAny(string? text, [NotNullWhen(true)] out string? canonical) => TryRead(text, null, out canonical);

    /// <summary>As the chain itself writes it: of Tron without a prefix.</summary>
    public static string Shown(string canonical, ChainFamily? family)
    {
        ArgumentNullException.ThrowIfNull(canonical);
        return family == ChainFamily.Tron && HexText.HasPrefix(canonical) ? canonical[2..] : canonical;
    }

    /// <summary>The raw bytes: 32, or the 64 of a signature; of any other text the text itself.</summary>
    public static byte[] Bytes(string canonical)
    {
        ArgumentNullException.ThrowIfNull(canonical);
        if (HexText.HasPrefix(canonical) && HexText.TryRead(canonical, HashBytes, out var hex))
            return HexText.Bytes(hex);
        return TryReadSolana(canonical, out _) && Base58.TryDecode(canonical, out var bytes) ? bytes : Encoding.UTF8.GetBytes(canonical);
    }

    private static bool TryReadSolana(string text, [NotNullWhen(true)] out string? canonical)
    {
        canonical = Base58.TryDecode(text, out var bytes) && bytes.Length is HashBytes or SignatureBytes ? text : null;
        return canonical is not null;
    }
}
