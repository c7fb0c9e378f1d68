using Dapper;
using Tributary.Primitives;
using Tributary.Storage;

namespace Tributary.Links;

/// <summary>Moves the default flag of a referrer from one link to another, at once.</summary>
internal static class LinkDefaulting
{
    private const string LowerSql = """
        update links set is_default = false, version = version + 1, updated_at = @now
        where program_id = @programId and link_id = @linkId
        """;

    private const string RaiseSql = """
        update links set is_default = true, version = version + 1, updated_at = @now
        where program_id = @programId and link_id = @linkId
        """;

    private const string RenameSql = """
        update links set key = @key, version = version + 1, updated_at = @now where program_id = @programId and link_id = @linkId
        """;

    /// <summary>Under the lock of the referrer's row.</summary>
    public static async Task<Outcome<Link>> MakeDefaultAsync(Transaction tx, Link link, CancellationToken ct)
    {
        if (link.IsDefault)
            return link;
        if (link.State != LinkState.Active)
            return new Problem(ProblemCode.IllegalTransition, $"A link that is {link.State.Text()} cannot be the default one.", "default");
        if (await LinkRow.FindDefaultAsync(tx.Connection, tx.ProgramId, link.ReferrerId, ct) is { } former)
        {
            await LinkNames.PinAsync(tx, former, ct);
            await RunAsync(tx, LowerSql, former.Id, ct);
            LinkNews.Tell(tx, "link.updated", EventType.LinkUpdated, former, former with { IsDefault = false, Version = former.Version + 1, UpdatedAt = tx.Now });
        }
        await RunAsync(tx, RaiseSql, link.Id, ct);
        var after = link with { IsDefault = true, Version = link.Version + 1, UpdatedAt = tx.Now };
        LinkNews.Tell(tx, "link.default", EventType.LinkUpdated, link, after);
        // Codes of the referrer's own now name this link.
        ChangeFeed.Announce(tx, ChangedPart.Referrer, link.ReferrerId);
        return after;
    }

    /// <summary>The default link's key goes with the referrer's own code, as long as they were the same; the former one goes on naming the link.</summary>
    public static async Task FollowAsync(Transaction tx, long referrerId, string? former, string code, CancellationToken ct)
    {
        var link = await LinkRow.FindDefaultAsync(tx.Connection, tx.ProgramId, referrerId, ct);
        if (link is null || !link.Key.Equals(former, StringComparison.OrdinalIgnoreCase))
            return;
        await LinkNames.PinAsync(tx, link, ct);
        await tx.Connection.ExecuteAsync(new CommandDefinition(
            RenameSql, new { programId = tx.ProgramId, linkId = link.Id, key = code, now = tx.Now }, cancellationToken: ct));
        LinkNews.Tell(tx, "link.updated", EventType.LinkUpdated, link, link with { Key = code, Version = link.Version + 1, UpdatedAt = tx.Now });
    }

    private static Task RunAsync(Transaction tx, string sql, long linkId, CancellationToken ct) =>
        tx.Connection.ExecuteAsync(new CommandDefinition(sql, new { programId = tx.ProgramId, linkId, now = tx.Now }, cancellationToken: ct));
}
