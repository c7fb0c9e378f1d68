using System.Globalization;
using Tributary.Keys;
using Tributary.Programs;

namespace Tributary.Server.Api.Gameball;

/// <summary>Who asks: the programme that the API key selected, and whether its secret came along.</summary>
internal sealed record GameballIdentity(ReferralProgram Program, ApiKey Key, bool Trusted);

/// <summary>What the headers of a request entitle to.</summary>
internal sealed class GameballCredentials(KeyDirectory keys)
{
    public const string ApiKeyHeader = "APIKey";
    public const string SecretHeader = "SecretKey";

    /// <summary>The older name of the secret's header; <see cref="SecretHeader"/> counts where both are sent.</summary>
    public const string OldSecretHeader = "TransactionKey";

    /// <summary>Carries a session token, which is not accepted yet: on v4.1 a token without the secret is no credential.</summary>
    public const string TokenHeader = "X-GB-TOKEN";

    public async ValueTask<(GameballIdentity? Identity, GameballError? Error)> CheckAsync(
        HttpRequest request, GameballPath path, GameballRoute route, CancellationToken ct)
    {
        if (await keys.FindGameballApiKeyAsync(One(request, ApiKeyHeader), ct) is not { } presented)
            return (null, GameballErrors.Unauthenticated);
        var program = presented.Program;
        if (!program.Settings.Gameball.Enabled)
            return (null, GameballErrors.SwitchedOff);
        if (path.Version < MinimumVersion(program))
            return (null, GameballErrors.VersionTooOld);
        var secret = await keys.FindGameballSecretAsync(program, One(request, SecretHeader) ?? One(request, OldSecretHeader), ct);
        if (secret is null && RefusalWithoutSecret(request, path, route, program) is { } refusal)
            return (null, refusal);
        if (secret is not null && !Covers(secret, route))
            return (null, GameballErrors.NotCovered);
        return (new GameballIdentity(program, secret ?? presented.Key, secret is not null), null);
    }

    private static GameballError? RefusalWithoutSecret(
        HttpRequest request, GameballPath path, GameballRoute route, ReferralProgram program)
    {
        if (path.Version >= 41 && One(request, TokenHeader) is not null)
            return GameballErrors.Unauthenticated;
        return route.Demand == KeyDemand.Secret || path.Version >= 41 || program.Settings.Gameball.HighSecurity
            ? GameballErrors.SecretNeeded
            : null;
    }

    /// <summary>A pair's secret is for all of this dialect; a native one has scopes.</summary>
    private static bool Covers(ApiKey secret, GameballRoute route) =>
        secret.Kind == ApiKeyKind.GameballSecret || secret.May(HttpMethods.IsGet(route.Method) ? KeyScopes.Read : KeyScopes.Write);

    private static int MinimumVersion(ReferralProgram program) =>
        int.Parse(
            program.Settings.Gameball.MinimumVersion.Replace(".", "", StringComparison.Ordinal),
            NumberStyles.None,
            CultureInfo.InvariantCulture);

    private static string? One(HttpRequest request, string header) =>
        request.Headers.TryGetValue(header, out var values) && values is [{ Length: > 0 } value] ? value.Trim() : null;
}
