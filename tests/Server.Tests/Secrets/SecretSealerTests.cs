using System.Security.Cryptography;
using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Tributary.Keys;
using Tributary.Server.Tests.Support;
using Tributary.Tests.Support;

namespace Tributary.Server.Tests.Secrets;

public sealed class SecretSealerTests(PostgresFixture postgres)
{
    private const string Secret = "a secret of a shop, 32 characters";

    [Fact]
    public async Task A_secret_sealed_on_one_node_is_opened_on_another()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        var master = NewMasterKey();
        await using var first = await NodeAsync(database, master);
        await using var second = await NodeAsync(database, master);
        var kept = Sealer(first).Seal(Secret);
        Sealer(second).Open(kept).ShouldBe(Secret);
        Sealer(first).Seal(Secret).ShouldNotBe(kept);
    }

    [Fact]
    public async Task Without_the_master_key_the_database_opens_nothing()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var first = await NodeAsync(database, NewMasterKey());
        await using var thief = await NodeAsync(database, NewMasterKey());
        var kept = Sealer(first).Seal(Secret);
        Should.Throw<CryptographicException>(() => Sealer(thief).Open(kept));
        await using var connection = await database.Database.OpenAsync(CancellationToken.None);
        var ring = await connection.QuerySingleAsync<string>("select document from protection_keys order by key_id limit 1");
        ring.ShouldContain("sealed");
        ring.ShouldNotContain("masterKey");
    }

    [Fact]
    public async Task A_changed_byte_is_refused()
    {
        await using var server = await TestServer.StartAsync(postgres);
        var kept = Sealer(server).Seal(Secret);
        kept[^1] ^= 1;
        Should.Throw<CryptographicException>(() => Sealer(server).Open(kept));
    }

    private static string NewMasterKey() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    private static Task<TestServer> NodeAsync(TestDatabase database, string master) => TestServer.StartAsync(
        database.Connections,
        builder => builder.Services.AddSingleton(new ServerOptions { Database = database.Connections, MasterKey = master }));

    private static ISecretSealer Sealer(TestServer server) => server.Services.GetRequiredService<ISecretSealer>();
}
