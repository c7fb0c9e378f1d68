using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Tributary.Ledger;

/// <summary>
/// The text that is hashed: each value as its length in UTF-8 bytes, a colon, the value and a comma, and <c>-,</c> for null,
/// so that no two rows have one text. A row begins with the number of its values.
/// </summary>
internal sealed class CanonicalText
{
    private readonly StringBuilder text = new();

    public void Append(IReadOnlyList<string?> values)
    {
        text.Append(CultureInfo.InvariantCulture, $"[{values.Count}]");
        foreach (var value in values)
        {
            if (value is null)
                text.Append("-,");
            else
                text.Append(CultureInfo.InvariantCulture, $"{Encoding.UTF8.GetByteCount(value)}:{value},");
        }
    }

    public byte[] Hash() => SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()));

    public override string ToString() => text.ToString();
}
