using Npgsql;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Storage;

namespace Tributary.Reporting;

/// <summary>
/// Explains a customer: who referred it and why nobody else, what its sign-up and other acts earned, its orders in short, and
/// how its own rewards stand.
/// </summary>
public sealed class ExplainCustomer(Database database, TimeProvider clock)
{
    /// <param name="merchantId">The merchant's own id, or one that became an alias by merging.</param>
    /// <returns>The explanation, or <c>NotFound</c>.</returns>
    public async Task<Outcome<CustomerExplanation>> ExecuteAsync(ReferralProgram program, string merchantId, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(program);
        await using var connection = await database.OpenAsync(ct);
        // One snapshot for all, so that rewards and balances are of the same instant.
        await using var snapshot = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, ct);
        if (await FindAsync(connection, program.Id, merchantId, ct) is not { } customer)
            return new Problem(ProblemCode.NotFound, "There is no such customer.");
        var facts = await LoadAsync(connection, program.Id, customer, ct);
        var parties = await Parties.LoadAsync(connection, program.Id, facts.PartyIds, facts.LinkIds, ct);
        return new CustomerStory(facts, new Wording(program.Settings, parties, clock.GetUtcNow())).Tell();
    }

    private static async Task<ReportedCustomer?> FindAsync(NpgsqlConnection connection, long programId, string merchantId, CancellationToken ct)
    {
        ReportedCustomer? found = null;
        var load = new LoadBatch(connection);
        load.Query(ReportedCustomer.FindSql, row => found = ReportedCustomer.Read(row), Param.Of(programId), Param.Of(merchantId));
        await load.RunAsync(ct);
        return found;
    }

    private static async Task<CustomerFactsReported> LoadAsync(
        NpgsqlConnection connection, long programId, ReportedCustomer customer, CancellationToken ct)
    {
        var facts = new CustomerFactsReported(customer);
        var load = new LoadBatch(connection);
        void Newest(string sql, Action<NpgsqlDataReader> row) =>
            load.Query(sql, row, Param.Of(programId), Param.Of(customer.Id), Param.Of(CustomerExplanation.MostRows));
        Newest(ReportedTouch.OfCustomerSql, row => facts.Touches.Add(ReportedTouch.Read(row)));
        Newest(ReportedEvent.OfCustomerSql, row => facts.Events.Add(ReportedEvent.Read(row)));
        Newest(ReportedPurchase.OfCustomerSql, row => facts.Orders.Add(ReportedPurchase.Read(row)));
        Newest(ReportedReward.OfCustomerSql, row => facts.OwnRewards.Add(ReportedReward.Read(row)));
        Newest(ReportedReward.OfReferrerSql, row => facts.ReferrerRewards.Add(ReportedReward.Read(row)));
        Newest(ReportedBalance.OfRecipientSql, row => facts.Balances.Add(ReportedBalance.Read(row)));
        await load.RunAsync(ct);
        return facts;
    }
}
