using static Tributary.Server.Tests.CrossProgram.ForStrangers;

namespace Tributary.Server.Tests.CrossProgram;

/// <summary>Requests of the native API: at least one of every route that asks for a key.</summary>
internal static class NativeCases
{
    private const string Definition =
        """{"steps":[{"trigger":"order","lines":[{"recipient":"referrer","amount":{"kind":"points","points":1}}]}]}""";

    public static readonly IReadOnlyList<RouteCase> All =
    [
        .. Programs(), .. Keys(), .. Customers(), .. Referrers(), .. CodesAndCoupons(), .. DomainsAndLinks(), .. Orders(), .. Campaigns(), .. Rewards(), .. Analytics(), .. Touches(), .. ChainOrders(), .. Others(),
    ];

    private static IEnumerable<RouteCase> Programs() =>
    [
        Of("GET /program", OwnThings),
        Of("PATCH /program", OwnThings, """{"name":"Renamed"}"""),
        Of("GET /programs", OwnThings),
        Of("POST /programs", OwnThings, """{"name":"Further","currency":"USD"}"""),
    ];

    private static IEnumerable<RouteCase> Keys() =>
    [
        Of("GET /keys", OwnThings),
        Of("POST /keys", UnknownReference, """{"kind":"secret","referrerId":<partner>}"""),
        Of("GET /keys/{keyId}", "/keys/<key>", Missing),
        Of("POST /keys/{keyId}/rotate", "/keys/<key>/rotate", Missing, """{"overlapSeconds":0}"""),
        Of("DELETE /keys/{keyId}", "/keys/<key>", Missing),
    ];

    private static IEnumerable<RouteCase> Touches() =>
    [
        Of("POST /touches", OwnThings, """{"url":"https://shop.example/?ref=<code>","userAgent":"Mozilla/5.0"}"""),
    ];

    private static IEnumerable<RouteCase> Analytics() =>
    [
        Of("GET /analytics", OwnThings),
        Of("GET /analytics", "/analytics?groupBy=utm_source&referrerId=<partner>", UnknownReference),
        Of("GET /analytics/links", OwnThings),
        Of("GET /analytics/referrers", OwnThings),
        Of("GET /links/{linkId:long}/analytics", "/links/<linkNumber>/analytics?groupBy=country", Missing),
    ];

    private static IEnumerable<RouteCase> Customers() =>
    [
        Of("GET /customers", "/customers?referrerId=<partner>", OwnThings),
        Of("GET /customers", "/customers?email=<email>", OwnThings),
        Of("PUT /customers/{customerId}", "/customers/<customer>", OwnThings, """{"guest":false,"referrerCode":"<code>"}"""),
        Of("PUT /customers/{customerId}", "/customers/new", OwnThings, """{"email":"<email>","ownCode":"FRESH1","referrerCode":"<code>"}"""),
        Of("GET /customers/{customerId}", "/customers/<friend>", Missing),
        Of("DELETE /customers/{customerId}", "/customers/<friend>", Missing),
        Of("GET /customers/{customerId}/explanation", "/customers/<friend>/explanation", Missing),
        Of("POST /customers/{customerId}/claim", "/customers/<friend>/claim", Missing, """{"referrerId":<own.partner>,"reason":"met"}"""),
        Of("POST /customers/{customerId}/claim", "/customers/<own.friend>/claim", UnknownReference, """{"referrerId":<partner>,"reason":"met"}"""),
        Of("POST /customers/{customerId}/events", "/customers/<friend>/events", OwnThings, """{"events":[{"name":"visit","eventId":"<event>"}]}"""),
    ];

    private static IEnumerable<RouteCase> Referrers() =>
    [
        Of("GET /referrers", OwnThings),
        Of("POST /referrers", OwnThings, """{"kind":"partner","key":"further","email":"<email>"}"""),
        Of("GET /referrers/{referrerId:long}", "/referrers/<partner>", Missing),
        Of("PATCH /referrers/{referrerId:long}", "/referrers/<partner>", Missing, """{"name":"Renamed"}"""),
        Of("POST /referrers/{referrerId:long}/activate", "/referrers/<applicant>/activate", Missing, "{}"),
        Of("POST /referrers/{referrerId:long}/suspend", "/referrers/<partner>/suspend", Missing, "{}"),
        Of("POST /referrers/{referrerId:long}/archive", "/referrers/<partner>/archive", Missing, "{}"),
    ];

