using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using Tributary.Links;

namespace Tributary.Clicks.Spool;

/// <summary>A click as bytes: length, CRC-32C, then its members in a fixed order.</summary>
internal static class ClickRecord
{
    /// <summary>Bytes before a click's members.</summary>
    public const int HeaderBytes = 8;

    private const byte Version = 1;

    /// <summary>A length beyond it is a torn record.</summary>
    private const int MostBytes = 256 * 1024;

    public static void Append(MemoryStream target, Click click)
    {
        var start = target.Position;
        Span<byte> header = stackalloc byte[HeaderBytes];
        target.Write(header);
        using (var writer = new BinaryWriter(target, Encoding.UTF8, leaveOpen: true))
            Write(writer, click);
        var body = target.GetBuffer().AsSpan((int)start + HeaderBytes, (int)(target.Position - start) - HeaderBytes);
        BinaryPrimitives.WriteInt32LittleEndian(header, body.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], Checksum(body));
        header.CopyTo(target.GetBuffer().AsSpan((int)start));
    }

    /// <summary>The click that begins at <paramref name="at"/>, which then stands behind it; null where the rest is torn or at the end.</summary>
    public static Click? Read(byte[] bytes, ref int at)
    {
        if (bytes.Length - at < HeaderBytes)
            return null;
        var length = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(at));
        if (length is <= 0 or > MostBytes || bytes.Length - at - HeaderBytes < length)
            return null;
        var body = bytes.AsSpan(at + HeaderBytes, length);
        if (Checksum(body) != BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + 4)) || body[0] != Version)
            return null;
        using var reader = new BinaryReader(new MemoryStream(bytes, at + HeaderBytes, length), Encoding.UTF8);
        at += HeaderBytes + length;
        return Read(reader);
    }

    internal static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var sum = uint.MaxValue;
        while (bytes.Length >= sizeof(ulong))
        {
            sum = BitOperations.Crc32C(sum, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }
        foreach (var one in bytes)
            sum = BitOperations.Crc32C(sum, one);
        return ~sum;
    }

    private static void Write(BinaryWriter writer, Click click)
    {
        writer.Write(Version);
        Write(writer, click.Id.Value);
        writer.Write(click.ProgramId);
        writer.Write(click.LinkId);
        writer.Write(click.ReferrerId);
        writer.Write(click.CountedIn.Day.DayNumber);
        writer.Write(click.CountedIn.Hour.UtcTicks);
        writer.Write(click.DuplicateSeconds);
        writer.Write((byte)click.Form);
        writer.Write((byte)click.Verdict);
        writer.Write((byte)click.VisitorFrom);
        writer.Write((int)click.Flags);
        Write(writer, click.VisitorId);
        Write(writer, click.VisitorKey);
        writer.Write(click.AgentId.HasValue);
        writer.Write(click.AgentId ?? 0);
        foreach (var text in Texts(click))
            Write(writer, text);
        foreach (var value in click.Parameters.Values)
            Write(writer, value);
    }

    private static Click Read(BinaryReader reader)
    {
        reader.ReadByte();
        var click = new Click
        {
            Id = new ClickId(ReadGuid(reader)),
            ProgramId = reader.ReadInt64(),
            LinkId = reader.ReadInt64(),
            ReferrerId = reader.ReadInt64(),
            CountedIn = new(DateOnly.FromDayNumber(reader.ReadInt32()), new DateTimeOffset(reader.ReadInt64(), TimeSpan.Zero)),
            DuplicateSeconds = reader.ReadInt32(),
            Form = (LinkForm)reader.ReadByte(),
            Verdict = (Verdict)reader.ReadByte(),
            VisitorFrom = (VisitorSource)reader.ReadByte(),
            Flags = (ClickFlags)reader.ReadInt32(),
            VisitorId = ReadId(reader),
            VisitorKey = ReadId(reader),
            AgentId = reader.ReadBoolean() ? reader.ReadInt64() : Skip(reader),
        };
        return ReadTexts(reader, click);
    }

    private static Click ReadTexts(BinaryReader reader, Click click) => click with
    {
        Channel = ReadText(reader),
        Token = ReadText(reader),
        Agent = ReadText(reader),
        Country = ReadText(reader),
        Device = ReadText(reader),
        Browser = ReadText(reader),
        System = ReadText(reader),
        Address = ReadText(reader),
        PageHost = ReadText(reader),
        PagePath = ReadText(reader),
        ReferringHost = ReadText(reader),
        Parameters = ReadParameters(reader),
    };

    private static string?[] Texts(Click click) =>
    [
        click.Channel, click.Token, click.Agent, click.Country, click.Device, click.Browser, click.System, click.Address,
        click.PageHost, click.PagePath, click.ReferringHost,
    ];

    private static CampaignParameters ReadParameters(BinaryReader reader)
    {
        var values = new string?[CampaignParameters.Names.Count];
        for (var at = 0; at < values.Length; at++)
            values[at] = ReadText(reader);
        return Array.TrueForAll(values, value => value is null) ? CampaignParameters.None : new CampaignParameters { Values = values };
    }

    private static void Write(BinaryWriter writer, Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        writer.Write(bytes);
    }

    private static void Write(BinaryWriter writer, Guid? id)
    {
        writer.Write(id.HasValue);
        if (id is { } given)
            Write(writer, given);
    }

    private static void Write(BinaryWriter writer, string? text)
    {
        writer.Write(text is not null);
        if (text is not null)
            writer.Write(text);
    }

    private static Guid ReadGuid(BinaryReader reader) => new(reader.ReadBytes(16), bigEndian: true);

    private static Guid? ReadId(BinaryReader reader) => reader.ReadBoolean() ? ReadGuid(reader) : null;

    private static string? ReadText(BinaryReader reader) => reader.ReadBoolean() ? reader.ReadString() : null;

    private static long? Skip(BinaryReader reader)
    {
        reader.ReadInt64();
        return null;
    }
}
