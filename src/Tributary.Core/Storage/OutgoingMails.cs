using System.Text.Json.Nodes;

namespace Tributary.Storage;

/// <summary>Queues mails inside the transaction of what they are about, so that none is sent for what never happened.</summary>
internal static class OutgoingMails
{
    public const string PartnerInvitation = "partner_invitation";
    public const string CustomerInvitation = "customer_invitation";

    public const string WebhookFailing = "webhook_failing";
    public const string WebhookDisabled = "webhook_disabled";

    private const string InsertSql = """
        insert into outgoing_mails (program_id, kind, address, details, created_at) values ($1, $2, $3, $4, $5)
        """;

    /// <param name="details">What the text of the mail tells.</param>
    public static void Add(Transaction tx, string kind, string address, JsonObject details) => tx.Writes.Add(
        InsertSql, Param.Of(tx.ProgramId), Param.Of(kind), Param.Of(address), Param.Json(details), Param.Of(tx.Now));
}
