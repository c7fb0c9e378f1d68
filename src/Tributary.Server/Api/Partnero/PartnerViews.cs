using System.Numerics;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Tributary.Ledger;
using Tributary.Links;
using Tributary.Referrers;
using Tributary.Reporting.Analytics;
using Tributary.Server.Api.Wire;

namespace Tributary.Server.Api.Partnero;

/// <summary>A partner. Here <c>key</c> is the Code, as in Partnero's reference.</summary>
/// <param name="Id">The merchant's own or a generated one; in the guides it is called <c>key</c>.</param>
internal sealed record PartnerView(
    string Id,
    string Key,
    string Code,
    string? Email,
    string? Name,
    string? Surname,
    string Status,
    bool Approved,
    bool Tos,
    IReadOnlyList<NamedValue> CustomFields,
    IReadOnlyList<NamedValue> CustomFieldValues,
    long ReferralsCount,
    IReadOnlyList<TagView> Tags,
    string? ReferralLink,
    string? ReferralUrl,
    IReadOnlyList<string> ReferralLinks,
    PartneroTime CreatedAt,
    PartneroTime UpdatedAt)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ReferralNumbers? Referrals { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public CommissionNumbers? Commissions { get; init; }
}

internal sealed record NamedValue(string Name, string Value);

internal sealed record TagView(string Value);

internal sealed record ReferralNumbers(long Clicks, long Signups, IReadOnlyList<CurrencyAmount> Revenue, long SalesCount, long PaidAccounts);

/// <param name="Paid">In the programme's currency.</param>
/// <param name="Pending">With what is held.</param>
/// <param name="NotPaid">Approved, and not paid out yet.</param>
internal sealed record CommissionNumbers(
    WireAmount Paid, IReadOnlyList<CurrencyAmount> PaidByCurrency, IReadOnlyList<CurrencyAmount> Pending, IReadOnlyList<CurrencyAmount> NotPaid);

/// <summary>A partner in the words of Partnero's guides, beside the reference's object.</summary>
internal sealed record SeedPartner(string Key, string Code, string? ReferralUrl);

/// <summary>Shows partners.</summary>
internal sealed class PartnerViews(LedgerQueries ledger, DomainRegister domains, LinksOfReferrers links, ReferrerNumbers numbers)
{
    /// <summary>Links that are named with one partner, and with each of many.</summary>
    private const int MostLinks = 500;
    private const int FewLinks = 20;

    /// <summary>One partner, with the guides' record beside it.</summary>
    /// <param name="withNumbers">Whether what it brought and earned is counted too.</param>
    public async Task<PartneroAnswer> OneAsync(
        PartneroCall call, Partner partner, bool withNumbers, CancellationToken ct, int status = StatusCodes.Status200OK)
    {
        var view = (await AllAsync(call, [partner], ct))[0];
        if (withNumbers)
            view = view with { Referrals = await ReferralsAsync(call, partner.Id, ct), Commissions = await CommissionsAsync(call, partner.Id, ct) };
        var seed = new SeedPartner(view.Id, view.Code, view.ReferralUrl);
        return PartneroAnswer.One(view, PartneroJson.Default.PartnerView, status, BesideData.Of("partner", seed, PartneroJson.Default.SeedPartner));
    }

    public async Task<IReadOnlyList<PartnerView>> AllAsync(PartneroCall call, IReadOnlyList<Partner> partners, CancellationToken ct)
    {
        if (partners.Count == 0)
            return [];
        var addresses = await domains.AddressesAsync(call.Program, ct);
        var known = await links.ReadAsync(call.Program.Id, [.. partners.Select(partner => partner.Id)], partners.Count == 1 ? MostLinks : FewLinks, ct);
        return [.. partners.Select(partner => Of(partner, [.. known[partner.Id].Select(addresses.UrlOf).OfType<string>()]))];
    }

    /// <param name="urls">Of its links, the default one first.</param>
    private static PartnerView Of(Partner partner, IReadOnlyList<string> urls)
    {
        var (who, attributes) = (partner.Who, partner.Who.Attributes);
        var fields = FieldsOf(attributes);
        var own = urls is [var first, ..] ? first : null;
        return new PartnerView(
            who.Key ?? "", partner.Code, partner.Code, who.Email, who.Name, TextOf(attributes, PartnerMembers.Surname), PartneroWords.Of(who.State),
            who.State is not (ReferrerState.Pending or ReferrerState.Rejected), Tos: true, fields, fields, partner.Referrals,
            TagsOf(attributes), own, own, urls, PartneroTime.Of(who.CreatedAt), PartneroTime.Of(who.UpdatedAt));
    }

    private async Task<ReferralNumbers> ReferralsAsync(PartneroCall call, long partnerId, CancellationToken ct)
    {
        var brought = await numbers.ReadAsync(call.Program.Id, partnerId, ct);
        return new ReferralNumbers(brought.Clicks, brought.Leads, LinkViews.RevenueOf(brought.Revenue), brought.Conversions, brought.PaidAccounts);
    }

    private async Task<CommissionNumbers> CommissionsAsync(PartneroCall call, long partnerId, CancellationToken ct)
    {
        var balances = (await ledger.BalancesAsync(call.Program.Id, partnerId, ct)).Where(balance => balance.Unit.Currency is not null).ToList();
        var own = balances.Find(balance => balance.Unit.Currency == call.Program.Currency);
        return new CommissionNumbers(
            WireMoney.Of(own?.Paid ?? 0, call.Program.Currency),
            ByCurrency(balances, balance => balance.Paid),
            ByCurrency(balances, balance => balance.Pending + balance.Held),
            ByCurrency(balances, balance => balance.Available + balance.InPayout));
    }

    private static List<CurrencyAmount> ByCurrency(IEnumerable<Balance> balances, Func<Balance, BigInteger> amountOf) =>
    [
        .. from balance in balances
           let amount = amountOf(balance)
           where !amount.IsZero
           select new CurrencyAmount(balance.Unit.Text, WireMoney.Of(amount, balance.Unit.Currency!)),
    ];

    private static List<NamedValue> FieldsOf(JsonObject attributes) =>
        attributes[PartnerMembers.CustomFields] is JsonObject fields ? [.. fields.Select(field => new NamedValue(field.Key, field.Value?.ToString() ?? ""))] : [];

    private static List<TagView> TagsOf(JsonObject attributes) =>
        attributes[PartnerMembers.Tags] is JsonArray tags ? [.. tags.Select(tag => new TagView(tag?.ToString() ?? ""))] : [];

    private static string? TextOf(JsonObject attributes, string name) => attributes[name]?.ToString();
}
