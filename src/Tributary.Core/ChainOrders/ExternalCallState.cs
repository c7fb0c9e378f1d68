namespace Tributary.ChainOrders;

/// <summary>What became of the call that an order carries to a contract of the destination chain.</summary>
public enum ExternalCallState
{
    NoExtCall,
    AwaitingOrderFulfillment,
    AwaitingExecution,
    Executing,
    Completed,
    Failed,
    Cancelled,
}

public static class ExternalCallStates
{
    /// <param name="text">In any letter case; <c>OrderCancelled</c> is an older word for <c>Cancelled</c>.</param>
    public static bool TryParse(string? text, out ExternalCallState state)
    {
        foreach (var each in Enum.GetValues<ExternalCallState>())
        {
            state = each;
            if (string.Equals(each.ToString(), text, StringComparison.OrdinalIgnoreCase))
                return true;
        }
        state = ExternalCallState.Cancelled;
        return string.Equals(text, "OrderCancelled", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>What is reported later counts only where it is further along.</summary>
    public static ExternalCallState Latest(ExternalCallState known, ExternalCallState reported) =>
        Rank(reported) > Rank(known) ? reported : known;

    /// <summary>Of an order that is cancelled: a call that has not begun never will.</summary>
    public static ExternalCallState OfCancelled(ExternalCallState known) =>
        known is ExternalCallState.AwaitingOrderFulfillment or ExternalCallState.AwaitingExecution ? ExternalCallState.Cancelled : known;

    /// <summary>Of an order that was not cancelled after all: its call waits, until it is told how far it is.</summary>
    public static ExternalCallState OfRevived(ExternalCallState known) =>
        known == ExternalCallState.Cancelled ? ExternalCallState.AwaitingOrderFulfillment : known;

    private static int Rank(ExternalCallState state) => state switch
    {
        ExternalCallState.NoExtCall => 0,
        ExternalCallState.AwaitingOrderFulfillment => 1,
        ExternalCallState.AwaitingExecution => 2,
        ExternalCallState.Executing => 3,
        ExternalCallState.Completed or ExternalCallState.Failed or ExternalCallState.Cancelled => 4,
    };
}
