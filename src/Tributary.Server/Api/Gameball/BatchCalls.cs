using System.Globalization;
using System.Text.Json;
using Tributary.Batches;
using Tributary.Primitives;
using Tributary.Server.Api.Gameball.Wire;
using Tributary.Server.Api.Wire;

namespace Tributary.Server.Api.Gameball;

/// <summary>Many customers, orders or events in one call, carried out after it: gameball.md 3.13.</summary>
internal sealed class BatchCalls(BatchRegister batches)
{
    private const string Items = "body";

    public IReadOnlyList<GameballRoute> Routes =>
    [
        Accepting(BatchKind.Customers, "batch/customers", "Create or update many customers", CustomerMembers.OfProfile),
        Accepting(BatchKind.Orders, "batch/orders", "Record many orders", OrderMembers.OfOrder),
        Accepting(BatchKind.Events, "batch/events", "Report what many customers did", EventCalls.OfEvents),
        new("GET", "batches/{id}/status", KeyDemand.Secret, GetStatusAsync)
        {
            Summary = "How far a batch is, and what became of each item",
            Answer = GameballJson.Answers.BatchStatusAnswer,
        },
        new("POST", "batches/{id}/stop", KeyDemand.Secret, StopAsync)
        {
            Summary = "Drop what of a batch is not carried out yet",
            Answer = GameballJson.Answers.BatchStoppedAnswer,
        },
        new("GET", "batch/{id}", KeyDemand.Secret, GetOldStatusAsync)
        {
            Summary = "How far a batch is, in its older form",
            Answer = GameballJson.Answers.OldBatchStatusAnswer,
        },
        new("DELETE", "batch/{id}", KeyDemand.Secret, StopAsync)
        {
            Summary = "Drop what of a batch is not carried out yet, by the older name",
            Answer = GameballJson.Answers.BatchStoppedAnswer,
        },
    ];

    private GameballRoute Accepting(BatchKind kind, string pattern, string summary, IReadOnlyList<WireMember> item) =>
        new("POST", pattern, KeyDemand.Secret, (call, ct) => AcceptAsync(kind, call, ct))
        {
            Summary = summary,
            Items = Items,
            Body = [WireMember.Required(Items, WireType.Objects, "1 to 5000 items, each as in a call of its own") with { Members = item }],
            Answer = GameballJson.Answers.BatchAnswer,
        };

    private async Task<GameballAnswer> AcceptAsync(BatchKind kind, GameballCall call, CancellationToken ct)
    {
        var items = call.Body.RequiredItems(Items, BatchRegister.MostItems);
        if (call.Body.Fault is { } fault)
            return fault;
        var outcome = await batches.AcceptAsync(call.Program, kind, [.. items.Select(ReadItem)], call.Caller, ct);
        return outcome.Match(
            accepted => GameballAnswer.Of(new BatchAnswer(accepted.BatchId), GameballJson.Answers.BatchAnswer),
            problem => GameballErrors.From(problem));
    }

    /// <summary>Only whom and what it is about, as far as that can be read; the rest is judged when it is carried out.</summary>
    private static NewBatchItem ReadItem(JsonElement item)
    {
        var body = WireObject.Root(item);
        return new NewBatchItem(
            NullIfEmpty(CustomerMembers.ReadId(body)), NullIfEmpty(body.Text(OrderMembers.IdName, Limits.OrderId) ?? ""), item.GetRawText());
    }

    private async Task<GameballAnswer> GetStatusAsync(GameballCall call, CancellationToken ct) => await FindAsync(call, ct) is { } batch
        ? GameballAnswer.Of(BatchStatusAnswer.Of(batch), GameballJson.Answers.BatchStatusAnswer)
        : GameballErrors.BatchUnknown;

    private async Task<GameballAnswer> GetOldStatusAsync(GameballCall call, CancellationToken ct) => await FindAsync(call, ct) is { } batch
        ? GameballAnswer.Of(OldBatchStatusAnswer.Of(batch), GameballJson.Answers.OldBatchStatusAnswer)
        : GameballErrors.BatchUnknown;

    private async Task<GameballAnswer> StopAsync(GameballCall call, CancellationToken ct)
    {
        if (!TryRead(call.Id, out var number))
            return GameballErrors.BatchUnknown;
        var outcome = await batches.StopAsync(call.Program, number, call.Caller, ct);
        if (!outcome.Succeeded)
            return outcome.Problem.Code == ProblemCode.NotFound ? GameballErrors.BatchUnknown : GameballErrors.From(outcome.Problem);
        if (await batches.FindAsync(call.Program.Id, number, ct) is not { } batch)
            return GameballErrors.BatchUnknown;
        return GameballAnswer.Of(BatchStoppedAnswer.Of(batch, outcome.Value.Changed), GameballJson.Answers.BatchStoppedAnswer);
    }

    private async Task<BatchProgress?> FindAsync(GameballCall call, CancellationToken ct) =>
        TryRead(call.Id, out var number) ? await batches.FindAsync(call.Program.Id, number, ct) : null;

    private static bool TryRead(string id, out long number) => long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;
}
