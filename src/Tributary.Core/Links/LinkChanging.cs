using Dapper;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Referrers;
using Tributary.Storage;

namespace Tributary.Links;

/// <summary>Changes, deletes and blocks a link inside a transaction, under the lock of its referrer's row.</summary>
internal sealed class LinkChanging(Transaction tx, ReferralProgram program, LinkGround ground)
{
    private const string UpdateSql = """
        update links
        set key = @key, domain_id = @domainId, destination = @destination, label = @label, parameters = @parameters::jsonb, form = @form,
            state = @state, expires_at = @expiresAt, click_limit = @clickLimit, direct_page = @directPage,
            limit_reached_at = case when click_limit is distinct from @clickLimit then null else limit_reached_at end,
            direct_redirect_url = @directRedirectUrl, deleted_at = @deletedAt, version = version + 1, updated_at = @now
        where program_id = @programId and link_id = @linkId
        """;

    private const string PageTakenSql = """
        select exists (
          select from links
          where program_id = @programId and direct_page = @page and link_id <> @linkId and state <> 'deleted')
        """;

    private static readonly Problem NoLink = new(ProblemCode.NotFound, "No such link.");

    public async Task<Outcome<Link>> ChangeAsync(long linkId, LinkChange change, CancellationToken ct)
    {
        if (await FindLockedAsync(linkId, ct) is not { } before)
            return NoLink;
        if (change.Version is { } seen && seen != before.Version)
            return new Problem(ProblemCode.VersionConflict, "The link was changed meanwhile; read it again.", "version");
        if (!Read(before, change).TryGet(out var after, out var problem))
            return problem;
        if (after != before && await LinksOfIntegrators.RefuseChangeAsync(tx, before.ReferrerId, ct) is { } off)
            return off;
        if (await TakeNewNamesAsync(before, after, change, ct) is { } refusal)
            return refusal;
        var written = after == before ? before : await WriteAsync(before, after, "link.updated", EventType.LinkUpdated, null, ct);
        return change.IsDefault == true ? await LinkDefaulting.MakeDefaultAsync(tx, written, ct) : written;
    }

    public async Task<Outcome<Link>> DeleteAsync(long linkId, CancellationToken ct)
    {
        if (await FindLockedAsync(linkId, ct) is not { } before)
            return NoLink;
        if (before.IsDefault)
            return new Problem(ProblemCode.IllegalTransition, "The default link cannot be deleted; make another one the default first.", "default");
        return await WriteAsync(
            before, before with { State = LinkState.Deleted, DeletedAt = tx.Now }, "link.deleted", EventType.LinkDeleted, null, ct);
    }

    /// <param name="to">Blocked, or active again.</param>
    public async Task<Outcome<Link>> BlockAsync(long linkId, LinkState to, string? reason, CancellationToken ct)
    {
        if (await FindLockedAsync(linkId, ct) is not { } before)
            return NoLink;
        return before.State == to ? before : await WriteAsync(
            before, before with { State = to }, to == LinkState.Blocked ? "link.blocked" : "link.unblocked", EventType.LinkUpdated, reason, ct);
    }

    /// <summary>Deleted ones are not found any more.</summary>
    private async Task<Link?> FindLockedAsync(long linkId, CancellationToken ct)
    {
        if (await LinkRow.FindAsync(tx.Connection, tx.ProgramId, linkId, ct) is not { } seen)
            return null;
        await ReferrerRow.FindAsync(tx.Connection, tx.ProgramId, seen.ReferrerId, ct, locked: true);
        var found = await LinkRow.FindAsync(tx.Connection, tx.ProgramId, linkId, ct, locked: true);
        return found?.State == LinkState.Deleted ? null : found;
    }

