using System.Text;
using Dapper;
using Shouldly;
using Tributary.Keys;
using Tributary.Primitives;
using Tributary.Tests.Support;
using Xunit;

namespace Tributary.Core.Tests.Keys;

public sealed class ApiKeysTests(PostgresFixture postgres) : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly HandClock clock = new();
    private readonly TestSealer sealer = new();
    private TestDatabase database = null!;
    private KeyNode node = null!;

    public async ValueTask InitializeAsync()
    {
        database = await postgres.CreateDatabaseAsync();
        node = new KeyNode(database.Database, clock, sealer);
    }

    public async ValueTask DisposeAsync()
    {
        await node.DisposeAsync();
        await database.DisposeAsync();
    }

    [Fact]
    public async Task A_new_programme_has_a_publishable_and_a_secret_key_that_are_found()
    {
        var made = await node.CreateProgramAsync();
        var secret = await node.Directory.FindAsync(made.Secret.Token, None);
        secret!.Program.PublicId.ShouldBe(made.Program.PublicId);
        secret.Key.Kind.ShouldBe(ApiKeyKind.Secret);
        secret.Key.Scopes.ShouldBe(KeyScopes.Usual);
        (await node.Directory.FindAsync(made.Publishable.Token, None))!.Key.Kind.ShouldBe(ApiKeyKind.Publishable);
    }

    [Fact]
    public async Task No_token_is_kept_in_any_table()
    {
        var made = await node.CreateProgramAsync();
        var pair = await node.CreateKeyAsync(made.Program, new NewKey(ApiKeyKind.GameballSecret));
        await using var connection = await database.Database.OpenAsync(None);
        var rows = string.Join('\n', await connection.QueryAsync<string>("""
            select row_to_json(k)::text from api_keys k union all select row_to_json(a)::text from audit_entries a
            """));
        var hexOfSecret = Convert.ToHexStringLower(Encoding.UTF8.GetBytes(pair.Token));
        foreach (var token in (string[])[made.Secret.Token, made.Publishable.Token, pair.Token, hexOfSecret])
            rows.ShouldNotContain(token);
    }

    [Fact]
    public async Task A_revoked_key_is_refused_at_once_and_revoking_again_changes_nothing()
    {
        var made = await node.CreateProgramAsync();
        await node.BecomeCurrentAsync();
        (await node.AcceptsAsync(made.Secret.Token)).ShouldBeTrue();
        var first = await node.Keys.RevokeAsync(made.Program, made.Secret.Key.PublicId, KeyNode.Operator, None);
        (await node.AcceptsAsync(made.Secret.Token)).ShouldBeFalse();
        clock.Advance(TimeSpan.FromHours(1));
        var again = await node.Keys.RevokeAsync(made.Program, made.Secret.Key.PublicId, KeyNode.Operator, None);
        again.Value.RevokedAt.ShouldBe(first.Value.RevokedAt);
    }

    [Fact]
    public async Task Both_keys_work_during_the_overlap_of_a_rotation()
    {
        var made = await node.CreateProgramAsync();
        var next = (await node.Keys.RotateAsync(
            made.Program, made.Secret.Key.PublicId, TimeSpan.FromHours(2), KeyScopes.All, KeyNode.Operator, None)).Value;
        (await node.AcceptsAsync(made.Secret.Token)).ShouldBeTrue();
        (await node.AcceptsAsync(next.Token)).ShouldBeTrue();
        clock.Advance(TimeSpan.FromHours(2));
        (await node.AcceptsAsync(made.Secret.Token)).ShouldBeFalse();
        (await node.AcceptsAsync(next.Token)).ShouldBeTrue();
        next.Key.Scopes.ShouldBe(made.Secret.Key.Scopes);
    }

    [Fact]
    public async Task A_key_expires_although_it_is_remembered()
    {
        var made = await node.CreateProgramAsync();
        var key = await node.CreateKeyAsync(made.Program, new NewKey(ApiKeyKind.Secret, ExpiresAt: clock.GetUtcNow().AddMinutes(5)));
        await node.BecomeCurrentAsync();
        (await node.AcceptsAsync(key.Token)).ShouldBeTrue();
        clock.Advance(TimeSpan.FromMinutes(5));
        (await node.AcceptsAsync(key.Token)).ShouldBeFalse();
    }

    [Fact]
    public async Task The_last_use_is_kept_to_the_minute()
    {
        var made = await node.CreateProgramAsync();
        clock.Advance(TimeSpan.FromSeconds(42));
        await node.AcceptsAsync(made.Secret.Token);
        await node.Usage.WriteAsync(None);
        var key = await node.Keys.FindAsync(made.Program, made.Secret.Key.PublicId, None);
        key!.LastUsedAt.ShouldBe(clock.GetUtcNow().AddSeconds(-42));
    }

    [Fact]
    public async Task Nobody_hands_on_scopes_they_do_not_have()
    {
        var made = await node.CreateProgramAsync();
        var wide = await node.CreateKeyAsync(made.Program, new NewKey(ApiKeyKind.Secret, Scopes: KeyScopes.All));
        string[] narrow = [KeyScopes.Read, KeyScopes.Manage];
        var created = await node.Keys.CreateAsync(
            made.Program, new NewKey(ApiKeyKind.Secret, Scopes: [KeyScopes.Programs]), narrow, KeyNode.Operator, None);
        created.Problem.Code.ShouldBe(ProblemCode.Forbidden);
        var rotated = await node.Keys.RotateAsync(
            made.Program, wide.Key.PublicId, TimeSpan.Zero, narrow, KeyNode.Operator, None);
        rotated.Problem.Code.ShouldBe(ProblemCode.Forbidden);
        (await node.AcceptsAsync(wide.Token)).ShouldBeTrue();
    }

    [Fact]
    public async Task Another_programmes_key_does_not_exist_here()
    {
        var mine = await node.CreateProgramAsync();
        var other = await node.CreateProgramAsync("Other");
        (await node.Keys.FindAsync(mine.Program, other.Secret.Key.PublicId, None)).ShouldBeNull();
        (await node.Keys.RevokeAsync(mine.Program, other.Secret.Key.PublicId, KeyNode.Operator, None)).Problem.Code.ShouldBe(ProblemCode.NotFound);
        (await node.AcceptsAsync(other.Secret.Token)).ShouldBeTrue();
    }

    [Fact]
    public async Task Keys_are_listed_page_by_page()
    {
        var made = await node.CreateProgramAsync();
        for (var n = 0; n < 3; n++)
            await node.CreateKeyAsync(made.Program, new NewKey(ApiKeyKind.Secret, $"key {n}"));
        var names = new List<string>();
        Cursor? after = null;
        do
        {
            var page = await node.Keys.ListAsync(made.Program, new PageRequest(2, after), None);
            names.AddRange(page.Items.Select(key => key.Name));
            after = page.Next;
        }
        while (after is not null);
        names[2..].ShouldBe(["key 0", "key 1", "key 2"]);
    }
}
