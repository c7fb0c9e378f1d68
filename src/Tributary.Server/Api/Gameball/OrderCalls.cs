using System.Numerics;
using Tributary.Orders;
using Tributary.Primitives;
using Tributary.Referrers;
using Tributary.Server.Api.Gameball.Wire;
using Tributary.Server.Api.Wire;

namespace Tributary.Server.Api.Gameball;

/// <summary>Orders and what they put on their customer's account: gameball.md 3.7 and 3.9.</summary>
internal sealed class OrderCalls(RecordOrder record, OrderTransactions transactions, TimeProvider clock)
{
    public IReadOnlyList<GameballRoute> Routes =>
    [
        new("POST", "orders", KeyDemand.Secret, RecordAsync)
        {
            Summary = "Record an order, optionally with a referrer's code",
            Body = OrderMembers.OfOrder,
            Answer = GameballJson.Answers.OrderAnswer,
        },
        new("GET", "orders/{orderId}/transactions", KeyDemand.Secret, ListTransactionsAsync)
        {
            Summary = "What an order and its refunds gave its customer",
            Answer = GameballJson.Answers.TransactionsAnswer,
        },
    ];

    public async Task<GameballAnswer> RecordAsync(GameballCall call, CancellationToken ct)
    {
        var members = OrderMembers.Read(call.Body, call.Program.Currency, call.Caller.ArrivedAt ?? clock.GetUtcNow());
        if (call.Body.Fault is { } fault)
            return fault;
        var code = members.Code;
        var claim = ReferralMembers.ClaimOf(call, code) with { Coupons = members.Coupons };
        var order = members.Order with
        {
            Claim = claim,
            ContentCode = CodeText.TryFold(code.Text, out var folded) ? folded : code.Text?.Trim() ?? "",
        };
        var outcome = await record.ExecuteAsync(call.Program, order, call.Caller, ct);
        return outcome.Match(
            recorded => GameballAnswer.Of(OrderAnswer.Of(members, recorded), GameballJson.Answers.OrderAnswer) with
            {
                Referral = recorded.CodeOutcome,
            },
            problem => RefusalOf(problem));
    }

    /// <summary>A repeated order id says which member differs, if one does.</summary>
    private static GameballError RefusalOf(Problem problem) => problem.Code switch
    {
        ProblemCode.Conflict when problem.Field == "orderId" => GameballErrors.Known("order id"),
        ProblemCode.Conflict => GameballErrors.KnownWithOther("order id", OrderMembers.NameOf(problem.Field)),
        _ => GameballErrors.From(problem),
    };

    private async Task<GameballAnswer> ListTransactionsAsync(GameballCall call, CancellationToken ct)
    {
        var found = await transactions.OfOrderAsync(call.Program.Id, call.Id, BalanceCalls.PointsUnit.Text, ct);
        var views = found.Select(transaction => TransactionView.Of(transaction)).ToList();
        return GameballAnswer.Of(new TransactionsAnswer(views, views.Count), GameballJson.Answers.TransactionsAnswer);
    }
}

/// <param name="RewardedPoints">What the order gave its customer, pending or available; never a referrer's.</param>
internal sealed record OrderAnswer(
    string CustomerId,
    string OrderId,
    string Status,
    WireAmount RewardedPoints,
    WireAmount PointsEarned,
    WireAmount RedeemedPoints,
    WireAmount PointsRedeemed,
    IReadOnlyList<OrderLineAnswer> LineItems)
{
    public static OrderAnswer Of(OrderMembers members, OrderRecorded recorded)
    {
        var points = WireAmount.Points(recorded.CustomerEarned.GetValueOrDefault(BalanceCalls.PointsUnit.Text, BigInteger.Zero));
        return new OrderAnswer(
            members.Order.Customer.MerchantId,
            members.Order.OrderId,
            "completed",
            points,
            points,
            WireAmount.Zero,
            WireAmount.Zero,
            [.. members.Lines.Select(line => new OrderLineAnswer(line.ProductId, line.Quantity, 0, 0, 0))]);
    }
}

/// <summary>An item that was sent; rewards of orders are not split over items.</summary>
internal sealed record OrderLineAnswer(string? ProductId, decimal? Quantity, int Points, int DecimalPoints, int Score);

internal sealed record TransactionsAnswer(IReadOnlyList<TransactionView> Transactions, int Count);

internal sealed record TransactionView(
    WireInstant TransactionDate,
    long GameballTransactionId,
    string TransactionType,
    WireAmount Amount,
    string TransactionId,
    WireAmount EquivalentPoints)
{
    public static TransactionView Of(OrderTransaction transaction) => new(
        new WireInstant(transaction.At),
        transaction.Number,
        WordOf(transaction.Kind),
        WireAmount.Money(transaction.Amount, transaction.Currency),
        transaction.Id,
        WireAmount.Points(transaction.Points));

    private static string WordOf(OrderTransactionKind kind) => kind switch
    {
        OrderTransactionKind.Payment => "Payment",
        OrderTransactionKind.Reward => "PaymentReward",
        OrderTransactionKind.FriendReward => "AchievementReward",
        OrderTransactionKind.Refund => "Cancel",
    };
}
