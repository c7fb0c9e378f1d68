using System.Diagnostics;
using System.Net;
using System.Text;
using Dapper;
using Npgsql;
using Tributary.Keys;
using Tributary.Programs;
using Tributary.Server.Tests.Support;
using Tributary.Server.Tests.V1;
using Tributary.Storage;
using Tributary.Storage.Cluster;
using Tributary.Tests.Support;

namespace Tributary.Server.Tests.Secrets;

/// <summary>Secrets go through everything the server does with them; afterwards they stand nowhere.</summary>
public sealed class SecretLeakTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const string UnknownSecret = "trs_live_00000000000000000000000000000015akZG";
    private const string BroughtApiKey = "brought-along-api-key-0123456789";
    private const string BroughtSecret = "brought-along-secret-0123456789!";

    private readonly CapturedLog log = new();
    private readonly List<string> secrets = [UnknownSecret, BroughtApiKey, BroughtSecret];
    private readonly StringBuilder refusals = new();
    private TestDatabase database = null!;
    private TestServer server = null!;

    public async ValueTask InitializeAsync()
    {
        database = await postgres.CreateDatabaseAsync();
        server = await TestServer.StartAsync(database.Connections, builder => log.AddTo(builder.Logging));
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        await database.DisposeAsync();
        log.Dispose();
    }

    [Fact]
    public async Task N23_no_secret_stands_in_logs_dumps_and_error_bodies()
    {
        var programs = (ProgramRegister)server.Services.GetService(typeof(ProgramRegister))!;
        var made = (await programs.CreateAsync(new NewProgram("Shop", "USD"), new Caller("cli", Trusted: true), CancellationToken.None)).Value;
        var key = Seeded(made.Secret.Token);
        Seeded(made.Publishable.Token);
        var further = await UseNativeAsync(key);
        await UseGameballAsync(key);
        await BreakDatabaseAsync(key, further);
        // In a URL a key is in the caller's own histories already; here it must not get into the logs as they are set up.
        log.Everything = false;
        await AskAsync(HttpMethod.Get, $"/api/v1/program?key={key}", null);
        log.Everything = true;

        await server.App.StopAsync();
        ShouldHoldNone(log.Text, "the log");
        ShouldHoldNone(refusals.ToString(), "the refusals");
        var dump = await DumpAsync();
        ShouldHoldNone(dump, "the dump");
        log.Text.ShouldContain("/api/v1/keys", customMessage: "The log was not heard.");
        refusals.ToString().ShouldContain("unauthenticated");
        dump.ShouldContain(key[^4..], customMessage: "The dump holds the keys' last four.");
        dump.ShouldContain("COPY public.idempotency_keys");
    }

    /// <summary>A secret that was never presented yet.</summary>
    private async Task<string> UseNativeAsync(string key)
    {
        var made = await PostAsync("/api/v1/keys", """{"kind":"secret"}""", key);
        var id = (string)made["key.id"]!;
        var first = Seeded((string)made["token"]!);
        await AskAsync(HttpMethod.Get, "/api/v1/program", null, Bearer(first));
        Seeded((string)(await PostAsync($"/api/v1/keys/{id}/rotate", """{"overlapSeconds":0}""", key))["token"]!);
        await AskAsync(HttpMethod.Get, "/api/v1/program", null, Bearer(first));
        (await AskAsync(HttpMethod.Delete, $"/api/v1/keys/{id}", null, Bearer(key))).Ok();
        await PostAsync("/api/v1/orders", """{"orderId":"o","customerId":"c","total":5}""", key);
        foreach (var wrong in (string[])[UnknownSecret, UnknownSecret + "x", BroughtSecret])
            await AskAsync(HttpMethod.Get, "/api/v1/keys", null, Bearer(wrong));
        var idempotency = Seeded("idempotency-key-of-a-retry");
        foreach (var body in (string[])["""{"orderId":"i","customerId":"c","total":5}""", """{"orderId":"i","customerId":"c","total":6}""", "{"])
            await AskAsync(HttpMethod.Post, "/api/v1/orders", body, Bearer(key), ("Idempotency-Key", idempotency));
        await AskAsync(HttpMethod.Post, "/api/v1/orders", "{}", Bearer(key), ("Idempotency-Key", Seeded("an-idempotency-key-that-is-far-too-long-" + new string('x', 300))));
        await AskAsync(HttpMethod.Post, "/api/v1/keys", $$"""{"kind":"secret","value":"{{BroughtSecret}}"}""", Bearer(key));
        await AskAsync(HttpMethod.Post, "/api/v1/keys", $$"""{"kind":"{{BroughtSecret}}","{{BroughtApiKey}}":1}""", Bearer(key));
        return Seeded((string)(await PostAsync("/api/v1/keys", """{"kind":"secret"}""", key))["token"]!);
    }

    private async Task UseGameballAsync(string key)
    {
        await PostAsync("/api/v1/keys", $$"""{"kind":"gameball_api","value":"{{BroughtApiKey}}"}""", key);
        await PostAsync("/api/v1/keys", $$"""{"kind":"gameball_secret","value":"{{BroughtSecret}}"}""", key);
        var minted = Seeded((string)(await PostAsync("/api/v1/keys", """{"kind":"gameball_secret"}""", key))["token"]!);
        const string orders = "/api/v4.0/integrations/orders";
        const string order = """{"customerId":"c","orderId":"g","totalPaid":5}""";
        foreach (var secret in (string[])[BroughtSecret, minted])
            (await AskAsync(HttpMethod.Post, orders, order, ("APIKey", BroughtApiKey), ("SecretKey", secret))).Ok();
        await AskAsync(HttpMethod.Post, orders, order, ("APIKey", BroughtApiKey), ("SecretKey", UnknownSecret));
        await AskAsync(HttpMethod.Post, orders, order, ("APIKey", BroughtSecret), ("SecretKey", BroughtApiKey));
        await AskAsync(HttpMethod.Post, orders, "{", ("APIKey", BroughtApiKey), ("SecretKey", minted));
        await AskAsync(HttpMethod.Get, "/api/v4.0/integrations/customers/c/hash", null, ("APIKey", BroughtApiKey), ("SecretKey", minted));
    }

    /// <summary>Statements fail with the secrets among their parameters.</summary>
    private async Task BreakDatabaseAsync(string key, string neverPresented)
    {
        await using var owner = await database.OpenAsOwnerAsync();
        await owner.ExecuteAsync("alter table api_keys rename to hidden_keys; alter table idempotency_keys rename to hidden_idempotency_keys");
        (await AskAsync(HttpMethod.Get, "/api/v1/program", null, Bearer(neverPresented))).Status.ShouldBe(HttpStatusCode.InternalServerError);
        var idempotency = Seeded("idempotency-key-of-a-failure");
        (await AskAsync(HttpMethod.Post, "/api/v1/keys", """{"kind":"secret"}""", Bearer(key), ("Idempotency-Key", idempotency)))
            .Status.ShouldBe(HttpStatusCode.InternalServerError);
        await owner.ExecuteAsync("alter table hidden_keys rename to api_keys; alter table hidden_idempotency_keys rename to idempotency_keys");
    }

    /// <summary>With an idempotency key, so that the answer is kept.</summary>
    private async Task<ApiAnswer> PostAsync(string path, string body, string key)
    {
        var idempotency = Seeded($"idempotency-key-number-{secrets.Count}");
        var answer = await AskAsync(HttpMethod.Post, path, body, Bearer(key), ("Idempotency-Key", idempotency));
        ((int)answer.Status).ShouldBeInRange(200, 201, answer.Text);
        return answer;
    }

    private async Task<ApiAnswer> AskAsync(HttpMethod method, string path, string? body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value).ShouldBeTrue();
        var answer = await new ApiClient(server.Client).SendAsync(request);
        if ((int)answer.Status >= 400)
            refusals.AppendLine(answer.Text).AppendLine(string.Join('\n', answer.Headers));
        return answer;
    }

    private static (string, string) Bearer(string key) => ("Authorization", "Bearer " + key);

    private string Seeded(string secret)
    {
        secrets.Add(secret);
        return secret;
    }

    /// <summary>Neither as it is nor as bytes are written: kept answers are bytes to the database.</summary>
    private void ShouldHoldNone(string text, string place)
    {
        foreach (var secret in secrets)
            foreach (var form in (string[])[secret, Convert.ToHexString(Encoding.UTF8.GetBytes(secret)), Convert.ToBase64String(Encoding.UTF8.GetBytes(secret)).TrimEnd('=')[..^1]])
                text.Contains(form, StringComparison.OrdinalIgnoreCase).ShouldBeFalse($"{place} holds {secret} as {form}");
    }

    private async Task<string> DumpAsync()
    {
        var binaries = await PostgresBinaries.FindAsync(Environment.GetEnvironmentVariable("TRIBUTARY_POSTGRES_BIN"), null, CancellationToken.None);
        var owner = new NpgsqlConnectionStringBuilder(database.Connections.Owner);
        var start = new ProcessStartInfo(Path.Combine(binaries.Folder, "pg_dump"), ["--no-password", database.Name])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PGHOST"] = owner.Host;
        start.Environment["PGPORT"] = owner.Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        start.Environment["PGUSER"] = owner.Username;
        start.Environment["PGPASSWORD"] = owner.Password;
        using var process = Process.Start(start)!;
        var complaints = process.StandardError.ReadToEndAsync();
        var dump = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0, await complaints);
        return dump;
    }
}
