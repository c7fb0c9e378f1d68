using Dapper;
using Npgsql;

namespace Tributary.Reporting.Support;

/// <summary>Something that may be wrong with an integration; gone when its cause is gone.</summary>
/// <param name="Severity"><c>info</c>, <c>warning</c> or <c>error</c>.</param>
/// <param name="OrderIds">Up to five, the newest.</param>
/// <param name="Since">Of the oldest case.</param>
public sealed record SupportHint(string Id, string Severity, long Count, IReadOnlyList<string> OrderIds, string Text, DateTimeOffset? Since);

/// <summary>What a code's orders and requests hint at (debridge.md § 9).</summary>
internal static class SupportHints
{
    private const string Executed = "o.state in ('Fulfilled', 'SentUnlock', 'ClaimedUnlock')";

    /// <summary>Hints that are conditions on single orders.</summary>
    private static readonly (string Id, string Severity, string Condition, string Text)[] OfOrders =
    [
        ("stuck_created", "warning", "o.state = 'Created' and o.created_at < @now - interval '15 minutes'", "Orders wait to be filled for a quarter of an hour or longer."),
        ("stuck_unlock", "warning", "o.state in ('Fulfilled', 'SentUnlock') and o.fulfilled_at < @now - interval '24 hours'", "Orders were filled a day ago or earlier, and the solver has not claimed what was given."),
        ("fee_missing", "warning", "o.affiliate_percent > 0 and o.affiliate_amount = 0", "A fee was asked for, and the chain holds none."),
        ("fee_foreign_beneficiary", "warning",
            """
            o.affiliate_beneficiary is not null
            and exists (select from integrator_codes k where k.program_id = @programId and k.code = @code and k.referrer_id is not null)
            and not exists (select from integrator_codes k join integrator_wallets w on w.program_id = k.program_id and w.referrer_id = k.referrer_id
                            where k.program_id = @programId and k.code = @code and w.wallet = o.affiliate_beneficiary)
            """, "The fee goes to a wallet that is none of the integrator's."),
        ("unpriced_orders", "info", $"o.give_usd is null and {Executed} and o.created_at > @now - interval '7 days'", "Orders have no value in USD and are missing in volumes."),
        ("parked_orders", "info", "o.state not in ('ClaimedUnlock', 'ClaimedOrderCancel') and o.created_at between @now - interval '187 days' and @now - interval '180 days'", "Orders are so old that they are not asked for any more."),
    ];

    private const string RefusedSql = """
        select count(*) as count, coalesce((array_agg(distinct f.order_id))[1:5], '{}') as order_ids, min(f.received_at) as since
        from chain_refusals f
        join chain_orders o on o.program_id = f.program_id and o.order_id = f.order_id
        where f.program_id = @programId and o.referral_code = @code and f.received_at > @now - interval '7 days'
        """;

    private const string FactsSql = """
        select (select k.referrer_id is null from integrator_codes k where k.program_id = @programId and k.code = @code) as unclaimed,
               (select r.state from integrator_codes k join referrers r on r.program_id = k.program_id and r.referrer_id = k.referrer_id
                where k.program_id = @programId and k.code = @code) as owner,
               (select count(*) from chain_orders o where o.program_id = @programId and o.referral_code = @code and o.created_at > @now - interval '24 hours') as today,
               (select count(*) from chain_orders o where o.program_id = @programId and o.referral_code = @code
                and o.created_at between @now - interval '8 days' and @now - interval '24 hours') as week_before,
               (select count(*) from dialect_requests d where d.program_id = @programId and d.code = @code and d.at > @now - interval '1 hour') as requests,
               (select count(*) from dialect_requests d where d.program_id = @programId and d.code = @code and d.at > @now - interval '1 hour'
                and (d.status >= 400 or d.error_id is not null)) as failed,
               (select mode() within group (order by coalesce(d.error_id, d.status::text)) from dialect_requests d
                where d.program_id = @programId and d.code = @code and d.at > @now - interval '1 hour' and (d.status >= 400 or d.error_id is not null)) as commonest,
               (select count(*) from prepared_orders p where p.program_id = @programId and p.referral_code = @code and p.prepared_at > @now - interval '24 hours') as prepared,
               (select count(*) from prepared_orders p where p.program_id = @programId and p.referral_code = @code and p.prepared_at > @now - interval '24 hours'
                and p.order_key is not null) as signed
        """;

    public static async Task<IReadOnlyList<SupportHint>> OfAsync(NpgsqlConnection connection, long programId, long code, DateTimeOffset now, CancellationToken ct)
    {
        var arguments = new { programId, code, now };
        var hints = OfFacts(await connection.QuerySingleAsync<Facts>(new CommandDefinition(FactsSql, arguments, cancellationToken: ct))).ToList();
        foreach (var (id, severity, condition, text) in OfOrders)
        {
            var sql = $"""
                select count(*) as count, coalesce((array_agg(o.order_id order by o.created_at desc))[1:5], '{"{}"}') as order_ids, min(o.created_at) as since
                from chain_orders o
                where o.program_id = @programId and o.referral_code = @code and {condition}
                """;
            Add(hints, id, severity, text, await connection.QuerySingleAsync<Cases>(new CommandDefinition(sql, arguments, cancellationToken: ct)));
        }
        var refused = await connection.QuerySingleAsync<Cases>(new CommandDefinition(RefusedSql, arguments, cancellationToken: ct));
        Add(hints, "refused_events", "warning", "Reports contradicted what is known; nothing was changed by them.", refused);
        return hints;
    }

    private static void Add(List<SupportHint> hints, string id, string severity, string text, Cases found)
    {
        if (found.Count > 0)
            hints.Add(new SupportHint(id, severity, found.Count, found.OrderIds, text, found.Since));
    }

    private static IEnumerable<SupportHint> OfFacts(Facts facts)
    {
        if (facts.Unclaimed ?? false)
            yield return Plain("code_unclaimed", "info", 1, "Nobody has claimed the code.");
        if (facts.Owner is not (null or "active"))
            yield return Plain("referrer_suspended", "warning", 1, "The integrator is not active: orders are recorded, and nothing is earned.");
        if (facts.Today == 0 && facts.WeekBefore >= 10)
            yield return Plain("silence", "warning", facts.WeekBefore, "No order for 24 hours, after some in the days before.");
        if (facts.Requests >= 20 && facts.Failed * 10 > facts.Requests)
            yield return Plain("failing_requests", "error", facts.Failed, $"More than a tenth of the last hour's requests failed, most with {facts.Commonest}.");
        if (facts.Prepared >= 20 && facts.Signed * 20 < facts.Prepared)
            yield return Plain("not_signed", "warning", facts.Prepared - facts.Signed, "Hardly any of the last day's transactions was seen on chain.");
    }

    private static SupportHint Plain(string id, string severity, long count, string text) => new(id, severity, count, [], text, null);

    private sealed record Facts(bool? Unclaimed, string? Owner, long Today, long WeekBefore, long Requests, long Failed, string? Commonest, long Prepared, long Signed);

    private sealed record Cases
    {
        public long Count { get; init; }
        public string[] OrderIds { get; init; } = [];
        public DateTimeOffset? Since { get; init; }
    }
}
