namespace Tributary.Tests.Support;

/// <summary>One database for all tests of a class, as a class fixture; each test keeps to a programme of its own.</summary>
public sealed class ClassDatabase(PostgresFixture postgres) : IAsyncLifetime
{
    public TestDatabase Database { get; private set; } = null!;

    /// <summary>Another one, for a test that must break the schema.</summary>
    public Task<TestDatabase> CopyAsync() => postgres.CreateDatabaseAsync();

    public async ValueTask InitializeAsync() => Database = await postgres.CreateDatabaseAsync();

    public ValueTask DisposeAsync() => Database.DisposeAsync();
}
