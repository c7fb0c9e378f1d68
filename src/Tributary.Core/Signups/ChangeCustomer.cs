using System.Text.Json.Nodes;
using Tributary.Customers;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Storage;

namespace Tributary.Signups;

/// <summary>A change of who a customer is; who referred it is not changed here.</summary>
/// <param name="Email">Null stays, empty clears.</param>
/// <param name="Attributes">Merged by name, those inside <c>custom</c> key by key; null removes one.</param>
/// <param name="UniqueEmail">Whether no other living customer may have the address.</param>
public sealed record ProfileChange(string? Email = null, JsonObject? Attributes = null, bool UniqueEmail = false);

/// <summary>Changes what is kept of a customer's person.</summary>
public sealed class ChangeCustomer(Transactions transactions)
{
    private const string Custom = "custom";

    private const string UpdateSql = """
        update customers set email = $3, email_hash = $4, attributes = $5, updated_at = $6 where program_id = $1 and customer_id = $2
        """;

    /// <returns><c>NotFound</c>, or <c>AlreadyExists</c> on <c>email</c>.</returns>
    public Task<Outcome<CustomerMoved>> ExecuteAsync(
        ReferralProgram program, long customerId, ProfileChange change, Caller caller, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(change);
        return transactions.RunAsync(program.Id, caller, (tx, token) => ChangeAsync(tx, program, customerId, change, token), ct);
    }

    private static async Task<Outcome<CustomerMoved>> ChangeAsync(
        Transaction tx, ReferralProgram program, long customerId, ProfileChange change, CancellationToken ct)
    {
        if (change.Email?.Length > Limits.Email)
            return new Problem(ProblemCode.TooLong, $"An e-mail address has at most {Limits.Email} characters.", "email");
        CustomerRow? customer = null;
        var load = new LoadBatch(tx.Connection);
        load.Query(CustomerRow.LockByIdSql, row => customer = CustomerRow.Read(row), Param.Of(tx.ProgramId), Param.Of(customerId));
        await load.RunAsync(ct);
        if (customer is null or { DeletedAt: not null } or { MergedInto: not null })
            return new Problem(ProblemCode.NotFound, "This customer does not exist.", "customerId");
        if (change is { UniqueEmail: true, Email: { Length: > 0 } wanted }
            && await TakenKeys.IsEmailTakenAsync(tx, program, wanted, customer.MerchantId, ct))
            return TakenKeys.EmailTaken;
        var email = change.Email switch { null => customer.Email, "" => null, var given => given };
        var attributes = Merged(customer.Attributes, change.Attributes);
        if (email == customer.Email && attributes == customer.Attributes)
            return new CustomerMoved(customer.Id);
        tx.Writes.Add(
            UpdateSql,
            Param.Of(tx.ProgramId), Param.Of(customer.Id), Param.Of(email), Param.Of(ContactKeys.EmailHash(program.HashKey, email)),
            Param.Json(attributes), Param.Of(tx.Now));
        tx.Raise(
            EventType.CustomerUpdated, $"customer:{customer.Id}",
            new JsonObject { ["customerId"] = customer.Id, ["guest"] = customer.Guest }, customer.Id);
        return new CustomerMoved(customer.Id);
    }

    private static string Merged(string stored, JsonObject? sent)
    {
        if (sent is null || sent.Count == 0)
            return stored;
        var merged = (JsonObject)JsonNode.Parse(stored)!;
        var before = merged.DeepClone();
        foreach (var (name, value) in sent)
        {
            if (name == Custom && value is JsonObject custom)
                Lay(custom, merged[Custom] as JsonObject ?? (JsonObject)(merged[Custom] = new JsonObject()));
            else
                Lay(new JsonObject { [name] = value?.DeepClone() }, merged);
        }
        return JsonNode.DeepEquals(before, merged) ? stored : merged.ToJsonString();
    }

    private static void Lay(JsonObject sent, JsonObject target)
    {
        foreach (var (name, value) in sent)
        {
            if (value is null)
                target.Remove(name);
            else
                target[name] = value.DeepClone();
        }
    }
}
