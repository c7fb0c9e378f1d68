using System.Text.Json.Nodes;
using Tributary.Keys;
using Tributary.Primitives;
using Tributary.Storage;

namespace Tributary.Server.Api.V1;

/// <summary>What happened, in order: the outbox.</summary>
internal static class EventsApi
{
    private const int LongestWord = 60;

    public static void MapEvents(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/events", ListAsync).ForSecrets(KeyScopes.Read)
            .Describe("listEvents", "What happened, oldest first; go on from a cursor at any time");
        routes.MapGet("/events/{eventId:long}", GetAsync).ForSecrets(KeyScopes.Read)
            .Describe("getEvent", "One event");
    }

    private static async Task<Answer<EventAnswer>> GetAsync(Call call, long eventId, EventLog events, CancellationToken ct) =>
        (await events.FindAsync(call.Program.Id, eventId, ct)).OrNotFound(EventAnswer.Of, "event");

    private static async Task<Answer<ListAnswer<EventAnswer>>> ListAsync(
        Call call, Paging page, string? type, EventLog events, CancellationToken ct)
    {
        if (type is not null && (type.Length > LongestWord || !StorableText.IsStorable(type)))
            return new Problem(ProblemCode.InvalidValue, "Not a type of event.", "type");
        var found = await events.ListAsync(call.Program.Id, type, page.Request, ct);
        return ListAnswer<EventAnswer>.Of(found, EventAnswer.Of);
    }
}

/// <param name="Type">order.created, reward.earned …; types are added over time.</param>
/// <param name="Subject">What it happened to.</param>
internal sealed record EventAnswer(
    long Id, string Type, string Subject, long? CustomerNumber, long? ReferrerId, JsonObject Data, DateTimeOffset OccurredAt)
{
    public static EventAnswer Of(LoggedEvent logged) => new(
        logged.EventId, logged.Type, logged.Subject, logged.CustomerId, logged.ReferrerId, logged.Payload, logged.OccurredAt);
}
