using Microsoft.Extensions.Logging;
using Npgsql;
using Tributary.Clicks.Spool;
using Tributary.Storage;

namespace Tributary.Clicks.Intake;

/// <summary>Brings spooled clicks to the database, oldest first and each exactly once, and finds out when it is back (CL-62).</summary>
internal sealed partial class SpoolShipping(
    Database database, ClickSpool spool, ClickWriter writer, ClickIntakeSettings settings, ILogger logger) : IDisposable
{
    private readonly SemaphoreSlim shipping = new(1);

    /// <param name="onTaken">Called after each commit, and when the database answers though nothing was to be shipped.</param>
    public async Task RunAsync(Action onTaken, CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            await Task.Delay(settings.ShipEvery, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (database.IsOpen && !ct.IsCancellationRequested)
                await TryShipAsync(onTaken, ct);
        }
    }

    /// <summary>One last time before the node stops; what cannot be shipped stays for the next start.</summary>
    public Task ShipAllAsync(CancellationToken ct) => TryShipAsync(static () => { }, ct);

    public void Dispose() => shipping.Dispose();

    private async Task TryShipAsync(Action onTaken, CancellationToken ct)
    {
        await shipping.WaitAsync(CancellationToken.None);
        try
        {
            await ShipAsync(onTaken, ct);
        }
        catch (Exception outage) when (DatabaseFault.IsOutage(outage))
        {
            // Still away, or away again: the segment stays until it was shipped whole.
        }
        catch (Exception failure)
        {
            Log.Failed(logger, failure);
        }
        finally
        {
            shipping.Release();
        }
    }

    private async Task ShipAsync(Action onTaken, CancellationToken ct)
    {
        if (!database.IsOpen)
            return;
        await using var connection = await database.OpenAsync(CancellationToken.None);
        foreach (var segment in spool.IsEmpty ? [] : spool.TakeSegments())
        {
            if (ct.IsCancellationRequested)
                return;
            await ShipAsync(connection, segment, onTaken, ct);
        }
        if (spool.IsEmpty && await AnswersAsync(connection))
            onTaken();
    }

    private async Task ShipAsync(
        NpgsqlConnection connection, string segment, Action onTaken, CancellationToken ct)
    {
        var clicks = ClickSpool.Read(segment);
        var recent = new RecentClicks();
        foreach (var chunk in clicks.OrderBy(click => click.Id).Chunk(settings.MostPerBatch))
        {
            // A node that stops does not wait for a long segment: the next start ships it again, and what is there is not counted twice.
            if (ct.IsCancellationRequested)
                return;
            await ShipAsync(connection, chunk, recent);
            onTaken();
        }
        spool.Remove(segment);
        Log.Shipped(logger, clicks.Count);
    }

    /// <summary>A click that PostgreSQL refuses for itself must not hold up those behind it: it is told of and left out.</summary>
    private async Task ShipAsync(NpgsqlConnection connection, Click[] clicks, RecentClicks recent)
    {
        try
        {
            await writer.ShipAsync(connection, clicks, recent, CancellationToken.None);
        }
        catch (PostgresException refusal) when (!DatabaseFault.IsOutage(refusal))
        {
            if (clicks.Length == 1)
            {
                Log.Refused(logger, clicks[0].Id, refusal.SqlState);
                return;
            }
            var half = clicks.Length / 2;
            await ShipAsync(connection, clicks[..half], recent);
            await ShipAsync(connection, clicks[half..], recent);
        }
    }

    private static async Task<bool> AnswersAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand("select 1", connection) { CommandTimeout = 1 };
        return await command.ExecuteScalarAsync() is 1;
    }

    private static partial class Log
    {
        [LoggerMessage(62, LogLevel.Information, "{Count} spooled clicks are in the database")]
        public static partial void Shipped(ILogger logger, int count);

        [LoggerMessage(64, LogLevel.Error, "Shipping spooled clicks failed; it will be tried again")]
        public static partial void Failed(ILogger logger, Exception failure);

        [LoggerMessage(63, LogLevel.Error, "The database refuses click {Click} for good ({State}); it is left out")]
        public static partial void Refused(ILogger logger, ClickId click, string state);
    }
}
