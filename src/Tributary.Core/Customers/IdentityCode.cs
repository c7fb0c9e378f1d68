using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace Tributary.Customers;

/// <summary>
/// Six digits by which a customer is recognised at the till for some minutes: from HMAC-SHA-256 over the customer's number and
/// the step of time, with the programme's key of keyed hashes.
/// </summary>
public static class IdentityCode
{
    public const int Digits = 6;

    private const int StepSeconds = 300;
    private const uint Values = 1_000_000;
    private static ReadOnlySpan<byte> Purpose => "identity"u8;

    public static string At(ReadOnlySpan<byte> programKey, long customerNumber, DateTimeOffset now) =>
        AtStep(programKey, customerNumber, now.ToUnixTimeSeconds() / StepSeconds);

    /// <summary>True for the digits of the present step and the one before.</summary>
    public static bool IsValid(ReadOnlySpan<byte> programKey, long customerNumber, string digits, DateTimeOffset now)
    {
        var step = now.ToUnixTimeSeconds() / StepSeconds;
        return digits == AtStep(programKey, customerNumber, step) || digits == AtStep(programKey, customerNumber, step - 1);
    }

    private static string AtStep(ReadOnlySpan<byte> programKey, long customerNumber, long step)
    {
        Span<byte> message = stackalloc byte[Purpose.Length + 16];
        Purpose.CopyTo(message);
        BinaryPrimitives.WriteInt64BigEndian(message[Purpose.Length..], customerNumber);
        BinaryPrimitives.WriteInt64BigEndian(message[(Purpose.Length + 8)..], step);
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(programKey, message, hash);
        // 2^32 is no multiple of a million; the difference favours some digits by one part in four thousand, which is harmless.
        var value = BinaryPrimitives.ReadUInt32BigEndian(hash) % Values;
        return value.ToString("D6", CultureInfo.InvariantCulture);
    }
}
