using System.Buffers.Binary;
using System.Text;

namespace Tributary.Server.Outbound;

/// <summary>The little of DNS (RFC 1035) that asking for TXT records takes; the framework asks for addresses alone.</summary>
internal static class DnsMessage
{
    private const int HeaderBytes = 12;
    private const ushort Text = 16;
    private const ushort Internet = 1;
    private const ushort RecursionDesired = 0x0100;
    private const ushort Truncated = 0x0200;
    private const int LongestLabel = 63;
    private const int MostRecords = 64;

    /// <summary>A question for TXT records; null for a name that cannot be asked for.</summary>
    public static byte[]? Question(ushort id, string name)
    {
        var labels = name.TrimEnd('.').Split('.');
        if (labels.Any(label => label.Length is 0 or > LongestLabel || !Ascii.IsValid(label)))
            return null;
        var message = new List<byte>(HeaderBytes + name.Length + 6);
        Add(message, id, RecursionDesired, 1, 0, 0, 0);
        foreach (var label in labels)
        {
            message.Add((byte)label.Length);
            message.AddRange(Encoding.ASCII.GetBytes(label));
        }
        message.Add(0);
        Add(message, Text, Internet);
        return [.. message];
    }

    /// <summary>Whether an answer belongs to the question and had no room for everything.</summary>
    public static bool IsTruncated(ReadOnlySpan<byte> answer) =>
        answer.Length >= HeaderBytes && (BinaryPrimitives.ReadUInt16BigEndian(answer[2..]) & Truncated) != 0;

    /// <summary>The texts of an answer, the strings of one record put together; null where it is no answer to the question.</summary>
    public static IReadOnlyList<string>? Texts(ReadOnlySpan<byte> answer, ReadOnlySpan<byte> question)
    {
        if (answer.Length < question.Length || !answer[..2].SequenceEqual(question[..2]) || (answer[2] & 0x80) == 0
            || !answer[HeaderBytes..question.Length].SequenceEqual(question[HeaderBytes..]))
            return null;
        var texts = new List<string>();
        var place = question.Length;
        var records = Math.Min(BinaryPrimitives.ReadUInt16BigEndian(answer[6..]), (ushort)MostRecords);
        for (var record = 0; record < records; record++)
        {
            place = SkipName(answer, place);
            if (place + 10 > answer.Length)
                return texts;
            var type = BinaryPrimitives.ReadUInt16BigEndian(answer[place..]);
            var length = BinaryPrimitives.ReadUInt16BigEndian(answer[(place + 8)..]);
            place += 10;
            if (place + length > answer.Length)
                return texts;
            if (type == Text)
                texts.Add(TextOf(answer.Slice(place, length)));
            place += length;
        }
        return texts;
    }

    private static string TextOf(ReadOnlySpan<byte> strings)
    {
        var text = new StringBuilder();
        while (strings.Length > 0 && strings[0] < strings.Length)
        {
            text.Append(Encoding.Latin1.GetString(strings.Slice(1, strings[0])));
            strings = strings[(strings[0] + 1)..];
        }
        return text.ToString();
    }

    /// <summary>A name ends with an empty label or with a pointer to another place.</summary>
    private static int SkipName(ReadOnlySpan<byte> answer, int place)
    {
        while (place < answer.Length)
        {
            var length = answer[place];
            if (length == 0)
                return place + 1;
            if (length >= 0xC0)
                return place + 2;
            place += length + 1;
        }
        return answer.Length;
    }

    private static void Add(List<byte> message, params ReadOnlySpan<ushort> numbers)
    {
        foreach (var number in numbers)
        {
            message.Add((byte)(number >> 8));
            message.Add((byte)(number & 0xFF));
        }
    }
}
