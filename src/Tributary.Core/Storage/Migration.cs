using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace Tributary.Storage;

/// <summary>One numbered step of the schema, <c>0001_schema.sql</c>.</summary>
public sealed record Migration(int Number, string Name, string Sql)
{
    private const string ResourceFolder = "migrations/";

    /// <summary>Hex SHA-256 of the text, the same whatever line ends the checkout has.</summary>
    public string Sha256 => Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes(Sql.ReplaceLineEndings("\n"))));

    /// <summary>The steps this build knows, in order.</summary>
    public static IReadOnlyList<Migration> Embedded { get; } = ReadAll(typeof(Migration).Assembly);

    private static List<Migration> ReadAll(Assembly assembly)
    {
        return assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(ResourceFolder, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(name => Parse(name[ResourceFolder.Length..], EmbeddedText.Read(assembly, name)))
            .ToList();
    }

    private static Migration Parse(string fileName, string sql)
    {
        string name = Path.GetFileNameWithoutExtension(fileName);
        int end = name.IndexOf('_', StringComparison.Ordinal);
        int number = int.Parse(name.AsSpan(0, end), NumberStyles.None, CultureInfo.InvariantCulture);
        return new Migration(number, name[(end + 1)..], sql);
    }
}

/// <summary>Text files compiled into an assembly.</summary>
internal static class EmbeddedText
{
    public static string Read(Assembly assembly, string name)
    {
        using Stream stream = assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The resource {name} is missing from the build.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
