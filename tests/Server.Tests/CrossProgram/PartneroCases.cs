using static Tributary.Server.Tests.CrossProgram.ForStrangers;

namespace Tributary.Server.Tests.CrossProgram;

/// <summary>Requests of Partnero's dialect: at least one of every call.</summary>
internal static class PartneroCases
{
    public static readonly IReadOnlyList<RouteCase> All =
    [
        new("GET test", OwnThings, "test"),
        new("GET program", OwnThings, "program"),
        new("GET program/overview", OwnThings, "program/overview"),
        new("PUT program", OwnThings, "program", """{"name":"New"}"""),
        new("GET partners", OwnThings, "partners?status=active"),
        new("POST partners", OwnThings, "partners", """{"id":"new","email":"new@example.com","code":"NEWCODE"}"""),
        new("POST partners", UnknownReference, "partners", """{"id":"new","email":"new@example.com","referring_partner":{"key":"<code>"}}"""),
        new("GET partners:search", OwnThings, "partners:search?key=<code>"),
        new("POST partners:sign-in-url", Missing, "partners:sign-in-url", """{"key":"<code>"}"""),
        new("GET partner", Missing, "partner?key=<code>"),
        new("GET partners/{partner}", Missing, "partners/<code>"),
        new("PUT partners", Missing, "partners", """{"key":"<code>","name":"New"}"""),
        new("PUT partners/{partner}", Missing, "partners/<code>", """{"name":"New"}"""),
        new("DELETE partners", Missing, "partners", """{"partner":{"key":"<code>"}}"""),
        new("DELETE partners/{partner}", Missing, "partners/<code>"),
        new("POST partners/{partner}/archive", Missing, "partners/<code>/archive"),
        new("POST partners/{partner}/revoke-archive", Missing, "partners/<archived>/revoke-archive"),
        new("POST partners/{partner}/reward", Missing, "partners/<code>/reward", """{"amount":5}"""),
        .. Customers(),
        .. Transactions(),
        .. Links(),
        .. Coupons(),
        .. LeadsAndWebhooks(),
        .. Friends(),
    ];

    /// <summary>Calls that only programmes offer where customers refer customers.</summary>
    private static IEnumerable<RouteCase> Friends() =>
    [
        new("POST customers:invite", OwnThings, "customers:invite", """{"email":"<email>"}"""),
        new("GET customers/{customer}/referrals", Missing, "customers/<customer>/referrals"),
        new("GET customers/{customer}/stats", Missing, "customers/<customer>/stats"),
        new("GET customers/{customer}/balance", Missing, "customers/<customer>/balance"),
        new("POST customers/{customer}/balance/credit", Missing, "customers/<customer>/balance/credit", """{"amount":5,"key":"new"}"""),
    ];

    private static IEnumerable<RouteCase> Customers() =>
    [
        new("GET customers", OwnThings, "customers?partner_key=<code>"),
        new("POST customers", UnknownReference, "customers", """{"key":"new","partner":{"key":"<code>"}}"""),
        new("POST customers", OwnThings, "customers", """{"key":"newer","options":{"referral_url":"https://yoursite.com/?ref=<code>"}}"""),
        new("GET customers:search", OwnThings, "customers:search?email=<email>"),
        new("PUT customers", Missing, "customers", """{"email":"<email>","update":{"name":"New"}}"""),
        new("GET customers/{customer}", Missing, "customers/<friend>"),
        new("GET customers/{customer}", Missing, "customers/<email>"),
        new("PUT customers/{customer}", Missing, "customers/<friend>", """{"name":"New"}"""),
        new("DELETE customers/{customer}", Missing, "customers/<friend>"),
        new("POST customers/{customer}/archive", Missing, "customers/<friend>/archive"),
        new("POST customers/{customer}/revoke-archive", Missing, "customers/<putAway>/revoke-archive"),
        new("GET customers/{customer}/transactions", Missing, "customers/<friend>/transactions"),
    ];

    private static IEnumerable<RouteCase> Coupons() =>
    [
        new("GET coupons", OwnThings, "coupons"),
        new("POST coupons", UnknownReference, "coupons", """{"partner_key":"<code>","coupon_code":"NEW","discount_type":"percentage","discount_value":20}"""),
        new("POST coupons", OwnThings, "coupons", """{"uuid_code":"NEWER","coupon_discount_type":"percent","coupon_discount_amount":5}"""),
        new("GET coupons/{coupon}", Missing, "coupons/<discount>"),
        new("PUT coupons/{coupon}", Missing, "coupons/<discount>", """{"name":"New"}"""),
        new("DELETE coupons/{coupon}", Missing, "coupons/<discount>"),
        new("GET promotion-codes", OwnThings, "promotion-codes"),
        new("POST promotion-codes", UnknownReference, "promotion-codes", """{"coupon_uuid":"<discount>","code":"NEW"}"""),
        new("POST promotion-code", UnknownReference, "promotion-code", """{"coupon_uuid":"<discount>","partner_key":"<code>"}"""),
        new("PUT promotion-codes", Missing, "promotion-codes", """{"code":"<promotion>","redeem":true,"transaction_key":"<order>"}"""),
        new("GET promotion-codes/{code}", Missing, "promotion-codes/<promotion>"),
        new("PUT promotion-codes/{code}", Missing, "promotion-codes/<promotion>", """{"redeem":true}"""),
        new("DELETE promotion-codes/{code}", Missing, "promotion-codes/<promotion>"),
    ];

