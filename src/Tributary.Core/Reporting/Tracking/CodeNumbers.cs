using Dapper;
using Tributary.Storage;

namespace Tributary.Reporting.Tracking;

/// <summary>What the orders with one code add up to. USD in millionths; orders without a value in USD add nothing.</summary>
/// <param name="Users">Makers with any order that carries the code.</param>
/// <param name="Executed">Orders that were fulfilled and not taken back.</param>
/// <param name="Given">USD that they gave.</param>
/// <param name="Fees">Their protocol fees.</param>
public sealed record CodeSummary(long Users, long Executed, decimal Given, decimal Fees);

/// <summary>What one wallet's orders with one code add up to.</summary>
/// <param name="ChainId">One that the wallet is on.</param>
/// <param name="WasInvited">Whether the wallet's first order of all carried the code, and was not the integrator's own.</param>
public sealed record ReferredWallet(string Wallet, long ChainId, decimal Given, decimal Fees, long Executed, bool WasInvited);

/// <summary>Numbers by code (debridge.md § 4.8).</summary>
public sealed class CodeNumbers(Database database)
{
    private const string Executed = "o.state in ('Fulfilled', 'SentUnlock', 'ClaimedUnlock')";

    private const string OfCode = "from chain_orders o where o.program_id = @programId and o.referral_code = @code";

    /// <summary>The order by which a wallet became known; a late report of an older one corrects it.</summary>
    private const string FirstOfWallet = """
        select f.referral_code, f.self_referral
        from chain_orders f
        where f.program_id = @programId and f.maker = w.wallet
        order by f.created_at, f.order_id limit 1
        """;

    public async Task<CodeSummary> SummaryAsync(long programId, long code, OrderSight sight, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(sight);
        var sql = $"""
            select count(distinct o.maker) as users, count(*) filter (where {Executed}) as executed,
                   coalesce(sum(o.give_usd) filter (where {Executed}), 0) as given,
                   coalesce(sum(o.protocol_fee_usd) filter (where {Executed}), 0) as fees
            {OfCode}{sight.Condition}
            """;
        await using var connection = await database.OpenAsync(ct);
        return await connection.QuerySingleAsync<CodeSummary>(new CommandDefinition(sql, Arguments(programId, code, sight), cancellationToken: ct));
    }

    /// <summary>Wallets with any order that carries the code, the greatest volume first.</summary>
    public async Task<(IReadOnlyList<ReferredWallet> Wallets, long Total)> WalletsAsync(
        long programId, long code, int skip, int take, OrderSight sight, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(sight);
        var sql = $"""
            with wallets as (
              select o.maker as wallet, min(o.give_chain) as chain_id, count(*) filter (where {Executed}) as executed,
                     coalesce(sum(o.give_usd) filter (where {Executed}), 0) as given,
                     coalesce(sum(o.protocol_fee_usd) filter (where {Executed}), 0) as fees
              {OfCode}{sight.Condition}
              group by o.maker),
            w as (select * from wallets order by given desc, wallet collate "C" offset @skip limit @take)
            select w.wallet, w.chain_id, w.given, w.fees, w.executed, coalesce(f.referral_code = @code and not f.self_referral, false) as was_invited
            from w left join lateral ({FirstOfWallet}) f on true
            order by w.given desc, w.wallet collate "C";
            select count(distinct o.maker) {OfCode}{sight.Condition};
            """;
        var arguments = Arguments(programId, code, sight);
        arguments.AddDynamicParams(new { skip, take });
        await using var connection = await database.OpenAsync(ct);
        await using var results = await connection.QueryMultipleAsync(new CommandDefinition(sql, arguments, cancellationToken: ct));
        return ((await results.ReadAsync<ReferredWallet>()).AsList(), await results.ReadSingleAsync<long>());
    }

    /// <summary>
    /// The code of the wallet's first order; null: it has none, carried none, was the integrator's own, or does not exist for
    /// the caller.
    /// </summary>
    /// <param name="wallets">The canonical texts that the wallet's name may stand for.</param>
    public async Task<long?> FirstCodeAsync(long programId, IReadOnlyList<string> wallets, OrderSight sight, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(wallets);
        ArgumentNullException.ThrowIfNull(sight);
        var sql = $"""
            select o.referral_code
            from (select f.referral_code, f.self_referral
                  from chain_orders f
                  where f.program_id = @programId and f.maker = any(@wallets)
                  order by f.created_at, f.order_id limit 1) o
            where not o.self_referral{sight.Condition}
            """;
        var arguments = new { programId, wallets = wallets.ToArray(), sight.OwnCode, hiddenCodes = sight.HiddenCodes.ToArray() };
        await using var connection = await database.OpenAsync(ct);
        return await connection.QuerySingleOrDefaultAsync<long?>(new CommandDefinition(sql, arguments, cancellationToken: ct));
    }

    private static DynamicParameters Arguments(long programId, long code, OrderSight sight)
    {
        var arguments = new DynamicParameters(new { programId, code });
        arguments.AddDynamicParams(new { sight.OwnCode, hiddenCodes = sight.HiddenCodes.ToArray() });
        return arguments;
    }
}
