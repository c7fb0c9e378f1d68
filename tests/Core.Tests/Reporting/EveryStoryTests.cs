using System.Text.Json.Nodes;
using Tributary.Core.Tests.Orders;
using Tributary.Reporting;
using Tributary.Tests.Support;

namespace Tributary.Core.Tests.Reporting;

/// <summary>Whatever happened, it can be told, and every sentence is one.</summary>
public sealed class EveryStoryTests(PostgresFixture postgres)
{
    private static readonly string[] Campaigns =
    [
        """
        {"steps":[{"name":"Join","trigger":"lead","lines":[{"number":1,"recipient":"customer","amount":{"kind":"coupon","coupon":{"kind":"free_shipping"}}}]},
                  {"name":"Buy","trigger":"order","minimumOrder":{"USD":3000},"lines":[
                    {"number":2,"recipient":"referrer","amount":{"kind":"fixed","amount":500,"currency":"USD"}},
                    {"number":3,"recipient":"customer","amount":{"kind":"custom","name":"Tote bag"}}]}],
         "bonus":{"every":2,"lines":[{"number":4,"recipient":"referrer","amount":{"kind":"points","points":1000}}]},"holdDays":0}
        """,
        """
        {"steps":[{"name":"Each","trigger":"order","once":false,"lines":[
           {"number":1,"recipient":"referrer","amount":{"kind":"percent","ppm":100000},"caps":[{"per":"recipient","period":"month","amount":1500,"unit":"USD"}]}]}],
         "holdDays":14}
        """,
        """
        {"audience":"everyone","steps":[{"name":"Score","trigger":"first_order","lines":[
           {"number":1,"recipient":"customer","amount":{"kind":"score","points":7}}]}],"holdDays":0}
        """,
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Every_order_and_customer_can_be_told(int seed)
    {
        var random = new Random(seed);
        await using var shop = await Shop.OpenAsync(postgres);
        for (var n = 0; n < Campaigns.Length; n++)
            await shop.AddCampaignAsync(Campaigns[n], $"Campaign {n}");
        var orders = new List<string>();
        for (var n = 0; n < 40; n++)
            await ActAsync(shop, random, orders, n);
        foreach (var order in orders)
            ShouldRead((await shop.ExplainAsync(order)).Story, $"order {order}, seed {seed}");
        foreach (var customer in Enumerable.Range(0, 6).Select(Customer).Append("user_12345"))
        {
            var told = await new ExplainCustomer(shop.Database, shop.Clock).ExecuteAsync(shop.Program, customer, default);
            if (told.TryGet(out var explanation, out _))
                ShouldRead(explanation.Story, $"{customer}, seed {seed}");
        }
    }

    private static string Customer(int n) => $"c{n}";

    private static async Task ActAsync(Shop shop, Random random, List<string> orders, int n)
    {
        var customer = Customer(random.Next(6));
        var code = random.Next(4) switch { 0 => null, 1 => "REF123456", 2 => "user_12345", _ => "WRONG999" };
        shop.Clock.Advance(TimeSpan.FromHours(random.Next(30)));
        switch (random.Next(6))
        {
            case 0:
                await shop.SignUpAsync(customer, code);
                break;
            case 1 when orders.Count > 0:
                await shop.RefundAsync(orders[random.Next(orders.Count)], $"r{n}", random.Next(2) == 0 ? null : 1_000, cut: true);
                break;
            case 2:
                await shop.EventAsync(customer, "visit", new JsonObject { ["n"] = n });
                break;
            default:
                (await shop.OrderAsync(customer, $"o{n}", random.Next(1, 12_000), code, random.Next(5) == 0 ? true : null)).Succeeded.ShouldBeTrue();
                orders.Add($"o{n}");
                break;
        }
    }

    private static void ShouldRead(IReadOnlyList<string> story, string of)
    {
        foreach (var sentence in story)
        {
            sentence.ShouldEndWith(".", Case.Sensitive, of);
            sentence.ShouldNotContain("  ", Case.Sensitive, of);
            sentence.ShouldNotContain("..", Case.Sensitive, of);
            sentence.ShouldNotContain(" number 1", Case.Sensitive, of);
            (char.IsUpper(sentence[0]) || sentence[0] == '“').ShouldBeTrue($"{of}: {sentence}");
        }
    }
}
