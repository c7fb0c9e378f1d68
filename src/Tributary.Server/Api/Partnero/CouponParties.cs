using Tributary.Programs;
using Tributary.Referrers;
using Tributary.Referrers.Discounts;
using Tributary.Reporting;
using Tributary.Server.Api.Partnero.Input;

namespace Tributary.Server.Api.Partnero;

/// <summary>Whose a code is, and who alone may use it: found where a call names them, shown where a code is.</summary>
internal sealed class CouponParties(PartnerQueries partners, CustomerDirectory customers)
{
    private const string Partners = "coupon_specific_partners";
    private const string Customers = "coupon_specific_customers";

    /// <summary>The partner that a code is bound to; an unknown one is a fault.</summary>
    /// <returns>Whether the call says anything of it, and our number of the partner; null: nobody's.</returns>
    public async Task<(bool IsSaid, long? ReferrerId)> ReadPartnerAsync(PartneroCall call, InputObject input, CancellationToken ct)
    {
        var limits = input.Flag("limit_to_specific_partner");
        if (limits == false)
            return (true, null);
        var handle = (input.Objects(Partners, int.MaxValue) is [var first, ..] ? first.Text("id", Primitives.Limits.Text, "key", "email") : null) ?? input.Handle("partner");
        if (handle is null)
        {
            if (limits == true)
                input.Report(PartneroErrors.Missing(Partners));
            return (false, null);
        }
        var found = await partners.FindAsync(call.Program.Id, handle, ct);
        if (found is null)
            input.Report(Partners, "The partner does not exist.");
        return (true, found?.Id);
    }

    public async Task<long?> ReadCustomerAsync(PartneroCall call, InputObject input, CancellationToken ct)
    {
        var limits = input.Flag("limit_to_specific_customer");
        var handle = input.Objects(Customers, int.MaxValue) is [var first, ..] ? first.Text("id", Primitives.Limits.Text, "key", "email") : null;
        if (limits != true && handle is null)
            return null;
        if (handle is null)
        {
            input.Report(PartneroErrors.Missing(Customers));
            return null;
        }
        var found = await customers.FindAsync(call.Program, handle, byCode: call.Program.Settings.Partnero.Type == PartneroType.ReferAFriend, ct);
        if (found is null)
            input.Report(Customers, "The customer does not exist.");
        return found?.Number;
    }

    /// <summary>By our number, who they are.</summary>
    public async Task<IReadOnlyDictionary<long, SpecificParty>> OfAsync(PartneroCall call, IEnumerable<DiscountCode> codes, CancellationToken ct)
    {
        var parties = new Dictionary<long, SpecificParty>();
        foreach (var code in codes)
        {
            if (code.ReferrerId is { } partner && !parties.ContainsKey(partner) && await partners.FindAsync(call.Program.Id, partner, ct) is { } found)
                parties[partner] = new SpecificParty(found.Who.Key, NameOf(found.Who.Name, (string?)found.Who.Attributes[PartnerMembers.Surname]));
            if (code.OnlyCustomerId is { } customer && !parties.ContainsKey(customer) && await customers.FindAsync(call.Program.Id, customer, ct) is { } one)
            {
                parties[customer] = new SpecificParty(
                    one.MerchantId, NameOf((string?)one.Attributes[CustomerMembers.FirstName], (string?)one.Attributes[CustomerMembers.LastName]));
            }
        }
        return parties;
    }

    private static string? NameOf(string? name, string? surname) =>
        string.Join(' ', new[] { name, surname }.Where(part => !string.IsNullOrEmpty(part))) is { Length: > 0 } whole ? whole : null;
}

/// <param name="Id">The partner's id, or the merchant's id of the customer.</param>
internal sealed record SpecificParty(string? Id, string? FullName);
