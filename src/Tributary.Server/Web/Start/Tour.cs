using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Reporting;
using Tributary.Server.Api;
using Tributary.Server.Demo;

namespace Tributary.Server.Web.Start;

/// <summary>What a step of the tour did.</summary>
/// <param name="Answer">The body as it came, indented.</param>
/// <param name="Referral">What the answer's header says became of the code; null: it carried none.</param>
/// <param name="Story">The explanation afterwards; empty where there is nothing to explain.</param>
public sealed record TourOutcome(TourStep Step, string Request, int Status, string Reason, string Answer, string? Referral, IReadOnlyList<string> Story)
{
    public bool Succeeded => Status is >= 200 and < 300;
}

/// <summary>
/// Sends the tour's requests to this very server over HTTP, as a shop's back end would, and asks for the explanation. Only
/// where the server was started with its demo programme, and with that programme's keys alone.
/// </summary>
internal sealed class Tour(
    ServerOptions options, IServer server, ProgramRegister programs, ExplainOrder orders, ExplainCustomer customers, TimeProvider clock) : IDisposable
{
    private const int StepsPerMinute = 60;
    private const int StepsAtOnce = 30;
    private const int RunDigits = 8;
    private const int MostAnswerBytes = 64 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private static readonly JsonWriterOptions Indented = new() { Indented = true };

    private readonly HttpClient client = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false })
    {
        Timeout = Patience,
        MaxResponseContentBufferSize = MostAnswerBytes,
    };

    private readonly TokenBuckets pace = new(StepsPerMinute, StepsAtOnce, clock);

    /// <summary>After how many seconds an address may go on that took too many steps; null: at once.</summary>
    public int? TooFast(HttpContext http) =>
        pace.Take(ClientAddress.CountedAs(http.Connection.RemoteIpAddress)) is { Allowed: false, RetryAfterSeconds: var seconds } ? seconds : null;

    /// <summary>Null: this server has no demo programme to show.</summary>
    public Task<DemoFile?> FindDemoAsync(CancellationToken ct) =>
        options.Demo ? DemoFile.ReadAsync(options, ct) : Task.FromResult<DemoFile?>(null);

    public IReadOnlyList<TourStep> Steps(DemoFile demo, string run) => TourStep.All(demo.Referrer, run, clock.GetUtcNow());

    public static string NewRun() => Base62.Random(RunDigits);

    public static bool IsRun(string? text) => text is { Length: RunDigits } && Base62.IsOnlyDigits(text);

    public async Task<TourOutcome> RunAsync(DemoFile demo, TourStep step, string baseUrl, CancellationToken ct)
    {
        using var request = RequestOf(demo, step, baseUrl);
        using var answer = await client.SendAsync(request, ct);
        var body = await answer.Content.ReadAsStringAsync(ct);
        return new TourOutcome(
            step,
            step.Curl(baseUrl),
            (int)answer.StatusCode,
            answer.ReasonPhrase ?? "",
            Indent(body),
            answer.Headers.TryGetValues("X-Tributary-Referral", out var referral) ? referral.First() : null,
            await StoryAsync(demo, step, ct));
    }

    public void Dispose() => client.Dispose();

    private HttpRequestMessage RequestOf(DemoFile demo, TourStep step, string baseUrl)
    {
        var request = new HttpRequestMessage(new HttpMethod(step.Method), new Uri(OwnAddress(), step.Path));
        // Under the name that the visitor used, because the server may answer under no other.
        request.Headers.Host = new Uri(baseUrl).Authority;
        request.Headers.Add("APIKey", demo.Gameball.ApiKey);
        if (step.Body is { } body)
        {
            request.Headers.Add("SecretKey", demo.Gameball.SecretKey);
            request.Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        }
        return request;
    }

    /// <summary>An address this server listens at, as this machine reaches it; plain HTTP where it has both.</summary>
    private Uri OwnAddress()
    {
        var addresses = server.Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.OrderBy(address => address.Length);
        var address = BindingAddress.Parse(addresses.FirstOrDefault(a => a.StartsWith("http:", StringComparison.Ordinal)) ?? addresses.First());
        var host = address.Host is "0.0.0.0" or "*" or "+" ? "127.0.0.1" : address.Host is "[::]" ? "[::1]" : address.Host;
        return new UriBuilder(address.Scheme, host, address.Port).Uri;
    }

    private async Task<IReadOnlyList<string>> StoryAsync(DemoFile demo, TourStep step, CancellationToken ct)
    {
        if (await programs.FindAsync(demo.Program.PublicId, ct) is not { } program)
            return [];
        if (step.OrderId is { } order)
            return (await orders.ExecuteAsync(program, order, ct)).TryGet(out var told, out _) ? told.Story : [];
        if (step.CustomerId is { } customer)
            return (await customers.ExecuteAsync(program, customer, ct)).TryGet(out var told, out _) ? told.Story : [];
        return [];
    }

    private static string Indent(string body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            using var indented = new MemoryStream();
            using (var writer = new Utf8JsonWriter(indented, Indented))
                json.WriteTo(writer);
            return Encoding.UTF8.GetString(indented.ToArray());
        }
        catch (JsonException)
        {
            return body;
        }
    }
}
