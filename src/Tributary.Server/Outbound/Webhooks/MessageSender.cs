using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Tributary.Programs;
using Tributary.Storage;
using Tributary.Webhooks;
using Tributary.Webhooks.Deliveries;

namespace Tributary.Server.Outbound.Webhooks;

/// <summary>What came of one message.</summary>
/// <param name="IsGone">The endpoint wants nothing any more.</param>
/// <param name="SlowDown">The endpoint asks for a pause, or has trouble taking so much.</param>
/// <param name="RetryAfter">How long a pause it asks for.</param>
internal sealed record MessageOutcome(DeliveryResult Result, bool IsGone, bool SlowDown, TimeSpan? RetryAfter);

/// <summary>Makes one message of a delivery, sends it, and judges the answer (promises.md W5, W6).</summary>
internal sealed partial class MessageSender
{
    private const string MediaType = "application/json";

    private readonly GuardedHttp http;
    private readonly ProgramRegister programs;
    private readonly DeliveryClock clock;
    private readonly TimeProvider wall;
    private readonly ILogger<MessageSender> logger;
    private readonly Dictionary<WebhookFormat, IWebhookShape> shapes;

    public MessageSender(
        GuardedHttp http, ProgramRegister programs, DeliveryClock clock, TimeProvider wall, IEnumerable<IWebhookShape> shapes, ILogger<MessageSender> logger)
    {
        this.http = http;
        this.programs = programs;
        this.clock = clock;
        this.wall = wall;
        this.logger = logger;
        this.shapes = shapes.ToDictionary(shape => shape.Format);
    }

    public Task<ReferralProgram?> ProgramAsync(long programId, CancellationToken ct) => programs.FindAsync(programId, ct);

    public async Task<MessageOutcome> SendAsync(ReferralProgram program, Lane lane, Target target, QueuedDelivery delivery, CancellationToken ct)
    {
        var shape = shapes[target.Format];
        var (body, fault) = await FormAsync(shape, program, target, delivery, ct);
        if (body is null && !fault)
            return new MessageOutcome(new DeliveryResult(delivery.Id, DeliveryFate.Skipped, null, null, null), false, false, null);
        var begun = Stopwatch.GetTimestamp();
        var at = wall.GetUtcNow();
        var answer = body is null ? null : await TryPostAsync(shape, program, lane, target, delivery, body, at, ct);
        var attempt = new AttemptMade(
            delivery.Attempts + 1, at, Stopwatch.GetElapsedTime(begun), (int?)answer?.Status, answer is null ? GuardedHttp.Refusal : TextOf(answer.Body));
        return await JudgeAsync(shape, delivery, body, attempt, answer, ct);
    }

    /// <returns>Null without a fault: there is nothing to tell.</returns>
    private async Task<(byte[]? Body, bool Fault)> FormAsync(
        IWebhookShape shape, ReferralProgram program, Target target, QueuedDelivery delivery, CancellationToken ct)
    {
        if (delivery.Body is { } known && (shape.RepeatsItself || delivery.Event is null))
            return (Encoding.UTF8.GetBytes(known), false);
        if (delivery.Event is not { } told)
            return (null, false);
        try
        {
            return (await shape.BodyAsync(new ToldEvent(program, told, delivery.Name, delivery.Party), target.Url, target.Key, ct), false);
        }
        catch (Exception failure) when (failure is not OperationCanceledException && !DatabaseFault.IsOutage(failure))
        {
            // One event that cannot be told must not hold up all others.
            Log.Unformed(logger, failure, delivery.Id);
            return (null, true);
        }
    }

    private async Task<GuardedAnswer?> TryPostAsync(
        IWebhookShape shape, ReferralProgram program, Lane lane, Target target, QueuedDelivery delivery, byte[] body, DateTimeOffset at,
        CancellationToken ct)
    {
        try
        {
            return await PostAsync(shape, program, lane, target, delivery, body, at, ct);
        }
        catch (Exception failure) when (failure is not OperationCanceledException && !DatabaseFault.IsOutage(failure))
        {
            // A message that cannot be signed is an attempt that failed: its schedule goes on, and others are not held up.
            Log.Unformed(logger, failure, delivery.Id);
            return null;
        }
    }

