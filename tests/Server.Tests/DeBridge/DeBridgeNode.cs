using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Tributary.Keys;
using Tributary.Links;
using Tributary.Programs;
using Tributary.Server.Tests.Support;
using Tributary.Server.Tests.V1;
using Tributary.Tests.Support;

namespace Tributary.Server.Tests.DeBridge;

/// <summary>One node for a class of tests; each test takes programmes of its own from it.</summary>
public sealed class DeBridgeNode(PostgresFixture postgres) : IAsyncLifetime
{
    private V1Node node = new(postgres);

    internal PostgresFixture Postgres => postgres;

    internal TestServer Server => node.Server;

    internal HandClock Clock => node.Clock;

    internal static async Task<DeBridgeNode> StartAsync(
        PostgresFixture postgres, Func<ServerOptions, ServerOptions> settings, Action<WebApplicationBuilder>? customize = null) =>
        new(postgres) { node = await V1Node.StartAsync(postgres, settings, customize) };

    internal T Get<T>()
        where T : notnull => node.Get<T>();

    public ValueTask InitializeAsync() => node.InitializeAsync();

    public ValueTask DisposeAsync() => node.DisposeAsync();

    /// <summary>A programme that the dialect answers for.</summary>
    /// <param name="settings">Members of <c>debridge</c> besides.</param>
    internal async Task<Platform> OpenAsync(string settings = "{}", string? publicId = null)
    {
        var debridge = JsonNode.Parse(settings)!.AsObject();
        debridge["enabled"] ??= true;
        var wanted = new NewProgram("Platform", "USD", Settings: new JsonObject { ["debridge"] = debridge }, PublicId: publicId);
        var made = (await Get<ProgramRegister>().CreateAsync(wanted, V1Node.Operator, default)).Value;
        var secret = await node.MintAsync(made.Program, new NewKey(ApiKeyKind.Secret, Scopes: KeyScopes.All));
        return new Platform(this, made.Program, secret.Token, made.Publishable.Token);
    }

    /// <summary>A host of its own for the programme's interfaces.</summary>
    internal Task AddHostAsync(Platform platform, string host) => AddDomainAsync(platform, DomainKind.Api, host);

    internal Task AddSiteAsync(Platform platform, string host) => AddDomainAsync(platform, DomainKind.Site, host);

    private async Task AddDomainAsync(Platform platform, DomainKind kind, string host)
    {
        var domains = Get<DomainRegister>();
        var added = (await domains.AddAsync(platform.Program, new NewDomain(kind, host), V1Node.Operator, default)).Value;
        (await domains.VouchAsync(platform.Program, added.Number, V1Node.Operator, default)).Succeeded.ShouldBeTrue();
    }

    internal async Task<string> MintBoundAsync(Platform platform, long referrerId) =>
        (await node.MintAsync(platform.Program, new NewKey(ApiKeyKind.Secret, ReferrerId: referrerId))).Token;
}
