using Tributary.Attribution;
using Tributary.Clicks;
using Tributary.Core.Tests.Orders;
using Tributary.Orders;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Reporting;
using Tributary.Signups;
using Tributary.Tests.Support;

namespace Tributary.Core.Tests.Touches;

/// <summary>A programme with partners A, B and C, their links, and clicks on these; day 0 is when it opens.</summary>
internal sealed class TouchShop : IAsyncDisposable
{
    /// <summary>Ten points to the referrer for every order of a referred customer.</summary>
    private const string TenPoints = """
        {"steps":[{"name":"Orders","trigger":"order","once":false,"lines":[
          {"number":1,"recipient":"referrer","amount":{"kind":"points","points":10,"unit":"points:points"}}]}],"holdDays":0}
        """;

    private TouchShop(Shop shop, DateTimeOffset day0) => (Shop, Day0) = (shop, day0);

    public Shop Shop { get; }

    public DateTimeOffset Day0 { get; }

    public static async Task<TouchShop> OpenAsync(PostgresFixture postgres, Func<AttributionSettings, AttributionSettings>? attribution = null)
    {
        var shop = await Shop.OpenAsync(postgres, TenPoints, settings => settings with { Attribution = (attribution ?? (a => a))(new AttributionSettings()) });
        var opened = new TouchShop(shop, shop.Clock.GetUtcNow());
        foreach (var partner in new[] { "A", "B", "C" })
            await opened.AddPartnerAsync(partner);
        return opened;
    }

    /// <summary>A partner with a code <c>CODE-x</c>, which names its default link, and a link of its own, <c>LINK-x</c>.</summary>
    public Task AddPartnerAsync(string name) => Shop.ExecuteAsync($"""
        insert into referrers (program_id, kind, key, name, state, created_at, updated_at)
        values (1, 'partner', '{name}', 'Partner {name}', 'active', now(), now());
        insert into links (program_id, public_id, referrer_id, is_default, key, short_code, created_at, updated_at)
        select 1, 'default{name}', referrer_id, true, 'CODE-{name}', 'd{name.ToLowerInvariant()}', now(), now() from referrers where key = '{name}';
        insert into links (program_id, public_id, referrer_id, key, short_code, created_at, updated_at)
        select 1, 'link{name}', referrer_id, 'LINK-{name}', 's{name.ToLowerInvariant()}', now(), now() from referrers where key = '{name}';
        insert into codes (program_id, referrer_id, code, canonical, folded, created_at)
        select 1, referrer_id, 'CODE-{name}', 'CODE-{name}', 'C0DE{name}', now() from referrers where key = '{name}';
        insert into codes (program_id, referrer_id, code, canonical, folded, link_id, of_link, created_at)
        select 1, referrer_id, 'LINK-{name}', 'LINK-{name}', '11NK{name}', link_id, true, now() from links where public_id = 'link{name}';
        insert into coupons (program_id, referrer_id, code, canonical, discount_kind, created_at)
        select 1, referrer_id, 'SAVE{name}', 'SAVE{name}', 'percentage', now() from referrers where key = '{name}';
        """);

    public Task<long> PartnerAsync(string name) => Shop.CountAsync($"select referrer_id from referrers where key = '{name}'");

    public Task<long> LinkAsync(string publicId) => Shop.CountAsync($"select link_id from links where public_id = '{publicId}'");

    public Task SuspendAsync(string name) => Shop.ExecuteAsync($"update referrers set state = 'suspended' where key = '{name}'");

    /// <summary>Moves the clock.</summary>
    public void At(double days) => Shop.Clock.Set(Day0.AddDays(days));

    /// <summary>A click on a partner's own link.</summary>
    public async Task<ClickId> ClickAsync(string partner, double day, Guid? visitor = null, string verdict = "valid", ClickId? standsFor = null)
    {
        var id = ClickId.New(Day0.AddDays(day));
        await StoreAsync(id, partner, visitor, verdict, standsFor);
        return id;
    }

