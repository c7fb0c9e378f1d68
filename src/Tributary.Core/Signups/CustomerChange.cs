using System.Text.Json.Nodes;
using Tributary.Customers;
using Tributary.Programs;
using Tributary.Storage;

namespace Tributary.Signups;

/// <summary>What a call changes about its customer: a merge of the members that are present, nothing is ever cleared by absence.</summary>
internal sealed class CustomerChange
{
    private const string UpdateSql = """
        update customers
        set email = $3, email_hash = $4, mobile = $5, mobile_digits = $6, guest = $7, known_before = $8, registered_at = $9,
            attributes = $10, orders_count = $11, orders_total = $12, first_order_at = $13, last_order_at = $14, updated_at = $15,
            explanation = coalesce($16, explanation)
        where program_id = $1 and customer_id = $2
        """;

    private const string InsertSql = """
        insert into customers (program_id, customer_id, merchant_id, email, email_hash, mobile, mobile_digits, guest, known_before,
                               registered_at, attributes, orders_count, orders_total, first_order_at, last_order_at, created_at, updated_at)
        select $1, $2, $3, $4, $5, $6, $7, $8,
               $9 or exists (select from deleted_customer_ids d where d.program_id = $1 and d.id_hash = $16 and d.until > $15),
               $10, $11, $12, $13, $14, $14, $15, $15
        where not exists (select from customer_ids where program_id = $1 and merchant_id = $3)
        returning known_before
        """;

    /// <summary>What the database holds of the customer.</summary>
    private CustomerRow stored;

    private CustomerChange(CustomerRow before, CustomerRow after, bool becameRegistered)
    {
        Before = before;
        After = after;
        stored = before;
        BecameRegistered = becameRegistered;
    }

    public CustomerRow Before { get; private set; }

    public CustomerRow After { get; private set; }

    public bool BecameRegistered { get; }

    public bool IsNew { get; private init; }

    public bool ProfileChanged => Before with { UpdatedAt = default, RegisteredAt = default } != After with { UpdatedAt = default, RegisteredAt = default };

    /// <param name="registers">Whether this call registers a customer that it does not call a guest: a sign-up or an order, not an event.</param>
    public static CustomerChange Merge(ReferralProgram program, CustomerRow row, bool created, CustomerInput input, bool registers, DateTimeOffset now)
    {
        if (input.OnlyIfNew && !created)
            input = new CustomerInput { MerchantId = input.MerchantId };
        var guest = created ? input.Guest ?? false : row.Guest && input.Guest != false;
        var becameRegistered = registers && !guest && row.RegisteredAt is null;
        var after = row with
        {
            Email = input.Email ?? row.Email,
            EmailHash = input.Email is { } email ? ContactKeys.EmailHash(program.HashKey, email) : row.EmailHash,
            Mobile = input.Mobile ?? row.Mobile,
            MobileDigits = input.Mobile is { } mobile ? (ContactKeys.TryCanonicalMobile(mobile, out var digits) ? digits : null) : row.MobileDigits,
            Guest = guest,
            KnownBefore = row.KnownBefore || input.KnownBefore,
            RegisteredAt = becameRegistered ? now : row.RegisteredAt,
            Attributes = MergeAttributes(row.Attributes, input.Attributes),
        };
        // A keyed hash is equal when its bytes are; keep the old array so that records compare as unchanged.
        if (after.EmailHash is { } hash && row.EmailHash is { } old && hash.AsSpan().SequenceEqual(old))
            after = after with { EmailHash = old };
        return new CustomerChange(row, after, becameRegistered) { IsNew = created };
    }

    /// <summary>A sign-up that was earlier than its call.</summary>
    public void RegisteredOn(DateTimeOffset at)
    {
        if (BecameRegistered)
            After = After with { RegisteredAt = at };
    }

    public void CountOrder(long total, DateTimeOffset arrivedAt) => After = Counting(After, total, arrivedAt);

    /// <summary>Creates the customer where its id is unknown, at once with all that the operation will have made of it.</summary>
    /// <param name="paid">The order that will be counted; null: none.</param>
    /// <param name="created">Told when it was created; the customer is not found by its id yet.</param>
    public void AddCreation(LoadBatch load, ReferralProgram program, long? paid, DateTimeOffset now, Action created)
    {
        var final = paid is { } total ? Counting(After, total, now) : After;
        load.Query(
            InsertSql,
            row =>
            {
                var known = row.GetBoolean(0);
                (Before, After, stored) = (Before with { KnownBefore = known }, After with { KnownBefore = known }, final with { KnownBefore = known });
                created();
            },
            Param.Of(program.Id),
            Param.Of(final.Id),
            Param.Of(final.MerchantId),
            Param.Of(final.Email),
            Param.Of(final.EmailHash),
            Param.Of(final.Mobile),
            Param.Of(final.MobileDigits),
            Param.Of(final.Guest),
            Param.Of(final.KnownBefore),
            Param.Of(final.RegisteredAt),
            Param.Json(final.Attributes),
            Param.Of(final.OrdersCount),
            Param.Of(final.OrdersTotal),
            Param.Of(final.FirstOrderAt),
            Param.Of(now),
            Param.Of(ContactKeys.CustomerIdHash(program.HashKey, final.MerchantId!)));
    }

    /// <param name="explanation">Why the customer is attributed as it is; null: unchanged.</param>
    public void Write(Transaction tx, string? explanation)
    {
        if (After == stored && explanation is null)
            return;
        tx.Writes.Add(
            UpdateSql,
            Param.Of(tx.ProgramId),
            Param.Of(After.Id),
            Param.Of(After.Email),
            Param.Of(After.EmailHash),
            Param.Of(After.Mobile),
            Param.Of(After.MobileDigits),
            Param.Of(After.Guest),
            Param.Of(After.KnownBefore),
            Param.Of(After.RegisteredAt),
            Param.Json(After.Attributes),
            Param.Of(After.OrdersCount),
            Param.Of(After.OrdersTotal),
            Param.Of(After.FirstOrderAt),
            Param.Of(After.LastOrderAt),
            Param.Of(tx.Now),
            Param.Json(explanation));
    }

    private static CustomerRow Counting(CustomerRow row, long total, DateTimeOffset arrivedAt) => row with
    {
        OrdersCount = checked(row.OrdersCount + 1),
        OrdersTotal = checked(row.OrdersTotal + total),
        FirstOrderAt = row.FirstOrderAt ?? arrivedAt,
        LastOrderAt = arrivedAt,
    };

    private static string MergeAttributes(string stored, JsonObject? sent)
    {
        if (sent is null || sent.Count == 0)
            return stored;
        var merged = (JsonObject)JsonNode.Parse(stored)!;
        var before = merged.DeepClone();
        foreach (var (name, value) in sent)
        {
            if (value is null)
                continue;
            if (name == "custom" && value is JsonObject custom)
                MergeCustom(merged, custom);
            else
                merged[name] = value.DeepClone();
        }
        return JsonNode.DeepEquals(before, merged) ? stored : merged.ToJsonString();
    }

    private static void MergeCustom(JsonObject merged, JsonObject sent)
    {
        if (merged["custom"] is not JsonObject custom)
            merged["custom"] = custom = [];
        foreach (var (key, value) in sent)
        {
            if (value is not null)
                custom[key] = value.DeepClone();
        }
    }
}
