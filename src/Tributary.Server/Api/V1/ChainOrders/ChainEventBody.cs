using System.Numerics;
using Tributary.ChainOrders;

namespace Tributary.Server.Api.V1.ChainOrders;

/// <summary>A stage that an order has reached, as it is reported.</summary>
internal sealed record ChainEventBody
{
    /// <summary>Needed in a batch of events; elsewhere the address or the order says it.</summary>
    public string? OrderId { get; init; }

    /// <summary>Created, Fulfilled, SentUnlock, ClaimedUnlock, OrderCancelled, SentOrderCancel or ClaimedOrderCancel.</summary>
    public required string State { get; init; }
    public string? TransactionHash { get; init; }
    public Scalar? BlockNumber { get; init; }
    public string? BlockHash { get; init; }

    /// <summary>Unix seconds or ISO 8601.</summary>
    public Scalar? BlockTimestamp { get; init; }
    public string? Initiator { get; init; }
    public string? SubmissionId { get; init; }
    public string? Taker { get; init; }
    public string? UnlockAuthority { get; init; }
    public string? TakeFinalAmount { get; init; }
    public string? GiveFinalAmount { get; init; }
    public string? ActualFulfillAmount { get; init; }
    public string? CancelBeneficiary { get; init; }
    public string? ExternalCallState { get; init; }
    public ChainEventFeeBody? AffiliateFee { get; init; }

    /// <summary>The transaction that this one replaces after a reorganisation of the chain.</summary>
    public string? Supersedes { get; init; }

    /// <param name="orderId">Of the order that the events belong to; null: the event names it.</param>
    public ChainEventReport ToReport(ChainReading read, string? orderId)
    {
        if (!ChainOrderStates.TryParse(State, out var state))
            read.Refuse("state", $"The states are {string.Join(", ", ChainOrderStates.All)}.");
        var id = orderId ?? read.OrderId(OrderId);
        if (orderId is not null && OrderId is not null && read.OrderId(OrderId) != orderId)
            read.Refuse("orderId", "The event belongs to another order.");
        if (AffiliateFee is not null && state != ChainOrderState.ClaimedUnlock)
            read.Refuse("affiliateFee", "The fee is known with ClaimedUnlock.");
        return new ChainEventReport
        {
            OrderId = id,
            State = state,
            TransactionHash = read.Hash(TransactionHash, "transactionHash"),
            BlockNumber = (long?)read.Whole(BlockNumber, long.MaxValue, "blockNumber"),
            BlockHash = read.Hash(BlockHash, "blockHash"),
            BlockTimestamp = read.Time(BlockTimestamp, "blockTimestamp"),
            Initiator = read.Address(Initiator, "initiator"),
            SubmissionId = read.Hash(SubmissionId, "submissionId"),
            Taker = read.Address(Taker, "taker"),
            UnlockAuthority = read.Address(UnlockAuthority, "unlockAuthority"),
            TakeFinalAmount = read.Amount(TakeFinalAmount, "takeFinalAmount"),
            GiveFinalAmount = read.Amount(GiveFinalAmount, "giveFinalAmount"),
            ActualFulfillAmount = read.Amount(ActualFulfillAmount, "actualFulfillAmount"),
            CancelBeneficiary = read.Address(CancelBeneficiary, "cancelBeneficiary"),
            ExternalCallState = ReadExternalCall(read, ExternalCallState),
            AffiliateAmount = read.Amount(AffiliateFee?.Amount, "affiliateFee.amount"),
            AffiliatePaid = AffiliateFee?.Paid,
            Supersedes = read.Hash(Supersedes, "supersedes"),
        };
    }

    public static ExternalCallState? ReadExternalCall(ChainReading read, string? text)
    {
        if (text is null)
            return null;
        if (ExternalCallStates.TryParse(text, out var state))
            return state;
        read.Refuse("externalCallState", $"The states are {string.Join(", ", Enum.GetNames<ExternalCallState>())}.");
        return null;
    }
}

internal sealed record ChainEventFeeBody
{
    /// <summary>What the chain really holds for the integrator.</summary>
    public string? Amount { get; init; }

    /// <summary>False: the contract keeps it until it is drawn.</summary>
    public bool? Paid { get; init; }
}
