using Tributary.Attribution;
using Tributary.Programs;
using Tributary.Storage;

namespace Tributary.ChainOrders;

/// <summary>Writes what surrounds an order's own row: what every Order has, terms by which it is found, and its tokens.</summary>
internal static class ChainOrderRows
{
    private const string InsertSql = """
        insert into orders (program_id, order_key, order_id, customer_id, state, currency, total, base, remaining_base, content, details,
                            ordered_at, occurred_at, received_at, paid_at, referrer_id, via, explanation)
        values ($1, $2, $3, $4, $5, $6, 0, 0, 0, 'chain', $7, $8, $8, $9, $10, $11, $12, $13)
        """;

    private const string UpdateSql = """
        update orders
        set state = $3, ordered_at = $4, occurred_at = $4, paid_at = $5
        where program_id = $1 and order_key = $2
        """;

    private const string CreditSql = """
        update orders set referrer_id = $3, via = $4, explanation = $5 where program_id = $1 and order_key = $2
        """;

    private const string TermsSql = """
        insert into chain_order_terms (program_id, term, order_key)
        select $1, t.term, $2 from unnest($3) as t (term)
        on conflict do nothing
        """;

    private const string NoTermsSql = "delete from chain_order_terms where program_id = $1 and order_key = $2 and term = any($3)";

    /// <summary>What is known already is not even locked: all orders of a token would wait for each other.</summary>
    private const string TokenSql = """
        insert into chain_tokens as k (program_id, chain_id, token, decimals, symbol, name, logo_uri)
        select $1, $2, $3, $4, $5, $6, $7
        where not exists (select from chain_tokens n
                          where n.program_id = $1 and n.chain_id = $2 and n.token = $3
                            and (n.decimals is not null or $4 is null) and (n.symbol is not null or $5 is null)
                            and (n.name is not null or $6 is null) and (n.logo_uri is not null or $7 is null))
        on conflict (program_id, chain_id, token) do update
        set decimals = coalesce(k.decimals, excluded.decimals), symbol = coalesce(k.symbol, excluded.symbol),
            name = coalesce(k.name, excluded.name), logo_uri = coalesce(k.logo_uri, excluded.logo_uri)
        """;

    public static void Insert(Transaction tx, ReferralProgram program, ChainOrder order, ReferralDecision decision)
    {
        var details = $$"""{"kind":"{{order.Kind.Text()}}"}""";
        tx.Writes.Add(
            InsertSql,
            Param.Of(tx.ProgramId), Param.Of(order.Key), Param.Of(order.OrderId), Param.Of(order.CustomerId), Param.Of(GenericOf(order)),
            Param.Of(program.Currency.Code), Param.Json(details), Param.Of(order.CreatedAt), Param.Of(order.ReceivedAt), Param.Of(PaidAt(order)),
            Param.Of(decision.ReferrerId), Param.Of(decision.Via), Param.Json(ChainCredit.Explain(decision)));
        decision.WriteTouches(tx, order.CustomerId, order.Key);
        ChainOrderRow.Insert(tx, order);
    }

    public static void Update(Transaction tx, ChainOrder before, ChainOrder after)
    {
        if ((GenericOf(before), before.CreatedAt, PaidAt(before)) != (GenericOf(after), after.CreatedAt, PaidAt(after)))
        {
            tx.Writes.Add(
                UpdateSql,
                Param.Of(tx.ProgramId), Param.Of(after.Key), Param.Of(GenericOf(after)), Param.Of(after.CreatedAt), Param.Of(PaidAt(after)));
        }
        if (before != after)
            ChainOrderRow.Update(tx, after);
    }

    /// <summary>The order was credited to nobody, because its code came late.</summary>
    public static void Credit(Transaction tx, ChainOrder order, ReferralDecision decision)
    {
        tx.Writes.Add(
            CreditSql,
            Param.Of(tx.ProgramId), Param.Of(order.Key), Param.Of(decision.ReferrerId), Param.Of(decision.Via),
            Param.Json(ChainCredit.Explain(decision)));
        decision.WriteTouches(tx, order.CustomerId, order.Key);
    }

    /// <summary>Everything by which the order is found; what is known already is left out, and what was only estimated goes.</summary>
    public static void Terms(Transaction tx, ChainOrder? before, ChainOrder after, IEnumerable<string> hashes)
    {
        var known = before is null ? [] : TermsOf(before).ToHashSet(StringComparer.Ordinal);
        var terms = TermsOf(after).Concat(hashes).Distinct(StringComparer.Ordinal).Where(term => !known.Contains(term)).ToList();
        known.ExceptWith(TermsOf(after).Concat(hashes));
        if (known.Count > 0)
            tx.Writes.Add(NoTermsSql, Param.Of(tx.ProgramId), Param.Of(after.Key), Param.Of([.. known.Select(term => (string?)term)]));
        if (terms.Count > 0)
            tx.Writes.Add(TermsSql, Param.Of(tx.ProgramId), Param.Of(after.Key), Param.Of([.. terms.Select(term => (string?)term)]));
    }

    /// <summary>In the same sequence for all, so that two orders of a pair do not wait for each other.</summary>
    public static void Tokens(Transaction tx, params IReadOnlyList<ChainSideReport> sides)
    {
        foreach (var side in sides.OrderBy(side => side.ChainId).ThenBy(side => side.Token, StringComparer.Ordinal))
            Token(tx, side);
    }

    private static void Token(Transaction tx, ChainSideReport side)
    {
        if (side is { Decimals: null, Symbol: null, Name: null, LogoUri: null })
            return;
        tx.Writes.Add(
            TokenSql,
            Param.Of(tx.ProgramId), Param.Of(side.ChainId), Param.Of(side.Token), Param.Of(side.Decimals), Param.Of(side.Symbol),
            Param.Of(side.Name), Param.Of(side.LogoUri));
    }

    /// <summary>A swap is done when it is recorded.</summary>
    private static string GenericOf(ChainOrder order) => FeePosition.HasEarned(order) ? "paid" : order.State.Generic();

    private static DateTimeOffset? PaidAt(ChainOrder order) => FeePosition.HasEarned(order) ? order.FinalAt : null;

    private static IEnumerable<string> TermsOf(ChainOrder order) => new[]
    {
        order.OrderId, order.PreparedOrderId, order.Maker, order.Creator, order.Receiver, order.AffiliateBeneficiary,
    }.OfType<string>();
}
