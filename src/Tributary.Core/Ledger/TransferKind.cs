namespace Tributary.Ledger;

/// <summary>Which verb of money.md §8 a transfer records; together with cause and sequence it is unique in a programme.</summary>
public enum TransferKind
{
    Earn,
    Approve,
    Hold,
    Release,
    Reject,

    /// <summary>A person took back a reward, or a rule owes nothing for it any more without a refund.</summary>
    Reverse,

    /// <summary>A refund, chargeback, cancellation or amendment down: may hold parts taken back and parts clawed back.</summary>
    Refund,

    /// <summary>A reinstatement or amendment up.</summary>
    Reinstate,
    Amend,
    ManualDebit,
    PayoutCreate,
    PayoutPay,
    PayoutReturn,
    PayoutBounce,
    Offset,
    Settle,
    Repay,
    WriteOff,
    Redeem,
    RedeemHold,
    RedeemCommit,
    RedeemRelease,
    RedeemReturn,
    Expire,
    Forfeit,
    Convert,
    PassOn,
    Move,
}

public static class TransferKinds
{
    /// <summary>The word in the database.</summary>
    public static string Text(this TransferKind kind) => kind switch
    {
        TransferKind.Earn => "earn",
        TransferKind.Approve => "approve",
        TransferKind.Hold => "hold",
        TransferKind.Release => "release",
        TransferKind.Reject => "reject",
        TransferKind.Reverse => "reverse",
        TransferKind.Refund => "refund",
        TransferKind.Reinstate => "reinstate",
        TransferKind.Amend => "amend",
        TransferKind.ManualDebit => "manual_debit",
        TransferKind.PayoutCreate => "payout_create",
        TransferKind.PayoutPay => "payout_pay",
        TransferKind.PayoutReturn => "payout_return",
        TransferKind.PayoutBounce => "payout_bounce",
        TransferKind.Offset => "offset",
        TransferKind.Settle => "settle",
        TransferKind.Repay => "repay",
        TransferKind.WriteOff => "write_off",
        TransferKind.Redeem => "redeem",
        TransferKind.RedeemHold => "redeem_hold",
        TransferKind.RedeemCommit => "redeem_commit",
        TransferKind.RedeemRelease => "redeem_release",
        TransferKind.RedeemReturn => "redeem_return",
        TransferKind.Expire => "expire",
        TransferKind.Forfeit => "forfeit",
        TransferKind.Convert => "convert",
        TransferKind.PassOn => "pass_on",
        TransferKind.Move => "move",
    };
}
