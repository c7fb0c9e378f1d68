using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Tributary.Server.Hosting.Logs;

/// <summary>
/// One line for each log entry, whatever stands in it: <c>time level: category[event] message</c>, then the failure, if any.
/// </summary>
internal sealed class LineFormatter() : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "line";

    /// <summary>Of a message, with all its values.</summary>
    public const int MostMessageBytes = 1024;

    /// <summary>Of where an exception was thrown, which nobody outside has a say in.</summary>
    public const int MostTraceBytes = 4096;

    private const int MostCauses = 5;

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        ArgumentNullException.ThrowIfNull(textWriter);
        var message = logEntry.Formatter(logEntry.State, logEntry.Exception);
        if (message.Length == 0 && logEntry.Exception is null)
            return;
        var line = new StringBuilder(160);
        // The formatter has no clock of ours; log entries carry the machine's time as every other log does.
        line.Append(TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        line.Append(CultureInfo.InvariantCulture, $" {Word(logEntry.LogLevel)}: {logEntry.Category}[{logEntry.EventId.Id}] ");
        LogLine.Append(line, message, MostMessageBytes);
        AppendFailure(line, logEntry.Exception);
        textWriter.WriteLine(line.ToString());
    }

    private static void AppendFailure(StringBuilder line, Exception? failure)
    {
        for (var causes = 0; failure is not null && causes < MostCauses; causes++, failure = failure.InnerException)
        {
            line.Append(CultureInfo.InvariantCulture, $" | {failure.GetType().FullName}: ");
            LogLine.Append(line, failure.Message, MostMessageBytes);
            LogLine.Append(line, failure.StackTrace, MostTraceBytes);
        }
    }

    private static string Word(LogLevel level) => level switch
    {
        LogLevel.Trace => "trce",
        LogLevel.Debug => "dbug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        LogLevel.Error => "fail",
        LogLevel.Critical => "crit",
        LogLevel.None => "none",
        _ => throw new ArgumentOutOfRangeException(nameof(level)),
    };
}
