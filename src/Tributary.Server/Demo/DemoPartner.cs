using System.Text.Json.Nodes;
using Tributary.Keys;
using Tributary.Links;
using Tributary.Orders;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Referrers;
using Tributary.Signups;

namespace Tributary.Server.Demo;

/// <summary>
/// The partner of the demo programme, with the links that Partnero's guide shows. Every step goes through the engine like a
/// call from outside, and telling it again changes nothing.
/// </summary>
internal static class DemoPartner
{
    public const string Key = "partner_123";
    public const string Code = "JOHN20";

    private static readonly string[] Sites = ["shop.yoursite.com", "eu.yoursite.com"];

    public static async Task TellAsync(IServiceProvider services, ReferralProgram program, CancellationToken ct)
    {
        await AddSitesAsync(services.GetRequiredService<DomainRegister>(), program, ct);
        if (await services.GetRequiredService<PartnerQueries>().FindAsync(program.Id, Key, ct) is not null)
            return;
        var wanted = new NewReferrer(ReferrerKind.Partner, Key, "John", "john@partner.example", Code, new JsonObject { ["surname"] = "Miller" });
        var partner = await services.GetRequiredService<ReferrerRegister>().CreateAsync(program, wanted, DemoProgram.Caller, ct);
        if (!partner.TryGet(out var made, out _))
            return;
        var links = services.GetRequiredService<LinkRegister>();
        await AddLinkAsync(links, program, made.Id, "link_456", "Autumn newsletter", "https://yoursite.com/pricing", ct);
        await AddLinkAsync(links, program, made.Id, "BF24", "Black Friday", "https://shop.yoursite.com/black-friday", ct);
        var summer = new NewLink(
            made.Id, "SUMMER24", "https://yoursite.com/special-offer", "Summer offer",
            Parameters: [new LinkParameter("utm_source", "partner"), new LinkParameter("utm_campaign", "summer2024")]);
        await links.CreateAsync(program, summer, DemoProgram.Caller, ct);
        await DemoClicks.TellAsync(services, program, ct);
        await SellAsync(services, program, ct);
    }

    /// <summary>What a script needs to go on from there.</summary>
    public static async Task<DemoFilePartnero> DescribeAsync(
        IServiceProvider services, ReferralProgram program, string baseUrl, string token, CancellationToken ct)
    {
        var link = await services.GetRequiredService<LinkRegister>().FindAsync(program.Id, Code, ct);
        var addresses = await services.GetRequiredService<DomainRegister>().AddressesAsync(program, ct);
        return new DemoFilePartnero(
            baseUrl + Api.Partnero.PartneroPath.ShortPrefix, token, Key, Code,
            link is null ? null : addresses.UrlOf(link), link is null ? null : addresses.Of(link).Short);
    }

    private static async Task AddSitesAsync(DomainRegister domains, ReferralProgram program, CancellationToken ct)
    {
        foreach (var site in Sites)
        {
            var added = await domains.AddAsync(program, new NewDomain(DomainKind.Site, site), DemoProgram.Caller, ct);
            if (added.TryGet(out var domain, out _))
                await domains.VouchAsync(program, domain.Number, DemoProgram.Caller, ct);
        }
    }

    private static Task AddLinkAsync(
        LinkRegister links, ReferralProgram program, long partnerId, string key, string label, string destination, CancellationToken ct) =>
        links.CreateAsync(program, new NewLink(partnerId, key, destination, label), DemoProgram.Caller, ct);

    private static async Task SellAsync(IServiceProvider services, ReferralProgram program, CancellationToken ct)
    {
        var people = services.GetRequiredService<RegisterCustomer>();
        var orders = services.GetRequiredService<RecordOrder>();
        await DemoStory.SignUpAsync(people, program, DemoStory.Person("user_30001", "Dara Lim", "dara@example.com"), Code, ct);
        await DemoStory.SignUpAsync(people, program, DemoStory.Person("user_30002", "Eva Novak", "eva@example.com"), "link_456", ct);
        await DemoStory.OrderAsync(orders, program, "demo-2001", "user_30001", 5_000, null, ct);
        await DemoStory.OrderAsync(orders, program, "demo-2002", "user_30002", 12_900, null, ct);
        await DemoStory.OrderAsync(orders, program, "demo-2003", "user_30003", 7_450, "BF24", ct);
    }
}
