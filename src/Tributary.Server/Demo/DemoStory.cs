using System.Text;
using System.Text.Json.Nodes;
using Tributary.Campaigns;
using Tributary.Orders;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Signups;

namespace Tributary.Server.Demo;

/// <summary>
/// What has happened in the demo programme: John refers friends, some of them order, one sends something back. Every step
/// goes through the engine like a call from outside, and telling the story again changes nothing.
/// </summary>
internal static class DemoStory
{
    public const string ReferrerId = "user_12345";
    public const string ReferrerCode = "REF123456";

    private const string GiveAndGet = "Give 100 points, get 200";
    private const string Commission = "5 % of friends' orders";

    private const string GiveAndGetRules = """
        {"holdDays": 0, "descriptions": {"en": "You and your friend are rewarded when your friend places the first order."},
         "steps": [{"name": "place_order", "trigger": "first_order", "lines": [
           {"recipient": "referrer", "amount": {"kind": "points", "points": 200}},
           {"recipient": "customer", "amount": {"kind": "points", "points": 100}}]}]}
        """;

    private const string CommissionRules = """
        {"holdDays": 30, "duration": {"kind": "months", "months": 12},
         "steps": [{"name": "every_order", "trigger": "order", "once": false, "lines": [
           {"recipient": "referrer", "amount": {"kind": "percent", "ppm": 50000}}]}]}
        """;

    public static async Task TellAsync(IServiceProvider services, ReferralProgram program, CancellationToken ct)
    {
        var campaigns = services.GetRequiredService<CampaignStore>();
        await LaunchAsync(campaigns, program, GiveAndGet, GiveAndGetRules, ct);
        await LaunchAsync(campaigns, program, Commission, CommissionRules, ct);
        var people = services.GetRequiredService<RegisterCustomer>();
        await SignUpAsync(people, program, Person(ReferrerId, "John Doe", "john.doe@example.com", ReferrerCode), null, ct);
        await SignUpAsync(people, program, Person("user_20001", "Amira Haddad", "amira@example.com"), ReferrerCode, ct);
        await SignUpAsync(people, program, Person("user_20002", "Ben Okafor", "ben@example.com"), ReferrerCode, ct);
        await SignUpAsync(people, program, Person("user_20003", "Carla Rossi", "carla@example.com"), null, ct);
        var orders = services.GetRequiredService<RecordOrder>();
        await OrderAsync(orders, program, "demo-1001", "user_20001", 8_900, null, ct);
        await OrderAsync(orders, program, "demo-1002", "user_20001", 4_250, null, ct);
        await OrderAsync(orders, program, "demo-1003", "user_20003", 12_000, ReferrerCode, ct);
        await OrderAsync(orders, program, "demo-1004", "user_20004", 3_100, null, ct);
        var refund = new RefundInput { RefundId = "demo-r-1", OrderId = "demo-1002", Amount = 1_250 };
        await services.GetRequiredService<RefundOrder>().ExecuteAsync(program, refund, DemoProgram.Caller, ct);
    }

    private static async Task LaunchAsync(CampaignStore campaigns, ReferralProgram program, string name, string rules, CancellationToken ct)
    {
        var existing = await campaigns.ListAsync(program, new PageRequest(Limits.PageSize), null, ct);
        if (existing.Items.Any(campaign => campaign.Name == name))
            return;
        var definition = CampaignJson.Parse(Encoding.UTF8.GetBytes(rules)).Value;
        var draft = (await campaigns.CreateAsync(program, name, definition, DemoProgram.Caller, ct)).Value;
        await campaigns.ActivateAsync(program, draft.Id, DemoProgram.Caller, ct);
    }

    internal static CustomerInput Person(string id, string name, string email, string? ownCode = null) => new()
    {
        MerchantId = id,
        Email = email,
        Attributes = new JsonObject { ["displayName"] = name },
        OwnCode = ownCode,
    };

    internal static Task SignUpAsync(RegisterCustomer people, ReferralProgram program, CustomerInput person, string? code, CancellationToken ct) =>
        people.ExecuteAsync(program, person, new ReferralClaim { Code = code }, DemoProgram.Caller, ct);

    internal static Task OrderAsync(
        RecordOrder orders, ReferralProgram program, string orderId, string customerId, long total, string? code, CancellationToken ct)
    {
        var order = new OrderInput
        {
            Customer = new CustomerInput { MerchantId = customerId },
            OrderId = orderId,
            Total = total,
            Currency = program.Currency,
            Claim = new ReferralClaim { Code = code },
            ContentCode = code ?? "",
            Channel = "web",
        };
        return orders.ExecuteAsync(program, order, DemoProgram.Caller, ct);
    }
}
