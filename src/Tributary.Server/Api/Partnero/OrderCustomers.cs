using System.Text.Json.Nodes;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Reporting;
using Tributary.Server.Api.Partnero.Input;
using Tributary.Signups;

namespace Tributary.Server.Api.Partnero;

/// <summary>Whose transaction it is.</summary>
/// <param name="Members">The customer's members with the call's own beside them, where claims are read from.</param>
internal sealed record OrderCustomer(CustomerInput Customer, InputObject Members);

/// <summary>Finds the customer that a transaction names, or describes the one that it brings (partnero.md § 3.5).</summary>
internal sealed class OrderCustomers(CustomerDirectory customers)
{
    /// <summary>Between a customer's and a partner's key in the ids of Partnero's transaction-based programmes.</summary>
    private const string Composite = "__pkey_";

    public async Task<OrderCustomer> ReadAsync(ReferralProgram program, InputObject input, CancellationToken ct)
    {
        var members = input.Over("customer");
        var named = input.Members["customer"] is JsonObject ? input.Object("customer") : null;
        var id = named?.Text("id", Limits.Text) ?? input.Text("customer_id");
        var key = named?.Text("key", Limits.Text) ?? input.Text("customer_key") ?? (named is null ? input.Text("customer") : null);
        var email = named?.Text("email", Limits.Email) ?? input.Text("customer_email", Limits.Email);
        if ((id ?? key ?? email) is not { } handle)
        {
            input.Report(PartneroErrors.Missing("customer"));
            return new OrderCustomer(new CustomerInput { MerchantId = "" }, members);
        }
        var friends = program.Settings.Partnero.Type == PartneroType.ReferAFriend;
        if (await FindAsync(program, handle, friends, ct) is { } found)
            return new OrderCustomer(new CustomerInput { MerchantId = found.MerchantId }, members);
        if (program.Settings.Partnero.StrictCustomers && !(input.Over("options").Flag("create_customer") ?? false))
            input.Report("customer", "The customer does not exist.");
        return new OrderCustomer(await NewAsync(program, handle, friends && id is null ? key : null, named, friends, ct), members);
    }

    private async Task<DirectoryCustomer?> FindAsync(ReferralProgram program, string handle, bool byCode, CancellationToken ct)
    {
        if (await customers.FindAsync(program, handle, byCode, ct) is { } found)
            return found;
        var at = handle.IndexOf(Composite, StringComparison.Ordinal);
        return at > 0 ? await customers.FindAsync(program, handle[..at], byCode, ct) : null;
    }

    /// <param name="code">In a refer-a-friend programme, the key that is its id and its code.</param>
    private async Task<CustomerInput> NewAsync(
        ReferralProgram program, string handle, string? code, InputObject? named, bool friends, CancellationToken ct)
    {
        var described = CustomerMembers.Describe(named ?? InputObject.Empty);
        // A sale is a fact: an address that is somebody else's stands not in its way, it is left out.
        var taken = friends && described.Email is { } email && await customers.FindAsync(program, email, byCode: false, ct) is not null;
        var at = handle.IndexOf(Composite, StringComparison.Ordinal);
        return described with
        {
            MerchantId = at > 0 ? handle[..at] : handle,
            Email = taken ? null : described.Email ?? (handle.Contains('@', StringComparison.Ordinal) && Tributary.Customers.ContactKeys.TryCanonicalEmail(handle, out _) ? handle : null),
            OwnCode = code is not null && CustomerMembers.IsCode(code) ? code : null,
        };
    }
}
