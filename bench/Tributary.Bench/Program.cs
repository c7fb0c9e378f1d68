using Tributary.Bench;
using Tributary.Bench.Orders;
using Tributary.Bench.Report;

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
