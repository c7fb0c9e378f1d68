using Dapper;
using Tributary.Storage;

namespace Tributary.Reporting.Tracking;

/// <summary>A code or a wallet in its place among all. USD in millionths.</summary>
/// <param name="Code">Of a board of codes.</param>
/// <param name="Wallet">Of a board of wallets.</param>
/// <param name="ChainId">Of a wallet, a chain that it is on.</param>
/// <param name="Rank">From 1.</param>
public sealed record Ranked(long? Code, string? Wallet, long? ChainId, long Rank, decimal Volume, decimal Fees, long Executed);

/// <param name="Sought">Whoever was asked for by name, on whatever page; null: nobody was, or he is not ranked.</param>
public sealed record RankedPage(IReadOnlyList<Ranked> Rows, long Total, Ranked? Sought);

/// <summary>Ranks codes and wallets by the fees that their executed orders brought (debridge.md § 4.8).</summary>
public sealed class Leaderboards(Database database)
{
    private const string Executed = """
        from chain_orders o
        where o.program_id = @programId and o.state in ('Fulfilled', 'SentUnlock', 'ClaimedUnlock')
        """;

    private const string Sums = """
        count(*) as executed, coalesce(sum(o.give_usd), 0) as volume, coalesce(sum(o.protocol_fee_usd), 0) as fees
        """;

    /// <summary>Codes with an executed order; orders of integrators' own wallets do not count.</summary>
    public Task<RankedPage> CodesAsync(long programId, int skip, int take, long? code, OrderSight sight, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(sight);
        var ranked = $"""
            with sums as (
              select o.referral_code as code, {Sums}
              {Executed} and o.referral_code is not null and not o.self_referral{sight.Condition}
              group by o.referral_code),
            ranked as (
              select code, null::text as wallet, null::bigint as chain_id,
                     row_number() over (order by fees desc, volume desc, code) as rank, volume, fees, executed
              from sums)
            """;
        return RunAsync(ranked, "code = @code", new { programId, skip, take, code }, sight, ct);
    }

    /// <summary>Wallets with an executed order, with or without a code.</summary>
    /// <param name="wallets">The canonical texts that the wallet sought may stand for.</param>
    public Task<RankedPage> WalletsAsync(long programId, int skip, int take, IReadOnlyList<string> wallets, OrderSight sight, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(sight);
        var ranked = $"""
            with sums as (
              select o.maker as wallet, min(o.give_chain) as chain_id, {Sums}
              {Executed}{sight.Condition}
              group by o.maker),
            ranked as (
              select null::bigint as code, wallet, chain_id,
                     row_number() over (order by fees desc, volume desc, wallet collate "C") as rank, volume, fees, executed
              from sums)
            """;
        return RunAsync(ranked, "wallet = any(@wallets)", new { programId, skip, take, wallets = wallets.ToArray() }, sight, ct);
    }

    private async Task<RankedPage> RunAsync(string ranked, string sought, object arguments, OrderSight sight, CancellationToken ct)
    {
        var sql = $"""
            {ranked}
            select 'page' as part, code, wallet, chain_id, rank, volume, fees, executed from ranked where rank > @skip and rank <= @skip + @take
            union all
            select 'sought', code, wallet, chain_id, rank, volume, fees, executed from ranked where {sought}
            union all
            select 'total', null, null, null, count(*), 0, 0, 0 from ranked
            order by part, rank
            """;
        var all = new DynamicParameters(arguments);
        all.AddDynamicParams(new { sight.OwnCode, hiddenCodes = sight.HiddenCodes.ToArray() });
        await using var connection = await database.OpenAsync(ct);
        var rows = (await connection.QueryAsync<Row>(new CommandDefinition(sql, all, cancellationToken: ct))).AsList();
        return new RankedPage(
            [.. rows.Where(row => row.Part == "page").Select(row => row.ToRanked())],
            rows.Single(row => row.Part == "total").Rank,
            rows.FirstOrDefault(row => row.Part == "sought")?.ToRanked());
    }

    private sealed record Row(string Part, long? Code, string? Wallet, long? ChainId, long Rank, decimal Volume, decimal Fees, long Executed)
    {
        public Ranked ToRanked() => new(Code, Wallet, ChainId, Rank, Volume, Fees, Executed);
    }
}
