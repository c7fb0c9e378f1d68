using System.Text.Json.Nodes;
using Tributary.Storage;

namespace Tributary.Links;

/// <summary>Tells audit log, outbox and all nodes of a link.</summary>
internal static class LinkNews
{
    public static void Tell(Transaction tx, string verb, string type, Link? before, Link after, string? reason = null)
    {
        var subject = $"link:{after.Id}";
        tx.Audit(verb, subject, before is null ? null : Of(before), Of(after), reason);
        tx.Raise(type, subject, Of(after), referrerId: after.ReferrerId);
        ChangeFeed.Announce(tx, ChangedPart.Link, after.Id);
    }

    private static JsonObject Of(Link link) => new()
    {
        ["linkId"] = link.Id,
        ["publicId"] = link.PublicId,
        ["referrerId"] = link.ReferrerId,
        ["key"] = link.Key,
        ["destination"] = link.Destination,
        ["label"] = link.Label,
        ["default"] = link.IsDefault,
        ["state"] = link.State.Text(),
        ["form"] = link.Form.Text(),
        ["expiresAt"] = link.ExpiresAt?.ToString("O"),
    };
}
