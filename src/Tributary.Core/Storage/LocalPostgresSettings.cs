namespace Tributary.Storage;

/// <summary>What the private PostgreSQL may be told. The folder is enough.</summary>
public sealed record LocalPostgresSettings
{
    /// <summary>The server's data folder; made on first start.</summary>
    public required string DataFolder { get; init; }

    /// <summary>Folder with <c>initdb</c>, <c>pg_ctl</c> and <c>postgres</c> (<c>TRIBUTARY_POSTGRES_BIN</c>); searched for when null.</summary>
    public string? BinaryFolder { get; init; }

    /// <summary>As root: the account that runs PostgreSQL (<c>TRIBUTARY_POSTGRES_ACCOUNT</c>).</summary>
    public string Account { get; init; } = "postgres";

    /// <summary>
    /// When another Tributary process already serves this folder: use its running PostgreSQL and leave it alone,
    /// instead of refusing. For the commands that look at or change a serving server's data.
    /// </summary>
    public bool JoinRunning { get; init; }

    /// <summary>Server parameters over the ones chosen for the machine.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    /// <summary>Further arguments of <c>initdb</c>, used once.</summary>
    public IReadOnlyList<string> InitArguments { get; init; } = [];

    /// <summary>How often the running postmaster is looked at.</summary>
    public TimeSpan WatchInterval { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The settings as the environment gives them.</summary>
    public static LocalPostgresSettings FromEnvironment(string dataFolder)
    {
        var settings = new LocalPostgresSettings
        {
            DataFolder = dataFolder,
            BinaryFolder = Environment.GetEnvironmentVariable("TRIBUTARY_POSTGRES_BIN"),
        };
        return Environment.GetEnvironmentVariable("TRIBUTARY_POSTGRES_ACCOUNT") is { Length: > 0 } account
            ? settings with { Account = account }
            : settings;
    }
}

/// <summary>The private PostgreSQL cannot run; the message says why and what to do.</summary>
public sealed class LocalPostgresException(string message, Exception? inner = null) : Exception(message, inner);
