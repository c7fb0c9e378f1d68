using System.Globalization;
using System.Text.Json;
using Tributary.Chains;

namespace Tributary.Server.Api.DeBridge;

/// <summary>
/// The forms in which the tracking service writes numbers, hashes and addresses (debridge.md § 3): raw bytes twice, as base64 and as
/// text of an array, and the usual text. Something unknown is the same object with nothing in it.
/// </summary>
internal static class Wrappers
{
    private const string Bytes = "bytesValue";
    private const string AddressBytes = "Base64Value";
    private const string Array = "bytesArrayValue";
    private const string Integer = "bigIntegerValue";
    private const string Text = "stringValue";

    public static void WriteAmount(this Utf8JsonWriter json, string name, ChainAmount? amount)
    {
        json.WriteStartObject(name);
        WriteBytes(json, Bytes, amount?.ToBytes());
        if (amount is { } known)
        {
            // A number with all its digits, which no number type of JSON libraries holds.
            json.WritePropertyName(Integer);
            json.WriteRawValue(known.ToString(), skipInputValidation: true);
        }
        else
        {
            json.WriteNull(Integer);
        }
        json.WriteTextOrNull(Text, amount?.ToString());
        json.WriteEndObject();
    }

    public static void WriteAmount(this Utf8JsonWriter json, string name, long? amount) =>
        json.WriteAmount(name, amount is { } known ? new ChainAmount(known) : null);

    /// <param name="hash">Canonical; null: unknown.</param>
    public static void WriteHash(this Utf8JsonWriter json, string name, string? hash, ChainFamily? family = null)
    {
        json.WritePropertyName(name);
        json.WriteHash(hash, family);
    }

    public static void WriteHash(this Utf8JsonWriter json, string? hash, ChainFamily? family = null)
    {
        json.WriteStartObject();
        WriteBytes(json, Bytes, hash is null ? null : ChainHash.Bytes(hash));
        json.WriteTextOrNull(Text, hash is null ? null : ChainHash.Shown(hash, family));
        json.WriteEndObject();
    }

    public static void WriteHashOrNull(this Utf8JsonWriter json, string name, string? hash, ChainFamily? family)
    {
        if (hash is null)
            json.WriteNull(name);
        else
            json.WriteHash(name, hash, family);
    }

    /// <param name="address">Canonical; null: unknown.</param>
    public static void WriteAddress(this Utf8JsonWriter json, string name, string? address, ChainFamily? family)
    {
        json.WriteStartObject(name);
        WriteBytes(json, AddressBytes, address is null ? null : ChainAddress.Bytes(address, family));
        json.WriteTextOrNull(Text, address);
        json.WriteEndObject();
    }

    public static void WriteAddressOrNull(this Utf8JsonWriter json, string name, string? address, ChainFamily? family)
    {
        if (address is null)
            json.WriteNull(name);
        else
            json.WriteAddress(name, address, family);
    }

    /// <summary>At most six decimals, no zeros behind them, no exponent.</summary>
    /// <param name="millionths">Of a US dollar.</param>
    public static void WriteUsd(this Utf8JsonWriter json, string name, decimal millionths)
    {
        json.WritePropertyName(name);
        json.WriteRawValue((millionths / 1_000_000m).ToString("0.######", CultureInfo.InvariantCulture), skipInputValidation: true);
    }

    /// <summary>Unix seconds.</summary>
    public static void WriteSeconds(this Utf8JsonWriter json, string name, DateTimeOffset at) => json.WriteNumber(name, at.ToUnixTimeSeconds());

    private static void WriteBytes(Utf8JsonWriter json, string name, byte[]? bytes)
    {
        if (bytes is null)
        {
            json.WriteNull(name);
            json.WriteNull(Array);
            return;
        }
        json.WriteString(name, Convert.ToBase64String(bytes));
        json.WriteString(Array, $"[{string.Join(',', bytes)}]");
    }
}
