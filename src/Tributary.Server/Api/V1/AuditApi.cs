using System.Text.Json.Nodes;
using Tributary.Keys;
using Tributary.Primitives;
using Tributary.Storage;

namespace Tributary.Server.Api.V1;

/// <summary>Who changed what, and when.</summary>
internal static class AuditApi
{
    public static void MapAudit(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/audit", ListAsync).ForSecrets(KeyScopes.Manage)
            .Describe("listAuditEntries", "The append-only audit log, newest first; filter by verb, subject and actor");
    }

    private static async Task<Answer<ListAnswer<AuditAnswer>>> ListAsync(
        Call call, Paging page, string? verb, string? subject, string? actor, AuditLog audit, CancellationToken ct)
    {
        foreach (var (name, text) in ((string, string?)[])[("verb", verb), ("subject", subject), ("actor", actor)])
            if (text is not null && (text.Length > Limits.Text || !StorableText.IsStorable(text)))
                return new Problem(ProblemCode.InvalidValue, $"At most {Limits.Text} characters of text.", name);
        var found = await audit.ListAsync(call.Program.Id, new AuditFilter(verb, subject, actor), page.Request, ct);
        return ListAnswer<AuditAnswer>.Of(found, AuditAnswer.Of);
    }
}

/// <param name="Actor">key:17, person:5, job:approval, cli.</param>
/// <param name="Address">Of the caller, truncated.</param>
internal sealed record AuditAnswer(
    long Id,
    string Actor,
    string Verb,
    string Subject,
    JsonNode? Before,
    JsonNode? After,
    string? Reason,
    string? Address,
    string? RequestId,
    DateTimeOffset OccurredAt)
{
    public static AuditAnswer Of(AuditRecord entry) => new(
        entry.AuditId, entry.Actor, entry.Verb, entry.Subject, entry.Before, entry.After, entry.Reason, entry.Address,
        entry.RequestId, entry.OccurredAt);
}
