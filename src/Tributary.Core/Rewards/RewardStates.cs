using System.Collections.Frozen;

namespace Tributary.Rewards;

public enum RewardState
{
    Pending,
    Held,
    Available,
    InPayout,
    Paid,
    Rejected,
    Reversed,
    ClawedBack,
}

/// <summary>What moves a reward from one state to another.</summary>
public enum RewardVerb
{
    Approve,
    Hold,
    Release,
    Reject,
    Reverse,
    CreatePayout,
    PayPayout,
    ReturnPayout,
    BouncePayout,

    /// <summary>Paid outside of any payout, or eaten by what the recipient owes.</summary>
    Settle,

    /// <summary>Nothing is owed any more for what was paid already.</summary>
    ClawBack,
}

/// <summary>The transitions of money.md MO-50; nothing else is legal (MO-58).</summary>
public static class RewardStates
{
    private static readonly FrozenDictionary<(RewardState From, RewardVerb Verb), RewardState> Table =
        new Dictionary<(RewardState From, RewardVerb Verb), RewardState>
        {
            [(RewardState.Pending, RewardVerb.Approve)] = RewardState.Available,
            [(RewardState.Pending, RewardVerb.Hold)] = RewardState.Held,
            [(RewardState.Available, RewardVerb.Hold)] = RewardState.Held,
            [(RewardState.Held, RewardVerb.Release)] = RewardState.Pending,
            [(RewardState.Held, RewardVerb.Reject)] = RewardState.Rejected,
            [(RewardState.Pending, RewardVerb.Reverse)] = RewardState.Reversed,
            [(RewardState.Held, RewardVerb.Reverse)] = RewardState.Reversed,
            [(RewardState.Available, RewardVerb.Reverse)] = RewardState.Reversed,
            [(RewardState.Available, RewardVerb.CreatePayout)] = RewardState.InPayout,
            [(RewardState.Available, RewardVerb.Settle)] = RewardState.Paid,
            [(RewardState.InPayout, RewardVerb.PayPayout)] = RewardState.Paid,
            [(RewardState.InPayout, RewardVerb.ReturnPayout)] = RewardState.Available,
            [(RewardState.Paid, RewardVerb.BouncePayout)] = RewardState.Available,
            [(RewardState.Paid, RewardVerb.ClawBack)] = RewardState.ClawedBack,
            [(RewardState.ClawedBack, RewardVerb.BouncePayout)] = RewardState.Available,
        }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, RewardState> ByText =
        Enum.GetValues<RewardState>().ToFrozenDictionary(state => state.Text(), StringComparer.Ordinal);

    /// <summary>The state that <paramref name="verb"/> leads to; null where it is not legal.</summary>
    public static RewardState? After(RewardState from, RewardVerb verb) =>
        Table.TryGetValue((from, verb), out var to) ? to : null;

    /// <summary>Whether nothing leads out of it (MO-58).</summary>
    public static bool IsTerminal(this RewardState state) => state is RewardState.Rejected or RewardState.Reversed;

    /// <summary>The word in the database and on the wire.</summary>
    public static string Text(this RewardState state) => state switch
    {
        RewardState.Pending => "pending",
        RewardState.Held => "held",
        RewardState.Available => "available",
        RewardState.InPayout => "in_payout",
        RewardState.Paid => "paid",
        RewardState.Rejected => "rejected",
        RewardState.Reversed => "reversed",
        RewardState.ClawedBack => "clawed_back",
    };

    public static bool TryParse(string? text, out RewardState state)
    {
        state = default;
        return text is not null && ByText.TryGetValue(text, out state);
    }

    internal static RewardState Parse(string text) => ByText[text];
}
