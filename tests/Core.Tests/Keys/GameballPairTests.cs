using Shouldly;
using Tributary.Keys;
using Tributary.Primitives;
using Tributary.Tests.Support;
using Xunit;

namespace Tributary.Core.Tests.Keys;

public sealed class GameballPairTests(PostgresFixture postgres) : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;

    private TestDatabase database = null!;
    private KeyNode node = null!;

    public async ValueTask InitializeAsync()
    {
        database = await postgres.CreateDatabaseAsync();
        node = new KeyNode(database.Database, new HandClock(), new TestSealer());
    }

    public async ValueTask DisposeAsync()
    {
        await node.DisposeAsync();
        await database.DisposeAsync();
    }

    [Fact]
    public async Task A_minted_pair_is_found_and_its_secret_has_32_characters()
    {
        var made = await node.CreateProgramAsync();
        var api = await node.CreateKeyAsync(made.Program, new NewKey(ApiKeyKind.GameballApi));
        var secret = await node.CreateKeyAsync(made.Program, new NewKey(ApiKeyKind.GameballSecret));
        secret.Token.Length.ShouldBe(32);
        (await node.Directory.FindGameballApiKeyAsync(api.Token, None))!.Program.Id.ShouldBe(made.Program.Id);
        (await node.Directory.FindGameballSecretAsync(made.Program, secret.Token, None))!.PublicId.ShouldBe(secret.Key.PublicId);
        (await node.Directory.GameballSecretsAsync(made.Program, None)).Single().Value.ShouldBe(secret.Token);
    }

    [Fact]
    public async Task Native_keys_serve_the_dialect_too()
    {
        var made = await node.CreateProgramAsync();
        (await node.Directory.FindGameballApiKeyAsync(made.Publishable.Token, None))!.Program.Id.ShouldBe(made.Program.Id);
        (await node.Directory.FindGameballApiKeyAsync(made.Secret.Token, None)).ShouldBeNull();
        (await node.Directory.FindGameballSecretAsync(made.Program, made.Secret.Token, None)).ShouldNotBeNull();
        (await node.Directory.FindGameballSecretAsync(made.Program, made.Publishable.Token, None)).ShouldBeNull();
    }

    [Fact]
    public async Task A_secret_of_another_programme_is_none_here()
    {
        var mine = await node.CreateProgramAsync();
        var other = await node.CreateProgramAsync("Other");
        var theirs = await node.CreateKeyAsync(other.Program, new NewKey(ApiKeyKind.GameballSecret));
        (await node.Directory.FindGameballSecretAsync(mine.Program, theirs.Token, None)).ShouldBeNull();
        (await node.Directory.FindGameballSecretAsync(mine.Program, other.Secret.Token, None)).ShouldBeNull();
    }

    [Fact]
    public async Task A_publishable_value_is_unique_on_the_server_and_a_secret_only_in_its_programme()
    {
        const string brought = "8fdfdffcaa8f4cf5b5fbc4a4b0a6c1de";
        var live = await node.CreateProgramAsync();
        var test = await node.CreateProgramAsync("Test");
        await node.CreateKeyAsync(live.Program, new NewKey(ApiKeyKind.GameballApi, Value: brought));
        await node.CreateKeyAsync(live.Program, new NewKey(ApiKeyKind.GameballSecret, Value: brought));
        await node.CreateKeyAsync(test.Program, new NewKey(ApiKeyKind.GameballSecret, Value: brought));
        var twice = await node.Keys.CreateAsync(
            test.Program, new NewKey(ApiKeyKind.GameballApi, Value: brought), KeyScopes.All, KeyNode.Operator, None);
        twice.Problem.ShouldBe(new Problem(ProblemCode.AlreadyExists, twice.Problem.Detail, "value"));
    }

    [Theory]
    [InlineData("too-short-to-be-one")]
    [InlineData("with a blank in the middle of it")]
    [InlineData("ünprintable-characters-are-refused")]
    public async Task Other_values_are_refused(string value)
    {
        var made = await node.CreateProgramAsync();
        var outcome = await node.Keys.CreateAsync(
            made.Program, new NewKey(ApiKeyKind.GameballApi, Value: value), KeyScopes.All, KeyNode.Operator, None);
        outcome.Problem.Field.ShouldBe("value");
    }

    [Fact]
    public async Task Two_secrets_are_valid_while_one_replaces_the_other_but_not_three()
    {
        var made = await node.CreateProgramAsync();
        var first = await node.CreateKeyAsync(made.Program, new NewKey(ApiKeyKind.GameballSecret));
        var second = (await node.Keys.RotateAsync(
            made.Program, first.Key.PublicId, TimeSpan.FromHours(1), KeyScopes.All, KeyNode.Operator, None)).Value;
        foreach (var value in (string[])[first.Token, second.Token])
            (await node.Directory.FindGameballSecretAsync(made.Program, value, None)).ShouldNotBeNull();
        var third = await node.Keys.CreateAsync(
            made.Program, new NewKey(ApiKeyKind.GameballSecret), KeyScopes.All, KeyNode.Operator, None);
        third.Problem.Code.ShouldBe(ProblemCode.LimitReached);
    }
}
