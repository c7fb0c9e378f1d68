using Tributary.Keys;
using Tributary.Ledger;
using Tributary.Primitives;
using Tributary.Referrers;
using Tributary.Rewards;

namespace Tributary.Server.Api.V1;

/// <summary>What stands on whom: balances, ledger entries, points spent. A recipient is a referrer or a customer, by number.</summary>
internal static class RecipientsApi
{
    public static void MapRecipients(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/recipients/{recipientId:long}/balances", BalancesAsync).ForReferrersToo(KeyScopes.Read)
            .Describe("getBalances", "What a recipient has earned, holds and owes, one for each unit");
        routes.MapGet("/recipients/{recipientId:long}/entries", EntriesAsync).ForReferrersToo(KeyScopes.Read)
            .Describe("listEntries", "The ledger's entries on a recipient's accounts, newest first");
        routes.MapPost("/recipients/{recipientId:long}/redemptions", RedeemAsync).ForSecrets(KeyScopes.Write, whilePaused: false)
            .Describe("redeemPoints", "Spend points, soonest expiry first", StatusCodes.Status201Created);
    }

    private static async Task<Answer<ListAnswer<BalanceAnswer>>> BalancesAsync(
        Call call, long recipientId, LedgerQueries ledger, Recipients recipients, CancellationToken ct)
    {
        if (!call.Sees(recipientId) || !await recipients.ExistsAsync(call.Program.Id, recipientId, ct))
            return Answers.NotFound("recipient");
        var balances = await ledger.BalancesAsync(call.Program.Id, recipientId, ct);
        return new ListAnswer<BalanceAnswer>([.. balances.Select(BalanceAnswer.Of)], null);
    }

    private static async Task<Answer<ListAnswer<EntryAnswer>>> EntriesAsync(
        Call call, long recipientId, Paging page, LedgerQueries ledger, Recipients recipients, CancellationToken ct)
    {
        if (!call.Sees(recipientId) || !await recipients.ExistsAsync(call.Program.Id, recipientId, ct))
            return Answers.NotFound("recipient");
        return ListAnswer<EntryAnswer>.Of(await ledger.LinesAsync(call.Program.Id, recipientId, page.Request, ct), EntryAnswer.Of);
    }

    private static async Task<Answer<RedemptionAnswer>> RedeemAsync(
        Call call, long recipientId, Body<RedemptionBody> body, RedeemPoints redeem, Recipients recipients, CancellationToken ct)
    {
        if (!await recipients.ExistsAsync(call.Program.Id, recipientId, ct))
            return Answers.NotFound("recipient");
        if (!Unit.TryParse(body.Value.Unit ?? "points:points", out var unit))
            return new Problem(ProblemCode.InvalidValue, "Not a unit such as points:points.", "unit");
        if (body.Value.Reason?.Length > Limits.Text)
            return new Problem(ProblemCode.TooLong, $"At most {Limits.Text} characters.", "reason");
        var wanted = new RedemptionInput(recipientId, unit, body.Value.Amount, body.Value.Reason);
        return await call.RunAsync(
            caller => redeem.ExecuteAsync(call.Program, wanted, caller, ct),
            RedemptionAnswer.Of,
            StatusCodes.Status201Created,
            body: body.Bytes);
    }
}

/// <summary>Balances satisfy earned − reversed = pending + held + available + inPayout + paid − receivable.</summary>
/// <param name="Receivable">What the recipient owes back.</param>
/// <param name="Usable">Available less receivable; may be negative.</param>
internal sealed record BalanceAnswer(
    string Unit,
    WholeNumber Earned,
    WholeNumber Reversed,
    WholeNumber Pending,
    WholeNumber Held,
    WholeNumber Available,
    WholeNumber InPayout,
    WholeNumber Paid,
    WholeNumber Receivable,
    WholeNumber Usable)
{
    public static BalanceAnswer Of(Balance balance)
    {
        return new BalanceAnswer(
            balance.Unit.Text, Of(balance.Earned), Of(balance.Reversed), Of(balance.Pending), Of(balance.Held), Of(balance.Available),
            Of(balance.InPayout), Of(balance.Paid), Of(balance.Receivable), Of(balance.Usable));

        WholeNumber Of(System.Numerics.BigInteger amount) => WholeNumber.Of(amount, balance.Unit);
    }
}

/// <param name="Kind">Of the transfer: earn, approve, hold, redeem ….</param>
/// <param name="Account">pending, held, available, in_payout, paid or receivable.</param>
/// <param name="Side">debit or credit.</param>
/// <param name="Actor">Who caused it, as in the audit log.</param>
internal sealed record EntryAnswer(
    long TransferId,
    int Number,
    string Kind,
    string Cause,
    string Unit,
    string Account,
    string Side,
    WholeNumber Amount,
    long? RewardId,
    string Actor,
    DateTimeOffset At)
{
    public static EntryAnswer Of(LedgerLine line) => new(
        line.TransferId, line.Number, line.Kind, line.Cause, line.Unit.Text, line.Account, line.Side,
        WholeNumber.Of(line.Amount, line.Unit), line.RewardId, line.Actor, line.At);
}

/// <param name="Id">The transfer that recorded it.</param>
/// <param name="Left">What may still be redeemed.</param>
internal sealed record RedemptionAnswer(long Id, long RecipientId, string Unit, long Amount, WholeNumber Left)
{
    public static RedemptionAnswer Of(PointsRedeemed redeemed) => new(
        redeemed.Id, redeemed.RecipientId, redeemed.Unit.Text, redeemed.Amount, WholeNumber.Of(redeemed.Left, redeemed.Unit));
}

internal sealed record RedemptionBody
{
    /// <summary>More than 0, in the smallest part of the unit.</summary>
    public required long Amount { get; init; }

    /// <summary>Left out: points:points.</summary>
    public string? Unit { get; init; }

    /// <summary>What they were spent on, for the audit log.</summary>
    public string? Reason { get; init; }
}
