using System.Globalization;
using Tributary.Storage;

namespace Tributary.Server.Hosting;

/// <summary>What every face says, in its own shape, while the database is away.</summary>
internal static class OutageAnswer
{
    public const string Detail = "The database is not available at the moment. Nothing was changed; try again in a few seconds.";

    /// <summary>Value of the <c>Retry-After</c> header, in seconds.</summary>
    public static readonly string RetryAfter = DatabaseFault.RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);

    /// <summary>503, or 507 when PostgreSQL's disk is full; null when the exception is no outage.</summary>
    public static int? Status(Exception exception)
    {
        if (DatabaseFault.IsDiskFull(exception))
        {
            return StatusCodes.Status507InsufficientStorage;
        }

        return DatabaseFault.IsOutage(exception) ? StatusCodes.Status503ServiceUnavailable : null;
    }
}
