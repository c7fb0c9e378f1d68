namespace Tributary.Ledger;

/// <summary>What must be true of orders on chains and of what they earned their integrators.</summary>
internal static class ChainCheck
{
    /// <summary>Fees, by the recipient on whose balance they stand, as rewards stand on it.</summary>
    public const string StandingFees = """
        select f.recipient_id, f.unit, f.state, f.amount
        from affiliate_fees f
        where f.program_id = $1 and f.state = 'available'
        """;

    public static DoctorCheck StagesSayTheState { get; } = new(
        "An order on chains stands where its stages say", "orders on chains",
        "select count(*) from chain_orders where program_id = $1",
        """
        with furthest as (
          select distinct on (e.order_key) e.order_key, e.state
          from chain_order_events e
          where e.program_id = $1 and e.standing
          order by e.order_key, array_position(
            array['Created', 'Fulfilled', 'OrderCancelled', 'SentUnlock', 'SentOrderCancel', 'ClaimedUnlock', 'ClaimedOrderCancel'], e.state) desc
        )
        select format('order %s is %s, its stages say %s', c.order_id, c.state, coalesce(f.state, 'nothing'))
        from chain_orders c
        left join furthest f on f.order_key = c.order_key
        where c.program_id = $1 and c.state is distinct from f.state
        union all
        select format('order %s is %s, on chains it is %s', c.order_id, o.state, c.state)
        from chain_orders c
        join orders o on o.program_id = c.program_id and o.order_key = c.order_key
        where c.program_id = $1
          and o.state <> case when c.state = 'ClaimedUnlock' or c.kind = 'same_chain' then 'paid' when c.cancelled_at is not null then 'cancelled' else 'open' end
        """);

    public static DoctorCheck FeesSayWhatTheLedgerDoes { get; } = new(
        "What chains pay integrators is in the ledger, and nothing else is", "affiliate fees",
        "select count(*) from affiliate_fees where program_id = $1",
        """
        with posted as (
          select e.order_key, t.unit, sum(case e.side when 'debit' then e.amount else -e.amount end) as amount
          from entries e
          join transfers t on t.program_id = e.program_id and t.transfer_id = e.transfer_id
          where e.program_id = $1 and e.account = 'onchain'
          group by e.order_key, t.unit
        ), kept as (
          select order_key, unit, sum(amount) filter (where state <> 'reversed') as amount
          from affiliate_fees
          where program_id = $1
          group by order_key, unit
        )
        select format('order %s earned %s of %s, the ledger posted %s', coalesce(k.order_key, p.order_key), coalesce(k.amount, 0),
                      coalesce(k.unit, p.unit), coalesce(p.amount, 0))
        from kept k full join posted p on p.order_key = k.order_key and p.unit = k.unit
        where coalesce(k.amount, 0) <> coalesce(p.amount, 0)
        """);
}
