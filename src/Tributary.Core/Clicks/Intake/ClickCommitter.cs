using Npgsql;
using Tributary.Storage;

namespace Tributary.Clicks.Intake;

/// <summary>One of a node's ways to commit clicks: a connection and a share of the counters' keys of its own.</summary>
internal sealed class ClickCommitter(Database database, ClickWriter writer) : IAsyncDisposable
{
    private NpgsqlConnection? connection;
    private volatile IReadOnlyList<PendingClick> batch = [];

    /// <summary>What is being committed; its clicks may have been spooled meanwhile.</summary>
    public IReadOnlyList<PendingClick> Batch => batch;

    /// <summary>Returns when the batch is durable, and answers those who wait for it.</summary>
    public async Task CommitAsync(IReadOnlyList<PendingClick> clicks, IReadOnlyList<UnknownRequests> unknown, RecentClicks recent)
    {
        batch = clicks;
        try
        {
            connection ??= await database.OpenAsync(CancellationToken.None);
            await writer.WriteAsync(connection, [.. clicks.Select(pending => pending.Click)], unknown, recent, CancellationToken.None);
            foreach (var pending in clicks)
                if (pending.TryClaim())
                    pending.Answer(ClickFate.Committed);
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
        finally
        {
            batch = [];
        }
    }

    /// <summary>Drops the connection; the next commit opens another.</summary>
    public async ValueTask DisposeAsync()
    {
        if (connection is { } broken)
        {
            connection = null;
            await broken.DisposeAsync();
        }
    }
}
