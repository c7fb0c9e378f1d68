using System.Net.Sockets;
using Npgsql;

namespace Tributary.Storage;

/// <summary>Tells an outage of the database, after which the same request may succeed, from a bug.</summary>
public static class DatabaseFault
{
    /// <summary>Seconds after which a client may try again; sent as <c>Retry-After</c>.</summary>
    public const int RetryAfterSeconds = 2;

    private const string IdleInTransactionTimeout = "25P03";

    /// <summary>
    /// True when the database could not be reached, went away, is overloaded, has no room, or gave up on a lock:
    /// nothing was decided and the request may be repeated. Answered with 503, or 507 when <see cref="IsDiskFull"/>.
    /// </summary>
    public static bool IsOutage(Exception exception) => exception switch
    {
        DatabaseNotReadyException => true,
        PostgresException postgres => IsOutageState(postgres.SqlState),
        NpgsqlException { InnerException: SocketException or IOException or TimeoutException } => true,
        NpgsqlException { InnerException: NpgsqlException inner } => IsOutage(inner),
        NpgsqlException npgsql => npgsql.IsTransient,
        SocketException => true,
        AggregateException { InnerException: { } inner } => IsOutage(inner),
        _ => false,
    };

    /// <summary>True when PostgreSQL has no room left on its disk (answered with 507).</summary>
    public static bool IsDiskFull(Exception exception) => exception switch
    {
        PostgresException postgres => postgres.SqlState == PostgresErrorCodes.DiskFull,
        { InnerException: { } inner } => IsDiskFull(inner),
        _ => false,
    };

    private static bool IsOutageState(string sqlState)
    {
        // Class 08: connection; 53: no memory, disk or connections left; 58: the system below PostgreSQL failed.
        return sqlState.StartsWith("08", StringComparison.Ordinal)
            || sqlState.StartsWith("53", StringComparison.Ordinal)
            || sqlState.StartsWith("58", StringComparison.Ordinal)
            || sqlState is PostgresErrorCodes.AdminShutdown
                or PostgresErrorCodes.CrashShutdown
                or PostgresErrorCodes.CannotConnectNow
                or PostgresErrorCodes.QueryCanceled
                or IdleInTransactionTimeout
                or PostgresErrorCodes.ReadOnlySqlTransaction
                or PostgresErrorCodes.LockNotAvailable
                or PostgresErrorCodes.DeadlockDetected
                or PostgresErrorCodes.SerializationFailure;
    }
}
