namespace Tributary.Links;

/// <summary>A link as the redirector knows it; <see cref="PackedLink"/> is how memory keeps it.</summary>
/// <param name="Token">By which it was found, in canonical spelling.</param>
/// <param name="Parameters">The link's own, encoded.</param>
internal sealed record KnownLink(string Token, string Key, string Parameters, string? Destination, string? DirectRedirectUrl)
{
    public required long ProgramId { get; init; }
    public required long LinkId { get; init; }
    public required long ReferrerId { get; init; }

    /// <summary>0: the primary domain.</summary>
    public required int DomainId { get; init; }

    /// <summary>In seconds of Unix time; 0: never.</summary>
    public required uint ExpiresAt { get; init; }
    public required LinkState State { get; init; }

    /// <summary>Whether the token is a short code, which is good on redirect hosts alone.</summary>
    public required bool IsShortCode { get; init; }
    public required bool HasClickLimit { get; init; }

    /// <summary>The count of changes before it was read.</summary>
    public required long Tick { get; init; }

    /// <summary>When the database was asked last, in seconds of the monotonic clock.</summary>
    public required int CheckedAt { get; init; }

    public LinkState StateAt(DateTimeOffset now) =>
        State is LinkState.Active or LinkState.ReferrerInactive && ExpiresAt != 0 && ExpiresAt <= now.ToUnixTimeSeconds() ? LinkState.Expired : State;
}
