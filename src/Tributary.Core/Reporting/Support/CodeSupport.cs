using Dapper;
using Tributary.ChainOrders.Following;
using Tributary.Chains;
using Tributary.Reporting.Tracking;
using Tributary.Storage;

namespace Tributary.Reporting.Support;

/// <summary>Everything that helps with an integration, by its code (debridge.md § 9).</summary>
/// <param name="ReferrerId">The integrator; null: nobody has claimed the code.</param>
/// <param name="Orders">The last ones.</param>
public sealed record CodeSupport(
    long Code,
    long? ReferrerId,
    string? Name,
    string? State,
    IReadOnlyList<TrackedOrder> Orders,
    IReadOnlyList<LoggedRequest> Requests,
    IReadOnlyList<RequestErrors> Errors,
    IReadOnlyList<SupportHint> Hints,
    FollowerHealth? Upstream);

/// <summary>Where something that support was told leads.</summary>
/// <param name="Kind"><c>code</c>, <c>order</c> or <c>request</c>.</param>
/// <param name="Code">Of the integration that it belongs to; null: of none.</param>
public sealed record SupportFinding(string Kind, string Id, long? Code);

/// <summary>The support view.</summary>
public sealed class SupportDirectory(Database database, TrackedOrders orders, RequestLog requests, FollowerState follower, TimeProvider clock)
{
    private const int MostOrders = 50;
    private const int MostRequests = 200;
    private const int MostFindings = 20;

    private static readonly TimeSpan Behind = TimeSpan.FromMinutes(10);

    private const string OwnerSql = """
        select r.referrer_id as referrer_id, r.name, r.state
        from integrator_codes k
        join referrers r on r.program_id = k.program_id and r.referrer_id = k.referrer_id
        where k.program_id = @programId and k.code = @code
        """;

    private const string FindSql = """
        select 'code' as kind, k.code::text as id, k.code
        from integrator_codes k
        left join referrers r on r.program_id = k.program_id and r.referrer_id = k.referrer_id
        where k.program_id = @programId and (k.code::text = @text or strpos(lower(r.name), lower(@text)) > 0)
        union all
        select 'order', o.order_id, o.referral_code
        from chain_orders o
        where o.program_id = @programId
          and o.order_key in (select t.order_key from chain_order_terms t where t.program_id = @programId and t.term = any(@terms))
        union all
        select 'request', d.request_id, d.code from dialect_requests d where d.program_id = @programId and d.request_id = @text
        limit @most
        """;

    public async Task<CodeSupport> OfCodeAsync(long programId, long code, CancellationToken ct)
    {
        var filter = new OrderFilter { Code = code, Kinds = OrderKinds.Both, Take = MostOrders };
        var listed = await orders.ListAsync(programId, filter, OrderSight.Everything, ct);
        var asked = await requests.OfCodeAsync(programId, code, MostRequests, ct);
        var errors = await requests.ErrorsAsync(programId, code, ct);
        var health = await follower.HealthAsync(programId, ct);
        await using var connection = await database.OpenAsync(ct);
        var owner = await connection.QuerySingleOrDefaultAsync<Owner>(new CommandDefinition(OwnerSql, new { programId, code }, cancellationToken: ct));
        var hints = await SupportHints.OfAsync(connection, programId, code, clock.GetUtcNow(), ct);
        return new CodeSupport(
            code, owner?.ReferrerId, owner?.Name, owner?.State, listed.Orders, asked, errors, [.. hints, .. OfUpstream(health)], health);
    }

    /// <summary>By code, integrator's name, order id, hash, wallet or request id.</summary>
    public async Task<IReadOnlyList<SupportFinding>> FindAsync(long programId, string text, CancellationToken ct)
    {
        var terms = ChainAddress.Candidates(text).Concat(ChainHash.TryReadAny(text, out var hash) ? [hash] : Array.Empty<string>()).Distinct().ToArray();
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<SupportFinding>(
            new CommandDefinition(FindSql, new { programId, text, terms, most = MostFindings }, cancellationToken: ct))).AsList();
    }

    private IEnumerable<SupportHint> OfUpstream(FollowerHealth? health)
    {
        if (health?.PausedUntil > clock.GetUtcNow())
            yield return new SupportHint("upstream_trouble", "warning", 1, [], $"The upstream is not asked for a while: {health.LastFailure}.", health.FailedAt);
        if (health?.Lag > Behind)
            yield return new SupportHint("follower_behind", "warning", 1, [], "Orders should have been asked for ten minutes ago or earlier.", null);
    }

    private sealed record Owner(long ReferrerId, string? Name, string State);
}