    private async Task<GuardedAnswer?> PostAsync(
        IWebhookShape shape, ReferralProgram program, Lane lane, Target target, QueuedDelivery delivery, byte[] body, DateTimeOffset at,
        CancellationToken ct)
    {
        if (!Uri.TryCreate(target.Url, UriKind.Absolute, out var uri))
            return null;
        if (target.Secrets.Count == 0)
            throw new CryptographicException("The secret of the endpoint cannot be read.");
        var message = new OutgoingMessage(program, target.Key, target.Url, IdOf(lane, target, delivery), at, body, target.Secrets);
        using var request = new HttpRequestMessage(HttpMethod.Post, uri) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(MediaType);
        foreach (var (name, value) in target.Headers)
            request.Headers.TryAddWithoutValidation(name, value);
        foreach (var (name, value) in await shape.HeadersAsync(message, ct))
            request.Headers.TryAddWithoutValidation(name, value);
        return await http.SendAsync(request, ct);
    }

    private async Task<MessageOutcome> JudgeAsync(
        IWebhookShape shape, QueuedDelivery delivery, byte[]? body, AttemptMade attempt, GuardedAnswer? answer, CancellationToken ct)
    {
        var text = body is null ? null : Encoding.UTF8.GetString(body);
        if (answer is { Status: >= HttpStatusCode.OK and < HttpStatusCode.MultipleChoices })
            return new MessageOutcome(new DeliveryResult(delivery.Id, DeliveryFate.Delivered, null, text, attempt), false, false, null);
        var asked = RetryAfterOf(answer?.RetryAfter);
        var pause = RetrySchedule.PauseAfter(attempt.Number - delivery.ScheduleFrom, shape.Pauses, Random.Shared.NextDouble(), asked);
        var isGone = answer?.Status == HttpStatusCode.Gone;
        var result = pause is null || isGone
            ? new DeliveryResult(delivery.Id, DeliveryFate.Failed, null, text, attempt)
            : new DeliveryResult(delivery.Id, DeliveryFate.Waits, await clock.NowAsync(ct) + pause, text, attempt);
        var slows = answer?.Status is HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.GatewayTimeout || asked is not null;
        return new MessageOutcome(result, isGone, slows, asked);
    }

    private TimeSpan? RetryAfterOf(RetryConditionHeaderValue? asked)
    {
        var pause = asked?.Delta ?? (asked?.Date is { } date ? date - wall.GetUtcNow() : null);
        return pause is { } time && time > TimeSpan.Zero
            ? TimeSpan.FromTicks(Math.Min(time.Ticks, RetrySchedule.LongestRetryAfter.Ticks))
            : null;
    }

    /// <summary>The same however often it is sent.</summary>
    private static string IdOf(Lane lane, Target target, QueuedDelivery delivery)
    {
        if (delivery.Event is not { } told)
            return string.Create(CultureInfo.InvariantCulture, $"test_{delivery.Id}_{lane.EndpointId}");
        var id = string.Create(CultureInfo.InvariantCulture, $"evt_{told.EventId}_{lane.EndpointId}");
        if (target.Format == WebhookFormat.Native)
            return id;
        var named = $"{id}_{delivery.Name.Replace('.', '_')}";
        return delivery.Party == 0 ? named : string.Create(CultureInfo.InvariantCulture, $"{named}_{delivery.Party}");
    }

    /// <summary>PostgreSQL keeps no U+0000.</summary>
    private static string TextOf(byte[] bytes) => Encoding.UTF8.GetString(bytes).Replace('\0', '\ufffd');

    private static partial class Log
    {
        [LoggerMessage(74, LogLevel.Error, "Delivery {Delivery} could not be formed")]
        public static partial void Unformed(ILogger logger, Exception failure, long delivery);
    }
}
