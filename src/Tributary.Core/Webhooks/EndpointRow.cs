using System.Security.Cryptography;
using Tributary.Keys;
using Tributary.Webhooks.Deliveries;

namespace Tributary.Webhooks;

internal sealed record EndpointRow
{
    public const string SelectSql = """
        select w.endpoint_id, w.key, w.name, w.url, w.format, w.events, w.sealed_secret, w.active, w.contact_email, w.concurrency, w.sealed_headers,
               w.disabled_at, w.disabled_reason, l.failing_since, w.created_at, w.updated_at
        from webhook_endpoints w
        join webhook_lanes l on l.program_id = w.program_id and l.endpoint_id = w.endpoint_id
        """;

    public long EndpointId { get; init; }
    public required string Key { get; init; }
    public required string Name { get; init; }
    public required string Url { get; init; }
    public required string Format { get; init; }
    public required string[] Events { get; init; }
    public required byte[] SealedSecret { get; init; }
    public bool Active { get; init; }
    public string? ContactEmail { get; init; }
    public int Concurrency { get; init; }
    public byte[]? SealedHeaders { get; init; }
    public DateTimeOffset? DisabledAt { get; init; }
    public string? DisabledReason { get; init; }
    public DateTimeOffset? FailingSince { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; init; }

    public WebhookEndpoint ToEndpoint(ISecretSealer sealer) => new(
        EndpointId, Key, Name, Url, WebhookFormats.Parse(Format), Events, SecretOf(sealer), Active,
        new EndpointOptions(
            ContactEmail, Concurrency,
            SealedHeaders is null ? EndpointOptions.Usual.Headers : CustomHeaders.Parse(sealer.Open(SealedHeaders)).ToDictionary(header => header.Name, header => header.Value)),
        FailingSince, ReasonOf(DisabledReason), DisabledAt, CreatedAt, UpdatedAt);

    /// <summary>Empty where it was sealed with a key that is gone: the endpoint can still be seen, changed and given another.</summary>
    private string SecretOf(ISecretSealer sealer)
    {
        try
        {
            return sealer.Open(SealedSecret);
        }
        catch (CryptographicException)
        {
            return "";
        }
    }

    private static DisabledReason? ReasonOf(string? text) => text switch
    {
        "gone" => Webhooks.DisabledReason.Gone,
        "failing" => Webhooks.DisabledReason.Failing,
        _ => null,
    };
}
