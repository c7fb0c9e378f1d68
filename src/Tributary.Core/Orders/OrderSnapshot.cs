using Tributary.Attribution;
using Tributary.Campaigns;
using Tributary.Customers;
using Tributary.Rewards;
using Tributary.Signups;
using Tributary.Storage;

namespace Tributary.Orders;

/// <summary>Whether the customer that a refund names is the order's.</summary>
internal enum RefundCustomer { NotNamed, Unknown, Other, Same }

/// <summary>An order with everything that recomputing it needs, read under its customer's lock.</summary>
internal sealed class OrderSnapshot
{
    /// <summary>The order's customer is locked first, as every operation on it does.</summary>
    private const string LockCustomerSql = $"""
        select {CustomerRow.Columns}
        from customers
        where program_id = $1
          and customer_id = (select o.customer_id from orders o where o.program_id = $1 and o.order_id = $2 and o.living)
        for update
        """;

    private const string NamedSql = """
        select i.customer_id from customer_ids i where i.program_id = $1 and i.merchant_id = $2
        """;

    private const string IsRefundSql = "select true from refunds where program_id = $1 and refund_id = $2";

    private const string RewardsSql = $"""
        select {RewardRow.Columns}
        from rewards
        where program_id = $1
          and (order_key = (select o.order_key from orders o where o.program_id = $1 and o.order_id = $2 and o.living)
               or (cause like 'step:%'
                   and customer_id = (select o.customer_id from orders o where o.program_id = $1 and o.order_id = $2 and o.living)))
          and state <> 'reversed'
        order by reward_id
        for update
        """;

    private const string StepsSql = """
        select campaign_id, step, occasion, version, cause, order_key, undone_at is null
        from step_progress
        where program_id = $1
          and customer_id = (select o.customer_id from orders o where o.program_id = $1 and o.order_id = $2 and o.living)
        order by campaign_id, step, occasion
        """;

    private const string AttributionSql = $"""
        {AttributionRow.Select}
        where a.program_id = $1
          and a.customer_id = (select o.customer_id from orders o where o.program_id = $1 and o.order_id = $2 and o.living)
        """;

    /// <summary>The versions that made the order's rewards and its customer's steps.</summary>
    private const string VersionsSql = """
        select c.campaign_id, c.name, v.version, c.state, c.starts_at, c.ends_at, v.definition
        from campaign_versions v
        join campaigns c on c.program_id = v.program_id and c.campaign_id = v.campaign_id
        where v.program_id = $1
          and (v.campaign_id, v.version) in (
            select r.campaign_id, r.version
            from rewards r
            where r.program_id = $1 and r.order_key = (select o.order_key from orders o where o.program_id = $1 and o.order_id = $2 and o.living)
            union
            select s.campaign_id, s.version
            from step_progress s
            where s.program_id = $1
              and s.customer_id = (select o.customer_id from orders o where o.program_id = $1 and o.order_id = $2 and o.living))
        """;

    public CustomerRow? Customer { get; private set; }

    public AttributionRow? Attribution { get; private set; }

    /// <summary>Campaigns in the versions that made the rewards and steps.</summary>
    public List<ActiveCampaign> Versions { get; } = [];

    /// <summary>Campaigns as they are now.</summary>
    public List<ActiveCampaign> Campaigns { get; } = [];

    public OrderRow? Order { get; set; }

    public RefundRow? SameRefund { get; private set; }

    /// <summary>Whether the refund that is about to come was reinstated already.</summary>
    public bool ReinstatementWaits { get; private set; }

    public RefundCustomer NamedCustomer { get; private set; } = RefundCustomer.NotNamed;

    public bool OrderIdIsRefund { get; private set; }

    public List<RefundRow> Refunds { get; } = [];

    /// <summary>Rewards of the order, and those of its customer's steps, reversed ones left out.</summary>
    public List<RewardRow> Rewards { get; } = [];

    public List<StepRow> Steps { get; } = [];

    /// <param name="refundId">A refund that may be known already; null: none is asked for.</param>
    /// <param name="merchantId">The customer that the call names; null: none.</param>
    public static async Task<OrderSnapshot> LoadAsync(Transaction tx, string orderId, string? refundId, string? merchantId, CancellationToken ct)
    {
        var snapshot = new OrderSnapshot();
        long? named = null;
        var load = new LoadBatch(tx.Connection);
        load.KeepPlans();
        void Query(string sql, Action<Npgsql.NpgsqlDataReader> row, string text) => load.Query(sql, row, Param.Of(tx.ProgramId), Param.Of(text));
        Query(LockCustomerSql, row => snapshot.Customer = CustomerRow.Read(row), orderId);
        Query(OrderRow.LivingSql, row => snapshot.Order = OrderRow.Read(row), orderId);
        Query(RefundRow.OfLivingOrderSql, row => snapshot.Refunds.Add(RefundRow.Read(row)), orderId);
        Query(RewardsSql, row => snapshot.Rewards.Add(RewardRow.Read(row)), orderId);
        Query(StepsSql, row => snapshot.Steps.Add(StepRow.Read(row)), orderId);
        Query(AttributionSql, row => snapshot.Attribution = AttributionRow.Read(row), orderId);
        Query(VersionsSql, row => snapshot.Versions.Add(CampaignLoad.Read(row)), orderId);
        CampaignLoad.Add(load, tx.ProgramId, tx.Now, snapshot.Campaigns);
        Query(IsRefundSql, _ => snapshot.OrderIdIsRefund = true, orderId);
        if (refundId is not null)
        {
            WaitingReinstatement.Look(load, tx.ProgramId, refundId, () => snapshot.ReinstatementWaits = true);
            Query(RefundRow.ByIdSql, row => snapshot.SameRefund = RefundRow.Read(row), refundId);
        }
        if (merchantId is not null)
            Query(NamedSql, row => named = row.GetInt64(0), merchantId);
        load.Query(Transaction.DrawNumbersSql, row => tx.OfferNumbers(row.GetInt64(0)));
        await load.RunAsync(ct);
        if (snapshot.Order is { } order && order.CustomerId != snapshot.Customer?.Id)
            throw new LostRaceException("The order's customer was merged while this waited for it.");
        if (merchantId is not null)
            snapshot.NamedCustomer = snapshot.Judge(named);
        return snapshot;
    }

    /// <summary>The order of a deleted customer is found by its id alone (gameball.md 3.8).</summary>
    private RefundCustomer Judge(long? named)
    {
        if (Order is not null && Customer is { DeletedAt: not null })
            return RefundCustomer.Same;
        return named is null ? RefundCustomer.Unknown
            : Order is null ? RefundCustomer.NotNamed
            : named == Order.CustomerId ? RefundCustomer.Same : RefundCustomer.Other;
    }
}
