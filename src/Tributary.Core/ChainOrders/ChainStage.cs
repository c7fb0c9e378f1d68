using Npgsql;
using Tributary.Storage;

namespace Tributary.ChainOrders;

/// <summary>A stage that an order has reached, with what is known of the transaction that brought it there.</summary>
/// <param name="Standing">False: of a branch that turned out to be the wrong one.</param>
/// <param name="OccurredAt">The block's time; null: not known.</param>
/// <param name="Supersedes">The hash of the transaction that this one replaced.</param>
/// <param name="ReceivedAt">When the stage was first heard of.</param>
public sealed record ChainStage(
    ChainOrderState State,
    bool Standing,
    string? TransactionHash,
    long? BlockNumber,
    string? BlockHash,
    DateTimeOffset? OccurredAt,
    string? Initiator,
    string? SubmissionId,
    string? Supersedes,
    DateTimeOffset ReceivedAt)
{
    internal const string OfOrderSql = """
        select e.state, e.standing, e.transaction_hash, e.block_number, e.block_hash, e.occurred_at, e.initiator, e.submission_id,
               e.supersedes, e.received_at
        from chain_order_events e
        join chain_orders c on c.program_id = e.program_id and c.order_key = e.order_key
        where c.program_id = $1 and c.order_id = $2
        """;

    private const string WriteSql = """
        insert into chain_order_events as e
          (program_id, order_key, state, standing, transaction_hash, block_number, block_hash, occurred_at, initiator, submission_id,
           supersedes, received_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
        on conflict (program_id, order_key, state) do update
        set standing = excluded.standing, transaction_hash = excluded.transaction_hash, block_number = excluded.block_number,
            block_hash = excluded.block_hash, occurred_at = excluded.occurred_at, initiator = excluded.initiator,
            submission_id = excluded.submission_id, supersedes = excluded.supersedes
        """;

    internal static ChainStage Read(NpgsqlDataReader row) => new(
        Enum.Parse<ChainOrderState>(row.GetString(0)), row.GetBoolean(1), row.TextOrNull(2), row.LongOrNull(3), row.TextOrNull(4),
        row.TimeOrNull(5), row.TextOrNull(6), row.TextOrNull(7), row.TextOrNull(8), row.Time(9));

    internal void Write(Transaction tx, long orderKey) => tx.Writes.Add(
        WriteSql,
        Param.Of(tx.ProgramId), Param.Of(orderKey), Param.Of(State.ToString()), Param.Of(Standing), Param.Of(TransactionHash),
        Param.Of(BlockNumber), Param.Of(BlockHash), Param.Of(OccurredAt), Param.Of(Initiator), Param.Of(SubmissionId),
        Param.Of(Supersedes), Param.Of(ReceivedAt));
}