    private static IEnumerable<RouteCase> LeadsAndWebhooks() =>
    [
        new("GET leads/details", OwnThings, "leads/details"),
        new("GET leads", OwnThings, "leads"),
        new("POST leads", UnknownReference, "leads", """{"name":"New","email":"new@example.com","partner":"<code>"}"""),
        new("GET leads/convert", Missing, "leads/convert?id=<lead>") { ChangesByGet = true },
        new("POST leads/convert", Missing, "leads/convert", """{"id":<lead>,"commission_transaction_amount":5}"""),
        new("GET leads/reject", Missing, "leads/reject?id=<lead>") { ChangesByGet = true },
        new("POST leads/reject", Missing, "leads/reject", """{"id":<lead>}"""),
        new("GET leads/{lead}", Missing, "leads/<lead>"),
        new("DELETE leads/{lead}", Missing, "leads/<lead>"),
        new("GET webhooks", OwnThings, "webhooks"),
        new("POST webhooks", OwnThings, "webhooks", """{"name":"New","url":"https://hooks.example.com/","events":["transaction.created"]}"""),
        new("GET webhooks/{webhook}", Missing, "webhooks/<webhook>"),
        new("PUT webhooks/{webhook}", Missing, "webhooks/<webhook>", """{"rotate_signature":true}"""),
        new("DELETE webhooks/{webhook}", Missing, "webhooks/<webhook>"),
    ];

    private static IEnumerable<RouteCase> Transactions() =>
    [
        new("GET transactions", OwnThings, "transactions?customer_email=<email>&partner=<code>"),
        new("POST transactions", OwnThings, "transactions", """{"key":"new","amount":5,"customer":{"email":"<email>"},"partner":"<code>","discount_code":"<coupon>"}"""),
        new("DELETE transactions", Missing, "transactions", """{"key":"<order>"}"""),
        new("GET transactions/{transaction}", Missing, "transactions/<order>"),
        new("DELETE transactions/{transaction}", Missing, "transactions/<order>"),
        new("POST transactions/{transaction}/archive", Missing, "transactions/<order>/archive"),
        new("POST transactions/{transaction}/revoke-archive", Missing, "transactions/<cancelled>/revoke-archive"),
        new("POST transactions/{transaction}/refund", Missing, "transactions/<order>/refund", """{"key":"new","amount":1}"""),
    ];

    private static IEnumerable<RouteCase> Links() =>
    [
        new("GET partners/{partner}/referral_links", Missing, "partners/<code>/referral_links"),
        new("POST partner_referral_links", UnknownReference, "partner_referral_links", """{"partner_key":"<code>","key":"new"}"""),
        new("GET partner_referral_links:search", OwnThings, "partner_referral_links:search?partner[key]=<code>"),
        new("GET partner_referral_links/{link}", Missing, "partner_referral_links/<code>"),
        new("GET partner_referral_links/{link}/qr", Missing, "partner_referral_links/<link>/qr"),
        new("GET customer_referral_links/{link}/qr", Missing, "customer_referral_links/<ownCode>/qr?form=query"),
        new("PUT partner_referral_links/{link}", Missing, "partner_referral_links/<code>", """{"label":"New"}"""),
        new("DELETE partner_referral_links/{link}", Missing, "partner_referral_links/<link>"),
        new("GET partner_referral_links:domains", OwnThings, "partner_referral_links:domains"),
        new("GET customers/{customer}/referral_links", Missing, "customers/<customer>/referral_links"),
        new("POST customer_referral_links", UnknownReference, "customer_referral_links", """{"customer_key":"<customer>","key":"new"}"""),
        new("GET customer_referral_links:search", OwnThings, "customer_referral_links:search?customer[id]=<customer>"),
        new("GET customer_referral_links:domains", OwnThings, "customer_referral_links:domains"),
        new("GET customer_referral_links/{link}", Missing, "customer_referral_links/<ownCode>"),
        new("PUT customer_referral_links/{link}", Missing, "customer_referral_links/<ownCode>", """{"label":"New"}"""),
        new("DELETE customer_referral_links/{link}", Missing, "customer_referral_links/<customersLink>"),
    ];
}
