using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tributary.Keys;
using Tributary.Tests.Support;

namespace Tributary.Server.Tests.V1;

/// <summary>What must never be found in logs, in errors, in the database.</summary>
public sealed class SecrecyTests(PostgresFixture postgres)
{
    [Fact]
    public async Task N22_N23_no_secret_no_person_and_no_broken_line_in_logs_errors_or_the_database()
    {
        var logs = new CollectedLogs();
        await using var node = await V1Node.StartAsync(postgres, options => options, builder =>
        {
            builder.Logging.SetMinimumLevel(LogLevel.Trace);
            builder.Services.AddSingleton<ILoggerProvider>(logs);
        });
        var shop = await node.OpenShopAsync();
        var pair = await node.MintAsync(shop.Program, new NewKey(ApiKeyKind.GameballSecret));
        var revoked = await node.MintAsync(shop.Program, new NewKey(ApiKeyKind.Secret));
        var secrets = (string[])[shop.Key.Token, shop.Made.Secret.Token, shop.Made.Publishable.Token, pair.Token, revoked.Token];
        var errors = await AskAsync(node, shop, revoked);

        foreach (var secret in secrets)
        {
            logs.Text.ShouldNotContain(secret);
            errors.ShouldNotContain(secret);
        }
        foreach (var personal in (string[])["secret.person@example.com", "Secretname", "forged"])
            logs.Text.ShouldNotContain(personal);
        logs.Lines.ShouldAllBe(line => !line.Contains('\u001b') && line.Length < 10_000);
        var dump = await DumpAsync(node);
        foreach (var secret in secrets)
        {
            dump.ShouldNotContain(secret);
            dump.ShouldNotContain(Convert.ToHexStringLower(Encoding.UTF8.GetBytes(secret)));
        }
    }

    /// <summary>Requests of every kind that fail, with what must not come back.</summary>
    private static async Task<string> AskAsync(V1Node node, Shop shop, MintedKey revoked)
    {
        await node.Get<ApiKeys>().RevokeAsync(shop.Program, revoked.Key.PublicId, V1Node.Operator, CancellationToken.None);
        const string line = "forged\r\n2026-01-01 fail: \u001b[31mforged\u001b[0m";
        var answers = new List<ApiAnswer>
        {
            (await shop.Api.PostAsync("/keys", """{"kind":"secret"}""", "once")).Ok(HttpStatusCode.Created),
            await node.Client(revoked.Token).GetAsync("/program"),
            await node.Client(null).GetAsync($"/program?key={shop.Key.Token}"),
            await shop.Api.PutAsync($"/customers/{Uri.EscapeDataString(line)}", """{"email":"secret.person@example.com","attributes":{"displayName":"Secretname"}}"""),
            await shop.Api.PutAsync("/customers/c", """{"email":"secret.person@example.com","unknown":"Secretname"}"""),
            await shop.Api.PostAsync("/orders", """{"orderId":"secret.person@example.com"}"""),
            await shop.Api.GetAsync($"/orders/{Uri.EscapeDataString(line)}"),
            await shop.Api.PostAsync("/orders", "{\"" + new string('x', 200_000) + "\":1}"),
        };
        return string.Join('\n', answers.Skip(1).Select(answer => answer.Text));
    }

    private static async Task<string> DumpAsync(V1Node node)
    {
        await using var connection = await node.Server.Database.OpenAsync(CancellationToken.None);
        var dump = new StringBuilder();
        foreach (var table in await connection.QueryAsync<string>("select table_name from information_schema.tables where table_schema = 'public'"))
            dump.AppendJoin('\n', await connection.QueryAsync<string>($"select row_to_json(t)::text from {table} t"));
        // Kept answers are bytes.
        dump.AppendJoin('\n', await connection.QueryAsync<string>("select convert_from(answer, 'UTF8') from idempotency_keys"));
        return dump.ToString();
    }

    private sealed class CollectedLogs : ILoggerProvider
    {
        private readonly ConcurrentQueue<string> lines = new();

        public IEnumerable<string> Lines => lines;

        public string Text => string.Join('\n', lines);

        public ILogger CreateLogger(string categoryName) => new Logger(lines);

        public void Dispose()
        {
        }

        private sealed class Logger(ConcurrentQueue<string> lines) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
                lines.Enqueue($"{formatter(state, exception)} {exception}");
        }
    }
}
