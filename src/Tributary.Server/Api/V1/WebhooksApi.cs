using Tributary.Keys;
using Tributary.Primitives;
using Tributary.Storage;
using Tributary.Webhooks;
using Tributary.Webhooks.Deliveries;

namespace Tributary.Server.Api.V1;

/// <summary>Where events are sent. A secret is answered once, when it is made.</summary>
internal static class WebhooksApi
{
    public static void MapWebhooks(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/webhooks", ListAsync).ForSecrets(KeyScopes.Manage)
            .Describe("listWebhooks", "All endpoints, of all formats, oldest first");
        routes.MapPost("/webhooks", CreateAsync).ForSecrets(KeyScopes.Manage)
            .Describe("createWebhook", "Have events sent to an address; the secret is shown once", StatusCodes.Status201Created);
        routes.MapGet("/webhooks/{webhookId:long}", GetAsync).ForSecrets(KeyScopes.Manage)
            .Describe("getWebhook", "One endpoint, and whether it works");
        routes.MapPatch("/webhooks/{webhookId:long}", ChangeAsync).ForSecrets(KeyScopes.Manage)
            .Describe("changeWebhook", "Change an endpoint; activating one that was disabled sends to it again");
        routes.MapDelete("/webhooks/{webhookId:long}", DeleteAsync).ForSecrets(KeyScopes.Manage)
            .Describe("deleteWebhook", "Send nothing there any more; its log goes too");
        routes.MapPost("/webhooks/{webhookId:long}/rotate", RotateAsync).ForSecrets(KeyScopes.Manage)
            .Describe("rotateWebhookSecret", "Make a new secret, shown once; the former one signs too for 24 hours");
    }

    private static async Task<Answer<ListAnswer<WebhookAnswer>>> ListAsync(Call call, WebhookRegister webhooks, CancellationToken ct) =>
        new ListAnswer<WebhookAnswer>([.. (await webhooks.ListAsync(call.Program.Id, null, ct)).Select(WebhookAnswer.Of)], null);

    private static async Task<Answer<WebhookAnswer>> GetAsync(Call call, long webhookId, WebhookRegister webhooks, CancellationToken ct) =>
        (await webhooks.FindAsync(call.Program.Id, EndpointName.OfId(webhookId), ct)).OrNotFound(WebhookAnswer.Of, "webhook");

    private static async Task<Answer<WebhookMadeAnswer>> CreateAsync(
        Call call, Body<WebhookBody> body, WebhookRegister webhooks, WebhookNames names, CancellationToken ct)
    {
        var wanted = body.Value;
        if (names.Check(wanted.Format, wanted.Events) is { } problem)
            return problem;
        var options = new EndpointOptions(wanted.ContactEmail, wanted.Concurrency ?? 1, wanted.Headers ?? EndpointOptions.Usual.Headers);
        var made = new NewEndpoint(
            wanted.Key, wanted.Name ?? wanted.Url[..Math.Min(wanted.Url.Length, WebhookRegister.MostName)], wanted.Url, wanted.Format, wanted.Events,
            wanted.Active ?? true, options);
        return await call.RunAsync(
            caller => webhooks.CreateAsync(call.Program, made, caller, ct), WebhookMadeAnswer.Of, StatusCodes.Status201Created,
            answer => answer with { Secret = null }, body.Bytes);
    }

    private static async Task<Answer<WebhookAnswer>> ChangeAsync(
        Call call, long webhookId, Body<WebhookChangeBody> body, WebhookRegister webhooks, WebhookNames names, CancellationToken ct)
    {
        var name = EndpointName.OfId(webhookId);
        if (await webhooks.FindAsync(call.Program.Id, name, ct) is not { } found)
            return Answers.NotFound("webhook");
        var change = body.Value;
        if (change.Events is { } events && names.Check(found.Format, events) is { } problem)
            return problem;
        var options = new EndpointOptions(
            change.ContactEmail ?? found.Options.ContactEmail, change.Concurrency ?? found.Options.Concurrency, change.Headers ?? found.Options.Headers);
        return (await webhooks.UpdateAsync(
            call.Program, name, new EndpointChange(change.Name, change.Url, change.Events, change.Active, Options: options), call.Caller, ct))
            .Map(WebhookAnswer.Of);
    }

