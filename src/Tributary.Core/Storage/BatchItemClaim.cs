using Npgsql;
using Tributary.Primitives;

namespace Tributary.Storage;

/// <summary>
/// An operation that is one item of an accepted batch: the item becomes done in the operation's own transaction, so it is carried
/// out once, whoever is killed, and by nobody whose lease has gone to another node.
/// </summary>
/// <param name="Lease">The number of the lease under which it is carried out.</param>
public sealed record BatchItemClaim(long BatchId, int Item, long Lease)
{
    private const string TakeSql = """
        update batch_items i
        set state = 'done', body = null
        where i.program_id = $1 and i.batch_id = $2 and i.item = $3 and i.state = 'waiting'
          and exists (
            select from batches b
            where b.program_id = $1 and b.batch_id = $2 and b.lease = $4 and b.state = 'open')
        """;

    /// <summary>Null: go on. Otherwise it is done, dropped or another node's, and nothing may be changed.</summary>
    internal async Task<Problem?> TakeAsync(Transaction tx, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(TakeSql, tx.Connection)
        {
            Parameters = { Param.Of(tx.ProgramId), Param.Of(BatchId), Param.Of(Item), Param.Of(Lease) },
        };
        return await command.ExecuteNonQueryAsync(ct) == 0 ? new Problem(ProblemCode.Busy, "The item is no longer this node's.") : null;
    }
}
