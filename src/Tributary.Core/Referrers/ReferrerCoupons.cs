using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Dapper;
using Npgsql;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Storage;

namespace Tributary.Referrers;

[JsonConverter(typeof(ExactWords<DiscountKind>))]
public enum DiscountKind
{
    [JsonStringEnumMemberName("percentage")] Percentage,

    /// <summary>Minor units of the programme's currency.</summary>
    [JsonStringEnumMemberName("amount")] Amount,
    [JsonStringEnumMemberName("other")] Other,
}

/// <summary>A discount code of the merchant's shop that is bound to a referrer: an order that uses it is the referrer's.</summary>
/// <param name="DiscountValue">As the merchant wrote it; the shop gives the discount, not this server.</param>
public sealed record ReferrerCoupon(
    long CouponId,
    long ReferrerId,
    string Code,
    DiscountKind DiscountKind,
    string? DiscountValue,
    bool Retired,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset CreatedAt);

public sealed record NewCoupon(
    long ReferrerId, string? Code, DiscountKind DiscountKind, string? DiscountValue = null, DateTimeOffset? ExpiresAt = null);

/// <summary>Binds, lists and retires coupons.</summary>
public sealed class ReferrerCoupons(Database database, Transactions transactions)
{
    private const int MostPerReferrer = 1_000;
    private const int MostValue = 40;

    private const string SelectSql = """
        select coupon_id, referrer_id, code, discount_kind, discount_value, state, expires_at, created_at
        from coupons
        """;

    private const string ListSql = $"""
        {SelectSql}
        where program_id = @programId and referrer_id = @referrerId and coupon_id > @after
        order by coupon_id limit @most
        """;

    /// <summary>Coupons that are bound to nobody are the discount's alone.</summary>
    private const string FindSql = $"{SelectSql} where program_id = @programId and canonical = @canonical and referrer_id is not null";

    private const string CountSql = "select count(*) from coupons where program_id = @programId and referrer_id = @referrerId";

    private const string InsertSql = """
        insert into coupons
          (program_id, referrer_id, code, canonical, discount_kind, discount_value, expires_at, created_at)
        values (@programId, @referrerId, @code, @canonical, @kind, @value, @expiresAt, @now)
        on conflict do nothing
        returning coupon_id
        """;

    private const string RetireSql = """
        update coupons set state = 'retired' where program_id = @programId and canonical = @canonical
        """;

    /// <summary>By its canonical form: letter case does not count.</summary>
    public async Task<ReferrerCoupon?> FindAsync(long programId, string code, CancellationToken ct)
    {
        if (!CodeText.TryCanonicalCoupon(code, out var canonical))
            return null;
        await using var connection = await database.OpenAsync(ct);
        return await FindAsync(connection, FindSql, programId, canonical, ct);
    }

    /// <summary>Oldest first.</summary>
    public async Task<Page<ReferrerCoupon>> ListAsync(long programId, long referrerId, PageRequest page, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var arguments = new { programId, referrerId, after = page.After?.Id ?? 0, most = page.Size + 1 };
        var rows = await connection.QueryAsync<CouponRow>(new CommandDefinition(ListSql, arguments, cancellationToken: ct));
        return page.Cut([.. rows.Select(row => row.ToCoupon())], coupon => new Cursor(coupon.CouponId, coupon.CouponId));
    }

    /// <returns>The coupon, <c>NotFound</c> for the referrer, or <c>AlreadyExists</c>.</returns>
    public async Task<Outcome<ReferrerCoupon>> AddAsync(ReferralProgram program, NewCoupon wanted, Caller caller, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(wanted);
        if (!CodeText.TryCanonicalCoupon(wanted.Code, out var canonical))
            return new Problem(ProblemCode.InvalidValue, $"A coupon has 1 to {Limits.Coupon} letters, digits, dots, - and _.", "code");
        if (CheckValue(wanted.DiscountKind, wanted.DiscountValue, "discountValue") is { } refusal)
            return refusal;
        return await transactions.RunAsync(program.Id, caller, (tx, stop) => AddAsync(tx, wanted, canonical, stop), ct);
    }

    /// <summary>For ever. Retiring twice changes nothing.</summary>
    public Task<Outcome<ReferrerCoupon>> RetireAsync(ReferralProgram program, string code, Caller caller, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(program);
        return transactions.RunAsync<ReferrerCoupon>(
            program.Id,
            caller,
            async (tx, stop) =>
            {
                CodeText.TryCanonicalCoupon(code, out var canonical);
                var found = await FindAsync(tx.Connection, FindSql + " for update", tx.ProgramId, canonical, stop);
                if (found is null)
                    return new Problem(ProblemCode.NotFound, "No such coupon.");
                if (found.Retired)
                    return found;
                await tx.Connection.ExecuteAsync(
                    new CommandDefinition(RetireSql, new { programId = tx.ProgramId, canonical }, cancellationToken: stop));
                return Told(tx, "coupon.retired", EventType.CouponUpdated, found with { Retired = true });
            },
            ct);
    }

