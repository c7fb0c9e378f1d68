using System.Globalization;
using QRCoder;
using Tributary.Links;
using Tributary.Primitives;

namespace Tributary.Server.Qr;

/// <summary>How a QR code is to be drawn (partnero.md § 4.8).</summary>
/// <param name="Size">Pixels of each side.</param>
/// <param name="Margin">White modules around the code.</param>
/// <param name="Form">Which address it says: the short one or the query link.</param>
internal sealed record QrRequest(bool AsPng, int Size, int Margin, LinkForm Form)
{
    private const int UsualSize = 512;
    private const int LeastSize = 128;
    private const int MostSize = 2_048;
    private const int UsualMargin = 4;
    private const int MostMargin = 8;

    /// <summary>Modules of the quiet zone that the library adds on each side.</summary>
    private const int LibraryMargin = 4;

    public static Outcome<QrRequest> Read(string? format, string? size, string? margin, string? form)
    {
        if (format is not (null or "svg" or "png"))
            return new Problem(ProblemCode.InvalidValue, "The format is svg or png.", "format");
        if (form is not (null or "short" or "query"))
            return new Problem(ProblemCode.InvalidValue, "The form is short or query.", "form");
        if (!TryNumber(size, UsualSize, LeastSize, MostSize, out var pixels))
            return new Problem(ProblemCode.OutOfRange, $"The size is {LeastSize} to {MostSize} pixels.", "size");
        return TryNumber(margin, UsualMargin, 0, MostMargin, out var modules)
            ? new QrRequest(format == "png", pixels, modules, form == "query" ? LinkForm.Query : LinkForm.Short)
            : new Problem(ProblemCode.OutOfRange, $"The margin is 0 to {MostMargin} modules.", "margin");
    }

    /// <summary>The text as an image; error correction M.</summary>
    public Outcome<QrImage> Draw(string text)
    {
        using var generator = new QRCodeGenerator();
        using var code = generator.CreateQrCode(text, QRCodeGenerator.ECCLevel.M);
        var side = code.ModuleMatrix.Count - (2 * LibraryMargin);
        var pixels = Size / (side + (2 * Margin));
        if (pixels == 0)
            return new Problem(ProblemCode.OutOfRange, "So long an address needs a larger image.", "size");
        bool IsDark(int x, int y) => code.ModuleMatrix[y + LibraryMargin][x + LibraryMargin];
        return AsPng
            ? new QrImage(QrImage.Png, PngImage.Write(Size, Pixel))
            : new QrImage(QrImage.Svg, SvgImage.Write(Size, side, Margin, IsDark));

        // Whole pixels for each module, so that no edge is blurred; what is left over is shared out around.
        bool Pixel(int x, int y)
        {
            var start = (Size - (side * pixels)) / 2;
            return x >= start && y >= start && (x - start) / pixels < side && (y - start) / pixels < side
                && IsDark((x - start) / pixels, (y - start) / pixels);
        }
    }

    private static bool TryNumber(string? text, int usual, int least, int most, out int number)
    {
        number = usual;
        return text is null
            || (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= least && number <= most);
    }
}