    public Task StoreAsync(ClickId id, string partner, Guid? visitor = null, string verdict = "valid", ClickId? standsFor = null) =>
        Shop.ExecuteAsync($"""
            insert into clicks (program_id, click_id, link_id, referrer_id, form, token, verdict, stands_for, visitor_id, visitor_from, flags, batch)
            select 1, '{id.Value}', l.link_id, l.referrer_id, 'query', l.key, '{verdict}', {(standsFor is { } original ? $"'{original.Value}'" : "null")},
                   {(visitor is { } v ? $"'{v}'" : "null")}, 'brought', 0, 1
            from links l where l.public_id = 'link{partner}'
            """);

    public async Task<CustomerRegistered> SignUpAsync(string customer, ReferralClaim claim, string? email = null, bool knownBefore = false) =>
        (await new RegisterCustomer(Shop.Transactions).ExecuteAsync(
            Shop.Program, new CustomerInput { MerchantId = customer, Email = email, KnownBefore = knownBefore }, claim, Shop.Caller,
            CancellationToken.None)).Value;

    /// <param name="day">The order's own date; null: now.</param>
    public async Task<OrderRecorded> OrderAsync(string customer, string order, ReferralClaim? claim = null, double? day = null, long total = 10_000) =>
        (await new RecordOrder(Shop.Transactions).ExecuteAsync(
            Shop.Program,
            new OrderInput
            {
                Customer = new CustomerInput { MerchantId = customer },
                OrderId = order,
                Total = total,
                Currency = Shop.Program.Currency,
                OrderedAt = day is { } days ? Day0.AddDays(days) : null,
                Claim = claim ?? ReferralClaim.None,
            },
            Shop.Caller, CancellationToken.None)).Value;

    /// <summary>The partner who has referred a customer, with how; null: nobody.</summary>
    public Task<string?> ReferrerOfAsync(string customer) => Shop.TextAsync($"""
        select r.key || ' ' || a.via
        from attributions a
        join customer_ids i on i.customer_id = a.customer_id
        join referrers r on r.referrer_id = a.referrer_id
        where i.merchant_id = '{customer}'
        """);

    public Task<string?> CreditOfAsync(string order) => Shop.TextAsync($"""
        select r.key || ' ' || o.via from orders o join referrers r on r.referrer_id = o.referrer_id where o.order_id = '{order}'
        """);

    /// <summary>The public id of the link that an order is counted for; null: none.</summary>
    public Task<string?> LinkOfOrderAsync(string order) => Shop.TextAsync($"""
        select l.public_id from orders o join links l on l.link_id = o.link_id where o.order_id = '{order}'
        """);

    public Task<string?> LinkOfCustomerAsync(string customer) => Shop.TextAsync($"""
        select l.public_id
        from attributions a
        join customer_ids i on i.customer_id = a.customer_id
        join links l on l.link_id = a.link_id
        where i.merchant_id = '{customer}'
        """);

    /// <summary>Every touch of an order's explanation as <c>B code won</c>, sorted.</summary>
    public async Task<IReadOnlyList<string>> ReasonsOfOrderAsync(string order) =>
        Reasons((await new ExplainOrder(Shop.Database, Shop.Clock).ExecuteAsync(Shop.Program, order, CancellationToken.None)).Value.Touches);

    public async Task<IReadOnlyList<string>> ReasonsOfCustomerAsync(string customer) =>
        Reasons((await new ExplainCustomer(Shop.Database, Shop.Clock).ExecuteAsync(Shop.Program, customer, CancellationToken.None)).Value.Touches);

    public async Task<long> PointsAsync(string partner) => await Shop.CountAsync(
        $"select coalesce((select available - receivable from balances b join referrers r on r.referrer_id = b.recipient_id where r.key = '{partner}'), 0)::bigint");

    public ValueTask DisposeAsync() => Shop.DisposeAsync();

    private static IReadOnlyList<string> Reasons(IEnumerable<TouchExplained> touches) =>
        [.. touches.Select(touch => $"{touch.Referrer?.MerchantId ?? "-"} {touch.Kind} {touch.Outcome}").Order(StringComparer.Ordinal)];
}