    private static IEnumerable<RouteCase> CodesAndCoupons() =>
    [
        Of("GET /referrers/{referrerId:long}/codes", "/referrers/<partner>/codes", Missing),
        Of("POST /referrers/{referrerId:long}/codes", "/referrers/<partner>/codes", Missing, """{"code":"ONE-MORE"}"""),
        Of("GET /codes/{code}", "/codes/<code>", Missing),
        Of("PATCH /codes/{code}", "/codes/<code>", Missing, """{"expiresAt":null}"""),
        Of("DELETE /codes/{code}", "/codes/<code>", Missing),
        Of("GET /referrers/{referrerId:long}/coupons", "/referrers/<partner>/coupons", Missing),
        Of("POST /referrers/{referrerId:long}/coupons", "/referrers/<partner>/coupons", Missing, """{"code":"MORE","discountKind":"other"}"""),
        Of("GET /coupons/{code}", "/coupons/<coupon>", Missing),
        Of("DELETE /coupons/{code}", "/coupons/<coupon>", Missing),
    ];

    private static IEnumerable<RouteCase> DomainsAndLinks() =>
    [
        Of("GET /domains", OwnThings),
        Of("POST /domains", OwnThings, """{"kind":"short","host":"new.example"}"""),
        Of("GET /domains/{domainId:long}", "/domains/<domain>", Missing),
        Of("PATCH /domains/{domainId:long}", "/domains/<domain>", Missing, """{"subDomains":true}"""),
        Of("DELETE /domains/{domainId:long}", "/domains/<domain>", Missing),
        Of("POST /domains/{domainId:long}/verify", "/domains/<domain>/verify", Missing),
        Of("POST /domains/{domainId:long}/vouch", "/domains/<domain>/vouch", Missing),
        Of("GET /links", "/links?referrerId=<partner>", OwnThings),
        Of("POST /links", "/links", UnknownReference, """{"referrerId":<partner>}"""),
        Of("GET /links/{linkId:long}", "/links/<linkNumber>", Missing),
        Of("PATCH /links/{linkId:long}", "/links/<linkNumber>", Missing, """{"label":"Renamed"}"""),
        Of("DELETE /links/{linkId:long}", "/links/<linkNumber>", Missing),
        Of("POST /links/{linkId:long}/block", "/links/<linkNumber>/block", Missing, "{}"),
        Of("POST /links/{linkId:long}/unblock", "/links/<linkNumber>/unblock", Missing, "{}"),
        Of("GET /links/{linkId:long}/qr", "/links/<linkNumber>/qr", Missing),
    ];

    private static IEnumerable<RouteCase> Orders() =>
    [
        Of("POST /orders", OwnThings, """{"orderId":"new","customerId":"<friend>","total":100,"referrerCode":"<code>","coupons":["<coupon>"]}"""),
        Of("POST /orders", OwnThings, """{"orderId":"other","customerId":"<own.customer>","customer":{"email":"<email>"},"total":100}"""),
        Of("GET /orders", "/orders?customerId=<friend>", OwnThings),
        Of("GET /orders", "/orders?referrerId=<customerNumber>", OwnThings),
        Of("GET /orders/{orderId}", "/orders/<order>", Missing),
        Of("POST /orders/dry-run", OwnThings, """{"orderId":"tried","customerId":"<friend>","total":100,"referrerCode":"<code>"}"""),
        Of("POST /orders/{orderId}/amendments", "/orders/<order>/amendments", Missing, """{"version":2,"total":4000}"""),
        Of("GET /orders/{orderId}/explanation", "/orders/<order>/explanation", Missing),
        Of("GET /orders/{orderId}/refunds", "/orders/<order>/refunds", Missing),
        // A refund of an order that is not known yet waits for it, in the caller's own programme.
        Of("POST /refunds", OwnThings, """{"refundId":"new","orderId":"<order>","amount":1}"""),
        // So does a reinstatement of a refund that is not known yet.
        Of("POST /refunds/{refundId}/reinstate", "/refunds/<refund>/reinstate", OwnThings),
        Of("GET /refunds/{refundId}", "/refunds/<refund>", Missing),
    ];

