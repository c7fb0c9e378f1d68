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
/// </summary>
internal static class SnapshotLoader
{
    private const string EnsureSql = """
        with claimed as (
          insert into customer_ids (program_id, merchant_id, customer_id)
          select $1, $2, nextval('party_numbers')
          where not exists (select from customer_ids where program_id = $1 and merchant_id = $2)
          on conflict do nothing
          returning customer_id)
        insert into customers (program_id, customer_id, merchant_id, known_before, created_at, updated_at)
        select $1, claimed.customer_id, $2,
               exists (select from deleted_customer_ids d where d.program_id = $1 and d.id_hash = $3 and d.until > $4),
               $4, $4
        from claimed
        returning customer_id
        """;

    private const string OwnReferrerSql = """
        select r.state, (select c.code from codes c where c.program_id = r.program_id and c.referrer_id = r.referrer_id and c.kind = 'code' and not c.of_link and c.state = 'active' order by c.code_id limit 1)
        from referrers r
        where r.program_id = $1
          and r.referrer_id = (select i.customer_id from customer_ids i where i.program_id = $1 and i.merchant_id = $2)
        """;

    /// <param name="at">The moment by which campaigns are chosen.</param>
    /// <param name="extra">More to read in the same round trip.</param>
    /// <returns>Null where the customer was merged or deleted while this waited for its lock: run the operation again.</returns>
    public static async Task<CustomerSnapshot?> LoadAsync(
        Transaction tx,
        ReferralProgram program,
        string merchantId,
        ReferralClaim claim,
        DateTimeOffset at,
        Action<LoadBatch>? extra,
        CancellationToken ct)
    {
        CustomerRow? customer = null;
        var snapshot = new CustomerSnapshot { Customer = null! };
        var load = new LoadBatch(tx.Connection);
        load.KeepPlans();
        load.Query(
            EnsureSql,
            _ => snapshot.Created = true,
            Param.Of(program.Id), Param.Of(merchantId), Param.Of(ContactKeys.CustomerIdHash(program.HashKey, merchantId)), Param.Of(tx.Now));
        load.Query(CustomerRow.LockByMerchantIdSql, row => customer = CustomerRow.Read(row), Param.Of(program.Id), Param.Of(merchantId));
        load.Query(
            AttributionRow.Sql, row => snapshot.Attribution = AttributionRow.Read(row), Param.Of(program.Id), Param.Of(merchantId));
        load.Query(
            OwnReferrerSql,
            row => (snapshot.OwnReferrerState, snapshot.OwnCode) = (row.GetString(0), row.TextOrNull(1)),
            Param.Of(program.Id), Param.Of(merchantId));
        load.Query(StepRow.Sql, row => snapshot.Steps.Add(StepRow.Read(row)), Param.Of(program.Id), Param.Of(merchantId));
        CampaignLoad.Add(load, program.Id, at, snapshot.Campaigns);
        AddClaim(load, program, claim, snapshot, at);
        load.Query(Transaction.DrawNumbersSql, row => tx.OfferNumbers(row.GetInt64(0)));
        extra?.Invoke(load);
        await load.RunAsync(ct);
        if (customer is null or { MergedInto: not null } or { DeletedAt: not null, MerchantId: null })
            return null;
        snapshot.Customer = customer;
        if (customer.DeletedAt is not null)
            RevivedCustomer.Revive(tx, snapshot);
        return snapshot;
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
        List<Npgsql.NpgsqlParameter> parameters =
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
