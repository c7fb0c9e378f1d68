using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Tributary.Webhooks.Deliveries;

/// <summary>Signatures of Standard Webhooks 1.0.0 (promises.md W1, W2, W11).</summary>
public static class WebhookSignature
{
    public const string IdHeader = "webhook-id";
    public const string TimestampHeader = "webhook-timestamp";
    public const string SignatureHeader = "webhook-signature";
    public const string SecretPrefix = "whsec_";

    private const string Version = "v1,";
    private const int SecretBytes = 32;

    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(300);

    public static string NewSecret() => SecretPrefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(SecretBytes));

    /// <summary>The value of the header: one signature for each secret.</summary>
    public static string Sign(IEnumerable<string> secrets, string id, DateTimeOffset at, ReadOnlySpan<byte> body)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        var signed = Signed(id, Seconds(at), body);
        return string.Join(' ', secrets.Select(secret => Version + Convert.ToBase64String(HMACSHA256.HashData(KeyOf(secret), signed))));
    }

    public static string Seconds(DateTimeOffset at) => at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

    /// <summary>Whether what came is from whoever knows the secret, and came in time.</summary>
    /// <param name="signatures">The header; others' versions in it are passed over.</param>
    public static bool Verify(string? secret, string? id, string? timestamp, string? signatures, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        if (string.IsNullOrEmpty(id) || string.IsNullOrEmpty(signatures) || !TryKey(secret, out var key)
            || !long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || Math.Abs(now.ToUnixTimeSeconds() - (decimal)seconds) > (decimal)Tolerance.TotalSeconds)
            return false;
        var right = Encoding.ASCII.GetBytes(Version + Convert.ToBase64String(HMACSHA256.HashData(key, Signed(id, timestamp!, body))));
        var found = false;
        foreach (var one in signatures.Split(' '))
            found |= CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(one), right);
        return found;
    }

    private static byte[] Signed(string id, string timestamp, ReadOnlySpan<byte> body) => [.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body];

    /// <summary>The bytes of a native secret; of another format's, its text.</summary>
    private static byte[] KeyOf(string secret) => TryKey(secret, out var key) ? key : Encoding.UTF8.GetBytes(secret);

    private static bool TryKey(string? secret, out byte[] key)
    {
        key = [];
        var text = secret is not null && secret.StartsWith(SecretPrefix, StringComparison.Ordinal) ? secret[SecretPrefix.Length..] : secret;
        if (string.IsNullOrEmpty(text) || !Base64.IsValid(text))
            return false;
        key = Convert.FromBase64String(text);
        return key.Length > 0;
    }
}
