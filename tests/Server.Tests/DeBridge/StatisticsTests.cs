using System.Text.Json;
using Tributary.ChainOrders;
using static Tributary.Server.Tests.DeBridge.Sample;

namespace Tributary.Server.Tests.DeBridge;

/// <summary>Numbers by code, by wallet and of the whole programme (debridge.md § 4.8), against the same computed from the orders.</summary>
public sealed class StatisticsTests(DeBridgeNode node) : IClassFixture<DeBridgeNode>
{
    private static readonly long?[] Codes = [30830, 31805, null, 4_294_967_295];

    [Fact]
    public async Task DB25_the_numbers_of_sixty_orders_equal_those_computed_from_the_rows()
    {
        var platform = await node.OpenAsync();
        var orders = Enumerable.Range(0, 60).Select(Made).ToList();
        foreach (var order in orders)
            await platform.RecordAsync(order.Report, order.Events);
        node.Clock.Set(Start.AddDays(4));
        await CheckCodesAsync(platform, orders);
        await CheckUsersAsync(platform, orders);
        await CheckBoardsAsync(platform, orders);
        await CheckTotalsAsync(platform, orders);
        (await platform.GetAsync("/api/ReferralProgram/0/summary")).Refused(400, "invalid_input", "referralCode");
        (await platform.GetAsync("/api/ReferralProgram/4294967296/summary")).Refused(400, "invalid_input", "referralCode");
        (await platform.GetAsync("/api/ReferralProgram/abc/summary")).Refused(400, "invalid_input", "referralCode");
        (await platform.GetAsync("/api/Satistics/getDaily?dateFrom=2026-02-01&dateTo=2026-01-01")).Refused(400, "invalid_input", "dateFrom");
        (await platform.GetAsync("/api/Satistics/getDaily?dateFrom=2025-01-01&dateTo=2026-01-02")).Refused(400, "invalid_input", "dateFrom");
    }

    private static async Task CheckCodesAsync(Platform platform, List<Counted> orders)
    {
        foreach (var code in Codes.OfType<long>().Append(77))
        {
            var summary = (await platform.GetAsync($"/api/ReferralProgram/{code}/summary")).Ok();
            var own = orders.Where(order => order.Code == code).ToList();
            summary.GetProperty("referralCode").GetInt64().ShouldBe(code);
            summary.GetProperty("totalUsers").GetInt64().ShouldBe(own.Select(order => order.Maker).Distinct().Count());
            summary.GetProperty("totalOrdersFulfilled").GetInt64().ShouldBe(own.Count(order => order.Executed));
            summary.GetProperty("totalAmountGivenUsd").GetDecimal().ShouldBe(Usd(own, order => order.Report.GiveUsd));
            summary.GetProperty("totalFeesGeneratedUsd").GetDecimal().ShouldBe(Usd(own, order => order.Report.ProtocolFeeUsd));
        }
    }

    private static async Task CheckUsersAsync(Platform platform, List<Counted> orders)
    {
        var firstCodes = orders.GroupBy(order => order.Maker)
            .ToDictionary(wallet => wallet.Key, wallet => wallet.OrderBy(order => order.Report.CreatedAt).ThenBy(order => order.Report.OrderId, StringComparer.Ordinal).First().Code);
        var own = orders.Where(order => order.Code == 30830).GroupBy(order => order.Maker)
            .OrderByDescending(wallet => Usd(wallet, order => order.Report.GiveUsd)).ThenBy(wallet => wallet.Key, StringComparer.Ordinal).ToList();
        var answer = (await platform.GetAsync("/api/ReferralProgram/30830/referredUsers?skip=1&take=3")).Ok();
        answer.GetProperty("totalCount").GetInt32().ShouldBe(own.Count);
        answer.GetProperty("users").EnumerateArray().Select(user => (
            user.GetProperty("walletAddress").GetProperty("stringValue").GetString(), user.GetProperty("totalVolumeUSD").GetDecimal(),
            user.GetProperty("totalFeesUSD").GetDecimal(), user.GetProperty("totalExecutedOrders").GetInt32(), user.GetProperty("wasInvitedByCurrentUser").GetBoolean()))
            .ShouldBe(own.Skip(1).Take(3).Select(wallet => ((string?)wallet.Key, Usd(wallet, order => order.Report.GiveUsd),
                Usd(wallet, order => order.Report.ProtocolFeeUsd), wallet.Count(order => order.Executed), firstCodes[wallet.Key] == 30830)));
        foreach (var (wallet, code) in firstCodes)
            (await platform.GetAsync($"/api/ReferralProgram/referrerCode/{wallet}")).Text.ShouldBe($"{code ?? 0}");
        (await platform.GetAsync($"/api/ReferralProgram/referrerCode/{Wallet(99)}")).Text.ShouldBe("0");
    }

