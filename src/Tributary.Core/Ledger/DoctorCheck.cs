namespace Tributary.Ledger;

/// <summary>
/// One thing that must be true in every programme. Both queries take the programme as <c>$1</c>; what is wrong comes as one
/// text a row.
/// </summary>
internal sealed record DoctorCheck(string Name, string Counted, string CountSql, string FaultSql)
{
    /// <summary>The invariants of the data, in the order in which they are printed.</summary>
    public static IReadOnlyList<DoctorCheck> All { get; } =
    [
        new("Every transfer balances and has its entries", "transfers",
            "select count(*) from transfers where program_id = $1",
            """
            with sides as (
              select e.transfer_id, sum(e.amount) filter (where e.side = 'debit') as debit, sum(e.amount) filter (where e.side = 'credit') as credit
              from entries e
              where e.program_id = $1
              group by e.transfer_id
            ), rewards_apart as (
              select e.transfer_id, e.reward_id
              from entries e
              where e.program_id = $1
              group by e.transfer_id, e.reward_id
              having sum(case e.side when 'debit' then e.amount else -e.amount end) <> 0
            )
            select format('transfer %s says %s, its entries debit %s and credit %s',
                          t.transfer_id, t.debit, coalesce(s.debit, 0), coalesce(s.credit, 0))
            from transfers t left join sides s on s.transfer_id = t.transfer_id
            where t.program_id = $1 and (s.debit is distinct from t.debit or s.credit is distinct from t.credit)
            union all
            select format('transfer %s does not balance for reward %s', a.transfer_id, coalesce(a.reward_id::text, 'none'))
            from rewards_apart a
            """),
        new("Every balance equals the sum of its entries", "entries",
            "select count(*) from entries where program_id = $1",
            """
            with parts as (
              select e.recipient_id, t.unit, e.transfer_id, e.reward_id, e.account,
                     case e.side when 'credit' then e.amount else -e.amount end as amount
              from entries e join transfers t on t.program_id = e.program_id and t.transfer_id = e.transfer_id
              where e.program_id = $1 and e.recipient_id is not null
            ), gains as (
              select p.recipient_id, p.unit, sum(p.amount) as gain,
                     coalesce(sum(p.amount) filter (where p.account = 'pending'), 0) as pending,
                     coalesce(sum(p.amount) filter (where p.account = 'held'), 0) as held,
                     coalesce(sum(p.amount) filter (where p.account = 'available'), 0) as available,
                     coalesce(sum(p.amount) filter (where p.account = 'in_payout'), 0) as in_payout,
                     coalesce(sum(p.amount) filter (where p.account = 'paid'), 0) as paid,
                     coalesce(-sum(p.amount) filter (where p.account = 'receivable'), 0) as receivable
              from parts p
              group by p.recipient_id, p.unit, p.transfer_id, p.reward_id
            ), folded as (
              select g.recipient_id, g.unit, sum(greatest(g.gain, 0)) as earned, sum(greatest(-g.gain, 0)) as reversed,
                     sum(g.pending) as pending, sum(g.held) as held, sum(g.available) as available, sum(g.in_payout) as in_payout,
                     sum(g.paid) as paid, sum(g.receivable) as receivable
              from gains g
              group by g.recipient_id, g.unit
            ), kept as (
              select recipient_id, unit, earned, reversed, pending, held, available, in_payout, paid, receivable
              from balances
              where program_id = $1
            )
            select format('recipient %s in %s: balance (%s), entries (%s)', coalesce(k.recipient_id, f.recipient_id), coalesce(k.unit, f.unit),
                          concat_ws(' ', k.earned, k.reversed, k.pending, k.held, k.available, k.in_payout, k.paid, k.receivable),
                          concat_ws(' ', f.earned, f.reversed, f.pending, f.held, f.available, f.in_payout, f.paid, f.receivable))
            from kept k full join folded f on f.recipient_id = k.recipient_id and f.unit = k.unit
            where (coalesce(k.earned, 0), coalesce(k.reversed, 0), coalesce(k.pending, 0), coalesce(k.held, 0), coalesce(k.available, 0),
                   coalesce(k.in_payout, 0), coalesce(k.paid, 0), coalesce(k.receivable, 0))
               is distinct from
                  (coalesce(f.earned, 0), coalesce(f.reversed, 0), coalesce(f.pending, 0), coalesce(f.held, 0), coalesce(f.available, 0),
                   coalesce(f.in_payout, 0), coalesce(f.paid, 0), coalesce(f.receivable, 0))
            """),
        new("Earned less reversed is what stands, and nothing is below zero", "balances",
            "select count(*) from balances where program_id = $1",
            """
            select format('recipient %s in %s', recipient_id, unit)
            from balances
            where program_id = $1
              and (earned - reversed <> pending + held + available + in_payout + paid - receivable
                or least(earned, reversed, pending, held, available, in_payout, paid, receivable) < 0)
            """),
        new("Rewards stand where balances say", "rewards",
            "select count(*) from rewards where program_id = $1",
            $"""
            with standing as (
              select recipient_id, unit, state, coalesce(remaining, posted) as amount
              from rewards
              where program_id = $1 and unit is not null and state in ('pending', 'held', 'available')
              union all
              {ChainCheck.StandingFees}
            ), stands as (
              select recipient_id, unit, state, sum(amount) as amount
              from standing
              group by recipient_id, unit, state
            ), balanced as (
              select b.recipient_id, b.unit, v.state, v.amount
              from balances b,
                lateral (values ('pending', b.pending), ('held', b.held), ('available', b.available)) as v (state, amount)
              where b.program_id = $1
            )
            select format('recipient %s in %s: rewards %s come to %s, the balance is %s', coalesce(s.recipient_id, b.recipient_id),
                          coalesce(s.unit, b.unit), coalesce(s.state, b.state), coalesce(s.amount, 0), coalesce(b.amount, 0))
            from stands s full join balanced b on b.recipient_id = s.recipient_id and b.unit = s.unit and b.state = s.state
            where coalesce(s.amount, 0) <> coalesce(b.amount, 0)
            """),
        new("What a reward is worth now is what the ledger gave for it", "rewards",
            "select count(*) from rewards where program_id = $1 and unit is not null",
            """
            with given as (
              select e.reward_id, sum(case e.side when 'debit' then e.amount else -e.amount end) as amount
              from entries e
              where e.program_id = $1 and e.reward_id is not null and e.recipient_id is null
              group by e.reward_id
            )
            select format('reward %s is worth %s, the ledger gave %s', coalesce(r.reward_id, g.reward_id), coalesce(r.net, 0), coalesce(g.amount, 0))
            from (select reward_id, net from rewards where program_id = $1 and unit is not null) r
              full join given g on g.reward_id = r.reward_id
            where coalesce(r.net, 0) <> coalesce(g.amount, 0)
            """),
        new("What refunds took is the sum of an order's refunds, and never more than its total", "orders",
            "select count(*) from orders where program_id = $1",
            """
            with taken as (
              select order_key, sum(amount) filter (where kind <> 'cancel') as amount
              from refunds
              where program_id = $1 and order_key is not null and state = 'applied'
              group by order_key
            )
            select format('order %s: refunded %s of %s, its refunds come to %s', o.order_key, o.refunded, o.total, coalesce(t.amount, 0))
            from orders o left join taken t on t.order_key = o.order_key
            where o.program_id = $1 and (o.refunded <> coalesce(t.amount, 0) or o.refunded > o.total)
            """),
        new("A fully refunded order left nothing on anybody's account", "fully refunded orders",
            $"select count(*) from orders o where {TakenBack}",
            $"""
            select format('order %s left %s %s', e.order_key, sum(case e.side when 'credit' then e.amount else -e.amount end), t.unit)
            from orders o
              join entries e on e.program_id = o.program_id and e.order_key = o.order_key and e.recipient_id is not null
              join transfers t on t.program_id = e.program_id and t.transfer_id = e.transfer_id
            where {TakenBack}
            group by e.order_key, t.unit
            having sum(case e.side when 'credit' then e.amount else -e.amount end) <> 0
            """),
        ChainCheck.StagesSayTheState,
        ChainCheck.FeesSayWhatTheLedgerDoes,
        OutcomeCheck.DaysSayWhatRowsCountFor,
        OutcomeCheck.RollUpsSayWhatDaysDo,
        CounterCheck.EveryRowAddsUp,
        CounterCheck.RollUpsSayWhatLinksDo,
        CounterCheck.LinksSayWhatClicksDo,
        new("One order id is one order, one cause is one reward", "rewards and orders",
            """
            select (select count(*) from orders where program_id = $1) + (select count(*) from rewards where program_id = $1)
            """,
            """
            select format('order id %s stands %s times', order_id, count(*))
            from orders
            where program_id = $1 and living
            group by order_id
            having count(*) > 1
            union all
            select format('%s stands %s times for recipient %s', cause, count(*), recipient_id)
            from rewards
            where program_id = $1 and state <> 'reversed' and campaign_id is not null
            group by cause, campaign_id, line, recipient_id
            having count(*) > 1
            """),
    ];

    /// <summary>Orders of which all was refunded, unless refunds touched no rewards then (MO-28) or nothing was paid anyway.</summary>
    private const string TakenBack = "o.program_id = $1 and o.total > 0 and (o.refunded = o.total or o.state = 'cancelled') and not o.rewards_kept";
}
