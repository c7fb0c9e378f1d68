using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Tributary.Programs;
using Tributary.Referrers;
using Tributary.Server;
using Tributary.Storage;

namespace Tributary.Bench.Redirects;

/// <summary>A programme with a partner and many short links, all answered at <see cref="Host"/>.</summary>
internal static class BenchLinks
{
    public const string Host = "go.bench.example";

    /// <summary>Of the server: links are at the host, and the load generator tells visitors' addresses.</summary>
    public static IReadOnlyDictionary<string, string> Environment { get; } = new Dictionary<string, string>
    {
        ["TRIBUTARY_SHORT_URL"] = $"http://{Host}",
        ["TRIBUTARY_PROXIES"] = "127.0.0.1",
    };

    /// <summary>Link n has the short code <c>b</c> and n in seven digits.</summary>
    private const string FillSql = """
        with made as (
          insert into links (program_id, public_id, referrer_id, key, short_code, created_at, updated_at)
          select @programId, 'lnk_' || n, @referrerId, 'B' || lpad(n::text, 7, '0'), 'b' || lpad(n::text, 7, '0'), now(), now()
          from generate_series(1, @count) n
          returning program_id, link_id, short_code),
        coded as (
          insert into codes (program_id, referrer_id, kind, link_id, code, canonical, folded, created_at)
          select program_id, @referrerId, 'short', link_id, short_code, upper(short_code), upper(short_code), now() from made)
        insert into server_short_codes (short_code, program_id, link_id)
        select short_code, program_id, link_id from made
        """;

    private static readonly Caller Operator = new("cli", Trusted: true);

    public static async Task FillAsync(BenchFolder folder, int count)
    {
        await using WebApplication node = await ServerApp.BuildAsync(
            new ServerOptions { Database = folder.Connections, DataFolder = folder.Path, Urls = "http://127.0.0.1:0" });
        node.Services.GetRequiredService<Database>().OpenGate();
        var settings = new System.Text.Json.Nodes.JsonObject { ["links"] = new System.Text.Json.Nodes.JsonObject { ["site"] = "https://shop.bench.example" } };
        var program = (await node.Services.GetRequiredService<ProgramRegister>().CreateAsync(
            new NewProgram("Bench", "USD", Settings: settings), Operator, CancellationToken.None)).Value.Program;
        var partner = (await node.Services.GetRequiredService<ReferrerRegister>().CreateAsync(
            program, new NewReferrer(ReferrerKind.Partner, null, "Partner", Code: "PARTNER"), Operator, CancellationToken.None)).Value;
        await using var connection = await folder.OpenAsync();
        await connection.ExecuteAsync(FillSql, new { programId = program.Id, referrerId = partner.Id, count }, commandTimeout: 600);
        await connection.ExecuteAsync("vacuum analyze", commandTimeout: 600);
    }
}
