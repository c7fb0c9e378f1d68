using System.Diagnostics.CodeAnalysis;

namespace Tributary.Primitives;

public enum UnitKind
{
    Fiat,
    Points,

    /// <summary>Points that rank but cannot be redeemed or paid.</summary>
    Score,

    /// <summary>A token on a chain.</summary>
    Chain,
}

/// <summary>
/// What an amount counts (MO-1): <c>USD</c>, <c>points:points</c>, <c>score:score</c>, <c>chain:1/0xa0b8…</c>.
/// The text is the unit's identity; amounts of two units are never added, compared or netted.
/// </summary>
public readonly record struct Unit
{
    /// <summary>Decimals a unit of points may have; how many one has is fixed where the programme defines it (MO-2).</summary>
    public const int MostPointsDecimals = 4;

    private const int LongestKey = 40;
    private const int LongestTokenAddress = 128;
    private const string PointsPrefix = "points:";
    private const string ScorePrefix = "score:";
    private const string ChainPrefix = "chain:";

    private readonly string? text;

    private Unit(string text, UnitKind kind)
    {
        this.text = text;
        Kind = kind;
    }

    public UnitKind Kind { get; }

    public string Text => text ?? throw new InvalidOperationException("A unit that was never set.");

    /// <summary>The currency of a fiat unit, null for every other.</summary>
    public Currency? Currency => Kind == UnitKind.Fiat ? Primitives.Currency.Of(Text) : null;

    /// <summary>Decimals that follow from the unit itself: a currency's exponent. Null for points and tokens, whose definition says.</summary>
    public int? Decimals => Currency?.Exponent;

    /// <summary>True where amounts fit a <c>long</c>; on-chain amounts have up to 78 digits.</summary>
    public bool IsBounded => Kind != UnitKind.Chain;

    /// <summary>True where a payout may carry it: money and nothing else (MO-55, MO-86).</summary>
    public bool IsPayable => Kind == UnitKind.Fiat;

    public static Unit Of(Currency currency)
    {
        ArgumentNullException.ThrowIfNull(currency);
        return currency.Status == CurrencyStatus.Refused
            ? throw new ArgumentException("A refused currency counts nothing.", nameof(currency))
            : new Unit(currency.Code, UnitKind.Fiat);
    }

    public static Unit Points(string key) => Parse(PointsPrefix + key);

    public static Unit Score(string key) => Parse(ScorePrefix + key);

    /// <summary>Hexadecimal addresses are the same in any letter case and are kept in lower case; others are kept as they are.</summary>
    public static Unit Token(long chainId, string tokenAddress) =>
        Parse(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{ChainPrefix}{chainId}/{tokenAddress}"));

    /// <summary>A text of our own program or database; throws for any other.</summary>
    public static Unit Parse(string text) =>
        TryParse(text, out var unit) ? unit : throw new FormatException("Not a unit.");

    public static bool TryParse([NotNullWhen(true)] string? text, out Unit unit)
    {
        unit = default;
        if (text is null)
            return false;
        if (Primitives.Currency.TryGet(text, out var currency))
        {
            if (currency.Status == CurrencyStatus.Refused)
                return false;
            unit = Of(currency);
            return true;
        }
        return TryKeyed(text, PointsPrefix, UnitKind.Points, out unit)
            || TryKeyed(text, ScorePrefix, UnitKind.Score, out unit)
            || TryChain(text, out unit);
    }

    public override string ToString() => text ?? "";

    private static bool TryKeyed(string text, string prefix, UnitKind kind, out Unit unit)
    {
        unit = default;
        if (!text.StartsWith(prefix, StringComparison.Ordinal))
            return false;
        var key = text.AsSpan(prefix.Length);
        if (key.IsEmpty || key.Length > LongestKey || key.ContainsAnyExcept(KeyCharacters))
            return false;
        unit = new Unit(text, kind);
        return true;
    }

    private static bool TryChain(string text, out Unit unit)
    {
        unit = default;
        if (!text.StartsWith(ChainPrefix, StringComparison.Ordinal))
            return false;
        var slash = text.IndexOf('/', ChainPrefix.Length);
        if (slash < 0 || !IsChainId(text.AsSpan(ChainPrefix.Length, slash - ChainPrefix.Length)))
            return false;
        var address = text.AsSpan(slash + 1);
        if (address.IsEmpty || address.Length > LongestTokenAddress || address.ContainsAnyExcept(AddressCharacters))
            return false;
        unit = new Unit(IsHexadecimal(address) ? text.ToLowerInvariant() : text, UnitKind.Chain);
        return true;
    }

    private static bool IsChainId(ReadOnlySpan<char> digits) =>
        digits.Length is >= 1 and <= 18 && digits[0] != '0' && !digits.ContainsAnyExceptInRange('0', '9');

    private static bool IsHexadecimal(ReadOnlySpan<char> address) =>
        address.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
        && address.Length > 2
        && !address[2..].ContainsAnyExcept(HexCharacters);

    private static readonly System.Buffers.SearchValues<char> KeyCharacters =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-_");

    private static readonly System.Buffers.SearchValues<char> HexCharacters =
        System.Buffers.SearchValues.Create("0123456789abcdefABCDEF");

    private static readonly System.Buffers.SearchValues<char> AddressCharacters =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_:.");
}
