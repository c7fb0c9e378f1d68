namespace Tributary.Server.Web.Reference;

/// <summary>An error code of the Gameball dialect as its page explains it.</summary>
/// <param name="Statuses">HTTP status; a code that has two says when in <paramref name="Meaning"/>.</param>
public sealed record GameballCode(int Code, string Statuses, string Meaning, string Remedy);

/// <summary>All codes that the dialect answers, which <c>documentationUrl</c> points to. A test compares them with the dialect's own.</summary>
internal static class GameballCodes
{
    public static IReadOnlyList<GameballCode> All { get; } =
    [
        new(429, "429", "Too many requests without the secret key.", "Wait as many seconds as the header Retry-After says, or send the secret key."),
        new(1000, "401", "The API key is missing, unknown or revoked.", "Send a valid key in the header APIKey. It alone selects the programme."),
        new(1001, "401", "The call needs the secret key, and it is missing or wrong.", "Send it in the header SecretKey or TransactionKey."),
        new(1002, "403", "The credentials do not cover this call, or the programme asks for a newer version of the API.", "Use the secret key; call the version that the programme's settings allow."),
        new(3000, "400", "A member or parameter that is needed is missing, null or blank.", "The message names it. Blank texts count as absent everywhere."),
        new(3003, "422", "A value is out of range, too long, not a date, or not one of those allowed.", "The message names the member."),
        new(3011, "413, 422", "The body is too large (413), or it holds more items than one call may (422).", "Split it: a body has at most 256 KiB, a batch 8 MiB and 5000 items."),
        new(3013, "415", "The body is not JSON in UTF-8.", "Send Content-Type: application/json."),
        new(3016, "400", "The JSON cannot be read: malformed, nested too deeply, a member repeated, or a value of the wrong kind.", "The message says which; check it with any JSON parser."),
        new(4004, "404", "No such batch.", "Batches are forgotten 30 days after their end; the number is the jobId of the answer that took it."),
        new(5000, "500", "A fault of the server. Nothing was changed.", "Repeat the call. If it stays, look for the request id in the server's log."),
        new(5003, "503", "The database cannot be reached, or the customer or order is busy. Nothing was changed.", "Repeat the call after the seconds in Retry-After; the same call again counts once."),
        new(6000, "422", "The programme is paused and takes no new customers, orders and events.", "Reads and refunds still work. Switch the programme on again."),
        new(7000, "404", "No such customer.", "Ids are compared exactly, letter case included."),
        new(8000, "403", "This dialect is switched off for the programme.", "Switch it on in the programme's settings (gameball.enabled)."),
        new(9000, "422", "What the refund names is itself a refund.", "Name the order in reverseTransactionId."),
        new(9001, "422", "All of the order has been refunded already, by another refund id.", "Nothing is left to refund."),
        new(9004, "422", "The order id or refund id is known with other content; the message says what differs. Nothing was changed.", "Use a new id for a new order. The same content again is answered like the first time."),
        new(9005, "404", "No such order, or it belongs to another customer.", "Send the order before its refund, with the same customerId."),
        new(9006, "404", "No such hold on points.", "Leave redemption.pointsHoldReference out."),
        new(9007, "422", "A time lies more than 24 hours in the future or before the year 2000.", "Send times with their zone, as in 2026-01-15T10:30:00Z."),
    ];
}
