using Npgsql;

namespace Tributary.Links;

/// <summary>A redirect cannot wait for a database that has stopped answering as long as other requests can.</summary>
internal static class Patience
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    /// <summary>What was read, or an outage like any other where it takes too long.</summary>
    public static async Task<T> WithinAsync<T>(Task<T> reading, TimeProvider clock, CancellationToken ct)
    {
        try
        {
            return await reading.WaitAsync(Longest, clock, ct);
        }
        catch (TimeoutException late)
        {
            throw new NpgsqlException("The database does not answer in time.", late);
        }
    }
}
