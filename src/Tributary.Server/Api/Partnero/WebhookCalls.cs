using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Server.Api.Partnero.Input;
using Tributary.Server.Api.Wire;
using Tributary.Webhooks;

namespace Tributary.Server.Api.Partnero;

/// <summary>Calls about webhooks: where events are sent.</summary>
internal sealed class WebhookCalls(WebhookRegister webhooks, WebhookUrls urls)
{
    private const int LongestKey = 64;
    private const int MostEvents = 50;

    private static readonly string[] Shared =
    [
        "customer.created", "customer.updated", "customer.deleted", "transaction.created", "transaction.updated", "transaction.deleted",
        "reward.created", "reward.approved", "reward.paid", "link.created", "link.updated", "link.deleted",
    ];

    private static readonly string[] OfAffiliates =
    [
        .. Shared,
        "partner.created", "partner.updated", "partner.deleted", "partner.approved", "partner.rejected", "partner.archived",
        "lead.submitted", "lead.converted", "lead.rejected",
    ];

    private static readonly string[] OfFriends = [.. Shared, "customer.credited", "customer.rewarded"];

    private static readonly IReadOnlyList<WireMember> Changed =
    [
        new("name", WireType.Text, "at most 100 characters"),
        new("url", WireType.Text, "https, of the public internet"),
        new("events", WireType.Texts, "names of events that the programme's type has"),
        new("is_active", WireType.Flag, "true if absent"),
    ];

    public IReadOnlyList<PartneroRoute> Routes =>
    [
        new("GET", "webhooks", ListAsync)
        {
            Summary = "Webhooks, newest first", Reads = PartneroFields.Paging, Data = PartneroJson.Default.WebhookView, IsList = true, Scope = Keys.KeyScopes.Manage,
        },
        new("POST", "webhooks", CreateAsync)
        {
            Summary = "Have events sent to an address", Reads = [.. Changed, new("key", WireType.Text, "unique; generated if absent")],
            Data = PartneroJson.Default.WebhookView, Scope = Keys.KeyScopes.Manage,
        },
        new("GET", "webhooks/{webhook}", (call, ct) => ShowAsync(call, call.Id, StatusCodes.Status200OK, ct))
        {
            Summary = "One webhook", Data = PartneroJson.Default.WebhookView, Scope = Keys.KeyScopes.Manage,
        },
        new("PUT", "webhooks/{webhook}", ChangeAsync)
        {
            Summary = "Change a webhook", Reads = [.. Changed, new("rotate_signature", WireType.Flag, "a new secret; the old one signs too for a day")],
            Data = PartneroJson.Default.WebhookView, Scope = Keys.KeyScopes.Manage,
        },
        new("DELETE", "webhooks/{webhook}", DeleteAsync) { Summary = "Send nothing there any more", Scope = Keys.KeyScopes.Manage },
    ];

    /// <summary>What programmes of a type offer; others are refused.</summary>
    public static IReadOnlyList<string> EventsOf(PartneroType type) => type switch
    {
        PartneroType.Affiliate => OfAffiliates,
        PartneroType.ReferAFriend => OfFriends,
    };

    private async Task<PartneroAnswer> ListAsync(PartneroCall call, CancellationToken ct)
    {
        var list = call.List(PartneroList.ShortLimit);
        if (call.Input.Refusal is { } refusal)
            return refusal;
        // A programme has few; they are cut here.
        var all = await webhooks.ListAsync(call.Program.Id, WebhookFormat.Partnero, ct);
        var sorted = list.Descending ? all.OrderByDescending(each => each.Id) : all.OrderBy(each => each.Id);
        var after = sorted.Where(each => list.After is not { } place || (list.Descending ? each.Id < place.Id : each.Id > place.Id));
        var page = list.Slice.Cut([.. after.Skip(list.Slice.Skip).Take(list.Slice.Most)], each => new Cursor(each.Id, each.Id));
        return PartneroAnswer.List(list with { Next = page.Next }, [.. page.Items.Select(Of)], PartneroJson.Default.WebhookView);
    }

    private async Task<PartneroAnswer> CreateAsync(PartneroCall call, CancellationToken ct)
    {
        var input = call.Input;
        var events = ReadEvents(call.Program.Settings.Partnero.Type, input);
        if (!input.Has("events"))
            input.Report(PartneroErrors.Missing("events"));
        var wanted = new NewEndpoint(
            input.Text("key", LongestKey), input.RequiredText("name", WebhookRegister.MostName), ReadUrl(input, isRequired: true) ?? "",
            WebhookFormat.Partnero, events ?? [], input.Flag("is_active") ?? true);
        if (input.Refusal is { } refusal)
            return refusal;
        return await call.OnceAsync(
            caller => webhooks.CreateAsync(call.Program, wanted, caller, ct),
            made => made.Key,
            reference => ShowAsync(call, reference, StatusCodes.Status201Created, ct));
    }

    private async Task<PartneroAnswer> ChangeAsync(PartneroCall call, CancellationToken ct)
    {
        var input = call.Input;
        var change = new EndpointChange(
            input.Text("name", WebhookRegister.MostName), ReadUrl(input, isRequired: false), ReadEvents(call.Program.Settings.Partnero.Type, input),
            input.Flag("is_active"), input.Flag("rotate_signature") ?? false);
        if (input.Refusal is { } refusal)
            return refusal;
        return (await webhooks.UpdateAsync(call.Program, Name(call.Id), change, call.Caller, ct)).TryGet(out var changed, out var problem)
            ? PartneroAnswer.One(Of(changed), PartneroJson.Default.WebhookView)
            : PartneroErrors.From(problem);
    }

    private async Task<PartneroAnswer> DeleteAsync(PartneroCall call, CancellationToken ct) =>
        (await webhooks.DeleteAsync(call.Program, Name(call.Id), call.Caller, ct)).TryGet(out _, out var problem)
            ? PartneroAnswer.Done()
            : PartneroErrors.From(problem);

    private async Task<PartneroAnswer> ShowAsync(PartneroCall call, string key, int status, CancellationToken ct) =>
        await webhooks.FindAsync(call.Program.Id, Name(key), ct) is { } found
            ? PartneroAnswer.One(Of(found), PartneroJson.Default.WebhookView, status)
            : PartneroErrors.NotFound;

    private static EndpointName Name(string key) => EndpointName.OfKey(WebhookFormat.Partnero, key);

    private string? ReadUrl(InputObject input, bool isRequired)
    {
        var url = isRequired ? input.RequiredText("url", Limits.Url) : input.Text("url", Limits.Url);
        if (!string.IsNullOrEmpty(url) && !urls.Check(url).TryGet(out _, out var problem))
            input.Report("url", problem.Detail);
        return url;
    }

    private static IReadOnlyList<string>? ReadEvents(PartneroType type, InputObject input)
    {
        if (!input.Has("events"))
            return null;
        var events = input.Texts("events", MostEvents);
        if (events.Count == 0 || events.Any(name => !EventsOf(type).Contains(name, StringComparer.Ordinal)))
            input.Report("events", "The events must be a non-empty list of events that programs of this type have.");
        return events;
    }

    private static WebhookView Of(WebhookEndpoint endpoint) =>
        new(endpoint.Key, endpoint.Name, endpoint.Url, endpoint.Active, endpoint.Events, endpoint.Secret);
}

/// <param name="Signature">The secret by which what is sent is signed; shown on every read, as published.</param>
internal sealed record WebhookView(string Key, string Name, string Url, bool IsActive, IReadOnlyList<string> Events, string Signature);
