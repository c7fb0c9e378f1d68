using System.Globalization;
using Tributary.Links;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Referrers;
using Tributary.Server.Api.Partnero.Input;
using Tributary.Server.Qr;

namespace Tributary.Server.Api.Partnero;

/// <summary>Calls about the links of partners, and in programmes of friends of customers: the same below other names.</summary>
internal sealed class LinkCalls(LinkRegister register, LinkViews views, LinkOwners owners, DomainRegister domains)
{
    public const string OfPartners = "partner_referral_links";
    public const string OfCustomers = "customer_referral_links";

    public IReadOnlyList<PartneroRoute> Routes =>
    [
        .. Calls(LinkOwnerKind.Partner, OfPartners, "partner", null),
        .. Calls(LinkOwnerKind.Customer, OfCustomers, "customer", PartneroType.ReferAFriend),
    ];

    private IEnumerable<PartneroRoute> Calls(LinkOwnerKind kind, string links, string owner, PartneroType? only) =>
    [
        new("GET", $"{owner}s/{{{owner}}}/referral_links", (call, ct) => ListAsync(call, kind, ct))
        {
            Summary = $"A {owner}'s links with their numbers, the default one first", Only = only, Reads = LinkFields.List,
            Data = PartneroJson.Default.LinkView, IsList = true,
        },
        new("POST", links, (call, ct) => CreateAsync(call, kind, ct))
        {
            SuccessStatus = StatusCodes.Status201Created,
            Summary = $"Make a link for a {owner}", Only = only, Reads = LinkFields.New(owner), Data = PartneroJson.Default.LinkView,
        },
        new("GET", links + ":search", (call, ct) => SearchAsync(call, kind, ct))
        {
            Summary = "Links that fit all filters", Only = only, Reads = LinkFields.Search(owner), Data = PartneroJson.Default.LinkView, IsList = true,
        },
        new("GET", links + "/{link}", (call, ct) => GetAsync(call, kind, ct))
        {
            Summary = "One link with its numbers", Only = only, Reads = LinkFields.Range, Data = PartneroJson.Default.LinkView,
        },
        new("GET", links + "/{link}/qr", (call, ct) => QrAsync(call, kind, ct))
        {
            Summary = "A QR code of a link, as an image", Only = only, Reads = LinkFields.Qr,
        },
        new("PUT", links + "/{link}", (call, ct) => ChangeAsync(call, kind, ct))
        {
            Summary = "Change the members of a link that are sent", Only = only, Reads = LinkFields.Changed, Data = PartneroJson.Default.LinkView,
        },
        new("DELETE", links + "/{link}", (call, ct) => DeleteAsync(call, kind, ct))
        {
            Summary = "Delete a link: visitors are led on, nothing is earned, history stays", Only = only,
        },
    ];

    private async Task<PartneroAnswer> ListAsync(PartneroCall call, LinkOwnerKind kind, CancellationToken ct)
    {
        var owner = await owners.FindAsync(call.Program, kind, call.Id, ct);
        return owner is null ? PartneroErrors.NotFound : await PageAsync(call, new LinkFilter(owner.ReferrerId, StateOf(call.Input)), ct);
    }

