using Dapper;
using Npgsql;
using Shouldly;
using Tributary.Storage;
using Tributary.Tests.Support;
using Xunit;

namespace Tributary.Core.Tests.Storage;

public sealed class RowInsertTests(PostgresFixture postgres)
{
    private static readonly RowInsert Insert = new("""
        insert into numbers as n (shared, number, twice)
        values ($1, @1, coalesce(@2, @1))
        on conflict (number) do update set twice = n.twice + excluded.twice
        """);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(32)]
    [InlineData(33)]
    [InlineData(100)]
    public async Task Any_number_of_rows_arrives_in_its_order(int count)
    {
        await using var test = await postgres.CreateDatabaseAsync();
        await using NpgsqlConnection connection = await test.OpenAsOwnerAsync();
        await connection.ExecuteAsync("create temporary table numbers (n serial, shared text, number int primary key, twice int)");
        var rows = Enumerable.Range(0, count).Select(n => (n * 7) % 101).ToList();
        var writes = new WriteBatch();
        Insert.Add(writes, rows, () => [Param.Of("all")], n => [Param.Of(n), Param.Of((int?)(2 * n))]);
        await writes.FlushAsync(connection, default);
        (await connection.QueryAsync<int>("select number from numbers where shared = 'all' and twice = 2 * number order by n")).ShouldBe(rows);
    }
}
