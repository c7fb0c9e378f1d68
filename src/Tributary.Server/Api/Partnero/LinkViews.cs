using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Tributary.Links;
using Tributary.Primitives;
using Tributary.Referrers;
using Tributary.Reporting.Analytics;

namespace Tributary.Server.Api.Partnero;

/// <summary>A referral link: the reference's members, the guide's, and ours.</summary>
/// <param name="Id">Its first key, or what it was brought with; never changes.</param>
/// <param name="IsAdditional">Whether it lies on another than the primary domain.</param>
/// <param name="DomainId">Null: the primary one.</param>
internal sealed record LinkView(
    string Id,
    string Key,
    string? Url,
    bool Default,
    bool IsAdditional,
    bool DirectTracking,
    bool DirectTrackingRedirect,
    string? DirectTrackingRedirectUrl,
    string? DestinationUrl,
    string? Label,
    LinkNumbers Stats,
    string Status,
    string? Domain,
    int? DomainId,
    JsonObject Parameters,
    string? ShortUrl,
    LinkUrlsView Urls,
    string QrUrl,
    PartneroTime? ExpiresAt,
    PartneroTime CreatedAt,
    PartneroTime UpdatedAt)
{
    /// <summary>The partner's id, of a partner's link.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? PartnerKey { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SeedPartner? Partner { get; init; }

    /// <summary>The merchant's id, of a customer's link.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? CustomerKey { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public LinkCustomer? Customer { get; init; }
}

internal sealed record LinkNumbers(long Clicks, long UniqueClicks, long Leads, long Conversions, IReadOnlyList<CurrencyAmount> Revenue);

internal sealed record LinkUrlsView(string? Query, string? Path, string? Subdomain, string? Short);

internal sealed record LinkCustomer(string Key, string ReferralCode, string? ReferralUrl);

/// <summary>Shows links.</summary>
internal sealed class LinkViews(DomainRegister domains, LinksOfReferrers linksOf, ReferrerNumbers numbers, LinkOwners owners)
{
    public async Task<LinkView> OneAsync(PartneroCall call, Link link, CancellationToken ct) => (await AllAsync(call, [link], ct))[0];

    public async Task<IReadOnlyList<LinkView>> AllAsync(PartneroCall call, IReadOnlyList<Link> links, CancellationToken ct)
    {
        if (links.Count == 0)
            return [];
        var program = call.Program;
        var (from, to) = RangeOf(call);
        long[] referrers = [.. links.Select(link => link.ReferrerId).Distinct()];
        var addresses = await domains.AddressesAsync(program, ct);
        var known = await owners.FindAsync(program.Id, referrers, ct);
        var defaults = await linksOf.ReadAsync(program.Id, referrers, 1, ct);
        var stats = await numbers.OfLinksAsync(program.Id, [.. links.Select(link => link.Id)], from, to, ct);
        return [.. links.Select(link => Of(call, link, known[link.ReferrerId], addresses, defaults[link.ReferrerId].FirstOrDefault(), stats[link.Id]))];
    }

    public static IReadOnlyList<CurrencyAmount> RevenueOf(IEnumerable<KeyValuePair<string, System.Numerics.BigInteger>> sums) =>
        [.. sums.Where(sum => Currency.TryGet(sum.Key, out _)).Select(sum => new CurrencyAmount(sum.Key, WireMoney.Of(sum.Value, Currency.Of(sum.Key))))];

    private static LinkView Of(
        PartneroCall call, Link link, LinkOwner owner, LinkAddresses addresses, Link? usual, LinkMetrics metrics)
    {
        var urls = addresses.Of(link);
        var site = addresses.SiteOf(link);
        var isDirect = link.DirectPage is not null;
        var ownUrl = usual is null ? null : addresses.UrlOf(usual);
        var view = new LinkView(
            link.PublicId, link.Key, isDirect ? "https://" + link.DirectPage : addresses.UrlOf(link), link.IsDefault,
            link.DomainId is not null, isDirect, link.DirectRedirectUrl is not null, link.DirectRedirectUrl,
            link.Destination ?? site?.Address.Url, link.Label,
            new LinkNumbers(metrics.Clicks, metrics.UniqueClicks, metrics.Leads, metrics.Conversions, RevenueOf(metrics.Revenue)),
            link.StateAt(call.Now).Text(), site?.Address.Host, link.DomainId is null ? null : site?.Number, ParametersOf(link), urls.Short,
            new LinkUrlsView(urls.Query, urls.Path, urls.SubDomain, urls.Short), QrUrl(call, link, owner),
            PartneroTime.Of(link.ExpiresAt), PartneroTime.Of(link.CreatedAt), PartneroTime.Of(link.UpdatedAt));
        return owner.Kind == LinkOwnerKind.Partner
            ? view with { PartnerKey = owner.Key, Partner = new SeedPartner(owner.Key, owner.Code, ownUrl) }
            : view with { CustomerKey = owner.Key, Customer = new LinkCustomer(owner.Key, owner.Code, ownUrl) };
    }

    private static string QrUrl(PartneroCall call, Link link, LinkOwner owner) =>
        $"{call.Base}/{(owner.Kind == LinkOwnerKind.Partner ? LinkCalls.OfPartners : LinkCalls.OfCustomers)}/{Uri.EscapeDataString(link.PublicId)}/qr";

    private static JsonObject ParametersOf(Link link)
    {
        var parameters = new JsonObject();
        foreach (var parameter in link.Parameters)
            parameters[parameter.Name] = parameter.Value;
        return parameters;
    }

    /// <summary>The days that <c>stats_from</c> and <c>stats_to</c> mean, in the programme's zone.</summary>
    private static (DateOnly? From, DateOnly? To) RangeOf(PartneroCall call)
    {
        var zone = call.Program.Settings.Zone;
        return (DayOf("stats_from", roundUp: false), DayOf("stats_to", roundUp: true));

        DateOnly? DayOf(string name, bool roundUp)
        {
            if (call.Input.Text(name) is { } text && DateOnly.TryParseExact(text, "yyyy-MM-dd", out var day))
                return day;
            if (call.Input.Time(name) is not { } time)
                return null;
            var local = TimeZoneInfo.ConvertTime(time, zone).DateTime;
            return DateOnly.FromDateTime(roundUp && local.TimeOfDay > TimeSpan.Zero ? local.AddDays(1) : local);
        }
    }
}
