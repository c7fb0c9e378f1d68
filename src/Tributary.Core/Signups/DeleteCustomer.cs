using System.Numerics;
using System.Text.Json.Nodes;
using Dapper;
using Tributary.Customers;
using Tributary.Ledger;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Storage;

namespace Tributary.Signups;

/// <param name="CustomerId">The number under which orders and ledger rows stay.</param>
public sealed record CustomerDeleted(long CustomerId);

/// <summary>
/// Erases a person: profile, ids and contact data go, the codes are retired for ever, points left are forfeited. Orders,
/// refunds and ledger rows stay under a number without a name (gameball.md 4.7).
/// </summary>
public sealed class DeleteCustomer(Transactions transactions)
{
    private const string IdsSql = "select merchant_id from customer_ids where program_id = $1 and customer_id = $2";

    private const string RememberSql = """
        insert into deleted_customer_ids (program_id, id_hash, until)
        select $1, h.hash, $3 from unnest($2) as h (hash)
        on conflict (program_id, id_hash) do update set until = greatest(deleted_customer_ids.until, excluded.until)
        """;

    private static readonly string[] EraseSql =
    [
        "delete from customer_ids where program_id = $1 and customer_id = $2",
        """
        update customers
        set merchant_id = null, email = null, email_hash = null, mobile = null, mobile_digits = null, attributes = '{}',
            explanation = null, deleted_at = $3, updated_at = $3
        where program_id = $1 and customer_id = $2
        """,
        """
        update referrers
        set state = 'archived', name = null, email = null, email_hash = null, attributes = '{}', updated_at = $3
        where program_id = $1 and customer_id = $2
        """,
        "update codes set state = 'retired' where program_id = $1 and referrer_id = $2 and $3::timestamptz is not null",
        """
        update touches set typed = null
        where program_id = $1 and (customer_id = $2 or (referrer_id = $2 and form = 'customer_id')) and $3::timestamptz is not null
        """,
        // What was told of the customer; what is told again tells what is left, and what is on its way leaves nothing behind.
        "update deliveries set body = null, erased = true where program_id = $1 and party = $2 and party <> 0",
        """
        update deliveries d set body = null, erased = true
        from (select e.event_id from events e where e.program_id = $1 and e.customer_id = $2
              union
              select e.event_id from events e
              where e.program_id = $1 and jsonb_exists(e.data, 'recipientId') and (e.data ->> 'recipientId')::bigint = $2) e
        where d.program_id = $1 and d.event_id = e.event_id
        """,
        """
        update delivery_attempts a set answer = null
        from deliveries d
        where a.program_id = $1 and d.program_id = $1 and d.delivery_id = a.delivery_id and d.party = $2 and d.party <> 0
        """,
        """
        update delivery_attempts a set answer = null
        from (select e.event_id from events e where e.program_id = $1 and e.customer_id = $2
              union
              select e.event_id from events e
              where e.program_id = $1 and jsonb_exists(e.data, 'recipientId') and (e.data ->> 'recipientId')::bigint = $2) e
        join deliveries d on d.program_id = $1 and d.event_id = e.event_id
        where a.program_id = $1 and a.delivery_id = d.delivery_id
        """,
        """
        update reward_coupons set active = false
        where program_id = $1 and customer_id = $2 and $3::timestamptz is not null
        """,
    ];

    public Task<Outcome<CustomerDeleted>> ExecuteAsync(ReferralProgram program, string merchantId, Caller caller, CancellationToken ct) =>
        transactions.RunAsync(program.Id, caller, (tx, token) => DeleteAsync(tx, program, merchantId, token), ct);

    private static async Task<Outcome<CustomerDeleted>> DeleteAsync(Transaction tx, ReferralProgram program, string merchantId, CancellationToken ct)
    {
        CustomerRow? customer = null;
        var load = new LoadBatch(tx.Connection);
        load.Query(CustomerRow.LockByMerchantIdSql, row => customer = CustomerRow.Read(row), Param.Of(program.Id), Param.Of(merchantId));
        await load.RunAsync(ct);
        if (customer is { MergedInto: not null })
            throw new LostRaceException("The customer was merged while this waited for it.");
        if (customer is null or { DeletedAt: not null, MerchantId: null })
            return new Problem(ProblemCode.NotFound, "This customer does not exist.", "customerId");
        await RememberIdsAsync(tx, program, customer.Id, ct);
        LedgerWriter.Add(tx, await ForfeitedPoints.TakeAsync(tx, customer.Id, ct));
        foreach (var sql in EraseSql)
            AddErase(tx, sql, customer.Id);
        tx.Raise(EventType.CustomerDeleted, $"customer:{customer.Id}", new JsonObject { ["customerId"] = customer.Id }, customer.Id);
        ChangeFeed.Announce(tx, ChangedPart.Referrer, customer.Id);
        tx.Audit("customer.delete", $"customer:{customer.Id}", null, null);
        return new CustomerDeleted(customer.Id);
    }

    private static void AddErase(Transaction tx, string sql, long customerId)
    {
        if (sql.Contains("$3", StringComparison.Ordinal))
            tx.Writes.Add(sql, Param.Of(tx.ProgramId), Param.Of(customerId), Param.Of(tx.Now));
        else
            tx.Writes.Add(sql, Param.Of(tx.ProgramId), Param.Of(customerId));
    }

    private static async Task RememberIdsAsync(Transaction tx, ReferralProgram program, long customerId, CancellationToken ct)
    {
        var ids = new List<string>();
        var load = new LoadBatch(tx.Connection);
        load.Query(IdsSql, row => ids.Add(row.GetString(0)), Param.Of(program.Id), Param.Of(customerId));
        await load.RunAsync(ct);
        var days = program.Settings.Customers.DeletedIdMemoryDays;
        if (days == 0)
            return;
        tx.Writes.Add(
            RememberSql,
            Param.Of(program.Id),
            Param.Of(ids.Select(id => ContactKeys.CustomerIdHash(program.HashKey, id)).ToArray()),
            Param.Of(tx.Now.AddDays(days)));
    }
}
