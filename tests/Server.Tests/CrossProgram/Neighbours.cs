using Dapper;
using Tributary.Programs;
using Tributary.Server.Tests.Support;
using Tributary.Server.Tests.V1;
using Tributary.Tests.Support;

namespace Tributary.Server.Tests.CrossProgram;

/// <summary>One node with three programmes: one that is named, one that has none of its ids, and one that has all of them too.</summary>
public sealed class Neighbours(PostgresFixture postgres) : IAsyncLifetime
{
    /// <summary>Stands in the named programme's rows; no answer to anybody else may hold it.</summary>
    internal const string Mark = "orchid";

    private readonly V1Node node = new(postgres);

    private Estate stranger = null!;

    internal V1Node Node => node;

    internal Estate Named { get; private set; } = null!;

    internal Estate Twin { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await node.InitializeAsync();
        Named = await OpenNamedAsync();
        stranger = await OpenStrangerAsync();
        Twin = await Estate.OpenAsync(node, "a-", "twin");
    }

    /// <summary>Another programme like the named one, to be changed.</summary>
    internal Task<Estate> OpenNamedAsync() => Estate.OpenAsync(node, "a-", Mark);

    /// <summary>A programme that has none of the ids; one of its own for a request that may make them there.</summary>
    internal async Task<Estate> StrangerOfAsync(RouteCase asked) =>
        asked is { Changes: true, Strangers: ForStrangers.OwnThings } ? await OpenStrangerAsync() : stranger;

    /// <summary>One hash over all rows of a programme, but for when its keys were used and what jobs have sealed and folded meanwhile.</summary>
    internal async Task<string> ImageAsync(Estate estate)
    {
        await using var connection = await node.Server.Database.OpenAsync(CancellationToken.None);
        var tables = await connection.QueryAsync<string>(
            """
            select quote_ident(c.table_name)
            from information_schema.columns c
            where c.table_schema = 'public' and c.column_name = 'program_id' and c.table_name <> all (@jobs)
            order by c.table_name
            """,
            new { jobs = JobTables.All.ToArray() });
        var rows = string.Join("\nunion all\n", tables.Select(table =>
            $"select '{table} ' || (to_jsonb(t) - @columns)::text as line from {table} t where t.program_id = @program"));
        return (await connection.ExecuteScalarAsync<string>(
            $"select count(*) || ' rows ' || md5(string_agg(line, chr(10) order by line)) from ({rows}) as everything",
            new { program = estate.Program.Id, columns = JobTables.Columns.ToArray() }))!;
    }

    internal async Task SetTypeAsync(Estate estate, PartneroType type)
    {
        var word = type == PartneroType.Affiliate ? "affiliate" : "refer_a_friend";
        var settings = new System.Text.Json.Nodes.JsonObject { ["partnero"] = new System.Text.Json.Nodes.JsonObject { ["type"] = word } };
        (await node.Get<ProgramRegister>().UpdateAsync(estate.Program, new ProgramChange(Settings: settings), V1Node.Operator, default)).Succeeded.ShouldBeTrue();
    }

    private Task<Estate> OpenStrangerAsync() => Estate.OpenAsync(node, "b-", "stranger");

    public ValueTask DisposeAsync() => node.DisposeAsync();
}
