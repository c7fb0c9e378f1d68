using System.Numerics;
using Tributary.Ledger;
using Tributary.Reporting;
using Tributary.Reporting.Analytics;

namespace Tributary.Server.Api.Partnero;

/// <summary>What a customer's referrals brought and earned.</summary>
internal sealed record FriendStatsView(
    long Clicks,
    long UniqueClicks,
    long Signups,
    long SalesCount,
    long PaidAccounts,
    long ReferralsCount,
    IReadOnlyList<CurrencyAmount> Revenue,
    FriendRewards Rewards);

/// <param name="Pending">With what is held.</param>
/// <param name="Available">With what is in a payout.</param>
internal sealed record FriendRewards(IReadOnlyList<BalanceLine> Pending, IReadOnlyList<BalanceLine> Available, IReadOnlyList<BalanceLine> Paid);

/// <summary>Counts what customers' referrals brought and earned.</summary>
internal sealed class FriendNumbers(ReferrerNumbers numbers, LedgerQueries ledger)
{
    public async Task<FriendStatsView> OfAsync(PartneroCall call, DirectoryCustomer customer, CancellationToken ct)
    {
        var brought = await numbers.ReadAsync(call.Program.Id, customer.Number, ct);
        var balances = await ledger.BalancesAsync(call.Program.Id, customer.Number, ct);
        return new FriendStatsView(
            brought.Clicks, brought.UniqueClicks, brought.Leads, brought.Conversions, brought.PaidAccounts, customer.Referrals,
            LinkViews.RevenueOf(brought.Revenue),
            new FriendRewards(
                Lines(balances, balance => balance.Pending + balance.Held),
                Lines(balances, balance => balance.Available + balance.InPayout),
                Lines(balances, balance => balance.Paid)));
    }

    private static List<BalanceLine> Lines(IEnumerable<Balance> balances, Func<Balance, BigInteger> amountOf) =>
    [
        .. from balance in balances
           let amount = amountOf(balance)
           where !amount.IsZero
           let shown = WireMoney.Of(amount, balance.Unit)
           select new BalanceLine(shown.Amount, shown.Units, shown.IsCurrency),
    ];
}
