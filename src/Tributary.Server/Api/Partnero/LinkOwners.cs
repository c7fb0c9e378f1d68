using Tributary.Programs;
using Tributary.Referrers;
using Tributary.Reporting;

namespace Tributary.Server.Api.Partnero;

internal enum LinkOwnerKind { Partner, Customer }

/// <summary>Whose links they are.</summary>
/// <param name="Key">The partner's id, or the merchant's id of the customer.</param>
/// <param name="MayHaveLinks">Whether links are made for it.</param>
internal sealed record LinkOwner(long ReferrerId, LinkOwnerKind Kind, string Key, string Code, bool MayHaveLinks);

/// <summary>Finds out whose links they are.</summary>
internal sealed class LinkOwners(PartnerQueries partners, CustomerDirectory customers)
{
    /// <summary>By a handle; null where there is nobody.</summary>
    public async Task<LinkOwner?> FindAsync(ReferralProgram program, LinkOwnerKind kind, string handle, CancellationToken ct) => kind switch
    {
        LinkOwnerKind.Partner => await partners.FindAsync(program.Id, handle, ct) is { } partner ? Of(partner) : null,
        LinkOwnerKind.Customer => await customers.FindAsync(program, handle, byCode: true, ct) is { State: not DirectoryState.Removed } customer ? Of(customer) : null,
    };

    /// <summary>By the numbers of the referrers; who is neither kind is left out.</summary>
    public async Task<IReadOnlyDictionary<long, LinkOwner>> FindAsync(long programId, IReadOnlyCollection<long> referrerIds, CancellationToken ct)
    {
        var found = (await partners.FindAllAsync(programId, referrerIds, ct)).ToDictionary(partner => partner.Id, Of);
        foreach (var number in referrerIds.Where(number => !found.ContainsKey(number)).ToList())
        {
            if (await customers.FindAsync(programId, number, ct) is { } customer)
                found.Add(number, Of(customer));
        }
        return found;
    }

    private static LinkOwner Of(Partner partner) =>
        new(partner.Id, LinkOwnerKind.Partner, partner.Who.Key ?? "", partner.Code, partner.Who.State != ReferrerState.Rejected);

    private static LinkOwner Of(DirectoryCustomer customer) =>
        new(customer.Number, LinkOwnerKind.Customer, customer.MerchantId, customer.Code ?? "", customer.Code is not null);
}
