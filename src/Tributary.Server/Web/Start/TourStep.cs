using Tributary.Server.Demo;

namespace Tributary.Server.Web.Start;

/// <summary>One step of the tour: a request of the Gameball dialect as its own guides print it, with ids of this run.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Path">Below the server's address.</param>
/// <param name="Body">JSON; null: the request has none.</param>
/// <param name="OrderId">The order to be explained afterwards.</param>
/// <param name="CustomerId">The customer to be explained afterwards, where no order is.</param>
public sealed record TourStep(
    int Number, string Title, string Text, string Button, string Method, string Path, string? Body, string? OrderId = null, string? CustomerId = null)
{
    private const string Root = "/api/v4.0/integrations";

    /// <summary>The request as one would type it.</summary>
    public string Curl(string baseUrl)
    {
        var lines = new List<string> { $"curl -X {Method} '{baseUrl}{Path}'" };
        if (Body is not null)
            lines.Add("-H 'Content-Type: application/json'");
        lines.Add("-H 'APIKey: YOUR_API_KEY'");
        if (Method != "GET")
            lines.Add("-H 'SecretKey: YOUR_SECRET_KEY'");
        if (Body is not null)
            lines.Add($"-d '{Body.ReplaceLineEndings("\n  ")}'");
        return string.Join(" \\\n  ", lines);
    }

    /// <param name="demo">Who refers.</param>
    /// <param name="run">Makes the ids of this run its own, so that the tour can be taken any number of times.</param>
    internal static IReadOnlyList<TourStep> All(DemoFileReferrer demo, string run, DateTimeOffset now) =>
    [
        new(
            1, $"{demo.CustomerId} has a code to share", "Every customer has a code of its own. Your shop shows it, as text or as a link.",
            "Ask for the code", "GET", $"{Root}/customers/{demo.CustomerId}", null),
        new(
            2, "A friend signs up with it", "The code comes with the new customer.", "Sign the friend up",
            "POST", $"{Root}/customers", $$"""
            {
              "customerId": "new_user_{{run}}",
              "customerAttributes": {
                "displayName": "New Customer",
                "email": "newcustomer@example.com"
              },
              "referrerCode": "{{demo.Code}}"
            }
            """, CustomerId: $"new_user_{run}"),
        new(
            3, "The friend buys something", "No code is needed any more: the first order fulfils what the campaign asks, and both sides are rewarded.", "Send the order",
            "POST", $"{Root}/orders", $$"""
            {
              "customerId": "new_user_{{run}}",
              "orderId": "ORD_{{run}}",
              "orderDate": "{{now.UtcDateTime:s}}Z",
              "totalPaid": 100.00,
              "totalPrice": 100.00
            }
            """, OrderId: $"ORD_{run}"),
        new(
            4, "The order is refunded", "What it earned is taken back, exactly.", "Refund the order",
            "POST", $"{Root}/transactions/refund", $$"""
            {
              "customerId": "new_user_{{run}}",
              "refundTransactionId": "REFUND_{{run}}",
              "reverseTransactionId": "ORD_{{run}}"
            }
            """, OrderId: $"ORD_{run}"),
        new(
            5, "Or all at once, at the till", "Somebody unknown buys and names the code. Customer, referral, order and rewards come about in one call.",
            "Ring it up", "POST", $"{Root}/orders", $$"""
            {
              "customerId": "mobile_{{run}}",
              "orderId": "POS_{{run}}",
              "orderDate": "{{now.UtcDateTime:s}}Z",
              "totalPaid": 250,
              "totalPrice": 250,
              "referrerCode": "{{demo.Code}}"
            }
            """, OrderId: $"POS_{run}"),
    ];
}