    private static IEnumerable<RouteCase> Campaigns() =>
    [
        Of("GET /campaigns", OwnThings),
        Of("POST /campaigns", OwnThings, $$"""{"name":"Further","definition":{{Definition}}}"""),
        Of("GET /campaigns/{campaignId:long}", "/campaigns/<campaign>", Missing),
        Of("PATCH /campaigns/{campaignId:long}", "/campaigns/<campaign>", Missing, $$"""{"name":"Renamed","definition":{{Definition}}}"""),
        Of("GET /campaigns/{campaignId:long}/versions", "/campaigns/<campaign>/versions", Missing),
        Of("POST /campaigns/{campaignId:long}/schedule", "/campaigns/<draft>/schedule", Missing, """{"startsAt":"<tomorrow>"}"""),
        Of("POST /campaigns/{campaignId:long}/activate", "/campaigns/<draft>/activate", Missing),
        Of("POST /campaigns/{campaignId:long}/pause", "/campaigns/<campaign>/pause", Missing),
        Of("POST /campaigns/{campaignId:long}/resume", "/campaigns/<paused>/resume", Missing),
        Of("POST /campaigns/{campaignId:long}/end", "/campaigns/<campaign>/end", Missing),
    ];

    private static IEnumerable<RouteCase> Rewards() =>
    [
        Of("GET /rewards", "/rewards?recipientId=<customerNumber>", OwnThings),
        Of("GET /rewards", "/rewards?orderId=<order>", OwnThings),
        Of("GET /rewards", "/rewards?campaignId=<campaign>", OwnThings),
        Of("GET /rewards/{rewardId:long}", "/rewards/<reward>", Missing),
        Of("POST /rewards/{rewardId:long}/approve", "/rewards/<reward>/approve", Missing, """{"early":true}"""),
        Of("POST /rewards/{rewardId:long}/hold", "/rewards/<reward>/hold", Missing, """{"reason":"odd"}"""),
        Of("POST /rewards/{rewardId:long}/release", "/rewards/<heldReward>/release", Missing),
        Of("POST /rewards/{rewardId:long}/reject", "/rewards/<heldReward>/reject", Missing, """{"reason":"odd"}"""),
        Of("POST /rewards/{rewardId:long}/reverse", "/rewards/<reward>/reverse", Missing, """{"reason":"odd"}"""),
        Of("GET /recipients/{recipientId:long}/balances", "/recipients/<customerNumber>/balances", Missing),
        Of("GET /recipients/{recipientId:long}/entries", "/recipients/<customerNumber>/entries", Missing),
        Of("POST /recipients/{recipientId:long}/redemptions", "/recipients/<customerNumber>/redemptions", Missing, """{"amount":1}"""),
    ];