    private Outcome<Link> Read(Link before, LinkChange change)
    {
        var refusal = LinkRules.Label(change.Label?.Value)
            ?? LinkRules.Parameters(change.Parameters)
            ?? LinkRules.Form(change.Form)
            ?? LinkRules.ClickLimit(change.ClickLimit?.Value)
            ?? LinkRules.ExpiresAt(change.ExpiresAt?.Value, tx.Now)
            ?? State(before, change)
            ?? (change.IsDefault == false && before.IsDefault
                ? new Problem(ProblemCode.IllegalTransition, "Make another link the default one instead.", "default")
                : null);
        if (refusal is not null)
            return refusal;
        return ReadAddresses(before, change).Map(after => after with
        {
            Key = change.Key?.Trim() ?? before.Key,
            Label = change.Label is { } label ? label.Value : before.Label,
            Parameters = change.Parameters is { } given && !given.SequenceEqual(before.Parameters) ? given : before.Parameters,
            Form = change.Form ?? before.Form,
            State = change.State ?? before.State,
            ExpiresAt = change.ExpiresAt is { } expiry ? expiry.Value : before.ExpiresAt,
            ClickLimit = change.ClickLimit is { } limit ? limit.Value : before.ClickLimit,
        });
    }

    private Outcome<Link> ReadAddresses(Link before, LinkChange change)
    {
        if (change is { Destination: null, DomainNumber: null, DirectPage: null, DirectRedirectUrl: null })
            return before;
        var destination = change.Destination is { } given ? given.Value : before.Destination;
        // A new destination takes the link along to its own domain; otherwise it stays where it is.
        var number = change.DomainNumber is { } chosen ? chosen.Value : change.Destination is null ? ground.NumberOf(before.DomainId) : null;
        return LinkContent.Read(destination, number, change.DirectPage?.Value, change.DirectRedirectUrl?.Value, ground).Map(content => before with
        {
            DomainId = content.DomainId,
            Destination = content.Destination,
            DirectPage = change.DirectPage is null ? before.DirectPage : content.DirectPage,
            DirectRedirectUrl = change.DirectRedirectUrl is null ? before.DirectRedirectUrl : content.DirectRedirectUrl,
        });
    }

    private static Problem? State(Link before, LinkChange change) => (before.State, change.State) switch
    {
        (_, null) or (LinkState.Active or LinkState.Paused, LinkState.Active or LinkState.Paused) => null,
        _ => new Problem(ProblemCode.IllegalTransition, "A link is made active or paused here, unless it is blocked.", "status"),
    };

    private async Task<Problem?> TakeNewNamesAsync(Link before, Link after, LinkChange change, CancellationToken ct)
    {
        if (after.DirectPage is { } page && page != before.DirectPage && await IsPageTakenAsync(page, before.Id, ct))
            return new Problem(ProblemCode.AlreadyExists, "This page stands for another link.", "directPage");
        if (change.Key is null || after.Key == before.Key)
            return null;
        if (!LinkKeys.Check(change.Key, [.. program.Settings.Links.ReservedWords, .. ground.Labels]).TryGet(out var key, out var problem))
            return problem;
        await LinkNames.PinAsync(tx, before, ct);
        return await LinkNames.TakeAsync(tx, before.ReferrerId, "code", key, before.Id, ct) is not null
            || await LinkNames.IsOfAsync(tx, key, before.Id, ct)
            ? null
            : LinkCreation.KeyTaken;
    }

    private Task<bool> IsPageTakenAsync(string page, long linkId, CancellationToken ct) =>
        tx.Connection.ExecuteScalarAsync<bool>(
            new CommandDefinition(PageTakenSql, new { programId = tx.ProgramId, page, linkId }, cancellationToken: ct));

    private async Task<Link> WriteAsync(Link before, Link after, string verb, string type, string? reason, CancellationToken ct)
    {
        var arguments = new
        {
            programId = tx.ProgramId,
            linkId = before.Id,
            key = after.Key,
            domainId = after.DomainId,
            destination = after.Destination,
            label = after.Label,
            parameters = LinkRow.WriteParameters(after.Parameters),
            form = after.Form.Text(),
            state = after.State.Text(),
            expiresAt = after.ExpiresAt,
            clickLimit = after.ClickLimit,
            directPage = after.DirectPage,
            directRedirectUrl = after.DirectRedirectUrl,
            deletedAt = after.DeletedAt,
            now = tx.Now,
        };
        await tx.Connection.ExecuteAsync(new CommandDefinition(UpdateSql, arguments, cancellationToken: ct));
        var written = (await LinkRow.FindAsync(tx.Connection, tx.ProgramId, before.Id, ct))!;
        LinkNews.Tell(tx, verb, type, before, written, reason);
        return written;
    }
}
