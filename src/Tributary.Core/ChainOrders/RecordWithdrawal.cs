using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;
using Tributary.Ledger;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Storage;

namespace Tributary.ChainOrders;

/// <summary>Fees that were drawn on chain, as it is reported (debridge.md § 4.2, 5.3); every text is canonical.</summary>
/// <param name="OrderIds">Whose fees were drawn.</param>
public sealed record AffiliateWithdrawal(
    long ChainId, string Token, BigInteger Amount, string TransactionHash, string Beneficiary, IReadOnlyList<string> OrderIds);

/// <param name="Created">False: it was recorded before.</param>
public sealed record WithdrawalRecorded(long WithdrawalId, bool Created);

/// <summary>
/// Books fees as paid that an integrator has drawn from a contract: once for each chain, transaction and token, and only if they
/// come to exactly what was drawn.
/// </summary>
public sealed class RecordWithdrawal(Transactions transactions)
{
    private const string InsertSql = """
        insert into affiliate_withdrawals (program_id, chain_id, transaction_hash, token, amount, beneficiary, order_ids, received_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8)
        on conflict on constraint affiliate_withdrawals_once do nothing
        returning withdrawal_id
        """;

    private const string KnownSql = """
        select withdrawal_id, amount, beneficiary, order_ids
        from affiliate_withdrawals
        where program_id = $1 and chain_id = $2 and transaction_hash = $3 and token = $4
        """;

    private const string OpenSql = """
        select f.order_key, f.recipient_id, f.amount, c.order_id, c.referral_code
        from affiliate_fees f
        join chain_orders c on c.program_id = f.program_id and c.order_key = f.order_key
        where f.program_id = $1 and f.state = 'available' and f.unit = $2 and c.order_id = any($3)
        order by f.order_key
        for update of f
        """;

    private const string PaidSql = """
        update affiliate_fees
        set state = 'paid', paid_at = $4, withdrawal_id = $3
        where program_id = $1 and state = 'available' and unit = $5 and order_key = any($2)
        """;

    public Task<Outcome<WithdrawalRecorded>> ExecuteAsync(
        ReferralProgram program, AffiliateWithdrawal withdrawal, Caller caller, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(withdrawal);
        return transactions.RunAsync(program.Id, caller, (tx, stop) => RecordAsync(tx, withdrawal, stop), ct);
    }

    private static async Task<Outcome<WithdrawalRecorded>> RecordAsync(Transaction tx, AffiliateWithdrawal withdrawal, CancellationToken ct)
    {
        if (await InsertAsync(tx, withdrawal, ct) is not { } id)
            return await SameAsync(tx, withdrawal, ct);
        var unit = Unit.Token(withdrawal.ChainId, withdrawal.Token);
        var open = await OpenAsync(tx, unit, withdrawal, ct);
        if (open.Aggregate(BigInteger.Zero, (sum, fee) => sum + fee.Amount) != withdrawal.Amount)
            return new Problem(ProblemCode.AmountMismatch, "The amount is not what the open fees of these orders come to in that token.", "amount");
        var entries = open.SelectMany(fee => Verbs.Settle(new LedgerSubject(fee.RecipientId, OrderKey: fee.OrderKey), fee.Amount)).ToList();
        LedgerWriter.Add(tx, [new Posting(await tx.NextNumberAsync(ct), TransferKind.Settle, $"withdrawal:{id}", 1, unit, entries)]);
        tx.Writes.Add(
            PaidSql,
            Param.Of(tx.ProgramId), Param.Of([.. open.Select(fee => fee.OrderKey)]), Param.Of(id), Param.Of(tx.Now), Param.Of(unit.Text));
        foreach (var fee in open)
            Tell(tx, withdrawal, fee);
        return new WithdrawalRecorded(id, Created: true);
    }

    private static async Task<long?> InsertAsync(Transaction tx, AffiliateWithdrawal withdrawal, CancellationToken ct)
    {
        long? id = null;
        var load = new LoadBatch(tx.Connection);
        load.Query(
            InsertSql,
            row => id = row.GetInt64(0),
            Param.Of(tx.ProgramId), Param.Of(withdrawal.ChainId), Param.Of(withdrawal.TransactionHash), Param.Of(withdrawal.Token),
            Param.Of((BigInteger?)withdrawal.Amount), Param.Of(withdrawal.Beneficiary), Param.Of([.. Ids(withdrawal)]), Param.Of(tx.Now));
        await load.RunAsync(ct);
        return id;
    }

    /// <summary>The same report again says nothing new; another under the same transaction is refused.</summary>
    private static async Task<Outcome<WithdrawalRecorded>> SameAsync(Transaction tx, AffiliateWithdrawal withdrawal, CancellationToken ct)
    {
        long id = 0;
        var same = false;
        var load = new LoadBatch(tx.Connection);
        load.Query(
            KnownSql,
            row =>
            {
                id = row.GetInt64(0);
                same = row.Big(1) == withdrawal.Amount && row.GetString(2) == withdrawal.Beneficiary
                    && row.GetFieldValue<string[]>(3).SequenceEqual(Ids(withdrawal));
            },
            Param.Of(tx.ProgramId), Param.Of(withdrawal.ChainId), Param.Of(withdrawal.TransactionHash), Param.Of(withdrawal.Token));
        await load.RunAsync(ct);
        return same
            ? new WithdrawalRecorded(id, Created: false)
            : new Problem(ProblemCode.Conflict, "A withdrawal by this transaction is known with other content.");
    }

    private static async Task<List<OpenFee>> OpenAsync(Transaction tx, Unit unit, AffiliateWithdrawal withdrawal, CancellationToken ct)
    {
        var open = new List<OpenFee>();
        var load = new LoadBatch(tx.Connection);
        load.Query(
            OpenSql,
            row => open.Add(new OpenFee(row.GetInt64(0), row.GetInt64(1), row.Big(2), row.GetString(3), row.LongOrNull(4))),
            Param.Of(tx.ProgramId), Param.Of(unit.Text), Param.Of([.. Ids(withdrawal)]));
        await load.RunAsync(ct);
        return open;
    }

    private static IEnumerable<string?> Ids(AffiliateWithdrawal withdrawal) => withdrawal.OrderIds.Distinct().Order(StringComparer.Ordinal);

    private static void Tell(Transaction tx, AffiliateWithdrawal withdrawal, OpenFee fee) => tx.Raise(
        EventType.AffiliateFeePaid,
        $"order:{fee.OrderKey}",
        new JsonObject
        {
            ["orderId"] = fee.OrderId,
            ["referralCode"] = fee.Code,
            ["recipientId"] = fee.RecipientId,
            ["chainId"] = withdrawal.ChainId,
            ["token"] = withdrawal.Token,
            ["amount"] = fee.Amount.ToString(CultureInfo.InvariantCulture),
            ["beneficiary"] = withdrawal.Beneficiary,
            ["transactionHash"] = withdrawal.TransactionHash,
            ["occurredAt"] = tx.Now.ToString("O"),
        },
        referrerId: fee.RecipientId,
        orderKey: fee.OrderKey);

    private sealed record OpenFee(long OrderKey, long RecipientId, BigInteger Amount, string OrderId, long? Code);
}
