using System.Net;
using System.Text.Json.Nodes;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Tributary.Server.Tests.Support;
using Tributary.Server.Tests.V1;
using Tributary.Storage;
using Tributary.Tests.Support;

namespace Tributary.Server.Tests.Webhooks;

/// <summary>A node that may send to the loopback, as an operator can allow.</summary>
public sealed class HookNode(PostgresFixture postgres) : IAsyncLifetime
{
    internal V1Node Node { get; private set; } = null!;

    internal MovedClock Clock { get; } = new();

    public async ValueTask InitializeAsync() =>
        Node = await V1Node.StartAsync(postgres, Allow, builder => builder.Services.AddSingleton<TimeProvider>(Clock));

    public ValueTask DisposeAsync() => Node.DisposeAsync();

    internal static ServerOptions Allow(ServerOptions options) =>
        options with { OutboundAllowed = [IPNetwork.Parse("127.0.0.0/8")], OutboundAnyPort = true };

    internal T Get<T>()
        where T : notnull => Node.Get<T>();

    /// <summary>An endpoint at the receiver; without names it asks for everything.</summary>
    internal static async Task<Hook> HookAsync(Shop shop, Receiver receiver, string events = "*", string more = "", string path = "/hook")
    {
        var names = string.Join(',', events.Split(',').Select(name => $"\"{name}\""));
        var made = (await shop.Api.PostAsync("/webhooks", $$"""{"url":"{{receiver.Url}}{{path}}","events":[{{names}}]{{more}}}""")).Ok(HttpStatusCode.Created);
        return new Hook(shop, (long)made["webhook.id"]!, (string)made["secret"]!);
    }

    /// <summary>Raises events of one type, each in a transaction of its own.</summary>
    internal async Task RaiseAsync(Shop shop, int count, string type = EventType.OrderCreated)
    {
        for (var n = 0; n < count; n++)
            await RaiseOneAsync(shop, type, n);
    }

    internal Task RaiseOneAsync(Shop shop, string type, int n) => Get<Transactions>().RunAsync<string>(
        shop.Program.Id, V1Node.Operator,
        (tx, _) =>
        {
            tx.Raise(type, $"order:{n}", new JsonObject { ["n"] = n });
            return Task.FromResult<Primitives.Outcome<string>>("done");
        },
        CancellationToken.None);

    /// <summary>Everything that happened so far has been told to those who were there.</summary>
    internal Task PublishedAsync(Shop shop) => Until.TrueAsync(async () => await AskAsync<bool>(
        "select (select count(*) from events where program_id = @Id) = (select count(*) from published_events where program_id = @Id)", new { shop.Program.Id }));

    internal async Task<T?> AskAsync<T>(string sql, object parameters)
    {
        await using var connection = await Node.Server.Database.OpenAsync(CancellationToken.None);
        return await connection.ExecuteScalarAsync<T>(sql, parameters);
    }
}

/// <summary>One endpoint of a test.</summary>
internal sealed record Hook(Shop Shop, long Id, string Secret)
{
    public async Task<JsonArray> DeliveriesAsync(string query = "?limit=100") =>
        (await Shop.Api.GetAsync($"/webhooks/{Id}/deliveries{query}")).Ok()["items"]!.AsArray();

    public async Task<ApiAnswer> DeliveryAsync(long id) => (await Shop.Api.GetAsync($"/deliveries/{id}")).Ok();

    public async Task<ApiAnswer> ShowAsync() => (await Shop.Api.GetAsync($"/webhooks/{Id}")).Ok();
}
