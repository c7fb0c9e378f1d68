using System.Text.Json;
using System.Text.Json.Nodes;
using Tributary.Rewards;
using Tributary.Server.Api.Gameball.Wire;
using Tributary.Server.Api.Wire;
using Tributary.Signups;

namespace Tributary.Server.Api.Gameball;

/// <summary>Acts of customers reported by name: gameball.md 3.12.</summary>
internal sealed class EventCalls(RecordEvent record)
{
    private const int MostNames = 50;
    private const int LongestName = 100;

    public static IReadOnlyList<WireMember> OfEvents { get; } =
    [
        .. CustomerMembers.OfPerson,
        WireMember.Required("events", WireType.Object, "Names of acts, each with an object of its data or null"),
    ];

    public IReadOnlyList<GameballRoute> Routes =>
    [
        new("POST", "events", KeyDemand.ApiKey, RecordAsync)
        {
            Summary = "Report what a customer did",
            Rate = RateGroup.CustomersAndEvents,
            Body = OfEvents,
            Answer = GameballJson.Answers.EventsAnswer,
        },
    ];

    public async Task<GameballAnswer> RecordAsync(GameballCall call, CancellationToken ct)
    {
        var customer = CustomerMembers.ReadPerson(call.Body);
        var events = ReadEvents(call.Body);
        if (call.Body.Fault is { } fault)
            return fault;
        var outcome = await record.ExecuteAsync(call.Program, customer, events, occurredAt: null, call.Caller, ct);
        return outcome.Match(
            _ => GameballAnswer.Of(new EventsAnswer(true, "Events processed"), GameballJson.Answers.EventsAnswer),
            problem => GameballErrors.From(problem));
    }

    private static List<NamedEvent> ReadEvents(WireObject body)
    {
        var events = new List<NamedEvent>();
        if (body.Object("events") is not { Members.Count: > 0 } named)
        {
            body.Report(GameballErrors.EventsMissing);
            return events;
        }
        if (named.Members.Count > MostNames)
            body.Report(GameballErrors.TooMany("events"));
        foreach (var (name, value) in named.Members)
        {
            if (WireText.IsBlank(name) || name.Length > LongestName || WireText.HasControlCharacters(name))
                body.Report(GameballErrors.Invalid("events"));
            else
                events.Add(new NamedEvent(WireText.Compose(name), ReadMetadata(named, name, value)));
        }
        return events;
    }

    private static JsonObject? ReadMetadata(WireObject named, string name, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Object && value.EnumerateObject().Any(member => !IsScalarOrList(member.Value)))
            named.Report(GameballErrors.WrongType("events"));
        return named.FreeObject(name);
    }

    private static bool IsScalarOrList(JsonElement value) =>
        value.ValueKind != JsonValueKind.Object
        && (value.ValueKind != JsonValueKind.Array
            || value.EnumerateArray().All(item => item.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array)));
}

internal sealed record EventsAnswer(bool Success, string Message);
