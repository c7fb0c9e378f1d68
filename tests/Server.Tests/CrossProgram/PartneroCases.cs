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
        new("PUT partner_referral_links/{link}", Missing, "partner_referral_links/<code>", """{"label":"New"}"""),
        new("DELETE partner_referral_links/{link}", Missing, "partner_referral_links/<link>"),
        new("GET partner_referral_links:domains", OwnThings, "partner_referral_links:domains"),
        new("GET customer_referral_links:domains", OwnThings, "customer_referral_links:domains"),
    ];
}
