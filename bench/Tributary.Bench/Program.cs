using Tributary.Bench;
using Tributary.Bench.Analytics;
using Tributary.Bench.Events;
using Tributary.Bench.Orders;
using Tributary.Bench.Redirects;
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
if (args is not [("orders" or "redirects" or "links" or "webhooks" or "stream") and var scenario, .. var rest] || rest.Contains("--help"))
{
    Console.WriteLine(BenchOptions.Help);
    return 1;
}
var options = BenchOptions.Parse(rest);
string text = scenario switch
{
    "redirects" => await RedirectsScenario.RunAsync(options with { Links = options.Links > 0 ? options.Links : 100_000 }),
    "webhooks" => await WebhooksScenario.RunAsync(options),
    "stream" => await StreamScenario.RunAsync(options),
    "links" => await LinksScenario.RunAsync(options with { Links = options.Links > 0 ? options.Links : 1_000_000 }),
    _ => (await OrdersScenario.RunAsync(options)).Markdown(DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().Date)),
};
Console.WriteLine();
Console.WriteLine(text);
if (options.Write)
    await PerformancePage.WriteAsync(scenario, text);
return 0;
