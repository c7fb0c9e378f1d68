using Npgsql;
using Tributary.Attribution;
using Tributary.Campaigns;
using Tributary.Customers;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Referrers;
using Tributary.Rewards;
using Tributary.Storage;

namespace Tributary.Signups;

/// <summary>
/// The first round trip of every operation on one customer: creates the customer if it is unknown, locks its row, and reads
/// what decides about it. Whoever comes second for the same customer waits at the lock and then reads what the first wrote.
/// A new customer's row is written whole: it is changed again only where the operation finds out more.
/// </summary>
internal static class SnapshotLoader
{
    private const string NameSql = """
        insert into customer_ids (program_id, merchant_id, customer_id)
        select $1, $2, customer_id from customers where program_id = $1 and customer_id = $3
        on conflict do nothing
        returning customer_id
        """;

    /// <summary>Who referred the customer, whether it is a referrer itself, and numbers that rise in the order of its lock.</summary>
    private const string StandingSql = $"""
        select o.state, nextval('record_numbers'), {AttributionRow.Columns}
        from customer_ids i
        left join referrers o on o.program_id = i.program_id and o.referrer_id = i.customer_id
        left join attributions a on a.program_id = i.program_id and a.customer_id = i.customer_id
        left join referrers r on r.program_id = a.program_id and r.referrer_id = a.referrer_id
        left join customers c on c.program_id = r.program_id and c.customer_id = r.customer_id
        where i.program_id = $1 and i.merchant_id = $2
        """;

    /// <param name="newcomer">What the customer will be if its id is unknown.</param>
    /// <param name="paid">The order that will be counted; null: none.</param>
    /// <param name="at">The moment by which campaigns are chosen.</param>
    /// <param name="extra">More to read in the same round trip.</param>
    /// <returns>
    /// Null where another call created the customer meanwhile, or where it was merged or deleted while this waited for its
    /// lock: run the operation again.
    /// </returns>
    public static async Task<CustomerSnapshot?> LoadAsync(
        Transaction tx,
        ReferralProgram program,
        CustomerChange newcomer,
        long? paid,
        ReferralClaim claim,
        DateTimeOffset at,
        Action<LoadBatch>? extra,
        CancellationToken ct)
    {
        var merchantId = newcomer.After.MerchantId!;
        var unknown = false;
        CustomerRow? customer = null;
        var snapshot = new CustomerSnapshot { Customer = null! };
        var load = new LoadBatch(tx.Connection);
        load.KeepPlans();
        newcomer.AddCreation(load, program, paid, tx.Now, () => unknown = true);
        load.Query(NameSql, _ => snapshot.Created = true, Param.Of(program.Id), Param.Of(merchantId), Param.Of(newcomer.After.Id));
        load.Query(CustomerRow.LockByMerchantIdSql, row => customer = CustomerRow.Read(row), Param.Of(program.Id), Param.Of(merchantId));
        load.Query(StandingSql, row => ReadStanding(tx, row, snapshot), Param.Of(program.Id), Param.Of(merchantId));
        load.Query(StepRow.Sql, row => snapshot.Steps.Add(StepRow.Read(row)), Param.Of(program.Id), Param.Of(merchantId));
        CampaignLoad.Add(load, program.Id, at, snapshot.Campaigns);
        AddClaim(load, program, claim, snapshot, at);
        extra?.Invoke(load);
        await load.RunAsync(ct);
        if (!unknown)
            tx.PartyNumbers.Return(newcomer.After.Id);
        if (unknown != snapshot.Created || customer is null or { MergedInto: not null } or { DeletedAt: not null, MerchantId: null })
            return null;
        snapshot.Customer = unknown ? newcomer.Before : customer;
        if (customer.DeletedAt is not null)
            RevivedCustomer.Revive(tx, snapshot);
        return snapshot;
    }

    private static void ReadStanding(Transaction tx, NpgsqlDataReader row, CustomerSnapshot snapshot)
    {
        snapshot.OwnReferrerState = row.TextOrNull(0);
        tx.OfferNumbers(row.GetInt64(1));
        snapshot.Attribution = row.IsDBNull(2) ? null : AttributionRow.Read(row, 2);
    }

    /// <summary>Looks up what the claim carries; what it does not carry costs nothing.</summary>
    public static void AddClaim(LoadBatch load, ReferralProgram program, ReferralClaim claim, CustomerSnapshot snapshot, DateTimeOffset at)
    {
        if (ClaimedReferrer.Candidates(program, claim) is { Count: > 0 } candidates)
            AddCode(load, program, candidates, snapshot);
        if (claim.ManualReferrerId is { } named)
            load.Query(ReferrerMatch.ReferrerSql, row => snapshot.ManualMatch = ReferrerMatch.Read(row), Param.Of(program.Id), Param.Of(named));
        if (claim.ReferrerId is { } referrer)
            load.Query(ReferrerMatch.ReferrerSql, row => snapshot.NamedMatch = ReferrerMatch.Read(row), Param.Of(program.Id), Param.Of(referrer));
        if (claim.ReferralUrl is { } address)
            snapshot.Address = AddressLookup.Add(load, program, address, at);
        if (claim.Coupons.Count > 0)
            CouponMatch.Add(load, program.Id, [.. claim.Coupons.Select(ClaimedReferrer.CanonicalCoupon)], snapshot.CouponMatches.Add);
        if (ClaimedClick.Of(claim) is { } click)
            ClickMatch.AddById(load, program.Id, click, snapshot.ClickMatches.Add);
        if (ClaimedClick.VisitorOf(claim) is { } visitor)
            ClickMatch.AddOfVisitor(load, program.Id, program.Settings.Attribution, visitor, at, snapshot.ClickMatches.Add);
    }

    private static void AddCode(LoadBatch load, ReferralProgram program, IReadOnlyList<ReferrerCandidate> candidates, CustomerSnapshot snapshot)
    {
        string?[] Texts(ReferrerCandidateKind kind) => [.. candidates.Where(c => c.Kind == kind).Select(c => c.Text)];
        var customerIds = Texts(ReferrerCandidateKind.CustomerId);
        List<NpgsqlParameter> parameters =
        [
            Param.Of(program.Id), Param.Of(Texts(ReferrerCandidateKind.Code)), Param.Of(Texts(ReferrerCandidateKind.FoldedCode)),
        ];
        if (customerIds.Length > 0)
            parameters.Add(Param.Of(customerIds));
        load.Query(
            customerIds.Length > 0 ? ReferrerMatch.CodesAndCustomersSql : ReferrerMatch.CodesSql,
            row => snapshot.CodeMatches.Add(ReferrerMatch.ReadOfCode(row)),
            [.. parameters]);
    }
}
