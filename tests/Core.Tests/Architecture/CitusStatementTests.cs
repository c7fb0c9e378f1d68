using System.Reflection;
using Dapper;
using Npgsql;
using Tributary.Storage;
using Tributary.Tests.Support;

namespace Tributary.Core.Tests.Architecture;

/// <summary>Every statement on a programme's table says of which programme (R26); what may not is named here with its reason.</summary>
public sealed class CitusStatementTests(PostgresFixture postgres)
{
    private const string ClickBatch = "the click batch spans programmes; every row carries its own";

    /// <summary>Statements that look over programmes, each with its reason.</summary>
    private static readonly Dictionary<string, string> Exceptions = new()
    {
        ["ClickBatch.AskFirstClicks"] = ClickBatch,
        ["ClickBatch.AskMarks"] = ClickBatch,
        ["ClickBatch.AskRepeated"] = ClickBatch,
        ["ClickBatch.WriteBatchRows"] = ClickBatch,
        ["ClickBatch.WriteMarks"] = ClickBatch,
        ["ClickBatch.WriteShipped"] = ClickBatch,
        ["ClickRows.CopySql"] = ClickBatch,
        ["Counters.WriteTo"] = ClickBatch,
        ["SeenAgents.WriteTo"] = ClickBatch,
        ["WriterStatements.Ship"] = ClickBatch,
        ["ClickPartitions.MoveNext"] = "a month of clicks is made of all programmes",
        ["ApprovalJob.ProgramsSql"] = "which programmes have rewards to approve",
        ["BatchRegister.ProgramsSql"] = "which programmes have batches to forget",
        ["ChainRetention.ProgramsSql"] = "which programmes have unsigned orders and waiting events to forget",
        ["BatchWork.DueSql"] = "which programmes have batches to go on with",
        ["IdempotencyRetention.ProgramsSql"] = "which programmes have idempotency keys to forget",
        ["LateClicks.ProgramsSql"] = "which programmes wait for clicks",
        ["ClickVelocity.ProgramsSql"] = "which programmes have clicks of the last hours",
        ["DeliveryLog.ProgramsSql"] = "which programmes have deliveries to forget",
        ["DeliveryQueue.DueOfAllSql"] = "which endpoints have something due",
        ["DeliveryQueue.DueOfSomeSql"] = "which endpoints of these programmes have something due",
        ["WebhookHealth.LeftSql"] = "which endpoints that were disabled have deliveries left",
        ["WebhookHealth.ProgramsSql"] = "which endpoints do not work",
        ["EventPublishing.AllProgramsSql"] = "which programmes have positions of events to forget",
        ["EventPublishing.ProgramsSql"] = "which programmes have events to publish",
        ["Folding.ProgramsSql"] = "which programmes have something to fold",
        ["DomainVerification.ProgramsSql"] = "which programmes have domains to look at again",
        ["LapsedRefunds.ProgramsSql"] = "which programmes have refunds that waited too long",
        ["ClickPartitions.EmptyRestSql"] = "the months of clicks are dropped for all programmes together",
        ["Recounting.JudgedBySql"] = "which programmes' clicks were judged by other lists",
        ["Recounting.AskByVelocitySql"] = "which programmes have findings of click velocity",
        ["Recounting.OpenSql"] = "which programmes have days to count anew",
        ["RequestLog.ProgramsSql"] = "which programmes have requests to forget",
        ["RecentlyMoved.ProgramsSql"] = "which programmes the self-check looks at",
    };

    private const string TablesSql = """
        select c.relname
        from pg_class c
        where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
          and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'program_id')
        """;

    [Fact]
    public async Task R26_every_statement_on_a_programmes_table_names_the_programme()
    {
        var misses = Misses(await TablesAsync());
        Statements().Count.ShouldBeGreaterThan(100);
        misses.Where(miss => !Exceptions.ContainsKey(miss.Place)).Select(miss => $"{miss.Place}: {miss.What}").ShouldBeEmpty();
    }

    [Fact]
    public async Task R26_every_exception_is_needed()
    {
        var misses = Misses(await TablesAsync());
        Exceptions.Keys.Except(misses.Select(miss => miss.Place)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("select 1 from orders where program_id = $1 and order_id = $2", 0)]
    [InlineData("select 1 from orders where order_id = $2", 1)]
    [InlineData("select 1 from orders o join rewards r on r.order_key = o.order_key where o.program_id = $1", 1)]
    [InlineData("select 1 from orders o join rewards r on r.program_id = o.program_id where o.program_id = $1", 0)]
    [InlineData("update orders set total = 1 where order_id = $2", 1)]
    [InlineData("delete from orders using rewards r where r.program_id = $1", 1)]
    [InlineData("insert into orders (order_id) values ($1)", 1)]
    public void A_missing_programme_is_seen(string sql, int missing) =>
        StatementScan.TablesWithoutProgram(sql, new HashSet<string> { "orders", "rewards" }).Count.ShouldBe(missing);

    private static List<(string Place, string What)> Misses(HashSet<string> tables) =>
    [
        .. from statement in Statements()
           where StatementScan.Tables(statement.Sql, tables).Any()
           let missing = StatementScan.TablesWithoutProgram(statement.Sql, tables)
           where missing.Count > 0 || !StatementScan.IsBound(statement.Sql)
           select (statement.Place, $"{string.Join(", ", missing)} {statement.Sql}"),
    ];

    private async Task<HashSet<string>> TablesAsync()
    {
        await using TestDatabase test = await postgres.CreateDatabaseAsync();
        await using NpgsqlConnection connection = await test.OpenAsOwnerAsync();
        return [.. (await connection.QueryAsync<string>(TablesSql)).Except(CitusSchemaTests.Directories)];
    }

    /// <summary>Whole statements: what others are composed of is judged as part of those.</summary>
    private static List<(string Place, string Sql)> Statements()
    {
        var texts =
            (from type in typeof(Database).Assembly.GetTypes()
             from text in Instructions.TextsOf(type)
             where StatementScan.IsStatement(text.Text)
             select (Place: $"{Outermost(type).Name}.{text.Member}", Sql: text.Text))
            .DistinctBy(text => text.Sql)
            .ToList();
        return [.. texts.Where(text => !texts.Any(other => other.Sql.Length > text.Sql.Length && other.Sql.Contains(text.Sql, StringComparison.Ordinal)))];
    }

    private static Type Outermost(Type type) => type.DeclaringType is { } outer ? Outermost(outer) : type;
}
