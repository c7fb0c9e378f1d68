using System.Globalization;
using Dapper;
using Npgsql;
using Tributary.Storage.Cluster;

namespace Tributary.Storage;

/// <summary>A setting with which PostgreSQL may lose or damage what it acknowledged (PR-10).</summary>
/// <param name="Setting">PostgreSQL's name of it.</param>
/// <param name="Value">What it is.</param>
/// <param name="Consequence">What may happen, and what to do.</param>
/// <param name="BlocksPayouts">Whether payouts are refused meanwhile (<c>unsafe_database</c>).</param>
public sealed record UnsafeSetting(string Setting, string Value, string Consequence, bool BlocksPayouts);

/// <summary>Looks whether a database keeps its promises.</summary>
public static class DatabaseSafety
{
    private static readonly (string Setting, string Unsafe, string Consequence, bool BlocksPayouts)[] Rules =
    [
        ("fsync", "off", "a power cut may destroy the database; set fsync = on", true),
        ("full_page_writes", "off", "a power cut may leave torn pages; set full_page_writes = on", true),
        ("synchronous_commit", "off", "what was acknowledged last may be lost in a crash; set synchronous_commit = on", false),
        ("data_sync_retry", "on", "a failed write to disk may pass unnoticed; set data_sync_retry = off", false),
        ("data_checksums", "off", "damage on the disk is not noticed; run pg_checksums --enable on the stopped cluster", false),
    ];

    /// <summary>How many settings <see cref="CheckAsync"/> looks at.</summary>
    internal static int SettingsChecked => Rules.Length;

    /// <summary>What is unsafe, empty when all is well.</summary>
    public static async Task<IReadOnlyList<UnsafeSetting>> CheckAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        string[] names = [.. Rules.Select(rule => rule.Setting)];
        IEnumerable<(string Name, string Setting)> rows = await connection.QueryAsync<(string, string)>(new CommandDefinition(
            "select name, setting from pg_settings where name = any(@names)", new { names }, cancellationToken: ct));
        Dictionary<string, string> settings = rows.ToDictionary(row => row.Name, row => row.Setting);
        IEnumerable<UnsafeSetting> found = Rules
            .Where(rule => settings.GetValueOrDefault(rule.Setting) == rule.Unsafe)
            .Select(rule => new UnsafeSetting(rule.Setting, rule.Unsafe, rule.Consequence, rule.BlocksPayouts));
        return [.. TooOld(connection.PostgreSqlVersion), .. found];
    }

    private static IEnumerable<UnsafeSetting> TooOld(Version version)
    {
        if (version.Major < PostgresBinaries.OldestMajorVersion)
        {
            yield return new UnsafeSetting("server_version", version.ToString(), string.Create(CultureInfo.InvariantCulture,
                $"Tributary is made for PostgreSQL {PostgresBinaries.OldestMajorVersion} or newer; upgrade it"), false);
        }
    }
}
