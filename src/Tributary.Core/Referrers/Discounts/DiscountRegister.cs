using System.Text.Json.Nodes;
using Dapper;
using Npgsql;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Storage;

namespace Tributary.Referrers.Discounts;

/// <summary>Makes, changes and lists discounts with their codes.</summary>
public sealed class DiscountRegister(Database database, Transactions transactions)
{
    public const int MostKey = 255;
    private const int GeneratedDigits = 8;

    private const string FindSql = $"{DiscountRow.SelectSql} where program_id = @programId and canonical = @canonical and state <> 'retired'";

    private const string OfIdsSql = $"{DiscountRow.SelectSql} where program_id = @programId and discount_id = any(@ids)";

    private const string InsertSql = """
        insert into discounts (program_id, key, canonical, name, kind, value, state, expires_at, max_redemptions, details, created_at, updated_at)
        values (@programId, @key, @canonical, @name, @kind, @value, @state, @expiresAt, @maxRedemptions, @details::jsonb, @now, @now)
        on conflict do nothing
        returning discount_id
        """;

    private const string UpdateSql = """
        update discounts set name = @name, state = @state, details = @details::jsonb, updated_at = @now
        where program_id = @programId and discount_id = @id
        """;

    private const string RetireSql = """
        update discounts set state = 'retired', deleted_at = @now, updated_at = @now where program_id = @programId and discount_id = @id
        """;

    private const string RetireCodesSql = """
        update coupons set state = 'retired', updated_at = @now where program_id = @programId and discount_id = @id and state <> 'retired'
        """;

    /// <summary>By its key in any letter case; retired ones are not found.</summary>
    public async Task<Discount?> FindAsync(long programId, string key, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return await FindAsync(connection, programId, key, locked: false, ct);
    }

    /// <summary>Those of the numbers that there are, retired ones too.</summary>
    public async Task<IReadOnlyDictionary<long, Discount>> FindAsync(long programId, IEnumerable<long> ids, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var rows = await connection.QueryAsync<DiscountRow>(
            new CommandDefinition(OfIdsSql, new { programId, ids = ids.Distinct().ToArray() }, cancellationToken: ct));
        return rows.ToDictionary(row => row.DiscountId, row => row.ToDiscount());
    }

    /// <summary>Without the retired ones.</summary>
    public async Task<Page<Discount>> ListAsync(long programId, SliceRequest slice, CancellationToken ct)
    {
        var sql = $"""
            {DiscountRow.SelectSql}
            where program_id = @programId and state <> 'retired'
            {Sql.When(slice.After, $"and discount_id {slice.Comparison} @after")}
            order by discount_id {slice.Direction} limit @most offset @skip
            """;
        await using var connection = await database.OpenAsync(ct);
        var arguments = new { programId, after = slice.After?.Id, most = slice.Most, skip = slice.Skip };
        var rows = await connection.QueryAsync<DiscountRow>(new CommandDefinition(sql, arguments, cancellationToken: ct));
        return slice.Cut([.. rows.Select(row => row.ToDiscount())], discount => new Cursor(discount.Id, discount.Id));
    }

    /// <returns>The discount; <c>AlreadyExists</c> on <c>key</c>, or on <c>codes.n.code</c> for a code that is or was somebody's.</returns>
    public async Task<Outcome<Discount>> CreateAsync(ReferralProgram program, NewDiscount wanted, Caller caller, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(wanted);
        if (ReferrerCoupons.CheckValue(wanted.Kind, wanted.Value, "value") is { } refusal)
            return refusal;
        return await transactions.RunAsync(program.Id, caller, (tx, stop) => CreateAsync(tx, wanted, stop), ct);
    }

