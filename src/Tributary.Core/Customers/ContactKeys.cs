using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Tributary.Primitives;

namespace Tributary.Customers;

/// <summary>
/// The forms by which two people's contact data are the same, and the keyed hashes under which they are kept: equal in
/// one programme, meaningless in another and to whoever reads the database.
/// </summary>
public static class ContactKeys
{
    public const int ProgramKeyBytes = 32;

    private const int MobileShortest = 5;
    private const int MobileLongest = 20;
    private const int LocalPartLongest = 64;
    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true };

    /// <summary>The hash of a canonical e-mail; null when the address is malformed, which is kept but is nobody's key.</summary>
    public static byte[]? EmailHash(ReadOnlySpan<byte> programKey, string? email) =>
        TryCanonicalEmail(email, out var canonical) ? Hash(programKey, "email", canonical) : null;

    /// <summary>The hash by which a deleted customer's id is remembered.</summary>
    public static byte[] CustomerIdHash(ReadOnlySpan<byte> programKey, string customerId) =>
        Hash(programKey, "customer_id", customerId);

    /// <summary>
    /// One mailbox, one text: compatibility forms, letter case and international domains made equal, the part after a
    /// plus sign off everywhere, dots off where the provider ignores them. False when it is no address.
    /// </summary>
    public static bool TryCanonicalEmail(string? email, [NotNullWhen(true)] out string? canonical)
    {
        canonical = null;
        if (string.IsNullOrWhiteSpace(email) || email.Length > Limits.Email || !StorableText.IsStorable(email))
            return false;
        var text = StorableText.Normalize(email, NormalizationForm.FormKC).Trim().ToLowerInvariant();
        var at = text.IndexOf('@', StringComparison.Ordinal);
        if (at < 1 || !IsLocalPart(text.AsSpan(0, at)) || !TryDomain(text[(at + 1)..], out var domain))
            return false;
        var local = text[..at].Split('+')[0];
        if (domain is "gmail.com" or "googlemail.com")
            (local, domain) = (local.Replace(".", "", StringComparison.Ordinal), "gmail.com");
        if (local.Length == 0)
            return false;
        canonical = $"{local}@{domain}";
        return true;
    }

    /// <summary>
    /// The digits of a number without a leading plus sign or 00, so that +966… and 00966… are one. False when it is no
    /// number, or one such as 000000 that many people type.
    /// </summary>
    public static bool TryCanonicalMobile(string? mobile, [NotNullWhen(true)] out string? digits)
    {
        digits = null;
        if (string.IsNullOrWhiteSpace(mobile) || mobile.Length > Limits.Mobile || !StorableText.IsStorable(mobile))
            return false;
        var kept = new StringBuilder(mobile.Length);
        foreach (var rune in mobile.EnumerateRunes())
        {
            var digit = CharUnicodeInfo.GetDecimalDigitValue(rune.ToString(), 0);
            if (digit >= 0)
                kept.Append((char)('0' + digit));
            else if (Rune.IsLetter(rune))
                return false;
        }
        var number = kept.ToString();
        if (number.StartsWith("00", StringComparison.Ordinal))
            number = number[2..];
        if (number.Length is < MobileShortest or > MobileLongest || !number.AsSpan().ContainsAnyExcept('0'))
            return false;
        digits = number;
        return true;
    }

    /// <summary>HMAC-SHA-256 over the kind and the text, so that equal texts of two kinds have different hashes.</summary>
    private static byte[] Hash(ReadOnlySpan<byte> programKey, string kind, string text)
    {
        if (programKey.Length != ProgramKeyBytes)
            throw new ArgumentException("A programme's key has 32 bytes.", nameof(programKey));
        return HMACSHA256.HashData(programKey, Encoding.UTF8.GetBytes($"{kind}:{text}"));
    }

    private static bool IsLocalPart(ReadOnlySpan<char> local)
    {
        if (local.Length > LocalPartLongest)
            return false;
        foreach (var c in local)
            if (char.IsWhiteSpace(c) || char.IsControl(c) || c is '"' or '(' or ')' or '<' or '>' or ',' or ';' or ':' or '\\' or '[' or ']')
                return false;
        return true;
    }

    private static bool TryDomain(string text, [NotNullWhen(true)] out string? domain)
    {
        domain = null;
        try
        {
            var ascii = Idn.GetAscii(text.EndsWith('.') ? text[..^1] : text).ToLowerInvariant();
            var labels = ascii.Split('.');
            if (labels.Length < 2 || labels[^1].Length < 2 || ascii.Length > 253)
                return false;
            domain = ascii;
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
