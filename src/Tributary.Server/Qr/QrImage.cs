namespace Tributary.Server.Qr;

/// <summary>A drawn QR code.</summary>
internal sealed record QrImage(string Type, byte[] Bytes)
{
    public const string Svg = "image/svg+xml";
    public const string Png = "image/png";
}
