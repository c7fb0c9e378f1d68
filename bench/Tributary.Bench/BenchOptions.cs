using System.Globalization;

namespace Tributary.Bench;

/// <summary>What a run is told on its command line.</summary>
internal sealed record BenchOptions
{
    public const string Help = """
        Usage: dotnet run -c Release --project bench/Tributary.Bench -- orders|redirects|links [options]
               dotnet run -c Release --project bench/Tributary.Bench -- analytics [--write]
               dotnet run -c Release --project bench/Tributary.Bench -- webhooks|stream [--rounds 3] [--write]

          --clients 1,16,64    clients at once
          --seconds 8          length of a round
          --rounds 3           rounds of each side
          --links N            links of redirects (100000) and of links (1000000)
          --write              put the table into docs/performance.md
          --script FILE        keep a copy of the pgbench script
          --statements         print what each statement costs PostgreSQL (slows it down)
          --set NAME=VALUE     a PostgreSQL parameter over the usual ones; may be repeated
        """;

    public IReadOnlyList<int> Clients { get; private init; } = [1, 16, 64];

    public int Seconds { get; private init; } = 8;

    public int Rounds { get; private init; } = 3;

    /// <summary>0: as many as the scenario is for.</summary>
    public int Links { get; init; }

    public bool Write { get; private init; }

    public bool Statements { get; private init; }

    public string? KeepScript { get; private init; }

    public IReadOnlyDictionary<string, string> PostgresParameters { get; private init; } = new Dictionary<string, string>();

    /// <summary>Folder of pgbench.</summary>
    public string PostgresBinaries { get; } = FindPgbench();

    public static BenchOptions Parse(ReadOnlySpan<string> arguments)
    {
        var options = new BenchOptions();
        for (int n = 0; n < arguments.Length; n++)
        {
            options = arguments[n] switch
            {
                "--clients" => options with { Clients = [.. arguments[++n].Split(',').Select(Number)] },
                "--seconds" => options with { Seconds = Number(arguments[++n]) },
                "--rounds" => options with { Rounds = Number(arguments[++n]) },
                "--links" => options with { Links = Number(arguments[++n]) },
                "--write" => options with { Write = true },
                "--statements" => options with
                {
                    Statements = true,
                    PostgresParameters = With(options.PostgresParameters, Report.StatementTimes.Parameters),
                },
                "--script" => options with { KeepScript = arguments[++n] },
                "--set" => options with { PostgresParameters = With(options.PostgresParameters, Assignment(arguments[++n])) },
                _ => throw new ArgumentException($"Unknown option {arguments[n]}.\n{Help}", nameof(arguments)),
            };
        }
        return options;
    }

    private static Dictionary<string, string> With(IReadOnlyDictionary<string, string> parameters, IReadOnlyDictionary<string, string> more) =>
        new(parameters.Concat(more));

    private static Dictionary<string, string> Assignment(string text)
    {
        var parts = text.Split('=', 2);
        return new Dictionary<string, string> { [parts[0]] = parts[1] };
    }

    private static int Number(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);

    private static string FindPgbench()
    {
        IEnumerable<string> versioned = Directory.Exists("/usr/lib/postgresql")
            ? Directory.EnumerateDirectories("/usr/lib/postgresql").OrderDescending().Select(folder => Path.Combine(folder, "bin"))
            : [];
        string? set = Environment.GetEnvironmentVariable("TRIBUTARY_POSTGRES_BIN");
        string[] path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        return (set is null ? versioned.Concat(path) : [set]).FirstOrDefault(folder => File.Exists(Path.Combine(folder, "pgbench")))
            ?? throw new InvalidOperationException("pgbench was not found; it comes with PostgreSQL (Debian: apt-get install postgresql).");
    }
}
