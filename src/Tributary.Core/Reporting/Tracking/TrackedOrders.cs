using Dapper;
using Npgsql;
using Tributary.Storage;

namespace Tributary.Reporting.Tracking;

/// <summary>Some of the orders that were asked for, and how many there are in all.</summary>
public sealed record TrackedPage(IReadOnlyList<TrackedOrder> Orders, long Total);

/// <summary>Finds orders for those who track them (debridge.md § 4.6, 4.7). Prepared ones do not exist here.</summary>
public sealed class TrackedOrders(Database database)
{
    /// <summary>Orders of one transaction that are looked at.</summary>
    private const int MostOfTransaction = 100;

    private const string From = "from chain_orders o where o.program_id = @programId";

    private const string CreatedBy = """
        from chain_order_events e
        join chain_orders o on o.program_id = e.program_id and o.order_key = e.order_key
        where e.program_id = @programId and e.transaction_hash = @hash and e.state = 'Created'
        """;

    private const string StagesSql = """
        select order_key, state, transaction_hash, block_number, block_hash, occurred_at, initiator, submission_id
        from chain_order_events
        where program_id = $1 and order_key = any($2) and standing and ($3 or state = 'Created')
        """;

    private const string TokensSql = """
        select t.chain_id, t.token, t.decimals, t.symbol, t.name, t.logo_uri
        from chain_tokens t
        where t.program_id = $1 and (t.chain_id, t.token) in (select * from unnest($2::bigint[], $3::text[]))
        """;

    /// <summary>Newest first, then by id: a total order, in which later orders come before and change nothing else.</summary>
    public async Task<TrackedPage> ListAsync(long programId, OrderFilter filter, OrderSight sight, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentNullException.ThrowIfNull(sight);
        var condition = filter.Condition + sight.Condition;
        var sql = $"""
            select {TrackedOrderRow.Columns} {From}{condition}
            order by o.created_at desc, o.order_id desc offset @skip limit @take;
            select count(*) {From}{condition};
            """;
        await using var connection = await database.OpenAsync(ct);
        List<TrackedOrderRow> rows;
        long total;
        await using (var results = await connection.QueryMultipleAsync(
            new CommandDefinition(sql, filter.Arguments(programId, sight), cancellationToken: ct)))
        {
            rows = (await results.ReadAsync<TrackedOrderRow>()).AsList();
            total = await results.ReadSingleAsync<long>();
        }
        return new TrackedPage(await CompleteAsync(connection, programId, rows, allStages: false, ct), total);
    }

    /// <param name="orderId">Canonical.</param>
    public async Task<TrackedOrder?> FindAsync(long programId, string orderId, OrderSight sight, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(sight);
        var found = await SelectAsync(programId, $"{From} and o.order_id = @orderId", sight, new { orderId }, ct);
        return found.Count == 0 ? null : found[0];
    }

    /// <summary>Those that the transaction created, in its order, then as they became known.</summary>
    /// <param name="hash">Canonical.</param>
    /// <param name="chainId">Set where only one chain's transaction is meant.</param>
    public Task<IReadOnlyList<TrackedOrder>> CreatedByAsync(long programId, string hash, long? chainId, OrderSight sight, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(sight);
        return SelectAsync(
            programId, $"{CreatedBy}{Sql.When(chainId, " and o.give_chain = @chainId")}", sight, new { hash, chainId }, ct);
    }

    private async Task<IReadOnlyList<TrackedOrder>> SelectAsync(long programId, string which, OrderSight sight, object named, CancellationToken ct)
    {
        var sql = $"""
            select {TrackedOrderRow.Columns} {which}{sight.Condition}
            order by o.creation_index nulls last, o.order_key limit {MostOfTransaction}
            """;
        var arguments = new DynamicParameters(named);
        arguments.AddDynamicParams(new { programId, sight.OwnCode, hiddenCodes = sight.HiddenCodes.ToArray() });
        await using var connection = await database.OpenAsync(ct);
        var rows = (await connection.QueryAsync<TrackedOrderRow>(new CommandDefinition(sql, arguments, cancellationToken: ct))).AsList();
        return await CompleteAsync(connection, programId, rows, allStages: true, ct);
    }

    /// <summary>Adds what is known of the tokens and the stages, in one round trip.</summary>
    private static async Task<IReadOnlyList<TrackedOrder>> CompleteAsync(
        NpgsqlConnection connection, long programId, List<TrackedOrderRow> rows, bool allStages, CancellationToken ct)
    {
        if (rows.Count == 0)
            return [];
        var known = rows.SelectMany(row => row.Tokens).Distinct().ToList();
        var tokens = new Dictionary<(long, string), TokenFacts>();
        var stages = new Dictionary<long, Dictionary<string, TrackedStage>>();
        var load = new LoadBatch(connection);
        load.Query(
            TokensSql,
            row => tokens[(row.GetInt64(0), row.GetString(1))] = new TokenFacts(
                row.IsDBNull(2) ? null : row.GetInt32(2), row.TextOrNull(3), row.TextOrNull(4), row.TextOrNull(5)),
            Param.Of(programId), Param.Of([.. known.Select(token => token.ChainId)]), Param.Of([.. known.Select(token => (string?)token.Token)]));
        load.Query(
            StagesSql,
            row =>
            {
                if (!stages.TryGetValue(row.GetInt64(0), out var ofOrder))
                    stages[row.GetInt64(0)] = ofOrder = [];
                ofOrder[row.GetString(1)] = new TrackedStage(
                    row.TextOrNull(2), row.LongOrNull(3), row.TextOrNull(4), row.TimeOrNull(5), row.TextOrNull(6), row.TextOrNull(7));
            },
            Param.Of(programId), Param.Of([.. rows.Select(row => row.OrderKey)]), Param.Of(allStages));
        await load.RunAsync(ct);
        return
        [
            .. rows.Select(row => row.ToOrder(
                (chainId, token) => tokens.GetValueOrDefault((chainId, token), TokenFacts.Unknown),
                stages.GetValueOrDefault(row.OrderKey, []))),
        ];
    }
}
