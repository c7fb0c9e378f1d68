using System.Text.Json.Nodes;
using Tributary.Customers;
using Tributary.Ledger;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Rewards;
using Tributary.Storage;
using System.Numerics;

namespace Tributary.Signups;

/// <summary>
/// Two customers turn out to be one person: the lower number survives, and ids, codes, orders, friends and points move to
/// it (gameball.md 4.6). Runs inside the operation that found out.
/// </summary>
internal static class MergeCustomers
{
    private const string AttributionsSql = """
        select customer_id, referrer_id, state
        from attributions
        where program_id = $1 and customer_id = any($2)
        order by customer_id
        for update
        """;

    private const string BalancesSql = """
        select unit, pending, held, available, in_payout, paid, receivable
        from balances
        where program_id = $1 and recipient_id = $2
        order by unit
        for update
        """;

    /// <summary>
    /// The survivor ($2) takes over what names the other ($3). Bonuses go on counting after the survivor's own, and what the
    /// two have used of limits is added.
    /// </summary>
    private static readonly string[] MoveSql =
    [
        "update customer_ids set customer_id = $2 where program_id = $1 and customer_id = $3",
        """
        insert into attributions (program_id, customer_id, referrer_id, link_id, click_id, counted_on, via, state, status, decided_at, activated_at)
        select program_id, $2, referrer_id, link_id, click_id, counted_on, via, state, status, decided_at, activated_at
        from attributions
        where program_id = $1 and customer_id = $3 and state = 'standing' and referrer_id <> $2
        on conflict (program_id, customer_id) do update
        set referrer_id = excluded.referrer_id, link_id = excluded.link_id, click_id = excluded.click_id,
            counted_on = excluded.counted_on, via = excluded.via, state = excluded.state, status = excluded.status,
            decided_at = excluded.decided_at, activated_at = excluded.activated_at
        where attributions.state = 'void'
        """,
        "delete from attributions where program_id = $1 and customer_id = $3 and $2 <> $3",
        """
        update rewards r set credited_to = $2
        where r.program_id = $1 and r.credited_to = $3
          and (r.recipient_id = $3
            or r.order_key in (select o.order_key from orders o where o.program_id = $1 and o.referrer_id = $3)
            or r.customer_id in (select a.customer_id from attributions a where a.program_id = $1 and a.referrer_id = $3))
        """,
        "update attributions set referrer_id = $2 where program_id = $1 and referrer_id = $3",
        // The other's own code goes on naming the other's default link, which is no default any more where the survivor has one.
        """
        update codes c set link_id = l.link_id
        from links l
        where c.program_id = $1 and c.referrer_id = $3 and c.kind = 'code' and c.link_id is null and $2 <> $3
          and l.program_id = $1 and l.referrer_id = $3 and l.is_default
        """,
        """
        update links set referrer_id = $2, version = version + 1,
          is_default = is_default and not exists (select from links d where d.program_id = $1 and d.referrer_id = $2 and d.is_default)
        where program_id = $1 and referrer_id = $3
        """,
        "update codes set referrer_id = $2 where program_id = $1 and referrer_id = $3",
        "update coupons set referrer_id = $2 where program_id = $1 and referrer_id = $3",
        "update coupons set only_customer_id = $2 where program_id = $1 and only_customer_id = $3",
        "update orders set customer_id = $2 where program_id = $1 and customer_id = $3",
        "update orders set referrer_id = $2 where program_id = $1 and referrer_id = $3",
        "update customer_events set customer_id = $2 where program_id = $1 and customer_id = $3",
        "update touches set customer_id = $2 where program_id = $1 and customer_id = $3",
        "update waiting_clicks set customer_id = $2 where program_id = $1 and customer_id = $3",
        "update touches set referrer_id = $2 where program_id = $1 and referrer_id = $3",
        "update rewards set customer_id = $2 where program_id = $1 and customer_id = $3",
        """
        update rewards r set cause = m.cause, recipient_id = $2,
            occasion = r.occasion + coalesce((select max(s.occasion)
                                              from rewards s
                                              where s.program_id = $1 and s.recipient_id = $2 and s.campaign_id = r.campaign_id and s.cause = m.cause), 0)
        from (select o.reward_id, 'milestone:' || substring(o.cause from 11)::bigint
                + (select count(distinct s.cause)
                   from rewards s
                   where s.program_id = $1 and s.recipient_id = $2 and s.campaign_id = o.campaign_id
                     and s.cause like 'milestone:%' and s.state <> 'reversed') as cause
              from rewards o
              where o.program_id = $1 and o.recipient_id = $3 and o.cause like 'milestone:%') as m
        where r.program_id = $1 and r.reward_id = m.reward_id
        """,
        "update rewards set recipient_id = $2 where program_id = $1 and recipient_id = $3",
        """
        with gone as (
          delete from usage
          where program_id = $1 and substring(scope from '(?:recipient|customer|referrer):([0-9]+)') = $3::bigint::text
          returning campaign_id, regexp_replace(scope, '(recipient|customer|referrer):[0-9]+', '\1:' || $2::bigint) as scope, period, amount, count)
        insert into usage as u (program_id, campaign_id, scope, period, amount, count)
        select $1, campaign_id, scope, period, amount, count from gone
        on conflict (program_id, campaign_id, scope, period) do update set amount = u.amount + excluded.amount, count = u.count + excluded.count
        """,
        "update reward_coupons set customer_id = $2 where program_id = $1 and customer_id = $3",
        """
        update step_progress p set customer_id = $2
        where program_id = $1 and customer_id = $3
          and not exists (select from step_progress s where s.program_id = $1 and s.customer_id = $2 and s.campaign_id = p.campaign_id and s.step = p.step)
        """,
        """
        update customers s
        set orders_count = s.orders_count + o.orders_count, orders_total = s.orders_total + o.orders_total,
            first_order_at = least(s.first_order_at, o.first_order_at), last_order_at = greatest(s.last_order_at, o.last_order_at),
            registered_at = least(s.registered_at, o.registered_at), guest = s.guest and o.guest, known_before = s.known_before or o.known_before,
            attributes = o.attributes || s.attributes,
            email = coalesce(s.email, o.email), email_hash = coalesce(s.email_hash, o.email_hash),
            mobile = coalesce(s.mobile, o.mobile), mobile_digits = coalesce(s.mobile_digits, o.mobile_digits)
        from customers o
        where s.program_id = $1 and s.customer_id = $2 and o.program_id = $1 and o.customer_id = $3
        """,
        """
        update customers
        set merged_into = $2, merchant_id = null, email = null, email_hash = null, mobile = null, mobile_digits = null, attributes = '{}'
        where program_id = $1 and customer_id = $3
        """,
        """
        insert into referrers (program_id, referrer_id, kind, customer_id, name, state, created_at, updated_at)
        select program_id, $2, kind, $2, name, state, created_at, updated_at from referrers where program_id = $1 and referrer_id = $3
        on conflict do nothing
        """,
    ];

