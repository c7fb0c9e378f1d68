namespace Tributary.Server.Web.Reference;

/// <summary>A code of the Partnero dialect as its page explains it.</summary>
public sealed record PartneroCode(string Code, string Statuses, string Meaning, string Remedy);

/// <summary>All codes that the dialect's refusals carry. A test compares them with the dialect's own.</summary>
internal static class PartneroCodes
{
    public static IReadOnlyList<PartneroCode> All { get; } =
    [
        new("malformed", "400", "The body is not a JSON object, is nested too deeply, or has a member twice.", "Send a JSON object, or nothing."),
        new("unknown_partner", "400", "A sign-up names a partner who does not exist.", "Send the id, code or e-mail address of a partner of this programme."),
        new("wrong_state", "400", "It is in a state from which this is not possible.", "Read it first: what is archived cannot be archived again."),
        new("unauthenticated", "401", "The key is missing, unknown, revoked or expired.", "Send a secret key in the header Authorization: Bearer."),
        new("forbidden", "403", "The key may not do this, the programme is paused, or programmes of its type do not offer the call.", "Use a secret key of the whole programme with the needed scope."),
        new("not_found", "404", "No such endpoint, or no such object in this programme.", "Ids of customers and orders are compared with letter case, codes and e-mail addresses without."),
        new("method_not_allowed", "405", "The endpoint exists, not with this method.", "The header Allow lists the methods."),
        new("timeout", "408", "The body did not arrive in time.", "Send it within 30 seconds."),
        new("conflict", "409", "An order's key or an idempotency key came again with other content, or while the first call runs.", "Use a new key for something new; repeat the same content."),
        new("too_large", "413", "The body is too large.", "256 KiB; 8 MiB for orders."),
        new("invalid", "422", "A member is missing, has a wrong type or is out of its range.", "The errors name every member that is to blame."),
        new("key_taken", "422", "An id, key or code is or was somebody else's.", "Codes and ids of partners share one series of names, in any letter case, and are never given again."),
        new("email_taken", "422", "Somebody has this e-mail address already.", "Find the partner or customer by it."),
        new("domain_not_allowed", "422", "A destination lies on none of the programme's domains.", "Add and verify the domain first."),
        new("limit_reached", "422", "There are as many of these as may be.", "Delete what is not needed, or raise the limit in the settings."),
        new("default_link", "422", "The default link cannot be deleted.", "Make another link the default first."),
        new("rate_limited", "429", "Too many requests.", "Wait as many seconds as the header Retry-After says."),
        new("internal", "500", "A fault of the server. Nothing was changed.", "Repeat the call. If it stays, look for the request id in the server's log."),
        new("unavailable", "503", "The database cannot be reached, or another request is working on the same. Nothing was changed.", "Repeat the call after the seconds in Retry-After."),
    ];
}