    private async Task<PartneroAnswer> SearchAsync(PartneroCall call, LinkOwnerKind kind, CancellationToken ct)
    {
        var input = call.Input;
        var handle = input.Handle(WordOf(kind));
        var owner = handle is null ? null : await owners.FindAsync(call.Program, kind, handle, ct);
        var filter = new LinkFilter(
            handle is null ? null : owner?.ReferrerId ?? 0, StateOf(input), input.Text("key"), input.Text("label"),
            input.Text("destination_url", Limits.Url), input.Text("id"), ReferrerKind: kind == LinkOwnerKind.Partner ? ReferrerKind.Partner : ReferrerKind.Customer);
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

    private async Task<PartneroAnswer> GetAsync(PartneroCall call, LinkOwnerKind kind, CancellationToken ct)
    {
        if (await FindAsync(call, kind, ct) is not { } link)
            return PartneroErrors.NotFound;
        var shown = await views.OneAsync(call, link, ct);
        return call.Input.Refusal ?? PartneroAnswer.One(shown, PartneroJson.Default.LinkView);
    }

    private async Task<PartneroAnswer> CreateAsync(PartneroCall call, LinkOwnerKind kind, CancellationToken ct)
    {
        var word = WordOf(kind);
        var handle = call.Input.Handle(word);
        if (handle is null)
            call.Input.Report(PartneroErrors.Missing(word + "_key"));
        var wanted = LinkMembers.Read(call.Input, 0);
        if (call.Input.Refusal is { } refusal)
            return refusal;
        if (await owners.FindAsync(call.Program, kind, handle!, ct) is not { MayHaveLinks: true } owner)
            return PartneroErrors.Invalid(word + "_key", $"The {word} does not exist.");
        return await call.OnceAsync(
            caller => register.CreateAsync(call.Program, wanted with { ReferrerId = owner.ReferrerId }, caller, ct),
            made => made.Id.ToString(CultureInfo.InvariantCulture),
            reference => ShowAsync(call, long.Parse(reference, CultureInfo.InvariantCulture), StatusCodes.Status201Created, ct),
            LinkMembers.FieldOf);
    }

    private async Task<PartneroAnswer> ChangeAsync(PartneroCall call, LinkOwnerKind kind, CancellationToken ct)
    {
        if (await FindAsync(call, kind, ct) is not { } link)
            return PartneroErrors.NotFound;
        var change = LinkMembers.ReadChange(call.Input, link);
        var word = WordOf(kind);
        if (call.Input.Handle(word) is { } handle && (await owners.FindAsync(call.Program, kind, handle, ct))?.ReferrerId != link.ReferrerId)
            call.Input.Report(word, $"A link stays its {word}'s.");
        if (link.IsDefault && change.IsDefault == false)
            call.Input.Report(DefaultLink("default"));
        if (call.Input.Refusal is { } refusal)
            return refusal;
        var outcome = await register.ChangeAsync(call.Program, link.Id, change, call.Caller, ct);
        return outcome.TryGet(out _, out var problem)
            ? await ShowAsync(call, link.Id, StatusCodes.Status200OK, ct)
            : PartneroErrors.From(problem, LinkMembers.FieldOf);
    }

    private async Task<PartneroAnswer> QrAsync(PartneroCall call, LinkOwnerKind kind, CancellationToken ct)
    {
        var input = call.Input;
        var outcome = QrRequest.Read(input.Text("format"), input.Text("size"), input.Text("margin"), input.Text("form"));
        if (!outcome.TryGet(out var wanted, out var problem))
            return PartneroErrors.From(problem);
        if (await FindAsync(call, kind, ct) is not { } link)
            return PartneroErrors.NotFound;
        if ((await domains.AddressesAsync(call.Program, ct)).ScannedUrlOf(link, wanted.Form) is not { } url)
            return PartneroErrors.WrongState("The link has no address as long as the program has no site.");
        return wanted.Draw(url).TryGet(out var image, out problem)
            ? new PartneroAnswer(StatusCodes.Status200OK, image.Bytes, image.Type) { Headers = [("Cache-Control", "private, max-age=86400")] }
            : PartneroErrors.From(problem);
    }

    private async Task<PartneroAnswer> DeleteAsync(PartneroCall call, LinkOwnerKind kind, CancellationToken ct)
    {
        if (await FindAsync(call, kind, ct) is not { } link)
            return PartneroErrors.NotFound;
        var outcome = await register.DeleteAsync(call.Program, link.Id, call.Caller, ct);
        if (outcome.TryGet(out _, out var problem))
            return PartneroAnswer.Done();
        return problem.Code == ProblemCode.IllegalTransition ? DefaultLink("id") : PartneroErrors.From(problem, LinkMembers.FieldOf);
    }

    private async Task<PartneroAnswer> ShowAsync(PartneroCall call, long linkId, int status, CancellationToken ct) => PartneroAnswer.One(
        await views.OneAsync(call, (await register.FindAsync(call.Program.Id, linkId, ct))!, ct), PartneroJson.Default.LinkView, status);

    /// <summary>The link that the path names; null where there is none, it is deleted, or it is of another kind of owner.</summary>
    private async Task<Link?> FindAsync(PartneroCall call, LinkOwnerKind kind, CancellationToken ct)
    {
        if (await register.FindAsync(call.Program.Id, call.Id, ct) is not { State: not LinkState.Deleted } link)
            return null;
        return (await owners.FindAsync(call.Program.Id, [link.ReferrerId], ct)).GetValueOrDefault(link.ReferrerId)?.Kind == kind ? link : null;
    }

    private static string WordOf(LinkOwnerKind kind) => kind switch
    {
        LinkOwnerKind.Partner => "partner",
        LinkOwnerKind.Customer => "customer",
    };

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
