using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Storage;

namespace Tributary.ChainOrders;

/// <param name="Kept">False: the same id was handed out before, or is an order already; nothing changed.</param>
public sealed record OrderPrepared(string OrderId, bool Kept);

/// <summary>
/// Keeps what the gateway is about to hand out, before it does (debridge.md § 4.4). It is no order until somebody signs it and
/// it is seen.
/// </summary>
public sealed class PrepareChainOrder(Transactions transactions)
{
    private const string InsertSql = """
        insert into prepared_orders
          (program_id, order_id, referral_code, maker, give_chain, give_token, take_chain, take_token, facts, prepared_at, expires_at, next_check_at)
        select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12
        where not exists (select from chain_orders where program_id = $1 and order_id = $2)
        on conflict do nothing
        returning true
        """;

    /// <param name="facts">The order as it would be reported; its values are estimates.</param>
    /// <param name="keptFor">After which it is taken for never signed.</param>
    /// <param name="firstCheck">When the upstream is asked for it first; null: never.</param>
    public Task<Outcome<OrderPrepared>> ExecuteAsync(
        ReferralProgram program, ChainOrderReport facts, TimeSpan keptFor, DateTimeOffset? firstCheck, Caller caller, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(facts);
        return transactions.RunAsync(program.Id, caller, (tx, stop) => KeepAsync(tx, facts, keptFor, firstCheck, stop), ct);
    }

    private static async Task<Outcome<OrderPrepared>> KeepAsync(
        Transaction tx, ChainOrderReport facts, TimeSpan keptFor, DateTimeOffset? firstCheck, CancellationToken ct)
    {
        var kept = false;
        var load = new LoadBatch(tx.Connection);
        load.Query(
            InsertSql,
            _ => kept = true,
            Param.Of(tx.ProgramId), Param.Of(facts.OrderId), Param.Of(facts.Code), Param.Of(facts.Maker),
            Param.Of(facts.Give.ChainId), Param.Of(facts.Give.Token), Param.Of(facts.Take.ChainId), Param.Of(facts.Take.Token),
            Param.Json(ChainReportJson.Write(facts)), Param.Of(tx.Now), Param.Of(tx.Now + keptFor), Param.Of(firstCheck));
        await load.RunAsync(ct);
        return new OrderPrepared(facts.OrderId, kept);
    }
}
