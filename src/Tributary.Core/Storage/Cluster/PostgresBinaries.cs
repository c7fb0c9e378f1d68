using System.Globalization;
using System.Text.RegularExpressions;

namespace Tributary.Storage.Cluster;

/// <summary>One installation of PostgreSQL's server programs.</summary>
internal sealed partial record PostgresBinaries(string Folder, int MajorVersion)
{
    public const int OldestMajorVersion = 15;

    private static readonly string[] Required = ["initdb", "pg_ctl", "postgres"];

    // Folders that hold one sub-folder per version: Debian, Red Hat, Homebrew on both kinds of Mac.
    private static readonly (string Parent, string Pattern)[] Versioned =
    [
        ("/usr/lib/postgresql", "*"),
        ("/usr", "pgsql-*"),
        ("/opt/homebrew/opt", "postgresql*"),
        ("/usr/local/opt", "postgresql*"),
        ("/home/linuxbrew/.linuxbrew/opt", "postgresql*"),
    ];

    private static readonly string[] Fixed = ["/usr/local/pgsql/bin", "/usr/local/bin", "/usr/bin"];

    public string InitDb => Path.Combine(Folder, "initdb");

    public string PgCtl => Path.Combine(Folder, "pg_ctl");

    /// <summary>
    /// The installation to use: the one set explicitly, else the newest found; for an existing cluster only one of
    /// that cluster's version will do. Throws <see cref="LocalPostgresException"/> saying what to install.
    /// </summary>
    public static async Task<PostgresBinaries> FindAsync(string? explicitFolder, int? clusterVersion, CancellationToken ct)
    {
        List<PostgresBinaries> found = [];
        foreach (string folder in explicitFolder is null ? Candidates() : [explicitFolder])
        {
            if (await InspectAsync(folder, ct) is { } binaries)
            {
                found.Add(binaries);
            }
        }

        return Choose(found, explicitFolder, clusterVersion);
    }

    internal static PostgresBinaries Choose(
        IReadOnlyList<PostgresBinaries> found, string? explicitFolder, int? clusterVersion)
    {
        if (clusterVersion is { } wanted)
        {
            return found.FirstOrDefault(binaries => binaries.MajorVersion == wanted)
                ?? throw new LocalPostgresException(OfAnotherVersion(found, wanted));
        }

        PostgresBinaries? newest = found.MaxBy(binaries => binaries.MajorVersion);
        if (newest is null)
        {
            throw new LocalPostgresException(explicitFolder is null ? NotInstalled : NotIn(explicitFolder));
        }

        return newest.MajorVersion >= OldestMajorVersion ? newest : throw new LocalPostgresException(TooOld(newest));
    }

    private static IEnumerable<string> Candidates()
    {
        IEnumerable<string> versioned = Versioned
            .Where(place => Directory.Exists(place.Parent))
            .SelectMany(place => Directory.EnumerateDirectories(place.Parent, place.Pattern))
            .Select(folder => Path.Combine(folder, "bin"));
        string path = Environment.GetEnvironmentVariable("PATH") ?? "";
        return path.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Where(Path.IsPathRooted)
            .Concat(versioned)
            .Concat(Fixed)
            .Distinct(StringComparer.Ordinal);
    }

    private static async Task<PostgresBinaries?> InspectAsync(string folder, CancellationToken ct)
    {
        if (!Required.All(name => File.Exists(Path.Combine(folder, name))))
        {
            return null;
        }

        string program = Path.Combine(folder, "postgres");
        ChildProcess.Result result = await ChildProcess.RunAsync([program, "--version"], ct);
        Match match = VersionPattern().Match(result.Output);
        return result.Succeeded && match.Success
            ? new PostgresBinaries(RealFolder(program), int.Parse(match.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture))
            : null;
    }

    /// <summary>The folder a link on the PATH leads to, where the installation's other programs are too.</summary>
    private static string RealFolder(string program)
    {
        string real = File.ResolveLinkTarget(program, returnFinalTarget: true)?.FullName ?? program;
        string folder = Path.GetDirectoryName(real)!;
        return Required.All(name => File.Exists(Path.Combine(folder, name))) ? folder : Path.GetDirectoryName(program)!;
    }

    [GeneratedRegex(@"\(PostgreSQL\) ([0-9]{1,3})", RegexOptions.NonBacktracking)]
    private static partial Regex VersionPattern();

    private const string NotInstalled = """
        PostgreSQL's server programs were not found (initdb, pg_ctl, postgres; version 15 or newer).
        Install them:  Debian, Ubuntu: apt-get install postgresql   Fedora: dnf install postgresql-server   macOS: brew install postgresql@17
        or name their folder in TRIBUTARY_POSTGRES_BIN, or use a database of your own by TRIBUTARY_DATABASE.
        """;

    private static string NotIn(string folder)
        => $"TRIBUTARY_POSTGRES_BIN names {folder}, which does not hold PostgreSQL's initdb, pg_ctl and postgres.";

    private static string TooOld(PostgresBinaries newest) => string.Create(CultureInfo.InvariantCulture,
        $"PostgreSQL {newest.MajorVersion} in {newest.Folder} is too old, version {OldestMajorVersion} or newer is needed. On Debian: apt-get install postgresql (Debian 12 or newer), or name another folder in TRIBUTARY_POSTGRES_BIN.");

    private static string OfAnotherVersion(IReadOnlyList<PostgresBinaries> found, int wanted)
    {
        string installed = found.Count == 0 ? "none" : string.Join(", ", found.Select(binaries => binaries.MajorVersion).Distinct().Order());
        return string.Create(CultureInfo.InvariantCulture,
            $"The data folder was made by PostgreSQL {wanted}; installed here: {installed}. Install that version (Debian: apt-get install postgresql-{wanted}) or name its folder in TRIBUTARY_POSTGRES_BIN. To move to a newer version, dump with pg_dump and restore into a new data folder.");
    }
}
