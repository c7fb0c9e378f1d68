using Microsoft.Extensions.Logging.Console;

namespace Tributary.Server.Hosting.Logs;

/// <summary>What the server logs, and how.</summary>
internal static class ServerLogs
{
    public static void Configure(ILoggingBuilder logging)
    {
        logging.AddConsole(console => console.FormatterName = LineFormatter.FormatterName);
        logging.AddConsoleFormatter<LineFormatter, ConsoleFormatterOptions>();
        logging.AddFilter("Microsoft", LogLevel.Warning);
        logging.AddFilter("Npgsql", LogLevel.Warning);
        // Every failure is logged once, by the handler that answers it.
        logging.AddFilter("Microsoft.AspNetCore.Diagnostics.ExceptionHandlerMiddleware", LogLevel.None);
    }
}