    public Task<Outcome<Discount>> UpdateAsync(ReferralProgram program, string key, DiscountChange change, Caller caller, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(change);
        return transactions.RunAsync<Discount>(
            program.Id, caller,
            async (tx, stop) =>
            {
                if (await FindAsync(tx.Connection, tx.ProgramId, key, locked: true, stop) is not { } before)
                    return NotFound;
                var after = before with
                {
                    Name = change.Name ?? before.Name,
                    State = change.Active is { } active ? CouponStates.Of(active) : before.State,
                    Details = Merged(before.Details, change.Details),
                    UpdatedAt = tx.Now,
                };
                var arguments = new
                {
                    programId = tx.ProgramId, id = after.Id, name = after.Name, state = after.State.Text(), details = after.Details.ToJsonString(), now = tx.Now,
                };
                await tx.Connection.ExecuteAsync(new CommandDefinition(UpdateSql, arguments, cancellationToken: stop));
                return Told(tx, "discount.updated", EventType.CouponUpdated, after);
            },
            ct);
    }

    /// <summary>For ever, with all of its codes; what they did stays.</summary>
    public Task<Outcome<Discount>> RetireAsync(ReferralProgram program, string key, Caller caller, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(program);
        return transactions.RunAsync<Discount>(
            program.Id, caller,
            async (tx, stop) =>
            {
                if (await FindAsync(tx.Connection, tx.ProgramId, key, locked: true, stop) is not { } found)
                    return NotFound;
                var arguments = new { programId = tx.ProgramId, id = found.Id, now = tx.Now };
                await tx.Connection.ExecuteAsync(new CommandDefinition(RetireSql, arguments, cancellationToken: stop));
                await tx.Connection.ExecuteAsync(new CommandDefinition(RetireCodesSql, arguments, cancellationToken: stop));
                return Told(tx, "discount.retired", EventType.CouponUpdated, found with { State = CouponState.Retired, UpdatedAt = tx.Now });
            },
            ct);
    }

    internal static async Task<Discount?> FindAsync(NpgsqlConnection connection, long programId, string key, bool locked, CancellationToken ct)
    {
        var row = await connection.QuerySingleOrDefaultAsync<DiscountRow>(new CommandDefinition(
            locked ? FindSql + " for update" : FindSql, new { programId, canonical = key.ToUpperInvariant() }, cancellationToken: ct));
        return row?.ToDiscount();
    }

    internal static JsonObject Merged(JsonObject before, JsonObject? change)
    {
        var merged = before.DeepClone().AsObject();
        foreach (var (name, value) in change ?? [])
            merged[name] = value?.DeepClone();
        return merged;
    }

    private static async Task<Outcome<Discount>> CreateAsync(Transaction tx, NewDiscount wanted, CancellationToken ct)
    {
        var key = wanted.Key ?? Base62.Random(GeneratedDigits);
        var arguments = new
        {
            programId = tx.ProgramId, key, canonical = key.ToUpperInvariant(), name = wanted.Name, kind = ReferrerCoupons.WordOf(wanted.Kind),
            value = wanted.Value, state = CouponStates.Of(wanted.Active).Text(), expiresAt = wanted.ExpiresAt, maxRedemptions = wanted.MaxRedemptions,
            details = (wanted.Details ?? []).ToJsonString(), now = tx.Now,
        };
        if (await tx.Connection.ExecuteScalarAsync<long?>(new CommandDefinition(InsertSql, arguments, cancellationToken: ct)) is not { } id)
            return new Problem(ProblemCode.AlreadyExists, "This key is or was another discount's.", "key");
        var made = (await FindAsync(tx.Connection, tx.ProgramId, key, locked: false, ct))!;
        for (var n = 0; n < wanted.Codes.Count; n++)
        {
            if (!(await DiscountCodes.AddAsync(tx, made, wanted.Codes[n], ct)).TryGet(out _, out var problem))
                return problem with { Field = $"codes.{n}.{problem.Field}" };
        }
        return Told(tx, "discount.created", EventType.CouponCreated, made with { Id = id });
    }

    private static Outcome<Discount> Told(Transaction tx, string verb, string type, Discount discount)
    {
        var subject = $"discount:{discount.Id}";
        var told = new JsonObject { ["discountId"] = discount.Id, ["key"] = discount.Key, ["state"] = discount.State.Text() };
        tx.Audit(verb, subject, null, told.DeepClone());
        tx.Raise(type, subject, told);
        return discount;
    }

    internal static Problem NotFound => new(ProblemCode.NotFound, "No such discount.");
}