    private static IEnumerable<RouteCase> ChainOrders() =>
    [
        Of("POST /chain-orders", OwnThingsUnlessBound, ChainOrder(1)),
        Of("POST /chain-orders/batch", OwnThings, $$"""{"orders":[{{ChainOrder(2)}}]}"""),
        // An event of an order that is not known yet waits for it, in the caller's own programme.
        Of("POST /chain-orders/{orderId}/events", "/chain-orders/<chainOrder>/events", OwnThingsUnlessBound, """{"state":"SentOrderCancel"}"""),
        Of("POST /chain-orders/events/batch", OwnThings, """{"events":[{"orderId":"<chainOrder>","state":"SentOrderCancel"}]}"""),
        Of("POST /chain-orders/{orderId}/hold", "/chain-orders/<chainOrder>/hold", Missing, """{"reason":"other"}"""),
        Of("POST /chain-orders/{orderId}/resolve", "/chain-orders/<chainOrder>/resolve", Missing, """{"branch":"unlock","reason":"seen"}"""),
        Of("POST /integrators", OwnThings, """{"name":"Further","externalId":"further"}"""),
        Of("GET /integrators", "/integrators?q=30830", OwnThings),
        Of("GET /integrators/{integratorId:long}", "/integrators/<integrator>", Missing),
        Of("PATCH /integrators/{integratorId:long}", "/integrators/<integrator>", Missing, """{"state":"suspended"}"""),
        Of("POST /integrators/{integratorId:long}/keys", "/integrators/<integrator>/keys", Missing, "{}"),
        Of("GET /features", OwnThings),
        Of("PUT /features/{feature}", "/features/live_stream", OwnThings, """{"enabled":false}"""),
        Of("GET /integrators/{integratorId:long}/features", "/integrators/<integrator>/features", Missing),
        Of("PUT /integrators/{integratorId:long}/features/{feature}", "/integrators/<integrator>/features/live_stream", Missing, """{"enabled":false}"""),
        Of("DELETE /integrators/{integratorId:long}/features/{feature}", "/integrators/<integrator>/features/live_stream", Missing),
        Of("POST /codes/{code}/claim", "/codes/<unclaimed>/claim", Missing, """{"name":"Claimer"}"""),
        Of("POST /affiliate-withdrawals", MismatchForStrangers, """
            {"chainId":7565164,"token":"So11111111111111111111111111111111111111112","amount":"7","transactionHash":"11111111111111111111111111111111",
             "beneficiary":"So11111111111111111111111111111111111111112","orderIds":["<feeOrder>"]}
            """),
        Of("GET /chain-orders", "/chain-orders?code=30830", OwnThings),
        Of("GET /chain-orders/{orderId}", "/chain-orders/<chainOrder>", Missing),
    ];

    private static string ChainOrder(int number) => $$$"""
        {"orderId":"0x{{{number:x64}}}","referralCode":30830,"maker":"0x{{{7:x40}}}",
         "give":{"chainId":1,"token":"0x{{{8:x40}}}","amount":"10"},"take":{"chainId":56,"token":"0x{{{9:x40}}}","amount":"10"}}
        """;

    private static IEnumerable<RouteCase> Others() =>
    [
        Of("GET /codes/{code:long}/support", "/codes/30830/support", OwnThings),
        Of("GET /support/find", "/support/find?q=30830", OwnThings),
        Of("GET /events", OwnThings),
        Of("GET /events/{eventId:long}", "/events/<told>", Missing),
        Of("GET /webhooks", OwnThings),
        Of("POST /webhooks", OwnThings, """{"url":"https://hooks.yoursite.com/in","events":["webhook.failing"]}"""),
        Of("GET /webhooks/{webhookId:long}", "/webhooks/<hook>", Missing),
        Of("PATCH /webhooks/{webhookId:long}", "/webhooks/<hook>", Missing, """{"name":"Renamed"}"""),
        Of("DELETE /webhooks/{webhookId:long}", "/webhooks/<hook>", Missing),
        Of("POST /webhooks/{webhookId:long}/rotate", "/webhooks/<hook>/rotate", Missing),
        Of("POST /webhooks/{webhookId:long}/test", "/webhooks/<hook>/test", Missing),
        Of("GET /webhooks/{webhookId:long}/deliveries", "/webhooks/<hook>/deliveries", Missing),
        Of("POST /webhooks/{webhookId:long}/redeliver", "/webhooks/<hook>/redeliver", Missing, """{"from":"2026-01-01T00:00:00Z","to":"2026-01-02T00:00:00Z"}"""),
        Of("GET /deliveries/{deliveryId:long}", "/deliveries/<delivery>", Missing),
        Of("POST /deliveries/{deliveryId:long}/redeliver", "/deliveries/<delivery>/redeliver", Missing),
        Of("GET /stream", "/stream?after=0&code=<code>", OwnThings),
        Of("GET /audit", "/audit?actor=key:1", OwnThings),
        Of("GET /audit", OwnThings),
        Of("GET /exchange-rates", OwnThings),
        Of("POST /exchange-rates", OwnThings, """{"from":"EUR","to":"USD","rate":11,"scale":1}"""),
    ];

    private static RouteCase Of(string route, ForStrangers strangers, string? body = null) =>
        Of(route, route[(route.IndexOf(' ', StringComparison.Ordinal) + 1)..], strangers, body);

    private static RouteCase Of(string route, string target, ForStrangers strangers, string? body = null) =>
        new(route.Replace(" ", " /api/v1", StringComparison.Ordinal), strangers, "/api/v1" + target, body);
}
