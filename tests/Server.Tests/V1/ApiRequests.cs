using System.Net.Http;

namespace Tributary.Server.Tests.V1;

/// <summary>One request that succeeds for its programme's own key: what the tests of all routes start from.</summary>
/// <param name="Body">Null: the route takes none.</param>
/// <param name="Bound">What a key gets that is bound to another referrer of the same programme.</param>
/// <param name="Foreign">What another programme's key gets.</param>
internal sealed record ApiRequest(string Method, string Path, string? Body, Foreigner Bound, Foreigner Foreign)
{
    public HttpMethod Verb => new(Method);
}

/// <summary>What a caller meets who asks for what is not its own.</summary>
internal enum Foreigner
{
    /// <summary>404: for this caller it does not exist.</summary>
    NotFound,

    /// <summary>403: this kind of key may never use the route.</summary>
    Forbidden,

    /// <summary>It acts on its own things and finds nothing of the other's.</summary>
    OwnThings,

    /// <summary>422: the body names something that does not exist for this caller.</summary>
    UnknownReference,

    /// <summary>409: what the body names comes to nothing among the caller's own things.</summary>
    Mismatch,
}

/// <summary>
/// Every operation of the native API with a request for it. An operation that is missing here fails the tests, so a new
/// route is looked at from outside before it is let in (N13).
/// </summary>
internal static class ApiRequests
{
    public const string Rules = """{"holdDays":0,"steps":[{"trigger":"first_order","lines":[{"recipient":"referrer","amount":{"kind":"points","points":200}}]}]}""";

