namespace Tributary.Keys;

/// <summary>Encrypts a secret that must be used again later, under a key that is not in the database.</summary>
public interface ISecretSealer
{
    byte[] Seal(string secret);

    /// <summary>Throws <see cref="System.Security.Cryptography.CryptographicException"/> when the key that sealed it is gone.</summary>
    string Open(byte[] sealedSecret);
}
