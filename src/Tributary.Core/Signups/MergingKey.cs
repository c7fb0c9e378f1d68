using Tributary.Customers;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Storage;

namespace Tributary.Signups;

/// <summary>
/// Where a programme unites profiles by e-mail or mobile number: an unknown id with a known key becomes an alias, and two
/// customers that turn out to share a key are merged. A programme that does not merge pays no round trip for it.
/// </summary>
internal static class MergingKey
{
    /// <summary>Two creations with one key wait for each other.</summary>
    private const string GuardSql = "select pg_advisory_xact_lock(hashtextextended($1, $2))";

    private const string FindSql = $"""
        select {CustomerRow.Columns}
        from customers
        where program_id = $1 and deleted_at is null and merged_into is null
          and (email_hash = $2 or mobile_digits = $3
               or customer_id = (select i.customer_id from customer_ids i where i.program_id = $1 and i.merchant_id = $4))
        order by customer_id
        for update
        """;

    private const string OwnerSql = "select customer_id from customer_ids where program_id = $1 and merchant_id = $2";

    private const string AliasSql = """
        insert into customer_ids (program_id, merchant_id, customer_id) values ($1, $2, $3)
        """;

    public static async Task ResolveAsync(Transaction tx, ReferralProgram program, CustomerInput input, CancellationToken ct)
    {
        var (emailHash, mobile) = KeyOf(program, input);
        if (emailHash is null && mobile is null)
            return;
        var found = new List<CustomerRow>();
        long? owner = null;
        var load = new LoadBatch(tx.Connection);
        load.Query(GuardSql, _ => { }, Param.Of(emailHash is null ? mobile : Convert.ToHexString(emailHash)), Param.Of(program.Id));
        load.Query(
            FindSql, row => found.Add(CustomerRow.Read(row)),
            Param.Of(program.Id), Param.Of(emailHash), Param.Of(mobile), Param.Of(input.MerchantId));
        load.Query(OwnerSql, row => owner = row.GetInt64(0), Param.Of(program.Id), Param.Of(input.MerchantId));
        await load.RunAsync(ct);
        await UniteAsync(tx, program, input, found, owner, ct);
    }

    private static async Task UniteAsync(
        Transaction tx, ReferralProgram program, CustomerInput input, List<CustomerRow> found, long? owner, CancellationToken ct)
    {
        if (found.Count == 0)
            return;
        var survivor = found[0];
        foreach (var other in found.Skip(1))
            await MergeCustomers.RunAsync(tx, program, survivor, other, ct);
        if (owner is null)
        {
            tx.Writes.Add(AliasSql, Param.Of(tx.ProgramId), Param.Of(input.MerchantId), Param.Of(survivor.Id));
            await tx.Writes.FlushAsync(tx.Connection, ct);
        }
    }

    private static (byte[]? EmailHash, string? Mobile) KeyOf(ReferralProgram program, CustomerInput input) => program.Settings.Customers.MergeBy switch
    {
        MergeBy.Nothing => (null, null),
        MergeBy.Email => (ContactKeys.EmailHash(program.HashKey, input.Email), null),
        MergeBy.Mobile => (null, ContactKeys.TryCanonicalMobile(input.Mobile, out var digits) ? digits : null),
        _ => throw new ArgumentOutOfRangeException(nameof(program)),
    };
}
