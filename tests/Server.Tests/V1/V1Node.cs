using System.Net.Http.Headers;
using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Tributary.Keys;
using Tributary.Programs;
using Tributary.Server.Tests.Support;
using Tributary.Storage;
using Tributary.Tests.Support;

namespace Tributary.Server.Tests.V1;

/// <summary>A node that the tests of one class share; every test has programmes of its own on it.</summary>
public sealed class V1Node(PostgresFixture postgres) : IAsyncLifetime
{
    internal static readonly Caller Operator = new("cli", Trusted: true);

    internal TestServer Server { get; private set; } = null!;

    internal HandClock Clock => Server.Clock;

    public async ValueTask InitializeAsync() => Server = await TestServer.StartAsync(postgres);

    public async ValueTask DisposeAsync()
    {
        try
        {
            await Gameball.Invariants.CheckAsync(Server.Services);
        }
        finally
        {
            await Server.DisposeAsync();
        }
    }

    /// <summary>A node with other settings than those that tests share.</summary>
    internal static async Task<V1Node> StartAsync(
        PostgresFixture postgres, Func<ServerOptions, ServerOptions> settings, Action<WebApplicationBuilder>? customize = null) =>
        new(postgres) { Server = await TestServer.StartAsync(postgres, customize, settings) };

    internal T Get<T>()
        where T : notnull => Server.Services.GetRequiredService<T>();

    /// <summary>A new programme, in US dollars, with a client that has every scope.</summary>
    internal async Task<Shop> OpenShopAsync(string name = "Shop")
    {
        var made = (await Get<ProgramRegister>().CreateAsync(new NewProgram(name, "USD"), Operator, CancellationToken.None)).Value;
        return new Shop(this, made, await MintAsync(made.Program, new NewKey(ApiKeyKind.Secret, Scopes: KeyScopes.All)));
    }

    internal async Task<MintedKey> MintAsync(ReferralProgram program, NewKey wanted) =>
        (await Get<ApiKeys>().CreateAsync(program, wanted, KeyScopes.All, Operator, CancellationToken.None)).Value;

    /// <summary>A client that presents this key, or none.</summary>
    internal ApiClient Client(string? token)
    {
        var http = new HttpClient { BaseAddress = Server.Client.BaseAddress };
        if (token is not null)
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return new ApiClient(http);
    }
}

/// <summary>One programme of a test.</summary>
internal sealed class Shop(V1Node node, ProgramCreated made, MintedKey key)
{
    public ReferralProgram Program => made.Program;

    public ProgramCreated Made => made;

    public MintedKey Key => key;

    public ApiClient Api { get; } = node.Client(key.Token);

    public async Task ExecuteAsync(string sql, object parameters)
    {
        await using var connection = await node.Server.Database.OpenAsync(CancellationToken.None);
        await connection.ExecuteAsync(sql, parameters);
    }

    /// <summary>A client whose secret is bound to the referrer.</summary>
    public async Task<ApiClient> BoundToAsync(long referrerId) =>
        node.Client((await node.MintAsync(Program, new NewKey(ApiKeyKind.Secret, ReferrerId: referrerId))).Token);
}
