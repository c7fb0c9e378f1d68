using System.Security.Cryptography;
using System.Text;
using Tributary.Keys;

namespace Tributary.Core.Tests.Keys;

/// <summary>Seals under a key that lives as long as the test.</summary>
internal sealed class TestSealer : ISecretSealer
{
    private readonly byte[] key = RandomNumberGenerator.GetBytes(32);

    public byte[] Seal(string secret)
    {
        using var aes = Aes.Create();
        aes.Key = key;
        var start = RandomNumberGenerator.GetBytes(16);
        return [.. start, .. aes.EncryptCbc(Encoding.UTF8.GetBytes(secret), start)];
    }

    public string Open(byte[] sealedSecret)
    {
        using var aes = Aes.Create();
        aes.Key = key;
        return Encoding.UTF8.GetString(aes.DecryptCbc(sealedSecret.AsSpan(16), sealedSecret.AsSpan(0, 16)));
    }
}
