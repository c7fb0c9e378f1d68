using System.Text.Json;
using Tributary.Chains;
using Tributary.Reporting.Tracking;
using Tributary.Server.Api.Wire;

namespace Tributary.Server.Api.DeBridge;

/// <summary>What orders add up to by code and by wallet (debridge.md § 4.8).</summary>
internal sealed class ReferralCalls(CodeNumbers numbers, Leaderboards boards)
{
    private const int UsualTake = 20;

    private static readonly WireMember[] Pages =
    [
        new("skip", WireType.Integer, "From 0"),
        new("take", WireType.Integer, "1 to 100, 20 where nothing is said"),
    ];

    public IReadOnlyList<DeBridgeRoute> Routes =>
    [
        new(DeBridgeService.Tracking, "GET", "ReferralProgram/{referralCode}/summary", SummaryAsync) { Summary = "What the orders with a code add up to" },
        new(DeBridgeService.Tracking, "GET", "ReferralProgram/{referralCode}/referredUsers", UsersAsync) { Summary = "Wallets with orders that carry a code", Reads = Pages },
        new(DeBridgeService.Tracking, "GET", "ReferralProgram/referrerCode/{walletAddress}", FirstCodeAsync) { Summary = "The code of a wallet's first order, or 0" },
        new(DeBridgeService.Tracking, "POST", "Users/referralProgramLeaderboard", CodesAsync)
        {
            Summary = "Codes by the fees that their orders brought",
            Reads = [.. Pages, new("referralCode", WireType.Integer, "A code to be found, whatever its place")],
        },
        new(DeBridgeService.Tracking, "POST", "Users/usersLeaderboard", WalletsAsync)
        {
            Summary = "Wallets by the fees that their orders brought",
            Reads = [.. Pages, new("walletAddress", WireType.Text, "A wallet to be found, whatever its place")],
        },
    ];

    private async Task<DeBridgeAnswer> SummaryAsync(DeBridgeCall call, CancellationToken ct)
    {
        if (CodeOf(call.Id) is not { } code)
            return NoCode;
        var summary = await numbers.SummaryAsync(call.Program.Id, code, call.Sight, ct);
        return new DeBridgeBody(DeBridgeJson.Write(json =>
        {
            json.WriteNumber("referralCode", code);
            json.WriteNumber("totalUsers", summary.Users);
            json.WriteNumber("totalOrdersFulfilled", summary.Executed);
            json.WriteUsd("totalAmountGivenUsd", summary.Given);
            json.WriteUsd("totalFeesGeneratedUsd", summary.Fees);
        }));
    }

    private async Task<DeBridgeAnswer> UsersAsync(DeBridgeCall call, CancellationToken ct)
    {
        var (skip, take) = PageOf(call.Input);
        if (CodeOf(call.Id) is not { } code)
            return NoCode;
        if (call.Input.Refusal is { } refusal)
            return refusal;
        var (wallets, total) = await numbers.WalletsAsync(call.Program.Id, code, skip, take, call.Sight, ct);
        return new DeBridgeBody(DeBridgeJson.Write(json =>
        {
            json.WriteStartArray("users");
            foreach (var wallet in wallets)
            {
                json.WriteStartObject();
                json.WriteAddress("walletAddress", wallet.Wallet, FamilyOf(call, wallet.ChainId));
                json.WriteUsd("totalVolumeUSD", wallet.Given);
                json.WriteUsd("totalFeesUSD", wallet.Fees);
                json.WriteNumber("totalExecutedOrders", wallet.Executed);
                json.WriteBoolean("wasInvitedByCurrentUser", wallet.WasInvited);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteNumber("totalCount", total);
        }));
    }

    private async Task<DeBridgeAnswer> FirstCodeAsync(DeBridgeCall call, CancellationToken ct)
    {
        if (ChainAddress.Candidates(call.Id) is not { Count: > 0 } wallets)
            return DeBridgeError.Invalid("walletAddress", "a wallet is expected.");
        var code = await numbers.FirstCodeAsync(call.Program.Id, wallets, call.Sight, ct);
        return new DeBridgeBody(DeBridgeJson.WriteValue(json => json.WriteNumberValue(code ?? 0)));
    }

    private async Task<DeBridgeAnswer> CodesAsync(DeBridgeCall call, CancellationToken ct)
    {
        var (skip, take) = PageOf(call.Input);
        var sought = call.Input.Whole("referralCode", 0, uint.MaxValue);
        if (call.Input.Refusal is { } refusal)
            return refusal;
        var page = await boards.CodesAsync(call.Program.Id, skip, take, sought, call.Sight, ct);
        return Board(page, WriteCode);
    }

    private async Task<DeBridgeAnswer> WalletsAsync(DeBridgeCall call, CancellationToken ct)
    {
        var (skip, take) = PageOf(call.Input);
        var sought = call.Input.Text("walletAddress");
        if (call.Input.Refusal is { } refusal)
            return refusal;
        var page = await boards.WalletsAsync(
            call.Program.Id, skip, take, sought is null ? [] : ChainAddress.Candidates(sought), call.Sight, ct);
        return Board(page, (json, row) => WriteWallet(json, row, FamilyOf(call, row.ChainId!.Value)));
    }

    private static DeBridgeBody Board(RankedPage page, Action<Utf8JsonWriter, Ranked> write) => new(DeBridgeJson.Write(json =>
    {
        json.WriteStartArray("users");
        foreach (var row in page.Rows)
            write(json, row);
        json.WriteEndArray();
        json.WriteNumber("totalCount", page.Total);
        json.WritePropertyName("searchResult");
        if (page.Sought is { } sought)
            write(json, sought);
        else
            json.WriteNullValue();
    }));

    private static void WriteCode(Utf8JsonWriter json, Ranked row)
    {
        json.WriteStartObject();
        json.WriteNumber("referralCode", row.Code!.Value);
        json.WriteNumber("referralProgramRank", row.Rank);
        json.WriteUsd("referralsTotalVolumeUsd", row.Volume);
        json.WriteUsd("referralsTotalFeesUsd", row.Fees);
        json.WriteNumber("referralsTotalExecutedOrders", row.Executed);
        json.WriteEndObject();
    }

    private static void WriteWallet(Utf8JsonWriter json, Ranked row, ChainFamily? family)
    {
        json.WriteStartObject();
        json.WriteAddress("walletAddress", row.Wallet, family);
        json.WriteNumber("userRank", row.Rank);
        json.WriteUsd("totalVolumeUSD", row.Volume);
        json.WriteUsd("totalFeesUSD", row.Fees);
        json.WriteNumber("totalExecutedOrders", row.Executed);
        json.WriteEndObject();
    }

    private static readonly DeBridgeError NoCode = DeBridgeError.Invalid("referralCode", $"a whole number from 1 to {uint.MaxValue} is expected.");

    private static long? CodeOf(string text) => WireNumber.TryInteger(text, out var code) && code is >= 1 and <= uint.MaxValue ? code : null;

    private static (int Skip, int Take) PageOf(DeBridgeInput input) =>
        ((int)(input.Whole("skip", 0, int.MaxValue / 2) ?? 0), (int)(input.Whole("take", 1, 100) ?? UsualTake));

    private static ChainFamily? FamilyOf(DeBridgeCall call, long chainId) => call.Program.Settings.DeBridge.ChainTable.FamilyOf(chainId);
}
