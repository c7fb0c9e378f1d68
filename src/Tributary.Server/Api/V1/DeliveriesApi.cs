using Tributary.Keys;
using Tributary.Primitives;
using Tributary.Webhooks;
using Tributary.Webhooks.Deliveries;

namespace Tributary.Server.Api.V1;

/// <summary>What was sent to webhooks and what came back; sending it again.</summary>
internal static class DeliveriesApi
{
    public static void MapDeliveries(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/webhooks/{webhookId:long}/deliveries", ListAsync).ForSecrets(KeyScopes.Manage)
            .Describe("listDeliveries", "Deliveries of the last 30 days, newest first; filter by state and event");
        routes.MapGet("/deliveries/{deliveryId:long}", GetAsync).ForSecrets(KeyScopes.Manage)
            .Describe("getDelivery", "One delivery with every attempt and what was answered");
        routes.MapPost("/deliveries/{deliveryId:long}/redeliver", RedeliverAsync).ForSecrets(KeyScopes.Manage)
            .Describe("redeliver", "Send one again, under the same id");
        routes.MapPost("/webhooks/{webhookId:long}/redeliver", RedeliverRangeAsync).ForSecrets(KeyScopes.Manage)
            .Describe("redeliverRange", "Send again what was queued within a time: what failed, or everything");
        routes.MapPost("/webhooks/{webhookId:long}/test", TestAsync).ForSecrets(KeyScopes.Manage)
            .Describe("testWebhook", "Send a message of the type webhook.test; ten an hour", StatusCodes.Status201Created);
    }

    private static async Task<Answer<ListAnswer<DeliveryAnswer>>> ListAsync(
        Call call, long webhookId, Paging page, string? state, long? eventId, WebhookRegister webhooks, DeliveryLog log, CancellationToken ct)
    {
        if (state is not null && !DeliveryLog.States.Contains(state))
            return new Problem(ProblemCode.InvalidValue, $"The states are {string.Join(", ", DeliveryLog.States)}.", "state");
        if (await webhooks.FindAsync(call.Program.Id, EndpointName.OfId(webhookId), ct) is null)
            return Answers.NotFound("webhook");
        var found = await log.ListAsync(call.Program.Id, webhookId, new DeliveryFilter(state, eventId), page.Request, ct);
        return ListAnswer<DeliveryAnswer>.Of(found, DeliveryAnswer.Of);
    }

    private static async Task<Answer<DeliveryAnswer>> GetAsync(Call call, long deliveryId, DeliveryLog log, CancellationToken ct) =>
        (await log.FindAsync(call.Program.Id, deliveryId, ct)).OrNotFound(DeliveryAnswer.Of, "delivery");

    private static Task<Answer<DeliveryAnswer>> RedeliverAsync(Call call, long deliveryId, DeliveryLog log, CancellationToken ct) =>
        call.RunAsync(caller => log.RedeliverAsync(call.Program, deliveryId, caller, ct), DeliveryAnswer.Of);

    private static Task<Answer<RedeliveredAnswer>> RedeliverRangeAsync(
        Call call, long webhookId, Body<RedeliveryBody> body, DeliveryLog log, CancellationToken ct)
    {
        var range = new RedeliveryRange(body.Value.From, body.Value.To, body.Value.OnlyFailed);
        return call.RunAsync(
            caller => log.RedeliverAsync(call.Program, webhookId, range, caller, ct), done => new RedeliveredAnswer(done.Deliveries), body: body.Bytes);
    }

    private static Task<Answer<DeliveryAnswer>> TestAsync(Call call, long webhookId, DeliveryLog log, CancellationToken ct) =>
        call.RunAsync(caller => log.TestAsync(call.Program, webhookId, caller, ct), DeliveryAnswer.Of, StatusCodes.Status201Created);
}

/// <param name="Event">The name under which the endpoint is told.</param>
/// <param name="State">new, waiting (for the next attempt), delivered, failed, skipped (there was nothing to tell).</param>
/// <param name="Body">As it was sent.</param>
/// <param name="History">Every attempt, oldest first; empty in lists.</param>
internal sealed record DeliveryAnswer(
    long Id, long WebhookId, long? EventId, string Event, string State, int Attempts, int? LastStatus, DateTimeOffset? DueAt, string? Body,
    IReadOnlyList<AttemptAnswer> History, DateTimeOffset CreatedAt, DateTimeOffset? EndedAt)
{
    public static DeliveryAnswer Of(LoggedDelivery logged) => new(
        logged.Id, logged.EndpointId, logged.EventId, logged.Name, logged.State, logged.Attempts, logged.LastStatus, logged.DueAt, logged.Body,
        [.. logged.History.Select(AttemptAnswer.Of)], logged.CreatedAt, logged.EndedAt);
}

/// <param name="Status">Null: there was no answer.</param>
/// <param name="Answer">Its first 16 kB.</param>
internal sealed record AttemptAnswer(int Number, DateTimeOffset At, long DurationMilliseconds, int? Status, string? Answer)
{
    public static AttemptAnswer Of(AttemptMade made) => new(made.Number, made.At, (long)made.Duration.TotalMilliseconds, made.Status, made.Answer);
}

/// <param name="Deliveries">How many are sent again.</param>
internal sealed record RedeliveredAnswer(long Deliveries);

internal sealed record RedeliveryBody
{
    public required DateTimeOffset From { get; init; }

    /// <summary>Not included.</summary>
    public required DateTimeOffset To { get; init; }

    /// <summary>False: those that arrived are sent again too.</summary>
    public bool OnlyFailed { get; init; } = true;
}
