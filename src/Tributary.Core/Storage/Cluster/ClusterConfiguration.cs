using System.Globalization;
using System.Text;

namespace Tributary.Storage.Cluster;

/// <summary>The server parameters of the private cluster: safe, silent about people, sized to the machine.</summary>
internal static class ClusterConfiguration
{
    private const long Megabyte = 1024 * 1024;

    /// <summary>The text of <c>tributary.conf</c>, written anew at every start.</summary>
    public static string Text(string socketFolder, long memoryBytes, IReadOnlyDictionary<string, string> overrides)
    {
        var parameters = new SortedDictionary<string, string>(Chosen(memoryBytes), StringComparer.Ordinal)
        {
            ["unix_socket_directories"] = socketFolder,
        };
        foreach ((string name, string value) in overrides)
        {
            parameters[name] = value;
        }

        var text = new StringBuilder("# Written by Tributary at every start. Put settings of your own at the end of cluster/postgresql.conf.\n");
        foreach ((string name, string value) in parameters)
        {
            text.Append(CultureInfo.InvariantCulture, $"{name} = '{value.Replace("'", "''", StringComparison.Ordinal)}'\n");
        }

        return text.ToString();
    }

    /// <summary>Memory this process may count on: the machine's, or its container's limit.</summary>
    public static long MachineMemoryBytes() => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    private static Dictionary<string, string> Chosen(long memoryBytes) => new()
    {
        ["listen_addresses"] = "",
        ["port"] = "5432",
        ["unix_socket_permissions"] = "0700",
        ["max_connections"] = "200",

        ["fsync"] = "on",
        ["full_page_writes"] = "on",
        ["synchronous_commit"] = "on",
        ["data_sync_retry"] = "off",

        ["shared_buffers"] = Megabytes(Math.Clamp(memoryBytes / 4, 32 * Megabyte, 1024 * Megabyte)),
        ["effective_cache_size"] = Megabytes(Math.Max(memoryBytes / 2, 64 * Megabyte)),
        ["maintenance_work_mem"] = Megabytes(Math.Clamp(memoryBytes / 20, 16 * Megabyte, 256 * Megabyte)),
        ["work_mem"] = Megabytes(Math.Clamp(memoryBytes / 1000, 4 * Megabyte, 16 * Megabyte)),
        ["min_wal_size"] = "160MB",
        ["max_wal_size"] = "2GB",
        ["checkpoint_completion_target"] = "0.9",
        ["random_page_cost"] = "1.1",
        // Short statements: compiling them costs more than it saves.
        ["jit"] = "off",
        // A client that froze inside a transaction may not hold its locks for ever.
        ["idle_in_transaction_session_timeout"] = "60s",

        ["timezone"] = "UTC",
        ["log_timezone"] = "UTC",
        ["lc_messages"] = "C",
        ["logging_collector"] = "on",
        ["log_directory"] = "log",
        ["log_filename"] = "postgresql-%a.log",
        ["log_truncate_on_rotation"] = "on",
        ["log_rotation_age"] = "1d",
        ["log_rotation_size"] = "0",
        ["log_line_prefix"] = "%m [%p] %u ",
        // Statements, parameters and row contents hold personal data; the message alone says enough.
        ["log_min_error_statement"] = "panic",
        ["log_parameter_max_length_on_error"] = "0",
        ["log_error_verbosity"] = "terse",
        ["log_lock_waits"] = "off",
    };

    private static string Megabytes(long bytes)
        => (bytes / Megabyte).ToString(CultureInfo.InvariantCulture) + "MB";
}
