using Tributary.Chains;

namespace Tributary.Reporting.Tracking;

/// <summary>Which kinds of order are listed.</summary>
public enum OrderKinds
{
    CrossChain,
    SameChain,
    Both,
}

/// <summary>Which orders are asked for: null and empty members ask for any, several at once for those that fit all of them.</summary>
public sealed record OrderFilter
{
    public long? Code { get; init; }

    public IReadOnlyList<long> GiveChains { get; init; } = [];

    public IReadOnlyList<long> TakeChains { get; init; } = [];

    /// <summary>A state that no order is ever in asks for none.</summary>
    public IReadOnlyList<string> States { get; init; } = [];

    public IReadOnlyList<string> ExternalCallStates { get; init; } = [];

    /// <summary>An id, hash or wallet that has to do with the order, exactly.</summary>
    public string? Term { get; init; }

    public string? Maker { get; init; }

    public string? Creator { get; init; }

    public string? Taker { get; init; }

    /// <summary>One of them.</summary>
    public IReadOnlyList<string> UnlockAuthorities { get; init; } = [];

    public string? AuthorityOnSource { get; init; }

    public string? AuthorityOnDestination { get; init; }

    public DateTimeOffset? From { get; init; }

    /// <summary>Included.</summary>
    public DateTimeOffset? To { get; init; }

    public string? TradeType { get; init; }

    public OrderKinds Kinds { get; init; }

    public int Skip { get; init; }

    public int Take { get; init; } = 20;

    /// <summary>What <see cref="Term"/> may stand for.</summary>
    internal string[]? Terms => Term is not { } text ? null
        : [.. ChainAddress.Candidates(text).Concat(ChainHash.TryReadAny(text, out var hash) ? [hash] : Array.Empty<string>()).Distinct()];

    internal string Condition => string.Concat(
        Code is null ? "" : " and o.referral_code = @code",
        GiveChains.Count == 0 ? "" : " and o.give_chain = any(@giveChains)",
        TakeChains.Count == 0 ? "" : " and o.take_chain = any(@takeChains)",
        States.Count == 0 ? "" : " and case when o.kind = 'same_chain' then 'Fulfilled' else o.state end = any(@states)",
        ExternalCallStates.Count == 0 ? "" : " and o.external_call_state = any(@externalCallStates)",
        Term is null ? "" : " and o.order_key in (select t.order_key from chain_order_terms t where t.program_id = @programId and t.term = any(@terms))",
        Maker is null ? "" : " and o.maker = any(@makers)",
        Creator is null ? "" : " and o.creator = any(@creators)",
        Taker is null ? "" : " and o.taker = any(@takers)",
        UnlockAuthorities.Count == 0 ? "" : " and o.unlock_authority = any(@unlockAuthorities)",
        AuthorityOnSource is null ? "" : " and o.give_patch_authority = any(@authoritiesOnSource)",
        AuthorityOnDestination is null ? "" : " and o.order_authority_dst = any(@authoritiesOnDestination)",
        From is null ? "" : " and o.created_at >= @from",
        To is null ? "" : " and o.created_at <= @to",
        TradeType is null ? "" : " and o.trade_type = @tradeType",
        KindCondition);

    private string KindCondition => Kinds switch
    {
        OrderKinds.CrossChain => " and o.kind = 'cross_chain'",
        OrderKinds.SameChain => " and o.kind = 'same_chain'",
        OrderKinds.Both => "",
    };

    internal object Arguments(long programId, OrderSight sight) => new
    {
        programId,
        sight.OwnCode,
        hiddenCodes = sight.HiddenCodes.ToArray(),
        Code,
        giveChains = GiveChains.ToArray(),
        takeChains = TakeChains.ToArray(),
        states = States.ToArray(),
        externalCallStates = ExternalCallStates.ToArray(),
        Terms,
        makers = WalletsOf(Maker),
        creators = WalletsOf(Creator),
        takers = WalletsOf(Taker),
        unlockAuthorities = UnlockAuthorities.SelectMany(ChainAddress.Candidates).Distinct().ToArray(),
        authoritiesOnSource = WalletsOf(AuthorityOnSource),
        authoritiesOnDestination = WalletsOf(AuthorityOnDestination),
        From,
        To,
        TradeType,
        Skip,
        Take,
    };

    private static string[] WalletsOf(string? text) => text is null ? [] : [.. ChainAddress.Candidates(text)];
}