    /// <summary>Deleted last: who is just now crediting the old referrer holds its row, and one of the two runs again.</summary>
    private const string DropReferrerSql = "delete from referrers where program_id = $1 and referrer_id = $2";

    /// <param name="first">Locked.</param>
    /// <param name="second">Locked.</param>
    /// <returns>The survivor's number. Everything is written when this returns, in the operation's transaction.</returns>
    public static async Task<long> RunAsync(Transaction tx, ReferralProgram program, CustomerRow first, CustomerRow second, CancellationToken ct)
    {
        var (survivor, other) = first.Id < second.Id ? (first.Id, second.Id) : (second.Id, first.Id);
        if (await ReferredOneAnotherAsync(tx, survivor, other, ct) is { } friend)
            await VoidReferral.RunAsync(tx, program, friend, ct);
        var leads = await OutcomeImage.OfLeadsAsync(tx, [survivor, other], ct);
        LedgerWriter.Add(tx, await PassOnAsync(tx, survivor, other, ct));
        // The survivor's referrer must be there before codes can name it.
        foreach (var sql in MoveSql.Reverse().Take(1).Concat(MoveSql.SkipLast(1)).Concat(OutcomeTally.RenameSql))
            tx.Writes.Add(sql, Param.Of(tx.ProgramId), Param.Of(survivor), Param.Of(other));
        ChangeFeed.Announce(tx, ChangedPart.Referrer, survivor);
        ChangeFeed.Announce(tx, ChangedPart.Referrer, other);
        tx.Writes.Add(DropReferrerSql, Param.Of(tx.ProgramId), Param.Of(other));
        tx.Outcomes.Rename(other, survivor);
        leads.Rename(other, survivor);
        await leads.CountChangeAsync(tx, ct);
        tx.Raise(
            EventType.CustomerMerged, $"customer:{survivor}",
            new JsonObject { ["customerId"] = survivor, ["mergedCustomerId"] = other }, survivor);
        tx.Audit("customer.merge", $"customer:{survivor}", null, new JsonObject { ["mergedCustomerId"] = other });
        await tx.Writes.FlushAsync(tx.Connection, ct);
        await MergedBonus.GrantAsync(tx, program, first.Id < second.Id ? first : second, $"merge:{other}", ct);
        await tx.Writes.FlushAsync(tx.Connection, ct);
        return survivor;
    }

    private static async Task<long?> ReferredOneAnotherAsync(Transaction tx, long survivor, long other, CancellationToken ct)
    {
        long? friend = null;
        var load = new LoadBatch(tx.Connection);
        load.Query(
            AttributionsSql,
            row =>
            {
                if (row.GetString(2) == "standing" && row.GetInt64(1) is var referrer && (referrer == survivor || referrer == other))
                    friend = row.GetInt64(0);
            },
            Param.Of(tx.ProgramId), Param.Of([survivor, other]));
        await load.RunAsync(ct);
        return friend;
    }

    private static async Task<IReadOnlyList<Posting>> PassOnAsync(Transaction tx, long survivor, long other, CancellationToken ct)
    {
        var balances = new List<(Unit Unit, Dictionary<Account, BigInteger> Accounts)>();
        var load = new LoadBatch(tx.Connection);
        load.Query(
            BalancesSql,
            row => balances.Add((Unit.Parse(row.GetString(0)), new Dictionary<Account, BigInteger>
            {
                [Account.Pending] = row.GetFieldValue<BigInteger>(1),
                [Account.Held] = row.GetFieldValue<BigInteger>(2),
                [Account.Available] = row.GetFieldValue<BigInteger>(3),
                [Account.InPayout] = row.GetFieldValue<BigInteger>(4),
                [Account.Paid] = row.GetFieldValue<BigInteger>(5),
                [Account.Receivable] = row.GetFieldValue<BigInteger>(6),
            })),
            Param.Of(tx.ProgramId), Param.Of(other));
        await load.RunAsync(ct);
        var postings = new List<Posting>();
        foreach (var (unit, accounts) in balances)
        {
            var entries = Verbs.PassOn(other, survivor, accounts);
            if (entries.Count > 0)
                postings.Add(new Posting(await tx.NextNumberAsync(ct), TransferKind.PassOn, $"merge:{other}", postings.Count + 1, unit, entries));
        }
        return postings;
    }
}
