using System.Globalization;
using Tributary.Links;
using Tributary.Primitives;
using Tributary.Referrers;
using Tributary.Server.Api.Partnero.Input;

namespace Tributary.Server.Api.Partnero;

/// <summary>Calls about partners' links.</summary>
internal sealed class LinkCalls(LinkRegister register, LinkViews views, LinkOwners owners, PartnerQueries partners)
{
    public const string OfPartners = "partner_referral_links";
    public const string OfCustomers = "customer_referral_links";

    public IReadOnlyList<PartneroRoute> Routes =>
    [
        new("GET", "partners/{partner}/referral_links", ListAsync)
        {
            Summary = "A partner's links with their numbers, the default one first", Reads = LinkFields.List,
            Data = PartneroJson.Default.LinkView, IsList = true,
        },
        new("POST", OfPartners, CreateAsync)
        {
            SuccessStatus = StatusCodes.Status201Created,
            Summary = "Make a link for a partner", Reads = LinkFields.New, Data = PartneroJson.Default.LinkView,
        },
        new("GET", OfPartners + ":search", SearchAsync)
        {
            Summary = "Links that fit all filters", Reads = LinkFields.Search, Data = PartneroJson.Default.LinkView, IsList = true,
        },
        new("GET", OfPartners + "/{link}", GetAsync)
        {
            Summary = "One link with its numbers", Reads = LinkFields.Range, Data = PartneroJson.Default.LinkView,
        },
        new("PUT", OfPartners + "/{link}", ChangeAsync)
        {
            Summary = "Change the members of a link that are sent", Reads = LinkFields.Changed, Data = PartneroJson.Default.LinkView,
        },
        new("DELETE", OfPartners + "/{link}", DeleteAsync)
        {
            Summary = "Delete a link: visitors are led on, nothing is earned, history stays",
        },
    ];

    private async Task<PartneroAnswer> ListAsync(PartneroCall call, CancellationToken ct)
    {
        var partner = await partners.FindAsync(call.Program.Id, call.Id, ct);
        return partner is null ? PartneroErrors.NotFound : await PageAsync(call, new LinkFilter(partner.Id, StateOf(call.Input)), ct);
    }

    private async Task<PartneroAnswer> SearchAsync(PartneroCall call, CancellationToken ct)
    {
        var input = call.Input;
        var handle = input.Handle("partner");
        var partner = handle is null ? null : await partners.FindAsync(call.Program.Id, handle, ct);
        var filter = new LinkFilter(
            handle is null ? null : partner?.Id ?? 0, StateOf(input), input.Text("key"), input.Text("label"),
            input.Text("destination_url", Limits.Url), input.Text("id"), ReferrerKind: ReferrerKind.Partner);
        return await PageAsync(call, filter, ct);
    }

    private async Task<PartneroAnswer> PageAsync(PartneroCall call, LinkFilter filter, CancellationToken ct)
    {
        var list = call.List();
        if (call.Input.Refusal is { } refusal)
            return refusal;
        var asked = filter with { OldestFirst = !list.Descending };
        var page = await register.ListAsync(call.Program.Id, asked, new PageRequest(list.Limit, list.After), call.Now, ct, list.Slice.Skip);
        var shown = await views.AllAsync(call, page.Items, ct);
        return call.Input.Refusal ?? PartneroAnswer.List(list with { Next = page.Next }, shown, PartneroJson.Default.LinkView);
    }

    private async Task<PartneroAnswer> GetAsync(PartneroCall call, CancellationToken ct)
    {
        if (await FindAsync(call, ct) is not { } link)
            return PartneroErrors.NotFound;
        var shown = await views.OneAsync(call, link, ct);
        return call.Input.Refusal ?? PartneroAnswer.One(shown, PartneroJson.Default.LinkView);
    }

    private async Task<PartneroAnswer> CreateAsync(PartneroCall call, CancellationToken ct)
    {
        var handle = call.Input.Handle("partner");
        if (handle is null)
            call.Input.Report(PartneroErrors.Missing("partner_key"));
        var wanted = LinkMembers.Read(call.Input, 0);
        if (call.Input.Refusal is { } refusal)
            return refusal;
        if (await partners.FindAsync(call.Program.Id, handle!, ct) is not { Who.State: not ReferrerState.Rejected } partner)
            return PartneroErrors.Invalid("partner_key", "The partner does not exist.");
        return await call.OnceAsync(
            caller => register.CreateAsync(call.Program, wanted with { ReferrerId = partner.Id }, caller, ct),
            made => made.Id.ToString(CultureInfo.InvariantCulture),
            reference => ShowAsync(call, long.Parse(reference, CultureInfo.InvariantCulture), StatusCodes.Status201Created, ct),
            LinkMembers.FieldOf);
    }

    private async Task<PartneroAnswer> ChangeAsync(PartneroCall call, CancellationToken ct)
    {
        if (await FindAsync(call, ct) is not { } link)
            return PartneroErrors.NotFound;
        var change = LinkMembers.ReadChange(call.Input, link);
        if (call.Input.Handle("partner") is { } handle && (await partners.FindAsync(call.Program.Id, handle, ct))?.Id != link.ReferrerId)
            call.Input.Report("partner", "A link stays its partner's.");
        if (link.IsDefault && change.IsDefault == false)
            call.Input.Report(DefaultLink("default"));
        if (call.Input.Refusal is { } refusal)
            return refusal;
        var outcome = await register.ChangeAsync(call.Program, link.Id, change, call.Caller, ct);
        return outcome.TryGet(out _, out var problem)
            ? await ShowAsync(call, link.Id, StatusCodes.Status200OK, ct)
            : PartneroErrors.From(problem, LinkMembers.FieldOf);
    }

    private async Task<PartneroAnswer> DeleteAsync(PartneroCall call, CancellationToken ct)
    {
        if (await FindAsync(call, ct) is not { } link)
            return PartneroErrors.NotFound;
        var outcome = await register.DeleteAsync(call.Program, link.Id, call.Caller, ct);
        if (outcome.TryGet(out _, out var problem))
            return PartneroAnswer.Done();
        return problem.Code == ProblemCode.IllegalTransition ? DefaultLink("id") : PartneroErrors.From(problem, LinkMembers.FieldOf);
    }

    private async Task<PartneroAnswer> ShowAsync(PartneroCall call, long linkId, int status, CancellationToken ct) => PartneroAnswer.One(
        await views.OneAsync(call, (await register.FindAsync(call.Program.Id, linkId, ct))!, ct), PartneroJson.Default.LinkView, status);

    /// <summary>The partner's link that the path names; null where it is none, deleted, or somebody else's than a partner's.</summary>
    private async Task<Link?> FindAsync(PartneroCall call, CancellationToken ct)
    {
        var link = await register.FindAsync(call.Program.Id, call.Id, ct);
        return link is { State: not LinkState.Deleted } && (await owners.FindAsync(call.Program.Id, [link.ReferrerId], ct)).Count > 0 ? link : null;
    }

    private static PartneroError DefaultLink(string field) =>
        PartneroErrors.Refuse("default_link", field, "This is the default link; make another one the default first.");

    private static LinkState? StateOf(InputObject input)
    {
        if (input.Text("status")?.ToLowerInvariant() is not { } word)
            return null;
        if (LinkWords.TryParse(word, out LinkState state) && state != LinkState.ReferrerInactive)
            return state;
        input.Report("status", "The status must be active, paused, expired, deleted or blocked.");
        return null;
    }
}
