using System.Text.Json.Nodes;
using Tributary.Primitives;
using Tributary.Storage;

namespace Tributary.ChainOrders;

/// <summary>Reports that contradicted what is known: kept, so that support can show them and a person can resolve them.</summary>
internal static class ChainRefusals
{
    public const string OfBranchSql = """
        select report::text
        from chain_refusals
        where program_id = $1 and order_id = $2 and problem = 'state_conflict'
        order by received_at, refusal_id
        """;

    private const string InsertSql = """
        insert into chain_refusals (program_id, order_id, problem, fields, report, content_hash, received_at)
        values ($1, $2, $3, $4, $5, $6, $7)
        on conflict (program_id, order_id, problem, content_hash) do nothing
        returning true
        """;

    /// <summary>Keeps the report and tells of it, both once however often it comes.</summary>
    public static async Task KeepAsync(
        Transaction tx, ChainOrder order, ChainRefusal refusal, IReadOnlyList<string> fields, string report, CancellationToken ct)
    {
        var isNew = false;
        var load = new LoadBatch(tx.Connection);
        load.Query(
            InsertSql,
            _ => isNew = true,
            Param.Of(tx.ProgramId), Param.Of(order.OrderId), Param.Of(Word(refusal)), Param.Of([.. fields]), Param.Json(report),
            Param.Of(ChainReportJson.Hash(report)), Param.Of(tx.Now));
        await load.RunAsync(ct);
        if (isNew)
            Tell(tx, order, refusal, report);
    }

    private static void Tell(Transaction tx, ChainOrder order, ChainRefusal refusal, string report)
    {
        var told = new JsonObject
        {
            ["orderId"] = order.OrderId,
            ["referralCode"] = order.ReferralCode,
            ["state"] = order.State.ToString(),
            ["problem"] = Word(refusal),
            ["report"] = JsonNode.Parse(report),
        };
        tx.Raise(EventType.OrderEventRefused, $"order:{order.Key}", told, order.CustomerId, order.ReferrerId, order.Key);
    }

    public static Problem ProblemOf(ChainRefusal refusal, IReadOnlyList<string> fields) => refusal switch
    {
        ChainRefusal.OrderConflict => new Problem(
            ProblemCode.OrderConflict, "The order is known with other values; nothing was changed.", fields.Count == 0 ? null : fields[0]) { Fields = fields },
        ChainRefusal.CodeConflict => new Problem(ProblemCode.CodeConflict, "The order is known with another code, which never changes.", "referralCode"),
        ChainRefusal.EventConflict => new Problem(
            ProblemCode.EventConflict, "The stage is known by another transaction; say which one this supersedes.", "transactionHash"),
        ChainRefusal.StateConflict => new Problem(ProblemCode.StateConflict, "The order has gone the other way; a person can resolve it.", "state"),
    };

    private static string Word(ChainRefusal refusal) => refusal switch
    {
        ChainRefusal.OrderConflict => "order_conflict",
        ChainRefusal.CodeConflict => "code_conflict",
        ChainRefusal.EventConflict => "event_conflict",
        ChainRefusal.StateConflict => "state_conflict",
    };
}
