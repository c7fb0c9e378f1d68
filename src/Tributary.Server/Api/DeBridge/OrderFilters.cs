using Tributary.Reporting.Tracking;
using Tributary.Server.Api.Wire;

namespace Tributary.Server.Api.DeBridge;

/// <summary>The filter of a list, as clients write it (debridge.md § 4.6).</summary>
internal static class OrderFilters
{
    private const long MostCode = uint.MaxValue;
    private const long MostSkip = 100_000;
    private const int UsualTake = 20;

    /// <summary>The latest second of the year 9999.</summary>
    private const long MostSeconds = 253_402_300_799;

    private static readonly string[] States =
        ["None", "Created", "Fulfilled", "SentUnlock", "ClaimedUnlock", "OrderCancelled", "SentOrderCancel", "ClaimedOrderCancel"];

    private static readonly string[] ExternalCallStates =
        ["NoExtCall", "AwaitingOrderFulfillment", "AwaitingExecution", "Executing", "Completed", "Failed", "Cancelled"];

    public static readonly IReadOnlyList<WireMember> Members =
    [
        new("referralCode", WireType.Integer, "The integrator's code; 0 asks for any"),
        new("giveChainIds", WireType.Texts, "Chains that orders give on"),
        new("takeChainIds", WireType.Texts, "Chains that orders take on"),
        new("orderStates", WireType.Texts, string.Join(", ", States)),
        new("externalCallStates", WireType.Texts, string.Join(", ", ExternalCallStates)),
        new("filter", WireType.Text, "An order's id, the hash of a transaction, or a wallet, exactly"),
        new("maker", WireType.Text, "The wallet that owns the order"),
        new("creator", WireType.Text, "The wallet that sent the creating transaction"),
        new("fulfiller", WireType.Text, "The wallet that filled the order"),
        new("unlockAuthorities", WireType.Text, "Wallets, separated by spaces or commas"),
        new("orderAuthorityInSourceChain", WireType.Text, "The wallet that may change the order"),
        new("orderAuthorityInDestinationChain", WireType.Text, "The wallet that may cancel the order"),
        new("blockTimestampFrom", WireType.Integer, "Created then or later, in Unix seconds"),
        new("blockTimestampTo", WireType.Integer, "Created then or earlier"),
        new("orderTradeType", WireType.Text, "Market or Limit"),
        new("filterMode", WireType.Text, "CrossChain, SameChain or Mixed"),
        new("skip", WireType.Integer, "0 to 100000"),
        new("take", WireType.Integer, "1 to 100, 20 where nothing is said"),
    ];

    public static OrderFilter Read(DeBridgeInput input) => new()
    {
        Code = CodeOf(input),
        GiveChains = input.Wholes("giveChainIds", 0, long.MaxValue),
        TakeChains = input.Wholes("takeChainIds", 0, long.MaxValue),
        States = Words(input, "orderStates", States),
        ExternalCallStates = Words(input, "externalCallStates", ExternalCallStates, text => Is(text, "OrderCancelled") ? "Cancelled" : text),
        Term = input.Text("filter"),
        Maker = input.Text("maker"),
        Creator = input.Text("creator"),
        Taker = input.Text("fulfiller"),
        UnlockAuthorities = Split(input.Text("unlockAuthorities", longest: 4_096)),
        AuthorityOnSource = input.Text("orderAuthorityInSourceChain"),
        AuthorityOnDestination = input.Text("orderAuthorityInDestinationChain"),
        From = Second(input, "blockTimestampFrom"),
        To = Second(input, "blockTimestampTo") is { } last ? last.AddTicks(TimeSpan.TicksPerSecond - 1) : null,
        TradeType = Word(input, "orderTradeType", ["Market", "Limit"])?.ToLowerInvariant(),
        Kinds = Word(input, "filterMode", ["CrossChain", "SameChain", "Mixed"]) switch
        {
            "SameChain" => OrderKinds.SameChain,
            "Mixed" => OrderKinds.Both,
            _ => OrderKinds.CrossChain,
        },
        Skip = (int)(input.Whole("skip", 0, MostSkip) ?? 0),
        Take = (int)(input.Whole("take", 1, 100) ?? UsualTake),
    };

    /// <summary>0 is "no code" everywhere, so it restricts nothing.</summary>
    private static long? CodeOf(DeBridgeInput input) => input.Whole("referralCode", 0, MostCode) is { } code and not 0 ? code : null;

    private static DateTimeOffset? Second(DeBridgeInput input, string name) =>
        input.Whole(name, 0, MostSeconds) is { } seconds ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;

    private static string? Word(DeBridgeInput input, string name, string[] legal) =>
        input.Text(name) is { } text ? Known(input, name, text, legal) : null;

    private static IReadOnlyList<string> Words(DeBridgeInput input, string name, string[] legal, Func<string, string>? read = null) =>
        [.. input.Texts(name).Select(text => Known(input, name, read?.Invoke(text) ?? text, legal)).OfType<string>()];

    private static string? Known(DeBridgeInput input, string name, string text, string[] legal)
    {
        if (legal.FirstOrDefault(each => Is(each, text)) is { } known)
            return known;
        input.Blame(name, $"one of {string.Join(", ", legal)} is expected.");
        return null;
    }

    private static string[] Split(string? text) =>
        text?.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    private static bool Is(string one, string other) => one.Equals(other, StringComparison.OrdinalIgnoreCase);
}
