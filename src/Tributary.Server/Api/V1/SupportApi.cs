using System.Text.Json.Nodes;
using Tributary.ChainOrders.Following;
using Tributary.Chains;
using Tributary.Keys;
using Tributary.Primitives;
using Tributary.Reporting.Support;
using Tributary.Reporting.Tracking;

namespace Tributary.Server.Api.V1;

/// <summary>What support needs to know of an integration, found by whatever it was told.</summary>
internal static class SupportApi
{
    private const int LongestSearch = 128;

    public static void MapSupport(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/codes/{code:long}/support", OfCodeAsync).ForSecrets(KeyScopes.Read)
            .Describe("supportCode", "The last orders and requests of an integrator's code, what went wrong, and hints at why");
        routes.MapGet("/support/find", FindAsync).ForSecrets(KeyScopes.Read)
            .Describe("findForSupport", "Where a code, integrator's name, order id, hash, wallet or request id leads");
    }

    private static async Task<Answer<SupportAnswer>> OfCodeAsync(Call call, long code, SupportDirectory support, CancellationToken ct) =>
        code is >= 1 and <= uint.MaxValue ? SupportAnswer.Of(await support.OfCodeAsync(call.Program.Id, code, ct)) : Answers.NotFound("code");

    private static async Task<Answer<ListAnswer<FindingAnswer>>> FindAsync(Call call, string? q, SupportDirectory support, CancellationToken ct)
    {
        var text = q?.Trim();
        if (text is not { Length: >= 1 and <= LongestSearch } || !StorableText.IsStorable(text))
            return new Problem(ProblemCode.InvalidValue, $"1 to {LongestSearch} characters to look for.", "q");
        var found = await support.FindAsync(call.Program.Id, text, ct);
        return new ListAnswer<FindingAnswer>([.. found.Select(each => new FindingAnswer(each.Kind, each.Id, each.Code))], null);
    }
}

/// <param name="Kind">code, order or request.</param>
internal sealed record FindingAnswer(string Kind, string Id, long? Code);

/// <param name="Status">claimed or unclaimed.</param>
internal sealed record SupportAnswer(
    long Code,
    string Status,
    long? ReferrerId,
    string? Name,
    string? State,
    IReadOnlyList<SupportOrderAnswer> Orders,
    IReadOnlyList<SupportRequestAnswer> Requests,
    IReadOnlyList<RequestErrors> Errors,
    IReadOnlyList<SupportHint> Hints,
    SupportUpstreamAnswer? Upstream)
{
    public static SupportAnswer Of(CodeSupport support) => new(
        support.Code, support.ReferrerId is null ? "unclaimed" : "claimed", support.ReferrerId, support.Name, support.State,
        [.. support.Orders.Select(SupportOrderAnswer.Of)], [.. support.Requests.Select(SupportRequestAnswer.Of)], support.Errors, support.Hints,
        support.Upstream is { } health ? SupportUpstreamAnswer.Of(health) : null);
}

internal sealed record SupportOrderAnswer(
    string OrderId, string State, DateTimeOffset CreatedAt, long GiveChainId, long TakeChainId, string? GiveUsd, string AffiliateAmount)
{
    public static SupportOrderAnswer Of(TrackedOrder order) => new(
        order.OrderId, order.State, order.CreatedAt, order.Give.ChainId, order.Take.ChainId,
        order.GiveUsd is { } usd ? UsdAmount.Text(usd) : null, order.AffiliateAmount.ToString());
}

internal sealed record SupportRequestAnswer(
    string RequestId, DateTimeOffset At, string Endpoint, int Status, string? ErrorId, int DurationMs, string? OrderId, int? UpstreamStatus, JsonNode? Parameters)
{
    public static SupportRequestAnswer Of(LoggedRequest request) => new(
        request.RequestId, request.At, request.Endpoint, request.Status, request.ErrorId, request.DurationMs, request.OrderId, request.UpstreamStatus,
        JsonNode.Parse(request.Parameters));
}

/// <param name="LagSeconds">How long the order that waits longest is overdue.</param>
internal sealed record SupportUpstreamAnswer(DateTimeOffset? SucceededAt, DateTimeOffset? FailedAt, string? LastFailure, DateTimeOffset? PausedUntil, long? LagSeconds)
{
    public static SupportUpstreamAnswer Of(FollowerHealth health) =>
        new(health.SucceededAt, health.FailedAt, health.LastFailure, health.PausedUntil, (long?)health.Lag?.TotalSeconds);
}
