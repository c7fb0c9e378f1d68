using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Tributary.Keys;
using Tributary.Programs;
using Tributary.Server;
using Tributary.Storage;
using Tributary.Webhooks;

namespace Tributary.Bench.Events;

/// <summary>A programme whose events are sent to the benchmark itself.</summary>
internal sealed record EventShop(long ProgramId, string Secret)
{
    private static readonly Caller Operator = new("cli", Trusted: true);

    /// <summary>What lets a server send to the loopback.</summary>
    public static readonly IReadOnlyDictionary<string, string> Environment = new Dictionary<string, string>
    {
        ["TRIBUTARY_OUTBOUND_ALLOW"] = "127.0.0.0/8",
        ["TRIBUTARY_OUTBOUND_ANY_PORT"] = "true",
        ["TRIBUTARY_API_REQUESTS_PER_MINUTE"] = "0",
    };

    /// <param name="url">Where events are sent; null: nowhere.</param>
    public static async Task<EventShop> OpenAsync(BenchFolder folder, string? url, int concurrency)
    {
        await using WebApplication node = await ServerApp.BuildAsync(new ServerOptions
        {
            Database = folder.Connections, DataFolder = folder.Path, Urls = "http://127.0.0.1:0", OutboundAnyPort = true,
            OutboundAllowed = [System.Net.IPNetwork.Parse("127.0.0.0/8")],
        });
        node.Services.GetRequiredService<Database>().OpenGate();
        var program = (await node.Services.GetRequiredService<ProgramRegister>().CreateAsync(
            new NewProgram("Bench", "USD"), Operator, CancellationToken.None)).Value.Program;
        var key = (await node.Services.GetRequiredService<ApiKeys>().CreateAsync(
            program, new NewKey(ApiKeyKind.Secret), KeyScopes.All, Operator, CancellationToken.None)).Value;
        if (url is not null)
            _ = (await node.Services.GetRequiredService<WebhookRegister>().CreateAsync(
                program, new NewEndpoint(null, "Bench", url, WebhookFormat.Native, ["*"], Options: EndpointOptions.Usual with { Concurrency = concurrency }),
                Operator, CancellationToken.None)).Value;
        return new EventShop(program.Id, key.Token);
    }

    /// <summary>Events like those of orders, committed together.</summary>
    public async Task RaiseAsync(BenchFolder folder, int count)
    {
        await using var connection = await folder.OpenAsync();
        await connection.ExecuteAsync(
            """
            insert into events (program_id, type, subject, customer_id, order_key, data, occurred_at)
            select @ProgramId, 'order.created', 'order:' || n, n, n,
                   jsonb_build_object('orderKey', n, 'orderId', 'o-' || n, 'customerId', n, 'state', 'paid', 'total', 4990, 'currency', 'USD'), now()
            from generate_series(1, @count) n
            """,
            new { ProgramId, count });
    }
}
