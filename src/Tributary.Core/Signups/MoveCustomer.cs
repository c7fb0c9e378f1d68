using System.Text.Json.Nodes;
using Tributary.Customers;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Storage;

namespace Tributary.Signups;

public enum CustomerMove
{
    /// <summary>Its orders are recorded and earn nothing, and it refers nobody any more.</summary>
    Archive,
    Restore,

    /// <summary>It is not shown any more, until the merchant names it again. Its person is not forgotten; that is erasing.</summary>
    Remove,
}

public sealed record CustomerMoved(long CustomerId);

/// <summary>Archives, restores and removes customers. Orders and ledger stay as they are.</summary>
public sealed class MoveCustomer(Transactions transactions)
{
    private const string StateSql = """
        update customers set archived_at = $3, deleted_at = $4, updated_at = $5 where program_id = $1 and customer_id = $2
        """;

    private const string ReferrerSql = """
        update referrers set state = $3, updated_at = $4
        where program_id = $1 and referrer_id = $2 and state in ('active', 'archived')
        """;

    /// <returns>The customer, <c>NotFound</c>, or <c>IllegalTransition</c> where it is archived already, or is not.</returns>
    public Task<Outcome<CustomerMoved>> ExecuteAsync(
        ReferralProgram program, long customerId, CustomerMove move, Caller caller, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(program);
        return transactions.RunAsync(program.Id, caller, (tx, token) => MoveAsync(tx, customerId, move, token), ct);
    }

    private static async Task<Outcome<CustomerMoved>> MoveAsync(Transaction tx, long customerId, CustomerMove move, CancellationToken ct)
    {
        CustomerRow? customer = null;
        var load = new LoadBatch(tx.Connection);
        load.Query(CustomerRow.LockByIdSql, row => customer = CustomerRow.Read(row), Param.Of(tx.ProgramId), Param.Of(customerId));
        await load.RunAsync(ct);
        if (customer is null or { DeletedAt: not null } or { MergedInto: not null })
            return new Problem(ProblemCode.NotFound, "This customer does not exist.", "customerId");
        if (move != CustomerMove.Remove && customer.ArchivedAt is not null == (move == CustomerMove.Archive))
            return new Problem(ProblemCode.IllegalTransition, move == CustomerMove.Archive ? "The customer is archived already." : "The customer is not archived.");
        Write(tx, customer, move);
        return new CustomerMoved(customer.Id);
    }

    private static void Write(Transaction tx, CustomerRow customer, CustomerMove move)
    {
        DateTimeOffset? archivedAt = move == CustomerMove.Archive ? tx.Now : move == CustomerMove.Restore ? null : customer.ArchivedAt;
        tx.Writes.Add(
            StateSql,
            Param.Of(tx.ProgramId), Param.Of(customer.Id), Param.Of(archivedAt), Param.Of(move == CustomerMove.Remove ? tx.Now : null),
            Param.Of(tx.Now));
        tx.Writes.Add(
            ReferrerSql,
            Param.Of(tx.ProgramId), Param.Of(customer.Id), Param.Of(move == CustomerMove.Restore ? "active" : "archived"), Param.Of(tx.Now));
        tx.Raise(
            move == CustomerMove.Remove ? EventType.CustomerDeleted : EventType.CustomerUpdated,
            $"customer:{customer.Id}", new JsonObject { ["customerId"] = customer.Id }, customer.Id);
        ChangeFeed.Announce(tx, ChangedPart.Referrer, customer.Id);
        tx.Audit(VerbOf(move), $"customer:{customer.Id}", null, null);
    }

    private static string VerbOf(CustomerMove move) => move switch
    {
        CustomerMove.Archive => "customer.archive",
        CustomerMove.Restore => "customer.restore",
        CustomerMove.Remove => "customer.remove",
    };
}