    private static async Task<Answer<WebhookAnswer>> DeleteAsync(Call call, long webhookId, WebhookRegister webhooks, CancellationToken ct) =>
        (await webhooks.DeleteAsync(call.Program, EndpointName.OfId(webhookId), call.Caller, ct)).Map(WebhookAnswer.Of);

    private static Task<Answer<WebhookMadeAnswer>> RotateAsync(Call call, long webhookId, WebhookRegister webhooks, CancellationToken ct) =>
        call.RunAsync(
            caller => webhooks.UpdateAsync(call.Program, EndpointName.OfId(webhookId), new EndpointChange(RotatesSecret: true), caller, ct),
            WebhookMadeAnswer.Of, kept: answer => answer with { Secret = null });
}

/// <summary>Which names of events the formats have.</summary>
internal sealed class WebhookNames(IEnumerable<IWebhookShape> shapes)
{
    private readonly IReadOnlyList<IWebhookShape> shapes = [.. shapes];

    /// <summary>Null: the format knows all of them.</summary>
    public Problem? Check(WebhookFormat format, IReadOnlyList<string> events)
    {
        var shape = shapes.Single(each => each.Format == format);
        // A body can say null where a name is wanted.
        return events.All(name => name is not null && EventType.All.Any(type => shape.NamesOf(type, [name]).Any()))
            ? null
            : new Problem(ProblemCode.InvalidValue, "The format has no event of this name.", "events");
    }
}

/// <param name="Events">Names of events in the format's words; of the native one also <c>order.*</c> and <c>*</c>.</param>
/// <param name="Headers">Names of the headers that are sent with every message; their values are not shown.</param>
/// <param name="FailingSince">Since when nothing arrived; null while it works.</param>
/// <param name="DisabledReason">Set where the server itself stopped sending: gone or failing.</param>
internal sealed record WebhookAnswer(
    long Id,
    string Key,
    string Name,
    string Url,
    WebhookFormat Format,
    IReadOnlyList<string> Events,
    bool Active,
    string? ContactEmail,
    int Concurrency,
    IReadOnlyList<string> Headers,
    DateTimeOffset? FailingSince,
    DisabledReason? DisabledReason,
    DateTimeOffset? DisabledAt,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt)
{
    public static WebhookAnswer Of(WebhookEndpoint endpoint) => new(
        endpoint.Id, endpoint.Key, endpoint.Name, endpoint.Url, endpoint.Format, endpoint.Events, endpoint.Active, endpoint.Options.ContactEmail,
        endpoint.Options.Concurrency, [.. endpoint.Options.Headers.Keys], endpoint.FailingSince, endpoint.Disabled, endpoint.DisabledAt,
        endpoint.CreatedAt, endpoint.UpdatedAt);
}

/// <param name="Secret">To verify messages with. Null where the answer is repeated for an idempotency key: it is not kept.</param>
internal sealed record WebhookMadeAnswer(WebhookAnswer Webhook, string? Secret)
{
    public static WebhookMadeAnswer Of(WebhookEndpoint endpoint) => new(WebhookAnswer.Of(endpoint), endpoint.Secret);
}

internal sealed record WebhookBody
{
    /// <summary>https, of the public internet.</summary>
    public required string Url { get; init; }

    /// <summary>Names of events in the format's words; of the native one also order.* and *.</summary>
    public required IReadOnlyList<string> Events { get; init; }

    /// <summary>native, gameball or partnero.</summary>
    public WebhookFormat Format { get; init; } = WebhookFormat.Native;

    /// <summary>The caller's own key of it; left out, one is generated.</summary>
    public string? Key { get; init; }
    public string? Name { get; init; }
    public bool? Active { get; init; }

    /// <summary>Who is told by mail when nothing arrives.</summary>
    public string? ContactEmail { get; init; }

    /// <summary>Messages on their way at once, 1 to 8; more than one are in order for each order, customer or referrer only.</summary>
    public int? Concurrency { get; init; }

    /// <summary>Sent with every message.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }
}

/// <summary>What is left out stays.</summary>
internal sealed record WebhookChangeBody
{
    public string? Name { get; init; }
    public string? Url { get; init; }
    public IReadOnlyList<string>? Events { get; init; }
    public bool? Active { get; init; }
    public string? ContactEmail { get; init; }
    public int? Concurrency { get; init; }

    /// <summary>All of them anew.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }
}
