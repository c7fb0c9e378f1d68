using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Tributary.Clicks.Intake;

/// <summary>PostgreSQL's binary COPY format: a signature, rows of fields that each tell their length, a mark at the end.</summary>
internal readonly struct BinaryCopy(IBufferWriter<byte> buffer)
{
    private const int Null = -1;
    private const short NoMoreRows = -1;

    /// <summary>The signature, no flags, no extension of the header.</summary>
    public void Begin() => buffer.Write((ReadOnlySpan<byte>)[.. "PGCOPY\n"u8, 0xFF, 0x0D, 0x0A, 0, 0, 0, 0, 0, 0, 0, 0, 0]);

    public void End() => Short(NoMoreRows);

    public void Row(short fields) => Short(fields);

    public void Number(long? value)
    {
        if (value is { } number)
            Number(number);
        else
            Length(Null);
    }

    public void Number(long value)
    {
        var room = buffer.GetSpan(sizeof(int) + sizeof(long));
        BinaryPrimitives.WriteInt32BigEndian(room, sizeof(long));
        BinaryPrimitives.WriteInt64BigEndian(room[sizeof(int)..], value);
        buffer.Advance(sizeof(int) + sizeof(long));
    }

    public void Number(int value)
    {
        Length(sizeof(int));
        Length(value);
    }

    public void Id(Guid? value)
    {
        const int size = 16;
        if (value is not { } id)
        {
            Length(Null);
            return;
        }
        var room = buffer.GetSpan(sizeof(int) + size);
        BinaryPrimitives.WriteInt32BigEndian(room, size);
        id.TryWriteBytes(room[sizeof(int)..], bigEndian: true, out _);
        buffer.Advance(sizeof(int) + size);
    }

    public void Text(string? value)
    {
        if (value is null)
        {
            Length(Null);
            return;
        }
        var room = buffer.GetSpan(sizeof(int) + Encoding.UTF8.GetMaxByteCount(value.Length));
        var size = Encoding.UTF8.GetBytes(value, room[sizeof(int)..]);
        BinaryPrimitives.WriteInt32BigEndian(room, size);
        buffer.Advance(sizeof(int) + size);
    }

    private void Length(int value)
    {
        BinaryPrimitives.WriteInt32BigEndian(buffer.GetSpan(sizeof(int)), value);
        buffer.Advance(sizeof(int));
    }

    private void Short(short value)
    {
        BinaryPrimitives.WriteInt16BigEndian(buffer.GetSpan(sizeof(short)), value);
        buffer.Advance(sizeof(short));
    }
}
