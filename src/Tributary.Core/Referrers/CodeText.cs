using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Tributary.Primitives;

namespace Tributary.Referrers;

/// <summary>
/// The text of a code: which texts may be one, and when two texts mean the same one. Codes are ASCII, so that a code
/// read from a screen cannot hide a letter of another script.
/// </summary>
public static class CodeText
{
    private static readonly SearchValues<char> Letters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    private static readonly SearchValues<char> LettersAndDot =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");

    private static readonly SearchValues<char> FoldedLetters =
        SearchValues.Create("ABCDEFGHJKMNPQRSTUVWXYZ0123456789");

    /// <summary>A chosen or imported code, trimmed, or why it cannot be one. It is kept as it was written.</summary>
    /// <param name="withDots">True where a code may hold dots inside and be as short as one character, as link tokens do.</param>
    public static Outcome<string> Check(string? text, bool withDots = false, string field = "code")
    {
        var code = text?.Trim() ?? "";
        if (code.Length == 0)
            return new Problem(ProblemCode.MissingField, "A code is missing.", field);
        if (code.Length > Limits.Code)
            return new Problem(ProblemCode.TooLong, "A code has at most 64 characters.", field);
        if (code.Length < (withDots ? 1 : Limits.CodeShortest))
            return new Problem(ProblemCode.InvalidValue, "A code has at least 3 characters.", field);
        if (code.AsSpan().ContainsAnyExcept(withDots ? LettersAndDot : Letters) || code[0] == '.' || code[^1] == '.')
            return new Problem(ProblemCode.InvalidValue, "A code has letters, digits, - and _ only.", field);
        return code;
    }

    /// <summary>
    /// The form by which codes are compared: two texts with the same one are the same code. False when the text, being
    /// too long or of other letters, can be no code. Only ASCII letters change case, so no culture has a say: a Turkish
    /// dotless i, a Kelvin sign or a Cyrillic А never become a Latin letter.
    /// </summary>
    public static bool TryCanonical(string? text, [NotNullWhen(true)] out string? canonical) =>
        TryCanonical(text, Limits.Code, out canonical);

    /// <summary>As <see cref="TryCanonical(string?, out string?)"/> for coupons, which are longer and a name space of their own.</summary>
    public static bool TryCanonicalCoupon(string? text, [NotNullWhen(true)] out string? canonical) =>
        TryCanonical(text, Limits.Coupon, out canonical);

    private static bool TryCanonical(string? text, int longest, [NotNullWhen(true)] out string? canonical)
    {
        canonical = null;
        var code = text.AsSpan().Trim();
        if (code.IsEmpty || code.Length > longest || code.ContainsAnyExcept(LettersAndDot))
            return false;
        canonical = string.Create(code.Length, code, (target, source) => Ascii.ToUpper(source, target, out _));
        return true;
    }

    /// <summary>
    /// What is left of a code as people at a till hear, type and scan it (GB-27): digits of any script, letters in any
    /// case and width, O for 0, I and L for 1, nothing between. False when nothing is left or something that no code has.
    /// </summary>
    public static bool TryFold(string? text, [NotNullWhen(true)] out string? folded)
    {
        folded = null;
        if (string.IsNullOrEmpty(text) || text.Length > Limits.Text || !StorableText.IsStorable(text))
            return false;
        var kept = new StringBuilder(text.Length);
        foreach (var rune in StorableText.Normalize(text, NormalizationForm.FormKC).EnumerateRunes())
            if (!IsDropped(rune))
                kept.Append(Fold(rune));
        var result = kept.ToString();
        if (result.Length is 0 or > Limits.Code || result.AsSpan().ContainsAnyExcept(FoldedLetters))
            return false;
        folded = result;
        return true;
    }

    private static string Fold(Rune rune)
    {
        var digit = CharUnicodeInfo.GetDecimalDigitValue(rune.ToString(), 0);
        if (digit >= 0)
            return digit.ToString(CultureInfo.InvariantCulture);
        return rune.Value switch
        {
            'o' or 'O' => "0",
            'i' or 'I' or 'l' or 'L' => "1",
            >= 'a' and <= 'z' => ((char)(rune.Value - 32)).ToString(),
            _ => rune.ToString(),
        };
    }

    /// <summary>Blanks, dashes, quotes and what cannot be seen.</summary>
    private static bool IsDropped(Rune rune) => rune.Value is '_' or '.' or '#' or '"' or '\'' or '`' or 0xB4 or 0x2032 or 0x2033
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Control or UnicodeCategory.Format
            or UnicodeCategory.DashPunctuation or UnicodeCategory.InitialQuotePunctuation
            or UnicodeCategory.FinalQuotePunctuation
        || IsLowQuote(rune.Value)
        || IsInvisibleMark(rune.Value);

    private static bool IsLowQuote(int value) => value is 0x201A or 0x201E;

    /// <summary>Grapheme joiner, Hangul fillers, variation selectors: letters and marks by class, nothing to the eye.</summary>
    private static bool IsInvisibleMark(int value) =>
        value is 0x034F or 0x115F or 0x1160 or 0x3164 or 0xFFA0 or (>= 0xFE00 and <= 0xFE0F) or (>= 0xE0100 and <= 0xE01EF);
}
