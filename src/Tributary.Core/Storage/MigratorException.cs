namespace Tributary.Storage;

/// <summary>The schema cannot be brought to this server's version; the message says what to do.</summary>
public sealed class MigratorException(string message, Exception? inner = null) : Exception(message, inner);
