using System.Runtime.CompilerServices;

namespace Tributary.Core.Tests.Architecture;

/// <summary>The project speaks of itself alone: it names no place where it happened to be made.</summary>
public sealed class RepositoryTextTests
{
    private static readonly string[] NotOurs = ["bin", "obj", ".git", "artifacts", "data", "TestResults", ".vs", ".idea"];

    private static readonly string[] Binary = [".png", ".jpg", ".ico", ".woff2", ".dll", ".zip", ".gz"];

    /// <summary>Written in halves, so that this file does not name them.</summary>
    private static readonly string[] Registries =
    [
        "api.nuget" + ".org", "registry.npmjs" + ".org", "deb.debian" + ".org", "pypi" + ".org", "proxy.golang" + ".org", "/v3/index" + ".json",
    ];

    [Fact]
    public void No_text_names_a_package_registry() => FilesNaming(Registries).ShouldBeEmpty();

    [Fact]
    public void No_text_names_the_folder_it_was_made_in()
    {
        string root = Root();
        string[] places = [root, .. Above(root), "/work" + "/"];
        FilesNaming(places).ShouldBeEmpty();
    }

    /// <summary>Faces turn wire into calls of the core; statements and their tables are its own affair.</summary>
    [Theory]
    [InlineData("src/Tributary.Server/Api")]
    [InlineData("src/Tributary.Server/Web")]
    [InlineData("src/Tributary.Server/Redirect")]
    public void No_face_talks_to_the_database(string folder)
    {
        string path = Path.Combine(Root(), folder);
        IEnumerable<string> files = Directory.Exists(path) ? Files(path) : [];
        files.Where(file => File.ReadLines(file).Any(line => line is "using Dapper;" or "using Npgsql;")).ShouldBeEmpty();
    }

    /// <summary>The checkout's parent folders that say something: not the roots that every machine has.</summary>
    private static IEnumerable<string> Above(string folder) =>
        Path.GetDirectoryName(folder) is { } parent && parent.Count(letter => letter == '/') > 1 ? [parent, .. Above(parent)] : [];

    private static List<string> FilesNaming(IReadOnlyList<string> words) =>
    [
        .. from path in Files(Root())
           let text = File.ReadAllText(path)
           from word in words
           where text.Contains(word, StringComparison.Ordinal)
           select $"{Path.GetRelativePath(Root(), path)}: {word}",
    ];

    private static IEnumerable<string> Files(string folder) =>
    [
        .. Directory.EnumerateFiles(folder).Where(path => !Binary.Contains(Path.GetExtension(path)) && Path.GetFileName(path) != ".git"),
        .. Directory.EnumerateDirectories(folder).Where(path => !NotOurs.Contains(Path.GetFileName(path))).SelectMany(Files),
    ];

    internal static string Root([CallerFilePath] string path = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, "../../.."));
}