    private static async Task<Outcome<ReferrerCoupon>> AddAsync(
        Transaction tx, NewCoupon wanted, string canonical, CancellationToken ct)
    {
        if (wanted.ExpiresAt <= tx.Now)
            return new Problem(ProblemCode.TimeOutOfRange, "The time of expiry has passed already.", "expiresAt");
        if (await ReferrerRow.FindAsync(tx.Connection, tx.ProgramId, wanted.ReferrerId, ct, locked: true) is null)
            return ReferrerRegister.NotFound;
        var count = await tx.Connection.ExecuteScalarAsync<long>(new CommandDefinition(
            CountSql, new { programId = tx.ProgramId, referrerId = wanted.ReferrerId }, cancellationToken: ct));
        if (count >= MostPerReferrer)
            return new Problem(ProblemCode.LimitReached, $"A referrer has at most {MostPerReferrer} coupons.");
        var arguments = new
        {
            programId = tx.ProgramId,
            referrerId = wanted.ReferrerId,
            code = wanted.Code!.Trim(),
            canonical,
            kind = WordOf(wanted.DiscountKind),
            value = wanted.DiscountValue,
            expiresAt = wanted.ExpiresAt,
            now = tx.Now,
        };
        var id = await tx.Connection.ExecuteScalarAsync<long?>(new CommandDefinition(InsertSql, arguments, cancellationToken: ct));
        if (id is null)
            return new Problem(ProblemCode.AlreadyExists, "This coupon is or was somebody's.", "code");
        var made = (await FindAsync(tx.Connection, FindSql, tx.ProgramId, canonical, ct))!;
        return Told(tx, "coupon.created", EventType.CouponCreated, made);
    }

    internal static Problem? CheckValue(DiscountKind kind, string? text, string field)
    {
        if (text is not { } value)
            return null;
        if (value.Length > MostValue)
            return new Problem(ProblemCode.TooLong, $"At most {MostValue} characters.", field);
        return kind switch
        {
            DiscountKind.Percentage => Rate.ParsePercent(value, field).TryGet(out _, out var problem) ? null : problem,
            DiscountKind.Amount => value.AsSpan().ContainsAnyExceptInRange('0', '9') || value.Length is 0 or > 18
                ? new Problem(ProblemCode.InvalidValue, "An amount is a whole number of minor units.", field)
                : null,
            DiscountKind.Other => null,
        };
    }

    private static Outcome<ReferrerCoupon> Told(Transaction tx, string verb, string type, ReferrerCoupon coupon)
    {
        var subject = $"coupon:{coupon.CouponId}";
        var told = new JsonObject
        {
            ["couponId"] = coupon.CouponId,
            ["referrerId"] = coupon.ReferrerId,
            ["code"] = coupon.Code,
            ["retired"] = coupon.Retired,
        };
        tx.Audit(verb, subject, null, told.DeepClone());
        tx.Raise(type, subject, told, referrerId: coupon.ReferrerId);
        return coupon;
    }

    private static async Task<ReferrerCoupon?> FindAsync(
        NpgsqlConnection connection, string sql, long programId, string? canonical, CancellationToken ct)
    {
        var row = await connection.QuerySingleOrDefaultAsync<CouponRow>(
            new CommandDefinition(sql, new { programId, canonical }, cancellationToken: ct));
        return row?.ToCoupon();
    }

    internal static DiscountKind KindOf(string word) => Enum.GetValues<DiscountKind>().Single(kind => WordOf(kind) == word);

    internal static string WordOf(DiscountKind kind) => kind switch
    {
        DiscountKind.Percentage => "percentage",
        DiscountKind.Amount => "amount",
        DiscountKind.Other => "other",
    };

    private sealed record CouponRow
    {
        public long CouponId { get; init; }
        public long ReferrerId { get; init; }
        public required string Code { get; init; }
        public required string DiscountKind { get; init; }
        public string? DiscountValue { get; init; }
        public required string State { get; init; }
        public DateTimeOffset? ExpiresAt { get; init; }
        public DateTimeOffset CreatedAt { get; init; }

        public ReferrerCoupon ToCoupon() => new(
            CouponId, ReferrerId, Code, KindOf(DiscountKind),
            DiscountValue, State == "retired", ExpiresAt, CreatedAt);
    }
}
