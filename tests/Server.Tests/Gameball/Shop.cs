using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dapper;
using Npgsql;
using Tributary.Campaigns;
using Tributary.Programs;
using Tributary.Server.Tests.Support;
using Tributary.Signups;

namespace Tributary.Server.Tests.Gameball;

/// <summary>One programme as a client of this dialect sees it, and a look behind the scenes.</summary>
internal sealed class Shop(GameballServer server, ReferralProgram program)
{
    public const string V40 = "/api/v4.0/integrations/";
    public const string V41 = "/api/v4.1/integrations/";

    public GameballServer Server => server;

    public ReferralProgram Program { get; private set; } = program;

    /// <summary>K of the statements.</summary>
    public required string ApiKey { get; init; }

    /// <summary>S of the statements.</summary>
    public required string Secret { get; init; }

    public Task<Answer> PostAsync(string path, string body) => SendAsync("POST", V40 + path, body);

    public Task<Answer> GetAsync(string path) => SendAsync("GET", V40 + path);

    /// <summary>With the publishable key alone.</summary>
    public Task<Answer> PublicAsync(string method, string path, string? body = null) =>
        SendAsync(method, V40 + path, body, ("APIKey", ApiKey));

    public Task<Answer> SendAsync(string method, string target, string? body = null) =>
        SendAsync(method, target, body, ("APIKey", ApiKey), ("SecretKey", Secret));

    public Task<Answer> SendAsync(string method, string target, string? body, params (string Name, string Value)[] headers) =>
        Answer.AskAsync(server.Node, method, target, body is null ? null : Encoding.UTF8.GetBytes(body), "application/json", headers);

    public Task<Answer> OnNodeAsync(TestServer node, string method, string path, string body) => Answer.AskAsync(
        node, method, V40 + path, Encoding.UTF8.GetBytes(body), "application/json", [("APIKey", ApiKey), ("SecretKey", Secret)]);

    public Task<Answer> SignUpAsync(string id, string? code = null, string more = "") =>
        PostAsync("customers", $$"""{"customerId":{{Quote(id)}}{{(code is null ? "" : $",\"referrerCode\":{Quote(code)}")}}{{more}}}""");

    public Task<Answer> OrderAsync(string customer, string order, string total = "100", string? code = null, string more = "") =>
        PostAsync("orders", OrderBody(customer, order, total, code, more));

    public static string OrderBody(string customer, string order, string total = "100", string? code = null, string more = "") =>
        $$"""{"customerId":{{Quote(customer)}},"orderId":{{Quote(order)}},"totalPaid":{{total}}{{(code is null ? "" : $",\"referrerCode\":{Quote(code)}")}}{{more}}}""";

    public Task<Answer> RefundAsync(string customer, string order, string refund, string? amount = null) => PostAsync(
        "transactions/refund",
        $$"""{"customerId":{{Quote(customer)}},"refundTransactionId":{{Quote(refund)}},"reverseTransactionId":{{Quote(order)}}{{(amount is null ? "" : $",\"refundAmount\":{amount}")}}}""");

    public async Task<long> PointsAsync(string customer) =>
        (await GetAsync($"customers/{Uri.EscapeDataString(customer)}/balance")).Ok().GetProperty("totalPointsBalance").GetInt64();

    /// <summary>Count, pending, active of a referrer.</summary>
    public async Task<(int Count, int Pending, int Active)> FriendsAsync(string customer = "user_12345")
    {
        var count = (await GetAsync($"customers/{Uri.EscapeDataString(customer)}/referrals/count")).Ok();
        return (count.GetProperty("count").GetInt32(), count.GetProperty("totalPending").GetInt32(), count.GetProperty("totalActive").GetInt32());
    }

    public async Task<string?> CodeOfAsync(string customer) =>
        (await GetAsync($"customers/{Uri.EscapeDataString(customer)}")).Ok().GetProperty("referralCode").GetString();

    /// <summary>A customer with a code of its own choosing, as an import makes it.</summary>
    public async Task ImportAsync(string id, string? code = null, string? name = null, string? email = null, string? mobile = null)
    {
        var input = new CustomerInput
        {
            MerchantId = id,
            OwnCode = code,
            Email = email,
            Mobile = mobile,
            Attributes = name is null ? null : new JsonObject { ["displayName"] = name },
        };
        (await server.Get<RegisterCustomer>().ExecuteAsync(Program, input, ReferralClaim.None, GameballServer.Operator, default))
            .Succeeded.ShouldBeTrue();
    }

    public async Task ChangeAsync(JsonObject settings, ProgramState? state = null) =>
        Program = (await server.Get<ProgramRegister>().UpdateAsync(
            Program, new ProgramChange(Settings: settings, State: state), GameballServer.Operator, default)).Value;

    public Task ChangeAsync(string settings) => ChangeAsync((JsonObject)JsonNode.Parse(settings)!);

    public async Task StartCampaignAsync(CampaignDefinition definition)
    {
        var campaigns = server.Get<CampaignStore>();
        var made = (await campaigns.CreateAsync(Program, "Referral", definition, GameballServer.Operator, default)).Value;
        (await campaigns.ActivateAsync(Program, made.Id, GameballServer.Operator, default)).Succeeded.ShouldBeTrue();
    }

    /// <summary>One number out of the programme's tables; <c>@program</c> is this one's.</summary>
    public async Task<long> CountAsync(string sql)
    {
        await using var connection = await server.Database.OpenAsync(default);
        return await connection.ExecuteScalarAsync<long>(sql, new { program = Program.Id });
    }

    public async Task<IReadOnlyList<string>> TextsAsync(string sql)
    {
        await using var connection = await server.Database.OpenAsync(default);
        return [.. await connection.QueryAsync<string>(sql, new { program = Program.Id })];
    }

    /// <summary>What became of the codes that were sent for a customer, in order.</summary>
    public Task<IReadOnlyList<string>> TouchesAsync(string customer) => TextsAsync($"""
        select t.outcome from touches t
        join customer_ids i on i.program_id = t.program_id and i.customer_id = t.customer_id
        where t.program_id = @program and i.merchant_id = '{customer}'
        order by t.touch_id
        """);

    public async Task ExecuteAsync(string sql)
    {
        await using var connection = await server.Database.OpenAsync(default);
        await connection.ExecuteAsync(sql, new { program = Program.Id });
    }

    private static string Quote(string text) => JsonSerializer.Serialize(text);
}
