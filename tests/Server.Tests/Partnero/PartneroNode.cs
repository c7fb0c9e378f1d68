using System.Text.Json.Nodes;
using Tributary.Keys;
using Tributary.Programs;
using Tributary.Server.Tests.Support;
using Tributary.Server.Tests.V1;
using Tributary.Tests.Support;

namespace Tributary.Server.Tests.Partnero;

/// <summary>One node for a class of tests. Each test takes programmes of its own from it.</summary>
public sealed class PartneroNode(PostgresFixture postgres) : IAsyncLifetime
{
    private V1Node node = new(postgres);

    internal PostgresFixture Postgres => postgres;

    /// <summary>A node with other settings than those that tests share.</summary>
    internal static async Task<PartneroNode> StartAsync(PostgresFixture postgres, Func<ServerOptions, ServerOptions> settings) =>
        new(postgres) { node = await V1Node.StartAsync(postgres, settings) };

    internal TestServer Server => node.Server;

    internal HandClock Clock => node.Clock;

    internal T Get<T>()
        where T : notnull => node.Get<T>();

    public ValueTask InitializeAsync() => node.InitializeAsync();

    public ValueTask DisposeAsync() => node.DisposeAsync();

    /// <summary>An empty programme.</summary>
    /// <param name="settings">What differs from the defaults.</param>
    internal async Task<PartneroShop> OpenEmptyAsync(PartneroType type = PartneroType.Affiliate, JsonObject? settings = null)
    {
        settings ??= [];
        settings["partnero"] ??= new JsonObject();
        settings["partnero"]!["type"] = type == PartneroType.Affiliate ? "affiliate" : "refer_a_friend";
        var made = (await Get<ProgramRegister>().CreateAsync(new NewProgram("Your Site", "USD", Settings: settings), V1Node.Operator, default)).Value;
        return new PartneroShop(this, made.Program, (await MintAsync(made.Program, new NewKey(ApiKeyKind.Secret))).Token, made.Publishable.Token);
    }

    internal Task<MintedKey> MintAsync(ReferralProgram program, NewKey wanted) => node.MintAsync(program, wanted);
}
