namespace Tributary.Ledger;

/// <summary>
/// The accounts of the ledger (MO-80). The first six belong to a recipient and stand in its balance row; the rest belong
/// to the programme and have no row, because it would be the one row that every operation waits for (MO-81).
/// </summary>
public enum Account
{
    Pending,
    Held,
    Available,
    InPayout,
    Paid,

    /// <summary>What a recipient owes back; the only recipient account whose balance is debits less credits.</summary>
    Receivable,

    /// <summary>What rewards cost the programme.</summary>
    Expense,

    /// <summary>Fees that a chain's contract pays: no cost of the merchant.</summary>
    Onchain,

    /// <summary>Between the two transfers of a conversion.</summary>
    Fx,
}

public enum Side
{
    Debit,
    Credit,
}

public static class Accounts
{
    public static bool IsRecipients(this Account account) => account switch
    {
        Account.Pending or Account.Held or Account.Available or Account.InPayout or Account.Paid or Account.Receivable => true,
        Account.Expense or Account.Onchain or Account.Fx => false,
    };

    /// <summary>The word in the database.</summary>
    public static string Text(this Account account) => account switch
    {
        Account.Pending => "pending",
        Account.Held => "held",
        Account.Available => "available",
        Account.InPayout => "in_payout",
        Account.Paid => "paid",
        Account.Receivable => "receivable",
        Account.Expense => "expense",
        Account.Onchain => "onchain",
        Account.Fx => "fx",
    };

    /// <summary>The word in the database.</summary>
    public static string Text(this Side side) => side switch
    {
        Side.Debit => "debit",
        Side.Credit => "credit",
    };
}
