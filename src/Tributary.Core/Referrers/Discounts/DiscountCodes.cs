using System.Text.Json.Nodes;
using Dapper;
using Npgsql;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Storage;

namespace Tributary.Referrers.Discounts;

/// <summary>Makes, changes and lists the codes of discounts. Codes are never used again.</summary>
public sealed class DiscountCodes(Database database, Transactions transactions)
{
    private const int GeneratedDigits = 8;
    private const int MostRedemptionsShown = 100;

    private const string FindSql = $"{DiscountCodeRow.SelectSql} where program_id = @programId and canonical = @canonical and state <> 'retired'";

    private const string OfDiscountsSql = $"""
        {DiscountCodeRow.SelectSql}
        where program_id = @programId and discount_id = any(@ids)
        order by coupon_id
        limit @most
        """;

    private const string InsertSql = """
        insert into coupons (program_id, discount_id, referrer_id, code, canonical, discount_kind, discount_value, state, expires_at,
                             first_time_order, minimum_amount, minimum_currency, max_redemptions, only_customer_id, details, created_at, updated_at)
        values (@programId, @discountId, @referrerId, @code, @canonical, @kind, @value, @state, @expiresAt,
                @firstTimeOrder, @minimumAmount, @minimumCurrency, @maxRedemptions, @onlyCustomerId, @details::jsonb, @now, @now)
        on conflict do nothing
        returning coupon_id
        """;

    private const string UpdateSql = """
        update coupons set referrer_id = @referrerId, state = @state, details = @details::jsonb, updated_at = @now
        where program_id = @programId and coupon_id = @id
        """;

    private const string RedemptionsSql = """
        select redeemed_at, order_id
        from coupon_redemptions
        where program_id = @programId and coupon_id = @couponId
        order by redemption_id desc
        limit @most
        """;

    /// <summary>In any letter case; retired ones are not found.</summary>
    public async Task<DiscountCode?> FindAsync(long programId, string code, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return await FindAsync(connection, programId, code, locked: false, ct);
    }

    /// <summary>All codes of some discounts, in the order of their making.</summary>
    /// <param name="most">Of all together.</param>
    public async Task<ILookup<long, DiscountCode>> OfDiscountsAsync(long programId, IEnumerable<long> discountIds, int most, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var rows = await connection.QueryAsync<DiscountCodeRow>(
            new CommandDefinition(OfDiscountsSql, new { programId, ids = discountIds.Distinct().ToArray(), most }, cancellationToken: ct));
        return rows.ToLookup(row => row.DiscountId!.Value, row => row.ToCode());
    }

    /// <param name="discountId">Null: of any discount.</param>
    public async Task<Page<DiscountCode>> ListAsync(long programId, long? discountId, SliceRequest slice, CancellationToken ct)
    {
        var sql = $"""
            {DiscountCodeRow.SelectSql}
            where program_id = @programId and discount_id is not null and state <> 'retired'
            {Sql.When(discountId, "and discount_id = @discountId")}
            {Sql.When(slice.After, $"and coupon_id {slice.Comparison} @after")}
            order by coupon_id {slice.Direction} limit @most offset @skip
            """;
        await using var connection = await database.OpenAsync(ct);
        var arguments = new { programId, discountId, after = slice.After?.Id, most = slice.Most, skip = slice.Skip };
        var rows = await connection.QueryAsync<DiscountCodeRow>(new CommandDefinition(sql, arguments, cancellationToken: ct));
        return slice.Cut([.. rows.Select(row => row.ToCode())], code => new Cursor(code.Id, code.Id));
    }

    /// <summary>The latest uses that counted, newest first.</summary>
    public async Task<IReadOnlyList<CouponRedemption>> RedemptionsAsync(long programId, long couponId, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var rows = await connection.QueryAsync<CouponRedemption>(
            new CommandDefinition(RedemptionsSql, new { programId, couponId, most = MostRedemptionsShown }, cancellationToken: ct));
        return [.. rows];
    }

    /// <returns>The code; <c>UnknownReference</c> for the discount, <c>AlreadyExists</c> for a code that is or was somebody's.</returns>
    public Task<Outcome<DiscountCode>> CreateAsync(
        ReferralProgram program, string discountKey, NewDiscountCode wanted, Caller caller, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(wanted);
        return transactions.RunAsync<DiscountCode>(
            program.Id, caller,
            async (tx, stop) => await DiscountRegister.FindAsync(tx.Connection, tx.ProgramId, discountKey, locked: true, stop) is { } discount
                ? await AddAsync(tx, discount, wanted, stop)
                : new Problem(ProblemCode.UnknownReference, "No such discount.", "discount"),
            ct);
    }

    public Task<Outcome<DiscountCode>> UpdateAsync(
        ReferralProgram program, string code, DiscountCodeChange change, Caller caller, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(change);
        return transactions.RunAsync(program.Id, caller, (tx, stop) => UpdateAsync(tx, code, change, stop), ct);
    }

