using System.Globalization;
using System.Security.Cryptography;
using System.Text;

#pragma warning disable CA1050 // It stands in a guide.
public static class WebhookVerifier
{
    /// <summary>Whether a message is from your programme and not older than five minutes. Body as bytes.</summary>
    public static bool Verify(string? secret, Func<string, string?> header, byte[] body, DateTimeOffset now)
    {
        var (id, time, signatures) = (header("webhook-id"), header("webhook-timestamp"), header("webhook-signature"));
        if (string.IsNullOrEmpty(id) || string.IsNullOrEmpty(signatures)
            || !long.TryParse(time, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || Math.Abs(now.ToUnixTimeSeconds() - (double)seconds) > 300)
            return false;
        var text = secret is not null && secret.StartsWith("whsec_", StringComparison.Ordinal) ? secret[6..] : secret;
        if (string.IsNullOrEmpty(text))
            return false;
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{id}.{time}."), .. body];
        var right = Encoding.UTF8.GetBytes("v1," + Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(text), signed)));
        return signatures.Split(' ').Any(each => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(each), right));
    }
}
