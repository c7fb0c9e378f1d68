using Tributary.Primitives;

namespace Tributary.Keys;

/// <summary>What may be asked of a new key.</summary>
internal static class KeyRules
{
    public static Problem? Check(NewKey wanted, IReadOnlyList<string> grantable) =>
        CheckName(wanted.Name)
        ?? CheckValue(wanted)
        ?? CheckBinding(wanted)
        ?? CheckScopes(ScopesOf(wanted), grantable);

    public static Problem? CheckTimes(NewKey wanted, DateTimeOffset now) => wanted.ExpiresAt <= now
        ? new Problem(ProblemCode.TimeOutOfRange, "The time of expiry has passed already.", "expiresAt")
        : null;

    public static Problem? CheckScopes(IReadOnlyList<string> scopes, IReadOnlyList<string> grantable)
    {
        if (scopes.Except(KeyScopes.All, StringComparer.Ordinal).Any())
            return new Problem(ProblemCode.InvalidValue, $"The scopes are {string.Join(", ", KeyScopes.All)}.", "scopes");
        return scopes.Except(grantable, StringComparer.Ordinal).Any()
            ? new Problem(ProblemCode.Forbidden, "A key cannot give scopes that it does not have itself.", "scopes")
            : null;
    }

    /// <summary>What the key may do where the request does not say. Only native secrets have scopes.</summary>
    public static IReadOnlyList<string> ScopesOf(NewKey wanted) => wanted switch
    {
        { Kind: not ApiKeyKind.Secret } => [],
        { Scopes: { } chosen } => [.. chosen.Distinct(StringComparer.Ordinal)],
        { ReferrerId: not null } => KeyScopes.OfReferrer,
        _ => KeyScopes.Usual,
    };

    private static Problem? CheckName(string? name) => name?.Length > Limits.Text
        ? new Problem(ProblemCode.TooLong, $"A name has at most {Limits.Text} characters.", "name")
        : null;

    private static Problem? CheckValue(NewKey wanted)
    {
        if (wanted.Value is null)
            return null;
        if (wanted.Kind is ApiKeyKind.Secret or ApiKeyKind.Publishable)
            return new Problem(ProblemCode.InvalidValue, "Only the values of a Gameball pair can be brought along.", "value");
        return GameballValue.IsPossible(wanted.Value)
            ? null
            : new Problem(ProblemCode.InvalidValue, "A value has 20 to 128 printable ASCII characters without spaces.", "value");
    }

    private static Problem? CheckBinding(NewKey wanted)
    {
        if (wanted.Scopes is { Count: > 0 } && wanted.Kind != ApiKeyKind.Secret)
            return new Problem(ProblemCode.InvalidValue, "Only a secret key has scopes.", "scopes");
        if (wanted.ReferrerId is null)
            return null;
        if (wanted.Kind != ApiKeyKind.Secret)
            return new Problem(ProblemCode.InvalidValue, "Only a secret key can be bound to a referrer.", "referrerId");
        return ScopesOf(wanted).Except(KeyScopes.OfReferrer, StringComparer.Ordinal).Any()
            ? new Problem(ProblemCode.InvalidValue, "A key bound to a referrer may only read and write.", "scopes")
            : null;
    }
}