    public static IReadOnlyDictionary<string, ApiRequest> Of(Seeds seeds) => new Dictionary<string, ApiRequest>
    {
        ["getProgram"] = Get("/program", Foreigner.Forbidden, Foreigner.OwnThings),
        ["changeProgram"] = new("PATCH", "/program", """{"name":"Renamed"}""", Foreigner.Forbidden, Foreigner.OwnThings),
        ["listPrograms"] = Get("/programs", Foreigner.Forbidden, Foreigner.OwnThings),
        ["createProgram"] = Post("/programs", """{"name":"Second","currency":"USD"}""", Foreigner.OwnThings),

        ["listKeys"] = Get("/keys", Foreigner.Forbidden, Foreigner.OwnThings),
        ["createKey"] = Post("/keys", $$"""{"kind":"secret","referrerId":{{seeds.Partner}}}""", Foreigner.UnknownReference),
        ["getKey"] = Get($"/keys/{seeds.KeyId}", Foreigner.Forbidden),
        ["rotateKey"] = Post($"/keys/{seeds.KeyId}/rotate", "{}"),
        ["revokeKey"] = Delete($"/keys/{seeds.KeyId}", Foreigner.Forbidden),

        ["listCustomers"] = Get($"/customers?referrerId={seeds.Ann}", Foreigner.Forbidden, Foreigner.OwnThings),
        ["putCustomer"] = new("PUT", "/customers/bob", """{"attributes":{"city":"Oslo"}}""", Foreigner.Forbidden, Foreigner.OwnThings),
        ["getCustomer"] = Get("/customers/bob", Foreigner.Forbidden),
        ["deleteCustomer"] = Delete("/customers/bob", Foreigner.Forbidden),
        ["explainCustomer"] = Get("/customers/bob/explanation", Foreigner.Forbidden),
        ["claimCustomer"] = Post("/customers/bob/claim", $$"""{"referrerId":{{seeds.Partner}},"reason":"by hand"}"""),
        ["recordCustomerEvents"] = Post("/customers/bob/events", """{"events":[{"name":"visited"}]}""", Foreigner.OwnThings),

        ["listReferrers"] = Get("/referrers", Foreigner.OwnThings, Foreigner.OwnThings),
        ["createReferrer"] = Post("/referrers", """{"kind":"partner","key":"new"}""", Foreigner.OwnThings),
        ["getReferrer"] = Get($"/referrers/{seeds.Partner}", Foreigner.NotFound),
        ["changeReferrer"] = new("PATCH", $"/referrers/{seeds.Partner}", """{"name":"Other"}""", Foreigner.Forbidden, Foreigner.NotFound),
        ["activateReferrer"] = Post($"/referrers/{seeds.Partner}/activate", "{}"),
        ["suspendReferrer"] = Post($"/referrers/{seeds.Partner}/suspend", "{}"),
        ["archiveReferrer"] = Post($"/referrers/{seeds.Partner}/archive", "{}"),
        ["listCodes"] = Get($"/referrers/{seeds.Partner}/codes", Foreigner.NotFound),
        ["addCode"] = new("POST", $"/referrers/{seeds.Partner}/codes", "{}", Foreigner.NotFound, Foreigner.NotFound),
        ["getCode"] = Get("/codes/PARTNER-1", Foreigner.NotFound),
        ["changeCode"] = new("PATCH", "/codes/PARTNER-1", """{"expiresAt":null}""", Foreigner.NotFound, Foreigner.NotFound),
        ["retireCode"] = Delete("/codes/PARTNER-1", Foreigner.NotFound),
        ["listCoupons"] = Get($"/referrers/{seeds.Partner}/coupons", Foreigner.NotFound),
        ["bindCoupon"] = Post($"/referrers/{seeds.Partner}/coupons", """{"code":"NEW10","discountKind":"other"}"""),
        ["getCoupon"] = Get("/coupons/SAVE10", Foreigner.NotFound),
        ["retireCoupon"] = Delete("/coupons/SAVE10", Foreigner.Forbidden),

        ["listDomains"] = Get("/domains", Foreigner.Forbidden, Foreigner.OwnThings),
        ["addDomain"] = Post("/domains", """{"kind":"short","host":"go.yoursite.com"}""", Foreigner.OwnThings),
        ["getDomain"] = Get($"/domains/{seeds.Domain}", Foreigner.Forbidden),
        ["changeDomain"] = new("PATCH", $"/domains/{seeds.Domain}", """{"subDomains":true}""", Foreigner.Forbidden, Foreigner.NotFound),
        ["removeDomain"] = Delete($"/domains/{seeds.Domain}", Foreigner.Forbidden),
        ["verifyDomain"] = Post($"/domains/{seeds.Domain}/verify", null),
        ["vouchForDomain"] = Post($"/domains/{seeds.Domain}/vouch", null),
        ["listLinks"] = Get($"/links?referrerId={seeds.Partner}", Foreigner.OwnThings, Foreigner.OwnThings),
        ["createLink"] = new("POST", "/links", $$"""{"referrerId":{{seeds.Partner}},"key":"NEW"}""", Foreigner.UnknownReference, Foreigner.UnknownReference),
        ["getLink"] = Get($"/links/{seeds.Link}", Foreigner.NotFound),
        ["changeLink"] = new("PATCH", $"/links/{seeds.Link}", """{"label":"Other"}""", Foreigner.NotFound, Foreigner.NotFound),
        ["deleteLink"] = Delete($"/links/{seeds.Link}", Foreigner.NotFound),
        ["blockLink"] = Post($"/links/{seeds.Link}/block", "{}"),
        ["unblockLink"] = Post($"/links/{seeds.Link}/unblock", "{}"),
        ["getLinkQr"] = Get($"/links/{seeds.Link}/qr", Foreigner.NotFound),

        ["recordTouch"] = Post("/touches", """{"url":"https://shop.example/?ref=PARTNER-1","userAgent":"Mozilla/5.0"}""", Foreigner.OwnThings),
        ["recordOrder"] = Post("/orders", """{"orderId":"o-2","customerId":"bob","total":100,"referrerCode":"ANNS"}""", Foreigner.OwnThings),
        ["dryRunOrder"] = Post("/orders/dry-run", """{"orderId":"o-3","customerId":"bob","total":100}""", Foreigner.OwnThings),
        ["amendOrder"] = Post("/orders/o-1/amendments", """{"version":2,"total":4000}"""),
        ["listOrders"] = Get("/orders?customerId=bob", Foreigner.OwnThings, Foreigner.OwnThings),
        ["getOrder"] = Get("/orders/o-1", Foreigner.NotFound),
        ["explainOrder"] = Get("/orders/o-1/explanation", Foreigner.Forbidden),
        ["listRefunds"] = Get("/orders/o-1/refunds", Foreigner.NotFound),
        ["recordRefund"] = Post("/refunds", """{"refundId":"r-2","orderId":"o-1","amount":10}""", Foreigner.OwnThings),
        ["getRefund"] = Get("/refunds/r-1", Foreigner.NotFound),
        ["reinstateRefund"] = Post("/refunds/r-1/reinstate", null, Foreigner.OwnThings),

        ["listCampaigns"] = Get("/campaigns", Foreigner.Forbidden, Foreigner.OwnThings),
        ["createCampaign"] = Post("/campaigns", $$"""{"name":"Another","definition":{{Rules}}}""", Foreigner.OwnThings),
        ["getCampaign"] = Get($"/campaigns/{seeds.Campaign}", Foreigner.Forbidden),
        ["changeCampaign"] = new("PATCH", $"/campaigns/{seeds.Campaign}", """{"name":"Renamed"}""", Foreigner.Forbidden, Foreigner.NotFound),
        ["listCampaignVersions"] = Get($"/campaigns/{seeds.Campaign}/versions", Foreigner.Forbidden),
        ["scheduleCampaign"] = Post($"/campaigns/{seeds.Draft}/schedule", """{"startsAt":"2027-01-01T00:00:00Z"}"""),
        ["activateCampaign"] = Post($"/campaigns/{seeds.Draft}/activate", null),
        ["pauseCampaign"] = Post($"/campaigns/{seeds.Campaign}/pause", null),
        ["resumeCampaign"] = Post($"/campaigns/{seeds.Paused}/resume", null),
        ["endCampaign"] = Post($"/campaigns/{seeds.Campaign}/end", null),

        ["getAnalytics"] = Get($"/analytics?groupBy=country&referrerId={seeds.Partner}", Foreigner.UnknownReference, Foreigner.UnknownReference),
        ["getLinkAnalytics"] = Get("/analytics/links", Foreigner.OwnThings, Foreigner.OwnThings),
        ["getReferrerAnalytics"] = Get("/analytics/referrers?interval=month", Foreigner.OwnThings, Foreigner.OwnThings),
        ["getAnalyticsOfLink"] = Get($"/links/{seeds.Link}/analytics?interval=hour", Foreigner.NotFound),

        ["listRewards"] = Get("/rewards?orderId=o-1", Foreigner.OwnThings, Foreigner.OwnThings),
        ["getReward"] = Get($"/rewards/{seeds.Reward}", Foreigner.NotFound),
        ["approveReward"] = Post($"/rewards/{seeds.Pending}/approve", """{"early":true}"""),
        ["holdReward"] = Post($"/rewards/{seeds.Reward}/hold", """{"reason":"a look at it"}"""),
        ["releaseReward"] = Post($"/rewards/{seeds.Held}/release", null),
        ["rejectReward"] = Post($"/rewards/{seeds.Held}/reject", """{"reason":"not owed"}"""),
        ["reverseReward"] = Post($"/rewards/{seeds.Reward}/reverse", """{"reason":"agreed"}"""),

        ["getBalances"] = Get($"/recipients/{seeds.Ann}/balances", Foreigner.NotFound),
        ["listEntries"] = Get($"/recipients/{seeds.Ann}/entries", Foreigner.NotFound),
        ["redeemPoints"] = Post($"/recipients/{seeds.Ann}/redemptions", """{"amount":1}"""),

        ["listEvents"] = Get("/events", Foreigner.Forbidden, Foreigner.OwnThings),
        ["getEvent"] = Get($"/events/{seeds.Event}", Foreigner.Forbidden),
        ["supportCode"] = Get("/codes/30830/support", Foreigner.Forbidden, Foreigner.OwnThings),
        ["findForSupport"] = Get("/support/find?q=30830", Foreigner.Forbidden, Foreigner.OwnThings),
        ["streamEvents"] = Get("/stream?after=0", Foreigner.OwnThings, Foreigner.OwnThings),
        ["listWebhooks"] = Get("/webhooks", Foreigner.Forbidden, Foreigner.OwnThings),
        ["createWebhook"] = Post("/webhooks", """{"url":"https://hooks.yoursite.com/in","events":["webhook.failing"]}""", Foreigner.OwnThings),
        ["getWebhook"] = Get($"/webhooks/{seeds.Webhook}", Foreigner.Forbidden),
        ["changeWebhook"] = new("PATCH", $"/webhooks/{seeds.Webhook}", """{"name":"Renamed"}""", Foreigner.Forbidden, Foreigner.NotFound),
        ["deleteWebhook"] = Delete($"/webhooks/{seeds.Webhook}", Foreigner.Forbidden),
        ["rotateWebhookSecret"] = Post($"/webhooks/{seeds.Webhook}/rotate", null),
        ["testWebhook"] = Post($"/webhooks/{seeds.Webhook}/test", null),
        ["listDeliveries"] = Get($"/webhooks/{seeds.Webhook}/deliveries", Foreigner.Forbidden),
        ["redeliverRange"] = Post($"/webhooks/{seeds.Webhook}/redeliver", """{"from":"2026-01-01T00:00:00Z","to":"2026-01-02T00:00:00Z"}"""),
        ["getDelivery"] = Get($"/deliveries/{seeds.Delivery}", Foreigner.Forbidden),
        ["redeliver"] = Post($"/deliveries/{seeds.Delivery}/redeliver", null),
        ["recordChainOrder"] = new("POST", "/chain-orders", ChainOrder(2), Foreigner.Forbidden, Foreigner.OwnThings),
        ["recordChainOrders"] = new("POST", "/chain-orders/batch", $$"""{"orders":[{{ChainOrder(3)}}]}""", Foreigner.OwnThings, Foreigner.OwnThings),
        ["recordChainEvent"] = new(
            "POST", $"/chain-orders/{Seeds.ChainOrder}/events", """{"state":"SentUnlock"}""", Foreigner.NotFound, Foreigner.OwnThings),
        ["recordChainEvents"] = new(
            "POST", "/chain-orders/events/batch", $$"""{"events":[{"orderId":"{{Seeds.ChainOrder}}","state":"SentUnlock"}]}""",
            Foreigner.OwnThings, Foreigner.OwnThings),
        ["holdChainOrder"] = Post($"/chain-orders/{Seeds.ChainOrder}/hold", """{"reason":"other"}"""),
        ["resolveChainOrder"] = Post($"/chain-orders/{Seeds.ChainOrder}/resolve", """{"branch":"cancel","reason":"seen"}"""),
        ["listChainOrders"] = Get("/chain-orders", Foreigner.OwnThings, Foreigner.OwnThings),
        ["getChainOrder"] = Get($"/chain-orders/{Seeds.ChainOrder}", Foreigner.NotFound),
        ["registerIntegrator"] = Post("/integrators", """{"name":"New"}""", Foreigner.OwnThings),
        ["listIntegrators"] = Get("/integrators", Foreigner.OwnThings, Foreigner.OwnThings),
        ["getIntegrator"] = Get($"/integrators/{seeds.Integrator}", Foreigner.NotFound),
        ["changeIntegrator"] = new("PATCH", $"/integrators/{seeds.Integrator}", """{"state":"suspended"}""", Foreigner.Forbidden, Foreigner.NotFound),
        ["createIntegratorKey"] = Post($"/integrators/{seeds.Integrator}/keys", "{}"),
        ["listFeatures"] = Get("/features", Foreigner.Forbidden, Foreigner.OwnThings),
        ["switchFeature"] = new("PUT", "/features/live_stream", """{"enabled":false}""", Foreigner.Forbidden, Foreigner.OwnThings),
        ["listFeaturesOfIntegrator"] = Get($"/integrators/{seeds.Integrator}/features", Foreigner.NotFound),
        ["switchFeatureOfIntegrator"] = new(
            "PUT", $"/integrators/{seeds.Integrator}/features/live_stream", """{"enabled":false}""", Foreigner.Forbidden, Foreigner.NotFound),
        ["inheritFeature"] = Delete($"/integrators/{seeds.Integrator}/features/live_stream", Foreigner.Forbidden),
        ["claimCode"] = Post("/codes/31805/claim", """{"name":"Claimer"}"""),
        ["recordAffiliateWithdrawal"] = Post("/affiliate-withdrawals", $$"""
            {"chainId":7565164,"token":"{{Seeds.Token}}","amount":"7","transactionHash":"{{Seeds.Token}}","beneficiary":"{{Seeds.Token}}",
             "orderIds":["{{Seeds.ChainOrder}}"]}
            """, Foreigner.Mismatch),
        ["listAuditEntries"] = Get("/audit", Foreigner.Forbidden, Foreigner.OwnThings),
        ["listExchangeRates"] = Get("/exchange-rates", Foreigner.Forbidden, Foreigner.OwnThings),
        ["addExchangeRate"] = Post("/exchange-rates", """{"from":"EUR","to":"USD","rate":11,"scale":1}""", Foreigner.OwnThings),
    };

    private static string ChainOrder(int number) => Seeds.ChainOrderBody($"0x{number:x64}", "30830", "");

    private static ApiRequest Get(string path, Foreigner bound, Foreigner foreign = Foreigner.NotFound) => new("GET", path, null, bound, foreign);

    private static ApiRequest Post(string path, string? body, Foreigner foreign = Foreigner.NotFound) =>
        new("POST", path, body, Foreigner.Forbidden, foreign);

    private static ApiRequest Delete(string path, Foreigner bound) => new("DELETE", path, null, bound, Foreigner.NotFound);
}
