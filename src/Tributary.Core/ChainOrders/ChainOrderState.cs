namespace Tributary.ChainOrders;

/// <summary>The stages of an order on chains (debridge.md § 5.2); their names are the words on the wire and in the database.</summary>
public enum ChainOrderState
{
    Created,
    Fulfilled,
    SentUnlock,
    ClaimedUnlock,
    OrderCancelled,
    SentOrderCancel,
    ClaimedOrderCancel,
}

/// <summary>How an order ends: the solver is paid, or the maker gets its tokens back. Both begin at <c>Created</c>.</summary>
public enum ChainBranch
{
    None,
    Unlock,
    Cancel,
}

public enum ChainOrderKind
{
    CrossChain,
    SameChain,
}

public enum ChainTradeType
{
    Market,
    Limit,
}

/// <summary>How a report of an order came in.</summary>
public enum ChainOrderSource
{
    /// <summary>By the platform's back end.</summary>
    Native,

    /// <summary>By a transaction that the gateway handed out.</summary>
    Gateway,

    /// <summary>By asking the upstream.</summary>
    Follower,
}

public static class ChainOrderStates
{
    public static readonly IReadOnlyList<ChainOrderState> All = Enum.GetValues<ChainOrderState>();

    public static ChainBranch Branch(this ChainOrderState state) => state switch
    {
        ChainOrderState.Created => ChainBranch.None,
        ChainOrderState.Fulfilled or ChainOrderState.SentUnlock or ChainOrderState.ClaimedUnlock => ChainBranch.Unlock,
        ChainOrderState.OrderCancelled or ChainOrderState.SentOrderCancel or ChainOrderState.ClaimedOrderCancel => ChainBranch.Cancel,
    };

    /// <summary>How far along its branch a stage is.</summary>
    public static int Rank(this ChainOrderState state) => state switch
    {
        ChainOrderState.Created => 0,
        ChainOrderState.Fulfilled or ChainOrderState.OrderCancelled => 1,
        ChainOrderState.SentUnlock or ChainOrderState.SentOrderCancel => 2,
        ChainOrderState.ClaimedUnlock or ChainOrderState.ClaimedOrderCancel => 3,
    };

    public static bool IsFinal(this ChainOrderState state) => state is ChainOrderState.ClaimedUnlock or ChainOrderState.ClaimedOrderCancel;

    /// <summary>The state that every order has (MO-21): it is paid once the chain has let go of what the maker gave.</summary>
    public static string Generic(this ChainOrderState state) => state switch
    {
        ChainOrderState.Created or ChainOrderState.Fulfilled or ChainOrderState.SentUnlock => "open",
        ChainOrderState.ClaimedUnlock => "paid",
        ChainOrderState.OrderCancelled or ChainOrderState.SentOrderCancel or ChainOrderState.ClaimedOrderCancel => "cancelled",
    };

    /// <param name="text">In any letter case.</param>
    public static bool TryParse(string? text, out ChainOrderState state)
    {
        foreach (var each in All)
        {
            state = each;
            if (string.Equals(each.ToString(), text, StringComparison.OrdinalIgnoreCase))
                return true;
        }
        state = default;
        return false;
    }

    public static string Text(this ChainOrderKind kind) => kind switch
    {
        ChainOrderKind.CrossChain => "cross_chain",
        ChainOrderKind.SameChain => "same_chain",
    };

    public static string Text(this ChainTradeType type) => type switch
    {
        ChainTradeType.Market => "market",
        ChainTradeType.Limit => "limit",
    };

    public static string Text(this ChainOrderSource source) => source switch
    {
        ChainOrderSource.Native => "native",
        ChainOrderSource.Gateway => "gateway",
        ChainOrderSource.Follower => "follower",
    };
}
