using System.Text;

namespace Tributary.Links;

/// <summary>A link as memory keeps it: small, because there may be a million. Every text in it is ASCII.</summary>
internal sealed class KnownLink
{
    private const char Between = '\n';

    private readonly byte[] texts;

    public KnownLink(string token, string key, string parameters, string? destination, string? directRedirectUrl) =>
        texts = Encoding.Latin1.GetBytes(string.Join(Between, token, key, parameters, destination, directRedirectUrl));

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
    public int CheckedAt { get; set; }

    /// <summary>Whether somebody asked for it since memory was last tidied.</summary>
    public bool IsUsed { get; set; }

    public bool Is(string token) =>
        texts.Length > token.Length && texts[token.Length] == Between && Ascii.Equals(texts.AsSpan(0, token.Length), token);

    public Texts Read() => Encoding.Latin1.GetString(texts).Split(Between) is [_, var key, var parameters, var destination, var direct]
        ? new Texts(key, parameters, destination.Length == 0 ? null : destination, direct.Length == 0 ? null : direct)
        : throw new InvalidOperationException("A link's texts hold a line break.");

    public LinkState StateAt(DateTimeOffset now) =>
        State is LinkState.Active or LinkState.ReferrerInactive && ExpiresAt != 0 && ExpiresAt <= now.ToUnixTimeSeconds() ? LinkState.Expired : State;

    internal readonly record struct Texts(string Key, string Parameters, string? Destination, string? DirectRedirectUrl);
}
