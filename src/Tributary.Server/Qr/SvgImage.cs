using System.Globalization;
using System.Text;

namespace Tributary.Server.Qr;

/// <summary>Squares as one path, each row's neighbours together.</summary>
internal static class SvgImage
{
    public static byte[] Write(int size, int side, int margin, Func<int, int, bool> isDark)
    {
        var path = new StringBuilder();
        for (var y = 0; y < side; y++)
            AppendRow(path, y, side, margin, isDark);
        var whole = side + (2 * margin);
        var svg = string.Create(CultureInfo.InvariantCulture, $"""
            <svg xmlns="http://www.w3.org/2000/svg" width="{size}" height="{size}" viewBox="0 0 {whole} {whole}" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{whole}v{whole}h-{whole}z"/><path d="{path}"/></svg>
            """);
        return Encoding.UTF8.GetBytes(svg);
    }

    private static void AppendRow(StringBuilder path, int y, int side, int margin, Func<int, int, bool> isDark)
    {
        for (var x = 0; x < side; x++)
        {
            if (!isDark(x, y))
                continue;
            var start = x;
            while (x + 1 < side && isDark(x + 1, y))
                x++;
            path.Append(CultureInfo.InvariantCulture, $"M{start + margin} {y + margin}h{x - start + 1}v1h-{x - start + 1}z");
        }
    }
}
