using System.Globalization;
using System.Text.Json;
using Tributary.Reporting.Tracking;
using Tributary.Server.Api.Wire;

namespace Tributary.Server.Api.DeBridge;

/// <summary>Totals of the programme (debridge.md § 4.8): they name nobody and count all orders.</summary>
internal sealed class TotalCalls(ProgramTotals totals)
{
    private const string LastDay = "LatestTwentyFourHours";
    private const string AllTime = "AllTime";
    private const string DayFormat = "yyyy-MM-dd";
    private const int UsualDays = 30;
    private const int MostDays = 366;

    public IReadOnlyList<DeBridgeRoute> Routes =>
    [
        new(DeBridgeService.Tracking, "GET", "Satistics/getAllTime", AllTimeAsync)
        {
            Summary = "What all orders add up to",
            Reads = [new("period", WireType.Text, $"{LastDay}: of the last 24 hours alone")],
        },
        new(DeBridgeService.Tracking, "GET", "Satistics/getDaily", DailyAsync)
        {
            Summary = "The same by day and route",
            Reads = [new("dateFrom", WireType.Text, "yyyy-MM-dd in UTC; 30 days ago where nothing is said"), new("dateTo", WireType.Text, "Included; today where nothing is said")],
        },
    ];

    private async Task<DeBridgeAnswer> AllTimeAsync(DeBridgeCall call, CancellationToken ct)
    {
        var period = call.Input.Text("period");
        var isLastDay = LastDay.Equals(period, StringComparison.OrdinalIgnoreCase);
        if (period is not null && !isLastDay && !AllTime.Equals(period, StringComparison.OrdinalIgnoreCase))
            call.Input.Blame("period", $"{LastDay} or {AllTime} is expected.");
        if (call.Input.Refusal is { } refusal)
            return refusal;
        var sums = await totals.AllTimeAsync(call.Program.Id, isLastDay ? call.Now.AddDays(-1) : null, ct);
        return new DeBridgeBody(DeBridgeJson.Write(json =>
        {
            json.WriteUsd("totalAmountGivenUsd", sums.Given);
            json.WriteUsd("totalAmountTakenUsd", sums.Taken);
            json.WriteUsd("totalProtocolFeeUsd", sums.Fees);
            json.WriteUsd("totalAffiliateFeeUsd", sums.Affiliate);
            json.WriteNumber("createdOrdersCount", sums.Created);
            json.WriteNumber("fulfilledOrdersCount", sums.Fulfilled);
            json.WriteNumber("activeOrdersCount", sums.Active);
            json.WriteNumber("uniqueOrderCreators", sums.Creators);
            json.WriteString("date", call.Now.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture));
            json.WriteString("period", isLastDay ? LastDay : AllTime);
        }));
    }

    private async Task<DeBridgeAnswer> DailyAsync(DeBridgeCall call, CancellationToken ct)
    {
        var last = DayOf(call.Input, "dateTo") ?? DateOnly.FromDateTime(call.Now.UtcDateTime);
        var first = DayOf(call.Input, "dateFrom") ?? DateOnly.FromDayNumber(Math.Max(last.DayNumber + 1 - UsualDays, 0));
        if (first > last || last.DayNumber - first.DayNumber >= MostDays)
            call.Input.Blame("dateFrom", $"it lies at most {MostDays} days before dateTo, and not after it.");
        if (call.Input.Refusal is { } refusal)
            return refusal;
        var (days, running) = await totals.DaysAsync(call.Program.Id, first, last, ct);
        return new DeBridgeBody(DeBridgeJson.Write(json =>
        {
            WriteDays(json, "dailyData", days);
            WriteDays(json, "dailyDataCumulative", running);
        }));
    }

    private static void WriteDays(Utf8JsonWriter json, string name, IReadOnlyList<RouteDay> days)
    {
        json.WriteStartArray(name);
        foreach (var day in days)
        {
            json.WriteStartObject();
            json.WriteAmount("giveChainId", day.GiveChain);
            json.WriteAmount("takeChainId", day.TakeChain);
            json.WriteString("date", day.Day.ToString(DayFormat, CultureInfo.InvariantCulture) + "T00:00:00");
            json.WriteNumber("createdOrdersCount", (long)day.Created);
            json.WriteNumber("fulfilledOrdersCount", (long)day.Fulfilled);
            json.WriteUsd("totalAmountGivenUsd", day.Given);
            json.WriteUsd("totalAmountTakenUsd", day.Taken);
            json.WriteUsd("totalProtocolFeeUsd", day.Fees);
            json.WriteNumber("uniqueOrderCreators", (long)day.Creators);
            json.WriteNumber("newOrderCreators", (long)day.NewCreators);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static DateOnly? DayOf(DeBridgeInput input, string name)
    {
        if (input.Text(name) is not { } text)
            return null;
        if (DateOnly.TryParseExact(text, DayFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            return day;
        input.Blame(name, $"a day such as 2026-01-31 is expected.");
        return null;
    }
}
