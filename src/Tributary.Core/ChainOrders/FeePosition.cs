using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;
using Tributary.Chains;
using Tributary.Ledger;
using Tributary.Primitives;
using Tributary.Storage;

namespace Tributary.ChainOrders;

/// <summary>
/// Posts what an order earns its integrator (debridge.md § 5.3, MO-86): nothing before the chain has let go of the order's
/// tokens, at most once, and reversed by new entries where the order turns out to have been cancelled.
/// </summary>
internal sealed class FeePosition(Transaction tx, ChainTable chains)
{
    private const string InsertSql = """
        insert into affiliate_fees (program_id, order_key, occasion, code, recipient_id, unit, amount, state, earned_at, paid_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, case $8 when 'paid' then $9 end)
        """;

    private const string ReverseSql = """
        update affiliate_fees set state = 'reversed' where program_id = $1 and order_key = $2 and occasion = $3
        """;

    private readonly List<Posting> postings = [];

    /// <param name="entered">Whether the order has earned its fee, or what it earned has become known, by this very operation.</param>
    /// <param name="owner">Whose the order's code is; null: it has none.</param>
    public void Follow(ChainOrder order, bool entered, IReadOnlyList<FeeRow> fees, CodeOwner? owner)
    {
        var standing = fees.FirstOrDefault(fee => fee.State != FeeRow.Reversed);
        var owed = HasEarned(order) ? order.AffiliateAmount ?? BigInteger.Zero : BigInteger.Zero;
        if (standing is not null && (standing.Amount != owed || WasNotPaid(order, standing)))
        {
            Reverse(order, standing);
            if (!owed.IsZero)
                Earn(order, standing.RecipientId, standing.Code, owed, fees.Count + 1);
        }
        else if (standing is null && entered && !owed.IsZero && owner?.RecipientId is { } recipient)
        {
            Earn(order, recipient, owner.Code, owed, fees.Count + 1);
        }
        LedgerWriter.Add(tx, postings);
    }

    /// <summary>Whether the order earns its fee by becoming <paramref name="after"/>, in whatever sequence its end and the amount become known.</summary>
    /// <param name="before">Null: it is new.</param>
    public static bool Earns(ChainOrder? before, ChainOrder after) =>
        HasEarned(after) && (before is null || !HasEarned(before) || before.AffiliateAmount is null or { IsZero: true });

    public static bool HasEarned(ChainOrder order) =>
        order.State == ChainOrderState.ClaimedUnlock || order is { Kind: ChainOrderKind.SameChain, State: ChainOrderState.Fulfilled };

    private void Earn(ChainOrder order, long recipient, long code, BigInteger amount, int occasion)
    {
        var subject = new LedgerSubject(recipient, OrderKey: order.Key);
        var paid = IsPaidAtOnce(order);
        postings.Add(PostingOf(
            order, TransferKind.Earn, occasion, UnitOf(order), [.. Verbs.EarnOnChain(subject, amount), .. paid ? Verbs.Settle(subject, amount) : []]));
        tx.Writes.Add(
            InsertSql,
            Param.Of(tx.ProgramId), Param.Of(order.Key), Param.Of(occasion), Param.Of(code), Param.Of(recipient), Param.Of(UnitOf(order).Text),
            Param.Of((BigInteger?)amount), Param.Of(paid ? FeeRow.Paid : FeeRow.Available), Param.Of(tx.Now));
        Tell(EventType.AffiliateFeeEarned, order, recipient, amount);
        if (paid)
            Tell(EventType.AffiliateFeePaid, order, recipient, amount);
    }

    private void Reverse(ChainOrder order, FeeRow fee)
    {
        var from = fee.State == FeeRow.Paid ? Account.Paid : Account.Available;
        var entries = Verbs.TakeBackOnChain(new LedgerSubject(fee.RecipientId, OrderKey: order.Key), from, fee.Amount);
        postings.Add(PostingOf(order, TransferKind.Reverse, fee.Occasion, fee.Unit, entries));
        tx.Writes.Add(ReverseSql, Param.Of(tx.ProgramId), Param.Of(order.Key), Param.Of(fee.Occasion));
    }

    private Posting PostingOf(ChainOrder order, TransferKind kind, int occasion, Unit unit, IReadOnlyList<Entry> entries) =>
        new(tx.TakeNumber(), kind, $"order:{order.Key}:affiliate", occasion, unit, entries);

    /// <summary>Where contracts pay as they unlock; elsewhere the fee waits until it is drawn.</summary>
    private bool IsPaidAtOnce(ChainOrder order) =>
        order.Kind == ChainOrderKind.SameChain
        || (!order.AffiliateUnpaid && chains.FamilyOf(order.GiveChain) is ChainFamily.Evm or ChainFamily.Tron);

    /// <summary>Booked as paid by the contract itself, before it was known that the contract keeps it.</summary>
    private bool WasNotPaid(ChainOrder order, FeeRow fee) =>
        fee is { State: FeeRow.Paid, WithdrawalId: null } && !IsPaidAtOnce(order);

    private static Unit UnitOf(ChainOrder order) => Unit.Token(order.GiveChain, order.GiveToken);

    private void Tell(string type, ChainOrder order, long recipient, BigInteger amount) => tx.Raise(
        type,
        $"order:{order.Key}",
        new JsonObject
        {
            ["orderId"] = order.OrderId,
            ["referralCode"] = order.ReferralCode,
            ["referrerId"] = order.ReferrerId,
            ["recipientId"] = recipient,
            ["state"] = order.State.ToString(),
            ["chainId"] = order.GiveChain,
            ["token"] = order.GiveToken,
            ["amount"] = amount.ToString(CultureInfo.InvariantCulture),
            ["beneficiary"] = order.AffiliateBeneficiary,
            ["occurredAt"] = tx.Now.ToString("O"),
        },
        order.CustomerId, order.ReferrerId, order.Key);
}
