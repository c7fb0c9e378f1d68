using System.Text.Json.Serialization;
using Tributary.Primitives;

namespace Tributary.Keys;

[JsonConverter(typeof(ExactWords<ApiKeyKind>))]
public enum ApiKeyKind
{
    /// <summary>For the merchant's own servers: reads and writes within its scopes.</summary>
    [JsonStringEnumMemberName("secret")] Secret,

    /// <summary>May be seen by the public: records touches and what a dialect asks of it.</summary>
    [JsonStringEnumMemberName("publishable")] Publishable,

    /// <summary>The publishable half of a Gameball pair (gameball.md 2.2).</summary>
    [JsonStringEnumMemberName("gameball_api")] GameballApi,

    /// <summary>The secret half of a Gameball pair; also kept sealed, because tokens and signatures are made with it.</summary>
    [JsonStringEnumMemberName("gameball_secret")] GameballSecret,
}

/// <summary>One key of a programme. The token itself is known only to who was shown it when it was made.</summary>
/// <param name="Number">The row; also names the caller in ledger and audit log (<c>key:17</c>).</param>
/// <param name="PublicId">What the API calls it.</param>
/// <param name="Last4">The end of the token, by which a person recognises it.</param>
/// <param name="ReferrerId">Set where the key sees and writes only what is that referrer's.</param>
public sealed record ApiKey(
    long Number,
    long ProgramId,
    ApiKeyKind Kind,
    string PublicId,
    string Last4,
    string Name,
    IReadOnlyList<string> Scopes,
    long? ReferrerId,
    DateTimeOffset CreatedAt,
    DateTimeOffset? LastUsedAt,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset? RevokedAt)
{
    public bool IsSecret => Kind is ApiKeyKind.Secret or ApiKeyKind.GameballSecret;

    public bool IsUsable(DateTimeOffset now) => RevokedAt is null && (ExpiresAt is not { } end || now < end);

    public bool May(string scope) => Scopes.Contains(scope, StringComparer.Ordinal);
}

/// <summary>What a secret key may do. The list is closed.</summary>
public static class KeyScopes
{
    public const string Read = "read";

    /// <summary>Customers, orders, refunds, events, referrers, codes and coupons.</summary>
    public const string Write = "write";

    /// <summary>Settings, keys, campaigns, exchange rates and decisions about rewards.</summary>
    public const string Manage = "manage";

    /// <summary>Creating further programmes in the same workspace.</summary>
    public const string Programs = "programs";

    public static readonly IReadOnlyList<string> All = [Read, Write, Manage, Programs];

    /// <summary>What a secret gets that asks for nothing else.</summary>
    public static readonly IReadOnlyList<string> Usual = [Read, Write, Manage];

    /// <summary>What a secret bound to a referrer may have.</summary>
    public static readonly IReadOnlyList<string> OfReferrer = [Read, Write];
}
