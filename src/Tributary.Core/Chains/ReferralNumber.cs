using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Tributary.Chains;

/// <summary>The code of an integrator: a number 1 … 4294967295, written without leading zeros (debridge.md § 1.1).</summary>
public readonly record struct ReferralNumber
{
    public const long Most = uint.MaxValue;

    public ReferralNumber(long value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, Most);
        Value = value;
    }

    public long Value { get; }

    /// <summary>
    /// Digits, with leading zeros or a fraction of zeros allowed. Nothing, an empty text and 0 are no code, which is a
    /// legal answer too.
    /// </summary>
    /// <param name="code">Null where the text says that there is none.</param>
    /// <returns>False for everything that is neither a code nor the absence of one.</returns>
    public static bool TryRead(string? text, out ReferralNumber? code)
    {
        code = null;
        if (string.IsNullOrEmpty(text))
            return true;
        if (!TryDigits(text, out var digits))
            return false;
        var significant = digits.TrimStart('0');
        if (significant.Length == 0)
            return true;
        if (significant.Length > 10 || long.Parse(significant, NumberStyles.None, CultureInfo.InvariantCulture) is var value && value > Most)
            return false;
        code = new ReferralNumber(long.Parse(significant, NumberStyles.None, CultureInfo.InvariantCulture));
        return true;
    }

    public static ReferralNumber? Of(long? value) => value is { } number ? new ReferralNumber(number) : null;

    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);

    private static bool TryDigits(string text, [NotNullWhen(true)] out string? digits)
    {
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        digits = dot < 0 ? text : text[..dot];
        var fraction = dot < 0 ? "0" : text[(dot + 1)..];
        return digits.Length > 0 && fraction.Length > 0
            && !digits.AsSpan().ContainsAnyExceptInRange('0', '9') && fraction.AsSpan().ContainsAnyExcept('0') is false;
    }
}