    /// <summary>For ever; what was done with it stays.</summary>
    public Task<Outcome<DiscountCode>> RetireAsync(ReferralProgram program, string code, Caller caller, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(program);
        return transactions.RunAsync<DiscountCode>(
            program.Id, caller,
            async (tx, stop) => await FindAsync(tx.Connection, tx.ProgramId, code, locked: true, stop) is { } found
                ? await WriteAsync(tx, "coupon.retired", found with { State = CouponState.Retired, UpdatedAt = tx.Now }, stop)
                : NotFound,
            ct);
    }

    internal static async Task<Outcome<DiscountCode>> AddAsync(Transaction tx, Discount discount, NewDiscountCode wanted, CancellationToken ct)
    {
        var code = wanted.Code?.Trim() ?? Base62.Random(GeneratedDigits);
        if (!CodeText.TryCanonicalCoupon(code, out var canonical))
            return new Problem(ProblemCode.InvalidValue, $"A code has 1 to {Limits.Coupon} letters, digits, - and _.", "code");
        if (wanted.ReferrerId is { } referrer && await ReferrerRow.FindAsync(tx.Connection, tx.ProgramId, referrer, ct, locked: true) is null)
            return new Problem(ProblemCode.UnknownReference, "No such referrer.", "referrerId");
        var arguments = new
        {
            programId = tx.ProgramId, discountId = discount.Id, referrerId = wanted.ReferrerId, code, canonical,
            kind = ReferrerCoupons.WordOf(discount.Kind), value = discount.Value, state = CouponStates.Of(wanted.Active).Text(),
            expiresAt = wanted.ExpiresAt, firstTimeOrder = wanted.FirstTimeOrder, minimumAmount = wanted.Minimum?.Minor,
            minimumCurrency = wanted.Minimum?.Currency.Code, maxRedemptions = wanted.MaxRedemptions, onlyCustomerId = wanted.OnlyCustomerId,
            details = (wanted.Details ?? []).ToJsonString(), now = tx.Now,
        };
        if (await tx.Connection.ExecuteScalarAsync<long?>(new CommandDefinition(InsertSql, arguments, cancellationToken: ct)) is null)
            return new Problem(ProblemCode.AlreadyExists, "This coupon is or was somebody's.", "code");
        return Told(tx, "coupon.created", EventType.CouponCreated, (await FindAsync(tx.Connection, tx.ProgramId, code, locked: false, ct))!);
    }

    private static async Task<Outcome<DiscountCode>> UpdateAsync(Transaction tx, string code, DiscountCodeChange change, CancellationToken ct)
    {
        if (await FindAsync(tx.Connection, tx.ProgramId, code, locked: true, ct) is not { } before)
            return NotFound;
        if (change is { Binds: true, ReferrerId: { } referrer } && await ReferrerRow.FindAsync(tx.Connection, tx.ProgramId, referrer, ct) is null)
            return new Problem(ProblemCode.UnknownReference, "No such referrer.", "referrerId");
        var after = before with
        {
            ReferrerId = change.Binds ? change.ReferrerId : before.ReferrerId,
            State = change.Active is { } active ? CouponStates.Of(active) : before.State,
            Details = DiscountRegister.Merged(before.Details, change.Details),
            UpdatedAt = tx.Now,
        };
        return await WriteAsync(tx, "coupon.updated", after, ct);
    }

    private static async Task<Outcome<DiscountCode>> WriteAsync(Transaction tx, string verb, DiscountCode after, CancellationToken ct)
    {
        var arguments = new
        {
            programId = tx.ProgramId, id = after.Id, referrerId = after.ReferrerId, state = after.State.Text(), details = after.Details.ToJsonString(), now = tx.Now,
        };
        await tx.Connection.ExecuteAsync(new CommandDefinition(UpdateSql, arguments, cancellationToken: ct));
        return Told(tx, verb, EventType.CouponUpdated, after);
    }

    internal static async Task<DiscountCode?> FindAsync(NpgsqlConnection connection, long programId, string code, bool locked, CancellationToken ct)
    {
        if (!CodeText.TryCanonicalCoupon(code, out var canonical))
            return null;
        var row = await connection.QuerySingleOrDefaultAsync<DiscountCodeRow>(new CommandDefinition(
            locked ? FindSql + " for update" : FindSql, new { programId, canonical }, cancellationToken: ct));
        return row?.ToCode();
    }

    private static Outcome<DiscountCode> Told(Transaction tx, string verb, string type, DiscountCode code)
    {
        var subject = $"coupon:{code.Id}";
        var told = new JsonObject { ["couponId"] = code.Id, ["referrerId"] = code.ReferrerId, ["code"] = code.Code, ["state"] = code.State.Text() };
        tx.Audit(verb, subject, null, told.DeepClone());
        tx.Raise(type, subject, told, referrerId: code.ReferrerId);
        return code;
    }

    internal static Problem NotFound => new(ProblemCode.NotFound, "No such coupon.");
}
