using static Tributary.Server.Tests.CrossProgram.ForStrangers;

namespace Tributary.Server.Tests.CrossProgram;

/// <summary>Requests of Gameball's dialect: at least one of every call.</summary>
internal static class GameballCases
{
    public static readonly IReadOnlyList<RouteCase> All =
    [
        new("POST customers", OwnThings, "customers", """{"customerId":"<customer>","referrerCode":"<code>","customerAttributes":{"email":"<email>"}}"""),
        new("POST customers", OwnThings, "customers", """{"customerId":"new","referrerCode":"<code>"}"""),
        new("GET customers/{customerId}", Missing, "customers/<friend>"),
        new("GET customers/{customerId}/details", Missing, "customers/<friend>/details"),
        new("DELETE customers/{customerId}", Missing, "customers/<friend>"),
        new("POST customers/{customerId}/delete", Missing, "customers/<friend>/delete"),
        new("GET customers/{customerId}/hash", Missing, "customers/<friend>/hash"),
        new("GET customers/{customerId}/balance", Missing, "customers/<customer>/balance"),
        new("GET customers/{customerId}/coupons", Missing, "customers/<customer>/coupons"),
        new("GET customers/{customerId}/activities", Missing, "customers/<customer>/activities"),
        new("GET customers/{customerId}/activities/count", Missing, "customers/<customer>/activities/count"),
        new("GET customers/{customerId}/referrals", Missing, "customers/<customer>/referrals"),
        new("GET customers/{customerId}/referrals/count", Missing, "customers/<customer>/referrals/count"),
        new("GET configurations/referrals", OwnThings, "configurations/referrals"),
        new("GET configurations/program/referrals", OwnThings, "configurations/program/referrals"),
        new("GET referrals/validate", OwnThings, "referrals/validate?referrerCode=<code>&customerId=<friend>"),
        new("GET customers/validateReferrerCode", OwnThings, "customers/validateReferrerCode?referrerCode=<code>"),
        new("POST events", OwnThings, "events", """{"customerId":"<friend>","events":{"visit":{"page":1}}}"""),
        new("POST orders", OwnThings, "orders", """{"customerId":"<friend>","orderId":"new","totalPaid":5,"referrerCode":"<code>"}"""),
        new("GET orders/{orderId}/transactions", OwnThings, "orders/<order>/transactions"),
        new("POST transactions/refund", Missing, "transactions/refund",
            """{"customerId":"<friend>","refundTransactionId":"new","reverseTransactionId":"<order>","refundAmount":1}"""),
        new("POST transactions/refund", Missing, "transactions/refund",
            """{"customerId":"<own.friend>","refundTransactionId":"new2","reverseTransactionId":"<order>","refundAmount":1}"""),
        new("POST batch/customers", OwnThings, "batch/customers", """[{"customerId":"new","referrerCode":"<code>"}]"""),
        new("POST batch/orders", OwnThings, "batch/orders", """[{"customerId":"new","orderId":"new","totalPaid":5,"referrerCode":"<code>"}]"""),
        new("POST batch/events", OwnThings, "batch/events", """[{"customerId":"new","events":{"visit":null}}]"""),
        new("GET batches/{id}/status", Missing, "batches/<batch>/status"),
        new("POST batches/{id}/stop", Missing, "batches/<batch>/stop"),
        new("GET batch/{id}", Missing, "batch/<batch>"),
        new("DELETE batch/{id}", Missing, "batch/<batch>"),
    ];
}
