namespace Tributary.Primitives;

/// <summary>CRC-32 as in zip files: reflected polynomial 0xEDB88320. It finds typing errors, it protects nothing.</summary>
public static class Crc32
{
    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(index => Row((uint)index))];

    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var remainder = uint.MaxValue;
        foreach (var item in bytes)
            remainder = (remainder >> 8) ^ Table[(remainder ^ item) & 0xFF];
        return ~remainder;
    }

    private static uint Row(uint remainder)
    {
        for (var bit = 0; bit < 8; bit++)
            remainder = (remainder & 1) == 0 ? remainder >> 1 : (remainder >> 1) ^ 0xEDB88320;
        return remainder;
    }
}
