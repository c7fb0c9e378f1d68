using Dapper;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Referrers;
using Tributary.Storage;

namespace Tributary.Links;

/// <summary>Makes a link inside a transaction: names first, so that of two who want the same one wins.</summary>
internal sealed class LinkCreation(Transaction tx, ReferralProgram program, LinkGround ground, NewLink wanted)
{
    private const string CountSql = """
        select count(*) from links where program_id = @programId and referrer_id = @referrerId and not is_default and state <> 'deleted'
        """;

    private const string InsertSql = """
        insert into links
          (program_id, link_id, public_id, referrer_id, domain_id, key, short_code, destination, label, parameters, form, expires_at,
           click_limit, direct_page, direct_redirect_url, created_at, updated_at)
        overriding system value
        values
          (@programId, @linkId, @publicId, @referrerId, @domainId, @key, @shortCode, @destination, @label, @parameters::jsonb, @form,
           @expiresAt, @clickLimit, @directPage, @directRedirectUrl, @now, @now)
        on conflict do nothing
        returning link_id
        """;

    private readonly List<long> names = [];

    public async Task<Outcome<Link>> ExecuteAsync(CancellationToken ct)
    {
        if (await CheckReferrerAsync(ct) is { } refusal)
            return refusal;
        if (!LinkContent.Read(wanted, ground, tx.Now).TryGet(out var content, out var problem))
            return problem;
        if (!(await TakeKeyAsync(ct)).TryGet(out var key, out problem))
            return problem;
        if (wanted.PublicId is { } id && !await TakePublicIdAsync(id, key, ct))
            return new Problem(ProblemCode.AlreadyExists, "This id is or was the name of another link.", "id");
        return await InsertAsync(content, key, ct) is { } linkId
            ? await FinishAsync(linkId, ct)
            : new Problem(ProblemCode.AlreadyExists, "Another link has this id or this page.", wanted.PublicId is null ? "directPage" : "id");
    }

    private async Task<Problem?> CheckReferrerAsync(CancellationToken ct)
    {
        // Its row is the lock under which links are counted and the default one is told apart.
        if (await ReferrerRow.FindAsync(tx.Connection, tx.ProgramId, wanted.ReferrerId, ct, locked: true) is not { } referrer)
            return new Problem(ProblemCode.UnknownReference, "No such referrer.", "referrerId");
        if (referrer.State is ReferrerState.Rejected or ReferrerState.Deleted or ReferrerState.Unclaimed)
            return new Problem(ProblemCode.UnknownReference, $"The referrer is {referrer.State.Text()}.", "referrerId");
        await DefaultLinks.EnsureAsync(tx.Connection, tx.ProgramId, referrer.Id, ct);
        var count = await tx.Connection.ExecuteScalarAsync<long>(new CommandDefinition(
            CountSql, new { programId = tx.ProgramId, referrerId = referrer.Id }, cancellationToken: ct));
        if (referrer.Kind == ReferrerKind.Integrator)
            return await LinksOfIntegrators.RefuseAsync(tx, referrer.Id, count, ct);
        return count >= program.Settings.Links.LinkLimit
            ? new Problem(ProblemCode.LimitReached, $"A referrer has at most {program.Settings.Links.LinkLimit} links of its own.")
            : null;
    }

    private async Task<Outcome<string>> TakeKeyAsync(CancellationToken ct)
    {
        if (wanted.Key is not null)
        {
            if (!LinkKeys.Check(wanted.Key, [.. program.Settings.Links.ReservedWords, .. ground.Labels]).TryGet(out var chosen, out var problem))
                return problem;
            return await TakeAsync("code", chosen, ct) ? chosen : KeyTaken;
        }
        var own = await LinkNames.OwnCodeAsync(tx, wanted.ReferrerId, ct) ?? "";
        for (var attempt = 0; attempt < LinkKeys.MostAttempts; attempt++)
        {
            var drawn = LinkKeys.DrawFor(own);
            if (await TakeAsync("code", drawn, ct))
                return drawn;
        }
        return new Problem(ProblemCode.LimitReached, "No free key was found.", "key");
    }

    private async Task<bool> TakePublicIdAsync(string id, string key, CancellationToken ct) =>
        id.Equals(key, StringComparison.OrdinalIgnoreCase) || await TakeAsync("id", id, ct);

    private async Task<bool> TakeAsync(string kind, string name, CancellationToken ct)
    {
        if (await LinkNames.TakeAsync(tx, wanted.ReferrerId, kind, name, null, ct) is not { } number)
            return false;
        names.Add(number);
        return true;
    }

    private async Task<long?> InsertAsync(LinkContent content, string key, CancellationToken ct)
    {
        var (linkId, shortCode) = await ShortCodes.TakeAsync(tx.Connection, tx.ProgramId, ct);
        var arguments = new
        {
            programId = tx.ProgramId,
            linkId,
            publicId = wanted.PublicId ?? key,
            referrerId = wanted.ReferrerId,
            domainId = content.DomainId,
            key,
            shortCode,
            destination = content.Destination,
            label = content.Label,
            parameters = LinkRow.WriteParameters(content.Parameters),
            form = wanted.Form.Text(),
            expiresAt = wanted.ExpiresAt,
            clickLimit = wanted.ClickLimit,
            directPage = content.DirectPage,
            directRedirectUrl = content.DirectRedirectUrl,
            now = tx.Now,
        };
        if (await tx.Connection.ExecuteScalarAsync<long?>(new CommandDefinition(InsertSql, arguments, cancellationToken: ct)) is null)
            return null;
        if (!await TakeAsync("short", shortCode, ct))
            throw new LostRaceException("The short code was taken.");
        await LinkNames.BindAsync(tx, names, linkId, ct);
        return linkId;
    }

    private async Task<Outcome<Link>> FinishAsync(long linkId, CancellationToken ct)
    {
        var made = (await LinkRow.FindAsync(tx.Connection, tx.ProgramId, linkId, ct))!;
        LinkNews.Tell(tx, "link.created", EventType.LinkCreated, null, made);
        return wanted.IsDefault ? await LinkDefaulting.MakeDefaultAsync(tx, made, ct) : made;
    }

    internal static Problem KeyTaken => new(ProblemCode.AlreadyExists, "This key is or was somebody's; keys are not used again.", "key");
}