    private static async Task CheckBoardsAsync(Platform platform, List<Counted> orders)
    {
        var executed = orders.Where(order => order.Executed).ToList();
        var codes = executed.Where(order => order.Code is not null).GroupBy(order => order.Code!.Value)
            .OrderByDescending(code => Usd(code, order => order.Report.ProtocolFeeUsd)).ThenByDescending(code => Usd(code, order => order.Report.GiveUsd)).ThenBy(code => code.Key).ToList();
        var board = (await platform.PostAsync("/api/Users/referralProgramLeaderboard", $$"""{"skip":0,"take":1,"referralCode":{{codes[2].Key}}}""")).Ok();
        board.GetProperty("totalCount").GetInt32().ShouldBe(codes.Count);
        board.GetProperty("users").EnumerateArray().Single().GetProperty("referralCode").GetInt64().ShouldBe(codes[0].Key);
        var sought = board.GetProperty("searchResult");
        sought.GetProperty("referralProgramRank").GetInt32().ShouldBe(3);
        sought.GetProperty("referralsTotalVolumeUsd").GetDecimal().ShouldBe(Usd(codes[2], order => order.Report.GiveUsd));
        sought.GetProperty("referralsTotalFeesUsd").GetDecimal().ShouldBe(Usd(codes[2], order => order.Report.ProtocolFeeUsd));
        sought.GetProperty("referralsTotalExecutedOrders").GetInt32().ShouldBe(codes[2].Count());
        var wallets = executed.GroupBy(order => order.Maker)
            .OrderByDescending(wallet => Usd(wallet, order => order.Report.ProtocolFeeUsd)).ThenByDescending(wallet => Usd(wallet, order => order.Report.GiveUsd)).ThenBy(wallet => wallet.Key, StringComparer.Ordinal).ToList();
        var users = (await platform.PostAsync("/api/Users/usersLeaderboard", $$"""{"skip":2,"take":2,"walletAddress":"{{wallets[^1].Key.ToUpperInvariant()}}"}""")).Ok();
        users.GetProperty("users").EnumerateArray().Select(user => (user.GetProperty("userRank").GetInt32(), user.GetProperty("walletAddress").GetProperty("stringValue").GetString()))
            .ShouldBe([(3, wallets[2].Key), (4, wallets[3].Key)]);
        users.GetProperty("searchResult").GetProperty("userRank").GetInt32().ShouldBe(wallets.Count);
        (await platform.PostAsync("/api/Users/usersLeaderboard", "{}")).Ok().GetProperty("searchResult").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    private static async Task CheckTotalsAsync(Platform platform, List<Counted> orders)
    {
        var all = (await platform.GetAsync("/api/Satistics/getAllTime")).Ok();
        all.GetProperty("totalAmountGivenUsd").GetDecimal().ShouldBe(Usd(orders, order => order.Report.GiveUsd));
        all.GetProperty("totalAmountTakenUsd").GetDecimal().ShouldBe(Usd(orders, order => order.Report.TakeUsd));
        all.GetProperty("createdOrdersCount").GetInt32().ShouldBe(60);
        all.GetProperty("fulfilledOrdersCount").GetInt32().ShouldBe(orders.Count(order => order.Executed));
        all.GetProperty("activeOrdersCount").GetInt32().ShouldBe(orders.Count(order => order.Events.Count == 0));
        all.GetProperty("uniqueOrderCreators").GetInt32().ShouldBe(orders.Select(order => order.Maker).Distinct().Count());
        var last = (await platform.GetAsync("/api/Statistics/getAllTime?period=LatestTwentyFourHours")).Ok();
        last.GetProperty("createdOrdersCount").GetInt32().ShouldBe(orders.Count(order => order.Report.CreatedAt >= Start.AddDays(3)));
        var days = (await platform.GetAsync("/api/Satistics/getDaily?dateFrom=2026-01-02&dateTo=2026-01-04")).Ok();
        var expected = orders.GroupBy(order => (order.Day, order.Report.Give.ChainId, order.Report.Take.ChainId)).Where(day => day.Key.Day is >= 1 and <= 3)
            .OrderBy(day => day.Key).ToList();
        var rows = days.GetProperty("dailyData").EnumerateArray().ToList();
        rows.Select(row => (row.GetProperty("date").GetString(), row.GetProperty("createdOrdersCount").GetInt32(), row.GetProperty("fulfilledOrdersCount").GetInt32(),
                row.GetProperty("totalAmountGivenUsd").GetDecimal(), row.GetProperty("uniqueOrderCreators").GetInt32()))
            .ShouldBe(expected.Select(day => ((string?)$"2026-01-0{day.Key.Day + 1}T00:00:00", day.Count(), day.Count(order => order.Executed),
                Usd(day, order => order.Report.GiveUsd), day.Select(order => order.Maker).Distinct().Count())));
        var running = days.GetProperty("dailyDataCumulative").EnumerateArray().ToList();
        running.Count.ShouldBe(rows.Count);
        foreach (var route in orders.GroupBy(order => order.Report.Give.ChainId))
        {
            var until = running.Last(row => row.GetProperty("giveChainId").GetProperty("bigIntegerValue").GetInt64() == route.Key);
            until.GetProperty("createdOrdersCount").GetInt32().ShouldBe(route.Count(order => order.Day <= 3));
            until.GetProperty("uniqueOrderCreators").GetInt32().ShouldBe(route.Where(order => order.Day <= 3).Select(order => order.Maker).Distinct().Count());
        }
    }

    /// <summary>Fifteen a day over four days; ten wallets, four codes, two routes, every third filled, some without a value.</summary>
    private static Counted Made(int number)
    {
        var (day, state) = (number / 15, number % 3);
        var created = Start.AddDays(day).AddMinutes(number);
        var report = Order(number, Codes[number * 7 % 4]) with { CreatedAt = created, Maker = Wallet(1_000 + (number * number % 10)), GiveUsd = number % 11 == 0 ? null : 1_000_001 * number };
        if (number % 4 == 0)
            report = report with { Give = report.Give with { ChainId = Polygon }, Take = report.Take with { ChainId = Ethereum } };
        ChainEventReport[] events = state switch
        {
            0 => [],
            1 => [Event(number, ChainOrderState.Fulfilled) with { BlockTimestamp = created.AddMinutes(1) }],
            _ => [Event(number, ChainOrderState.OrderCancelled) with { BlockTimestamp = created.AddMinutes(1) }],
        };
        return new Counted(report, events, day);
    }

    /// <summary>Of executed orders; those without a value add nothing.</summary>
    private static decimal Usd(IEnumerable<Counted> orders, Func<Counted, long?> value) =>
        orders.Where(order => order.Executed).Sum(order => value(order) ?? 0) / 1_000_000m;

    private sealed record Counted(ChainOrderReport Report, IReadOnlyList<ChainEventReport> Events, int Day)
    {
        public long? Code => Report.Code;

        public string Maker => Report.Maker;

        public bool Executed => Events is [{ State: ChainOrderState.Fulfilled }];
    }
}
