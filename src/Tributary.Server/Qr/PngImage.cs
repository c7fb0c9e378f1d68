using System.Buffers.Binary;
using System.IO.Compression;
using Tributary.Primitives;

namespace Tributary.Server.Qr;

/// <summary>A square picture in black and white, one bit a pixel.</summary>
internal static class PngImage
{
    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    public static byte[] Write(int size, Func<int, int, bool> isDark)
    {
        using var file = new MemoryStream();
        file.Write(Signature);
        // Width, height, one bit of grey, the only methods there are, not interlaced.
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, size);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], size);
        header[8] = 1;
        Add(file, "IHDR"u8, header);
        Add(file, "IDAT"u8, Compress(size, isDark));
        Add(file, "IEND"u8, []);
        return file.ToArray();
    }

    private static byte[] Compress(int size, Func<int, int, bool> isDark)
    {
        using var compressed = new MemoryStream();
        using (var lines = new ZLibStream(compressed, CompressionLevel.Optimal))
        {
            var line = new byte[1 + ((size + 7) / 8)];
            for (var y = 0; y < size; y++)
            {
                line.AsSpan().Clear();
                for (var x = 0; x < size; x++)
                    if (!isDark(x, y))
                        line[1 + (x / 8)] |= (byte)(0x80 >> (x % 8));
                lines.Write(line);
            }
        }
        return compressed.ToArray();
    }

    private static void Add(Stream file, ReadOnlySpan<byte> type, ReadOnlySpan<byte> content)
    {
        byte[] chunk = [.. type, .. content];
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, content.Length);
        file.Write(number);
        file.Write(chunk);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc32.Of(chunk));
        file.Write(number);
    }
}
