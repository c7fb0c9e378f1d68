using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;
using Tributary.Ledger;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Reporting;
using Tributary.Rewards;
using Tributary.Server.Api.Partnero.Input;
using Tributary.Server.Api.Wire;
using Tributary.Signups;

namespace Tributary.Server.Api.Partnero;

/// <summary>Calls about customers who refer customers.</summary>
internal sealed class FriendCalls(
    CustomerDirectory customers, CustomerViews views, InviteCustomer invite, GrantReward grant, LedgerQueries ledger, FriendNumbers numbers)
{
    private const int MostTexts = 20;
    private const int LongestUnit = 40;
    private const string UsualPoints = "points";

    public IReadOnlyList<PartneroRoute> Routes =>
    [
        Of(new("POST", "customers:invite", InviteAsync)
        {
            Summary = "Find or make the customer of an address and mail it the way to its referrals",
            Reads = [.. CustomerFields.Handle, .. CustomerFields.Described, new("personalization", WireType.Object, "texts for the mail, at most 20")],
            Data = PartneroJson.Default.FriendCustomerView,
        }),
        Of(new("GET", "customers/{customer}/referrals", ReferralsAsync)
        {
            Summary = "Customers whom a customer referred", Reads = PartneroFields.Paging, Data = PartneroJson.Default.FriendCustomerView, IsList = true,
        }),
        Of(new("GET", "customers/{customer}/stats", StatsAsync)
        {
            Summary = "What a customer's referrals brought and earned", Data = PartneroJson.Default.FriendStatsView,
        }),
        Of(new("GET", "customers/{customer}/balance", BalanceAsync)
        {
            Summary = "What a customer may have now", Data = PartneroJson.Default.FriendBalanceView,
        }),
        Of(new("POST", "customers/{customer}/balance/credit", CreditAsync)
        {
            Summary = "Credit a customer with money or points",
            Reads =
            [
                WireMember.Required("amount", WireType.Number, "more than 0"),
                new("amount_units", WireType.Text, "the currency, or the points' name"),
                new("is_currency", WireType.Flag, "true if absent; false: points"),
                new("note", WireType.Text, "kept with it"),
                new("key", WireType.Text, "the same again credits nothing more"),
            ],
            Data = PartneroJson.Default.FriendBalanceView,
        }),
    ];

    private static PartneroRoute Of(PartneroRoute route) => route with { Only = PartneroType.ReferAFriend };

    private async Task<PartneroAnswer> InviteAsync(PartneroCall call, CancellationToken ct)
    {
        var input = call.Input.Over("customer");
        var email = input.RequiredText("email", Limits.Email);
        var texts = input.TextsByName("personalization", MostTexts) ?? [];
        var wanted = CustomerMembers.Read(PartneroType.ReferAFriend, input);
        if (call.Input.Refusal is { } refusal)
            return refusal;
        var invitation = new Invitation(
            wanted with { Email = email.Trim() }, new JsonObject(texts.Select(text => new KeyValuePair<string, JsonNode?>(text.Key, text.Value))));
        return await call.OnceAsync(
            caller => invite.ExecuteAsync(call.Program, invitation, caller, ct),
            invited => invited.CustomerId.ToString(CultureInfo.InvariantCulture),
            async reference => await views.OneAsync(call, (await customers.FindAsync(call.Program.Id, long.Parse(reference, CultureInfo.InvariantCulture), ct))!, ct),
            field => field is "customerId" or "code" ? "key" : field);
    }

    private async Task<PartneroAnswer> ReferralsAsync(PartneroCall call, CancellationToken ct)
    {
        var list = call.List();
        if (call.Input.Refusal is { } refusal)
            return refusal;
        if (await FindAsync(call, ct) is not { } found)
            return PartneroErrors.NotFound;
        var page = await customers.ListAsync(call.Program, new DirectoryFilter(ReferrerId: found.Number), list.Slice, ct);
        return await views.ListAsync(call, list with { Next = page.Next }, page.Items, ct);
    }

    private async Task<PartneroAnswer> StatsAsync(PartneroCall call, CancellationToken ct) => await FindAsync(call, ct) is { } found
        ? PartneroAnswer.One(await numbers.OfAsync(call, found, ct), PartneroJson.Default.FriendStatsView)
        : PartneroErrors.NotFound;

    private async Task<PartneroAnswer> BalanceAsync(PartneroCall call, CancellationToken ct) =>
        await FindAsync(call, ct) is { } found ? await ShowAsync(call, found, ct) : PartneroErrors.NotFound;

    private async Task<PartneroAnswer> CreditAsync(PartneroCall call, CancellationToken ct)
    {
        var input = call.Input;
        var (unit, amount) = input.Flag("is_currency") ?? true ? Money(call, input) : Points(input);
        var (note, key) = (input.Text("note"), input.Text("key"));
        if (!input.Has("amount"))
            input.Report(PartneroErrors.Missing("amount"));
        else if (amount == 0 && input.Refusal is null)
            input.Report("amount", "The amount must be more than 0.");
        if (input.Refusal is { } refusal)
            return refusal;
        if (await FindAsync(call, ct) is not { } found)
            return PartneroErrors.NotFound;
        var wanted = new ManualReward(found.Number, unit, amount, key, note, AvailableAtOnce: true);
        return await call.OnceAsync(
            caller => grant.ExecuteAsync(call.Program, wanted, caller, ct),
            granted => granted.RewardId.ToString(CultureInfo.InvariantCulture),
            _ => ShowAsync(call, found, ct));
    }

    private static (Unit Unit, BigInteger Amount) Money(PartneroCall call, InputObject input)
    {
        var currency = input.Currency(call.Program.Currency, "amount_units", "currency");
        return (Unit.Of(currency), input.Money("amount", currency) ?? 0);
    }

    private static (Unit Unit, BigInteger Amount) Points(InputObject input)
    {
        var name = input.Text("amount_units", LongestUnit)?.ToLowerInvariant() ?? UsualPoints;
        if (!Unit.TryParse("points:" + name, out var unit))
        {
            input.Report("amount_units", "The amount_units has letters, digits, - and _ only.");
            unit = Unit.Points(UsualPoints);
        }
        return (unit, input.Integer("amount", 0, long.MaxValue) ?? 0);
    }

    private async Task<PartneroAnswer> ShowAsync(PartneroCall call, DirectoryCustomer customer, CancellationToken ct)
    {
        var balances = await ledger.BalancesAsync(call.Program.Id, customer.Number, ct);
        var amounts = balances.Select(balance => (balance.Unit, Shown: WireMoney.Of(balance.Available, balance.Unit))).ToList();
        var view = new FriendBalanceView(
            (await views.FriendsAsync(call, [customer], ct))[0],
            new FriendBalances(
                [.. amounts.Where(each => each.Shown.IsCurrency).Select(each => Line(each.Shown))],
                [.. amounts.Where(each => !each.Shown.IsCurrency).Select(each => Line(each.Shown))]));
        return PartneroAnswer.One(view, PartneroJson.Default.FriendBalanceView);

        static BalanceLine Line((WireAmount Amount, string? Units, bool IsCurrency) shown) => new(shown.Amount, shown.Units, shown.IsCurrency);
    }

    private Task<DirectoryCustomer?> FindAsync(PartneroCall call, CancellationToken ct) => customers.FindAsync(call.Program, call.Id, byCode: true, ct);
}

/// <param name="Custom">Points; ours.</param>
internal sealed record FriendBalances(IReadOnlyList<BalanceLine> Currency, IReadOnlyList<BalanceLine> Custom);

internal sealed record FriendBalanceView(FriendCustomerView Customer, FriendBalances Balance);

internal sealed record BalanceLine(WireAmount Amount, string? AmountUnits, bool IsCurrency);
