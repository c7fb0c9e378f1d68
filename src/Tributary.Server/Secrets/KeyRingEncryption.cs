using System.Security.Cryptography;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;

namespace Tributary.Server.Secrets;

/// <summary>Encrypts the key ring's documents with the master key by AES-GCM.</summary>
internal sealed class KeyRingEncryptor(MasterKey master) : IXmlEncryptor
{
    public const int NonceBytes = 12;
    public const int TagBytes = 16;

    public EncryptedXmlInfo Encrypt(XElement plaintextElement)
    {
        ArgumentNullException.ThrowIfNull(plaintextElement);
        var plain = System.Text.Encoding.UTF8.GetBytes(plaintextElement.ToString(SaveOptions.DisableFormatting));
        var nonce = RandomNumberGenerator.GetBytes(NonceBytes);
        var cipher = new byte[plain.Length];
        var tag = new byte[TagBytes];
        using var aes = new AesGcm(master.Value, TagBytes);
        aes.Encrypt(nonce, plain, cipher, tag);
        var element = new XElement("sealed", Convert.ToBase64String([.. nonce, .. tag, .. cipher]));
        return new EncryptedXmlInfo(element, typeof(KeyRingDecryptor));
    }
}

/// <summary>Made by the framework, which finds its name in the document.</summary>
internal sealed class KeyRingDecryptor(IServiceProvider services) : IXmlDecryptor
{
    private const int HeadBytes = KeyRingEncryptor.NonceBytes + KeyRingEncryptor.TagBytes;

    /// <summary>Throws <see cref="CryptographicException"/> when the master key is another.</summary>
    public XElement Decrypt(XElement encryptedElement)
    {
        ArgumentNullException.ThrowIfNull(encryptedElement);
        var kept = Convert.FromBase64String(encryptedElement.Value).AsSpan();
        var plain = new byte[kept.Length - HeadBytes];
        using var aes = new AesGcm(services.GetRequiredService<MasterKey>().Value, KeyRingEncryptor.TagBytes);
        aes.Decrypt(kept[..KeyRingEncryptor.NonceBytes], kept[HeadBytes..], kept[KeyRingEncryptor.NonceBytes..HeadBytes], plain);
        return XElement.Parse(System.Text.Encoding.UTF8.GetString(plain));
    }
}
