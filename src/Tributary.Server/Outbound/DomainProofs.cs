using System.Net;
using System.Text;
using Tributary.Links;
using Tributary.Webhooks;

namespace Tributary.Server.Outbound;

/// <summary>Looks for the proofs of domains in DNS and on the merchant's own host.</summary>
internal sealed class DomainProofs(TextRecords records, GuardedHttp http) : IDomainProofs
{
    public Task<IReadOnlyList<string>> TextRecordsAsync(string name, CancellationToken ct) => records.FindAsync(name, ct);

    public async Task<string?> FirstLineAsync(Uri address, CancellationToken ct) => (await PageAsync(address, ct))?.Split('\n')[0].TrimEnd('\r');

    public async Task<string?> PageAsync(Uri address, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        var answer = await http.SendAsync(request, ct);
        return answer is { Status: HttpStatusCode.OK } ? Encoding.UTF8.GetString(answer.Body) : null;
    }
}

internal static class OutboundServices
{
    public static void AddOutbound(this IServiceCollection services)
    {
        services.AddSingleton(provider => PolicyOf(provider.GetRequiredService<ServerOptions>()));
        services.AddSingleton(provider => UrlsOf(provider.GetRequiredService<ServerOptions>()));
        services.AddSingleton<GuardedHttp>();
        services.AddSingleton<TextRecords>();
        services.AddSingleton<IDomainProofs, DomainProofs>();
    }

    private static OutboundPolicy PolicyOf(ServerOptions options) => new(options.OutboundAllowed, options.OutboundAnyPort);

    private static WebhookUrls UrlsOf(ServerOptions options) => new(options.OutboundAllowed, options.OutboundAnyPort);
}
