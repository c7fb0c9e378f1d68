namespace Tributary.Links;

/// <summary>
/// Links as this node's redirector knows them: in memory, bounded, filled on demand, told of changes. What is known is answered
/// whether or not the database can be reached.
/// </summary>
public sealed class LinkTable
{
    /// <summary>What is to be done at a host; null: it is none of ours (421).</summary>
    /// <param name="host">Of the request; letter case, port and a final dot do not count.</param>
    public ValueTask<RedirectHost?> FindHostAsync(string host, CancellationToken ct) => throw new NotSupportedException();

    /// <summary>The link that a request asks for. From memory without waiting; else from the database, whose outage is thrown.</summary>
    /// <param name="path">As it came, percent-encoded.</param>
    /// <param name="query">As it came, with or without its question mark.</param>
    public ValueTask<RedirectAnswer> FindAsync(RedirectHost host, string path, string query, CancellationToken ct) =>
        throw new NotSupportedException();

    /// <summary>The link that a token names in a programme, for reports of the merchant's own pages; null: nobody's.</summary>
    public ValueTask<RedirectTarget?> FindByTokenAsync(long programId, string token, LinkForm form, CancellationToken ct) =>
        throw new NotSupportedException();
}
