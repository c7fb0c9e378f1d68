using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Tributary.Chains;

/// <summary>A wallet, token or contract as it is kept: equal addresses are equal texts (debridge.md § 3, Reading).</summary>
public static class ChainAddress
{
    private const int EvmBytes = 20;
    private const int SolanaBytes = 32;
    private const int TronBytes = 21;
    private const byte TronFirst = 0x41;
    private const int LongestOpaque = 128;

    /// <param name="family">Null: of a chain that is not known, where 0x and 40 digits are EVM and all else is kept as it is.</param>
    public static bool TryRead(string? text, ChainFamily? family, [NotNullWhen(true)] out string? canonical)
    {
        canonical = null;
        if (text is null)
            return false;
        return family switch
        {
            ChainFamily.Evm => HexText.TryRead(text, EvmBytes, out canonical),
            ChainFamily.Solana => TryReadSolana(text, out canonical),
            ChainFamily.Tron => TryReadTron(text, out canonical),
            ChainFamily.Opaque => TryReadOpaque(text, out canonical),
            null => TryReadUnknown(text, out canonical),
        };
    }

    /// <summary>Every canonical text that this may stand for where the chain is not told.</summary>
    public static IReadOnlyList<string> Candidates(string text)
    {
        var found = new List<string>();
        foreach (var family in (ReadOnlySpan<ChainFamily>)[ChainFamily.Evm, ChainFamily.Solana, ChainFamily.Tron, ChainFamily.Opaque])
            if (TryRead(text, family, out var canonical) && !found.Contains(canonical))
                found.Add(canonical);
        return found;
    }

    /// <summary>The raw bytes: EVM 20, Solana 32, Tron 21; of any other the text itself.</summary>
    public static byte[] Bytes(string canonical, ChainFamily? family)
    {
        ArgumentNullException.ThrowIfNull(canonical);
        if (HexText.HasPrefix(canonical) && HexText.TryRead(canonical, EvmBytes, out _) && family is null or ChainFamily.Evm)
            return HexText.Bytes(canonical);
        if (family == ChainFamily.Solana && Base58.TryDecode(canonical, out var key))
            return key;
        return family == ChainFamily.Tron && Base58.TryDecodeChecked(canonical, out var tron) ? tron : Encoding.UTF8.GetBytes(canonical);
    }

    private static bool TryReadSolana(string text, [NotNullWhen(true)] out string? canonical)
    {
        canonical = Base58.TryDecode(text, out var bytes) && bytes.Length == SolanaBytes ? text : null;
        return canonical is not null;
    }

    /// <summary>Its own form, or the same 21 bytes in hexadecimal.</summary>
    private static bool TryReadTron(string text, [NotNullWhen(true)] out string? canonical)
    {
        canonical = null;
        if (Base58.TryDecodeChecked(text, out var bytes) && bytes.Length == TronBytes && bytes[0] == TronFirst)
            canonical = text;
        else if (HexText.TryRead(text, TronBytes, out var hex) && HexText.Bytes(hex) is [TronFirst, ..] raw)
            canonical = Base58.EncodeChecked(raw);
        return canonical is not null;
    }

    private static bool TryReadUnknown(string text, [NotNullWhen(true)] out string? canonical) =>
        (HexText.HasPrefix(text) && HexText.TryRead(text, EvmBytes, out canonical)) || TryReadOpaque(text, out canonical);

    private static bool TryReadOpaque(string text, [NotNullWhen(true)] out string? canonical)
    {
        canonical = text.Length is >= 1 and <= LongestOpaque && !text.AsSpan().ContainsAnyExceptInRange('!', '~') ? text : null;
        return canonical is not null;
    }
}
