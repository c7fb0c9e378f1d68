using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Tributary.Links;

/// <summary>
/// A link as memory keeps it: one small array, because there may be a million. Two fixed fields that change in place, then numbers
/// in groups of seven bits, then texts, all of which are ASCII.
/// </summary>
internal static class PackedLink
{
    private const byte Used = 1;
    private const byte ShortCode = 2;
    private const byte ClickLimit = 4;
    private const int StateShift = 4;
    private const int FixedBytes = 1 + sizeof(int);
    private const int BitsPerGroup = 7;
    private const byte More = 0x80;

    public static byte[] Pack(KnownLink link)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var head = buffer.GetSpan(FixedBytes);
        head[0] = (byte)(((int)link.State << StateShift) | (link.IsShortCode ? ShortCode : 0) | (link.HasClickLimit ? ClickLimit : 0));
        BinaryPrimitives.WriteInt32LittleEndian(head[1..], link.CheckedAt);
        buffer.Advance(FixedBytes);
        foreach (var number in (ReadOnlySpan<long>)[link.ProgramId, link.LinkId, link.ReferrerId, link.DomainId, link.ExpiresAt, link.Tick])
            Write(buffer, (ulong)number);
        foreach (var text in (ReadOnlySpan<string>)[link.Token, link.Key, link.Parameters, link.Destination ?? "", link.DirectRedirectUrl ?? ""])
        {
            Write(buffer, (ulong)text.Length);
            Encoding.Latin1.GetBytes(text, buffer);
        }
        return buffer.WrittenSpan.ToArray();
    }

    public static KnownLink Unpack(byte[] packed)
    {
        ReadOnlySpan<byte> rest = packed.AsSpan(FixedBytes);
        var program = Number(ref rest);
        var link = Number(ref rest);
        var referrer = Number(ref rest);
        var domain = Number(ref rest);
        var expires = Number(ref rest);
        var tick = Number(ref rest);
        return new KnownLink(Text(ref rest), Text(ref rest), Text(ref rest), TextOrNull(ref rest), TextOrNull(ref rest))
        {
            ProgramId = program,
            LinkId = link,
            ReferrerId = referrer,
            DomainId = (int)domain,
            ExpiresAt = (uint)expires,
            State = (LinkState)(packed[0] >> StateShift),
            IsShortCode = (packed[0] & ShortCode) != 0,
            HasClickLimit = (packed[0] & ClickLimit) != 0,
            Tick = tick,
            CheckedAt = BinaryPrimitives.ReadInt32LittleEndian(packed.AsSpan(1)),
        };
    }

    /// <summary>Whether somebody asked for it since memory was last tidied.</summary>
    public static bool IsUsed(byte[] packed) => (packed[0] & Used) != 0;

    public static void SetUsed(byte[] packed, bool used) => packed[0] = (byte)(used ? packed[0] | Used : packed[0] & ~Used);

    public static void SetCheckedAt(byte[] packed, int seconds) => BinaryPrimitives.WriteInt32LittleEndian(packed.AsSpan(1), seconds);

    private static void Write(ArrayBufferWriter<byte> buffer, ulong number)
    {
        for (; number >= More; number >>= BitsPerGroup)
            buffer.Write([(byte)((number & (More - 1)) | More)]);
        buffer.Write([(byte)number]);
    }

    private static long Number(ref ReadOnlySpan<byte> rest)
    {
        var number = 0UL;
        for (var at = 0; ; at++)
        {
            number |= (ulong)(rest[at] & ~More) << (BitsPerGroup * at);
            if (rest[at] >= More)
                continue;
            rest = rest[(at + 1)..];
            return (long)number;
        }
    }

    private static string Text(ref ReadOnlySpan<byte> rest)
    {
        var length = (int)Number(ref rest);
        var text = Encoding.Latin1.GetString(rest[..length]);
        rest = rest[length..];
        return text;
    }

    private static string? TextOrNull(ref ReadOnlySpan<byte> rest) => Text(ref rest) is { Length: > 0 } text ? text : null;
}
