using Npgsql;
using Tributary.Storage;

namespace Tributary.Ledger;

/// <summary>
/// One kind of row that is sealed. Every column is part of the canonical text, so that no byte changes unseen; a column that
/// a later release adds belongs into a query of its own, for rows that have it, or old seals would break.
/// </summary>
/// <param name="Name">The table, and the name in <c>seals</c>.</param>
/// <param name="Key">Its number within a programme.</param>
/// <param name="Created">When a row was written.</param>
/// <param name="TextSql">Queries that give a number and the texts of its row or rows, for the numbers <c>$2</c> of programme <c>$1</c>.</param>
internal sealed record SealSubject(string Name, string Key, string Created, IReadOnlyList<string> TextSql)
{
    public static readonly SealSubject Transfers = new("transfers", "transfer_id", "created_at",
    [
        """
        select transfer_id, array[
          program_id::text, transfer_id::text, kind, cause, sequence::text, unit, pair::text, debit::text, credit::text, actor,
          (extract(epoch from created_at) * 1000000)::bigint::text, transaction_xid::text]
        from transfers
        where program_id = $1 and transfer_id = any ($2)
        """,
        """
        select transfer_id, array[
          n::text, account, recipient_id::text, side, amount::text, reward_id::text, order_key::text, payout_id::text]
        from entries
        where program_id = $1 and transfer_id = any ($2)
        order by transfer_id, n
        """,
    ]);

    public static readonly SealSubject AuditEntries = new("audit_entries", "audit_id", "occurred_at",
    [
        """
        select audit_id, array[
          program_id::text, audit_id::text, actor, verb, subject, before::text, after::text, reason, address, request_id,
          (extract(epoch from occurred_at) * 1000000)::bigint::text, transaction_xid::text]
        from audit_entries
        where program_id = $1 and audit_id = any ($2)
        """,
    ]);

    public static IReadOnlyList<SealSubject> All { get; } = [Transfers, AuditEntries];

    /// <summary>The hash of each member that exists, by number.</summary>
    public async Task<SortedDictionary<long, byte[]>> HashAsync(
        NpgsqlConnection connection, long programId, IReadOnlyCollection<long> members, CancellationToken ct)
    {
        var texts = new SortedDictionary<long, CanonicalText>();
        var load = new LoadBatch(connection);
        foreach (var sql in TextSql)
            load.Query(sql, Append, Param.Of(programId), Param.Of(members));
        await load.RunAsync(ct);
        return new SortedDictionary<long, byte[]>(texts.ToDictionary(member => member.Key, member => member.Value.Hash()));

        void Append(NpgsqlDataReader row)
        {
            var number = row.GetInt64(0);
            if (!texts.TryGetValue(number, out var text))
                texts.Add(number, text = new CanonicalText());
            text.Append(row.GetFieldValue<string?[]>(1));
        }
    }
}
