using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tributary.Campaigns;
using Tributary.Keys;
using Tributary.Programs;
using Tributary.Server.Tests.Support;
using Tributary.Signups;
using Tributary.Storage;
using Tributary.Tests.Support;

namespace Tributary.Server.Tests.Gameball;

/// <summary>
/// One node on one database for a class of tests. Each test takes programmes of its own from it, which is all the isolation
/// that a new fixture needs.
/// </summary>
public sealed class GameballServer(PostgresFixture postgres) : IAsyncLifetime
{
    public static readonly Caller Operator = new("cli", Trusted: true);

    private TestDatabase database = null!;
    private readonly List<TestServer> nodes = [];

    internal TestServer Node => nodes[0];

    internal HandClock Clock => Node.Clock;

    internal Database Database => Node.Database;

    internal PostgresConnections Connections => database.Connections;

    internal T Get<T>()
        where T : notnull => Node.Services.GetRequiredService<T>();

    public async ValueTask InitializeAsync()
    {
        database = await postgres.CreateDatabaseAsync();
        await StartNodeAsync();
    }

    /// <summary>Another node on the same database, with the same time.</summary>
    internal async Task<TestServer> StartNodeAsync()
    {
        var first = nodes.FirstOrDefault();
        var node = await TestServer.StartAsync(database.Connections, builder =>
        {
            // What the server could not handle is worth seeing beside the failed test.
            builder.Logging.AddSimpleConsole().SetMinimumLevel(LogLevel.Error);
            if (first is not null)
                builder.Services.AddSingleton<TimeProvider>(first.Clock);
        });
        nodes.Add(node);
        return node;
    }

    /// <summary>Fixture F of the dialect's acceptance: a programme with keys, a campaign and the customer who refers.</summary>
    internal Task<Shop> OpenShopAsync() => OpenShopAsync(Offers.TwoSided());

    /// <param name="campaign">Null: there is none.</param>
    internal async Task<Shop> OpenShopAsync(
        CampaignDefinition? campaign, JsonObject? settings = null, string currency = "USD", bool withReferrer = true)
    {
        var links = new JsonObject { ["links"] = new JsonObject { ["template"] = "https://yourwebsite.com/signup?ref={ReferralCode}" } };
        var created = (await Get<ProgramRegister>().CreateAsync(new NewProgram("Shop", currency, Settings: links), Operator, default)).Value;
        var shop = new Shop(this, created.Program)
        {
            ApiKey = await MintAsync(created.Program, ApiKeyKind.GameballApi),
            Secret = await MintAsync(created.Program, ApiKeyKind.GameballSecret),
        };
        if (settings is not null)
            await shop.ChangeAsync(settings);
        if (campaign is not null)
            await shop.StartCampaignAsync(campaign);
        if (withReferrer)
            await shop.ImportAsync("user_12345", "REF123456", "John Doe");
        return shop;
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await Invariants.CheckAsync(Node.Services);
        }
        finally
        {
            foreach (var node in nodes.AsEnumerable().Reverse())
                await node.DisposeAsync();
            await database.DisposeAsync();
        }
    }

    internal async Task<string> MintAsync(ReferralProgram program, ApiKeyKind kind, IReadOnlyList<string>? scopes = null) =>
        (await Get<ApiKeys>().CreateAsync(program, new NewKey(kind, Scopes: scopes), KeyScopes.All, Operator, default)).Value.Token;
}
