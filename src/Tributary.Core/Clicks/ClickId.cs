using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Tributary.Clicks;

/// <summary>
/// The id of a click (clicks.md CL-4): a UUID of version 7, so that it carries the click's time and sorts by it; on the wire
/// 26 lower-case Crockford base-32 characters.
/// </summary>
public readonly record struct ClickId(Guid Value) : IComparable<ClickId>
{
    /// <summary>Characters of an id on the wire.</summary>
    public const int Length = 26;

    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
    private const int BitsPerCharacter = 5;
    private const byte NoDigit = 0xFF;

    private static readonly byte[] Digits = DigitsOf(Alphabet);

    /// <summary>When the click arrived, to the millisecond.</summary>
    public DateTimeOffset At
    {
        get
        {
            Span<byte> bytes = stackalloc byte[16];
            Value.TryWriteBytes(bytes, bigEndian: true, out _);
            return DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(bytes) >> 16);
        }
    }

    public static ClickId New(DateTimeOffset at) => new(Guid.CreateVersion7(at));

    /// <summary>The least id that a click of this moment can have; for ranges.</summary>
    public static ClickId FirstAt(DateTimeOffset at)
    {
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        BinaryPrimitives.WriteInt64BigEndian(bytes, at.ToUnixTimeMilliseconds() << 16);
        return new(new Guid(bytes, bigEndian: true));
    }

    /// <summary>False for anything but the 26 characters of an id of version 7; upper case is read too.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out ClickId id)
    {
        id = default;
        if (text is not { Length: Length })
            return false;
        UInt128 value = 0;
        foreach (var character in text)
        {
            var digit = character < Digits.Length ? Digits[character] : NoDigit;
            if (digit == NoDigit || value >> (128 - BitsPerCharacter) != 0)
                return false;
            value = (value << BitsPerCharacter) | digit;
        }
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, value);
        var guid = new Guid(bytes, bigEndian: true);
        id = new(guid);
        return guid is { Version: 7, Variant: >= 8 and <= 11 };
    }

    public int CompareTo(ClickId other) => Value.CompareTo(other.Value);

    public override string ToString() => string.Create(Length, Value, static (text, value) => Write(value, text));

    public static bool operator <(ClickId left, ClickId right) => left.CompareTo(right) < 0;

    public static bool operator >(ClickId left, ClickId right) => left.CompareTo(right) > 0;

    public static bool operator <=(ClickId left, ClickId right) => left.CompareTo(right) <= 0;

    public static bool operator >=(ClickId left, ClickId right) => left.CompareTo(right) >= 0;

    private static void Write(Guid id, Span<char> text)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        var value = BinaryPrimitives.ReadUInt128BigEndian(bytes);
        for (var at = Length - 1; at >= 0; at--)
        {
            text[at] = Alphabet[(int)(value & 31)];
            value >>= BitsPerCharacter;
        }
    }

    private static byte[] DigitsOf(string alphabet)
    {
        var digits = new byte[128];
        Array.Fill(digits, NoDigit);
        for (byte digit = 0; digit < alphabet.Length; digit++)
        {
            digits[alphabet[digit]] = digit;
            digits[char.ToUpperInvariant(alphabet[digit])] = digit;
        }
        return digits;
    }
}
