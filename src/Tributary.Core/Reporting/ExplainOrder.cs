using Npgsql;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Storage;

namespace Tributary.Reporting;

/// <summary>
/// Explains an order: who is credited and why nobody else, what each campaign paid or why it did not, how every reward stands
/// now, what refunds took back, and what the ledger says of it.
/// </summary>
public sealed class ExplainOrder(Database database, TimeProvider clock)
{
    private const int MostRewards = 200;
    private const int MostRefunds = 200;
    private const int MostEntries = 1000;

    /// <returns>The explanation of the living order of this id, else of the last one that had it; or <c>NotFound</c>.</returns>
    public async Task<Outcome<OrderExplanation>> ExecuteAsync(ReferralProgram program, string orderId, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(program);
        await using var connection = await database.OpenAsync(ct);
        // One snapshot for all, so that rewards, refunds and ledger are of the same instant.
        await using var snapshot = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, ct);
        return await TellAsync(connection, program, orderId, clock.GetUtcNow(), ct);
    }

    /// <summary>As the connection's transaction sees it.</summary>
    internal static async Task<Outcome<OrderExplanation>> TellAsync(
        NpgsqlConnection connection, ReferralProgram program, string orderId, DateTimeOffset now, CancellationToken ct)
    {
        if (await FindAsync(connection, program.Id, orderId, ct) is not { } order)
            return new Problem(ProblemCode.NotFound, "There is no such order.");
        var facts = await LoadAsync(connection, program.Id, order, ct);
        var parties = await Parties.LoadAsync(connection, program.Id, facts.PartyIds, facts.LinkIds, ct);
        return new OrderStory(facts, new Wording(program.Settings, parties, now)).Tell();
    }

    private static async Task<ReportedOrder?> FindAsync(NpgsqlConnection connection, long programId, string orderId, CancellationToken ct)
    {
        ReportedOrder? found = null;
        var load = new LoadBatch(connection);
        load.Query(ReportedOrder.FindSql, row => found = ReportedOrder.Read(row), Param.Of(programId), Param.Of(orderId));
        await load.RunAsync(ct);
        return found;
    }

    private static async Task<OrderFactsReported> LoadAsync(NpgsqlConnection connection, long programId, ReportedOrder order, CancellationToken ct)
    {
        var kept = KeptExplanation.Read(order.Explanation);
        var facts = new OrderFactsReported(order, kept, [], [], []);
        var load = new LoadBatch(connection);
        load.Query(
            ReportedReward.OfOrderSql, row => facts.Rewards.Add(ReportedReward.Read(row)),
            Param.Of(programId), Param.Of(order.Key), Param.Of([.. kept.RewardIds]), Param.Of(MostRewards));
        load.Query(
            ReportedRefund.OfOrderSql, row => facts.Refunds.Add(ReportedRefund.Read(row)),
            Param.Of(programId), Param.Of(order.OrderId), Param.Of(order.Key), Param.Of(MostRefunds));
        load.Query(
            ReportedEntry.OfOrderSql, row => facts.Entries.Add(ReportedEntry.Read(row)),
            Param.Of(programId), Param.Of(order.Key), Param.Of(order.OrderId), Param.Of([.. kept.Campaigns.Select(c => c.CampaignId).Distinct()]), Param.Of(MostEntries));
        await load.RunAsync(ct);
        return facts;
    }
}

/// <summary>An order as it is explained.</summary>
internal sealed record ReportedOrder(
    long Key,
    string OrderId,
    long CustomerId,
    string State,
    Currency Currency,
    long Total,
    long Base,
    long Refunded,
    long RemainingBase,
    DateTimeOffset OrderedAt,
    DateTimeOffset ReceivedAt,
    long? ReferrerId,
    string? Via,
    bool RewardsKept,
    string Explanation,
    long? LinkId)
{
    public const string FindSql = """
        select order_key, order_id, customer_id, state, currency, total, base, refunded, remaining_base, ordered_at, received_at,
               referrer_id, via, rewards_kept, explanation, link_id
        from orders
        where program_id = $1 and order_id = $2
        order by generation desc
        limit 1
        """;

    public static ReportedOrder Read(NpgsqlDataReader row) => new(
        row.GetInt64(0),
        row.GetString(1),
        row.GetInt64(2),
        row.GetString(3),
        Currency.Of(row.GetString(4)),
        row.GetInt64(5),
        row.GetInt64(6),
        row.GetInt64(7),
        row.GetInt64(8),
        row.Time(9),
        row.Time(10),
        row.LongOrNull(11),
        row.TextOrNull(12),
        row.GetBoolean(13),
        row.GetString(14),
        row.LongOrNull(15));
}

/// <summary>What is known of an order when it is told.</summary>
internal sealed record OrderFactsReported(
    ReportedOrder Order, KeptExplanation Kept, List<ReportedReward> Rewards, List<ReportedRefund> Refunds, List<ReportedEntry> Entries)
{
    public IEnumerable<long?> LinkIds => [Order.LinkId, .. Kept.Touches.Select(touch => touch.LinkId)];

    public IEnumerable<long> PartyIds =>
    [
        Order.CustomerId,
        .. Kept.PartyIds,
        .. Order.ReferrerId is { } referrer ? [referrer] : Array.Empty<long>(),
        .. Rewards.Select(reward => reward.Reward.RecipientId),
        .. Entries.Select(entry => entry.RecipientId).OfType<long>(),
    ];
}
