using Tributary.Bench;
using Tributary.Bench.Analytics;
using Tributary.Bench.Orders;
using Tributary.Bench.Report;

if (args is ["analytics", .. var asked])
{
    var told = BenchOptions.Parse(asked);
    string answers = await AnalyticsScenario.RunAsync(told);
    Console.WriteLine();
    Console.WriteLine(answers);
    if (told.Write)
        await PerformancePage.WriteAsync("analytics", answers);
    return 0;
}
if (args is not ["orders", .. var rest] || rest.Contains("--help"))
{
    Console.WriteLine(BenchOptions.Help);
    return 1;
}
var options = BenchOptions.Parse(rest);
var table = await OrdersScenario.RunAsync(options);
string text = table.Markdown(DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().Date));
Console.WriteLine();
Console.WriteLine(text);
if (options.Write)
    await PerformancePage.WriteAsync("orders", text);
return 0;
