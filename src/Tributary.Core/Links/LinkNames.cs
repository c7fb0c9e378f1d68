using Dapper;
using Tributary.Referrers;
using Tributary.Storage;

namespace Tributary.Links;

/// <summary>Takes names for links from the one series of codes (partnero.md § 4.5). What is taken is never given back.</summary>
internal static class LinkNames
{
    private const string TakeSql = """
        insert into codes (program_id, referrer_id, kind, link_id, of_link, code, canonical, folded, created_at)
        values (@programId, @referrerId, @kind, @linkId, true, @code, @canonical, @folded, @now)
        on conflict do nothing
        returning code_id
        """;

    private const string BindSql = """
        update codes set link_id = @linkId where program_id = @programId and code_id = any(@codeIds)
        """;

    // Until now it named whatever was the default link; from now on this one.
    private const string PinSql = """
        update codes set link_id = @linkId
        where program_id = @programId and referrer_id = @referrerId and canonical = @canonical and kind = 'code' and link_id is null
        """;

    private const string OwnCodeSql = """
        select code from codes
        where program_id = @programId and referrer_id = @referrerId and kind = 'code' and not of_link
        order by state = 'active' desc, code_id desc
        limit 1
        """;

    private const string OfLinkSql = """
        select exists (
          select from codes
          where program_id = @programId and canonical = @canonical and kind = 'code' and link_id = @linkId)
        """;

    /// <summary>The name's number; null where it is or was anybody's.</summary>
    /// <param name="kind"><c>code</c> for a key, <c>short</c>, <c>id</c> for an id that only reserves its name.</param>
    public static Task<long?> TakeAsync(Transaction tx, long referrerId, string kind, string name, long? linkId, CancellationToken ct)
    {
        CodeText.TryCanonical(name, out var canonical);
        var arguments = new
        {
            programId = tx.ProgramId,
            referrerId,
            kind,
            linkId,
            code = name,
            canonical,
            folded = CodeText.TryFold(name, out var folded) ? folded : canonical,
            now = tx.Now,
        };
        return tx.Connection.ExecuteScalarAsync<long?>(new CommandDefinition(TakeSql, arguments, cancellationToken: ct));
    }

    public static Task BindAsync(Transaction tx, IReadOnlyList<long> codeIds, long linkId, CancellationToken ct) =>
        tx.Connection.ExecuteAsync(new CommandDefinition(
            BindSql, new { programId = tx.ProgramId, codeIds = codeIds.ToArray(), linkId }, cancellationToken: ct));

    /// <summary>A code of the referrer's own that was this link's key stays this link's.</summary>
    public static Task PinAsync(Transaction tx, Link link, CancellationToken ct)
    {
        CodeText.TryCanonical(link.Key, out var canonical);
        var arguments = new { programId = tx.ProgramId, referrerId = link.ReferrerId, canonical, linkId = link.Id };
        return tx.Connection.ExecuteAsync(new CommandDefinition(PinSql, arguments, cancellationToken: ct));
    }

    /// <summary>The code by which the referrer is known; null where it has none.</summary>
    public static Task<string?> OwnCodeAsync(Transaction tx, long referrerId, CancellationToken ct) =>
        tx.Connection.ExecuteScalarAsync<string?>(
            new CommandDefinition(OwnCodeSql, new { programId = tx.ProgramId, referrerId }, cancellationToken: ct));

    /// <summary>Whether the name is a former key of the link, which may become its key again.</summary>
    public static Task<bool> IsOfAsync(Transaction tx, string name, long linkId, CancellationToken ct)
    {
        CodeText.TryCanonical(name, out var canonical);
        return tx.Connection.ExecuteScalarAsync<bool>(
            new CommandDefinition(OfLinkSql, new { programId = tx.ProgramId, canonical, linkId }, cancellationToken: ct));
    }
}
