using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Tributary.Primitives;
using Tributary.Programs;

namespace Tributary.Keys;

/// <summary>
/// The text of a native API key (promises.md § 5): <c>trs_live_</c> or the like, 30 random base-62 digits and 6 digits of
/// checksum. The checksum tells a mistyped key from an unknown one without asking the database.
/// </summary>
public readonly record struct ApiKeyToken
{
    public const int Length = 45;

    private const int HeadLength = 9;
    private const int RandomLength = 30;
    private const int ChecksumLength = 6;
    private const string SecretPrefix = "trs_";
    private const string PublishablePrefix = "trp_";
    private const string LiveMode = "live_";
    private const string TestMode = "test_";

    private readonly string? text;

    private ApiKeyToken(string text, ApiKeyKind kind, ProgramMode mode)
    {
        this.text = text;
        Kind = kind;
        Mode = mode;
    }

    /// <summary><see cref="ApiKeyKind.Secret"/> or <see cref="ApiKeyKind.Publishable"/>.</summary>
    public ApiKeyKind Kind { get; }

    public ProgramMode Mode { get; }

    public string Text => text ?? throw new InvalidOperationException("A token that was never set.");

    /// <summary>What is kept and searched: SHA-256 of the whole token, plain because the token is random.</summary>
    public byte[] Hash() => SHA256.HashData(Encoding.ASCII.GetBytes(Text));

    public static ApiKeyToken Mint(ApiKeyKind kind, ProgramMode mode)
    {
        var unsigned = Head(kind, mode) + Base62.Random(RandomLength);
        return new ApiKeyToken(unsigned + Checksum(unsigned), kind, mode);
    }

    public static bool TryParse([NotNullWhen(true)] string? text, out ApiKeyToken token)
    {
        token = default;
        if (text is not { Length: Length } || !TryHead(text, out var kind, out var mode))
            return false;
        if (!Base62.IsOnlyDigits(text.AsSpan(HeadLength)) || !HasItsChecksum(text))
            return false;
        token = new ApiKeyToken(text, kind, mode);
        return true;
    }

    /// <summary>Never the token itself: it could end in a log.</summary>
    public override string ToString() => text is null ? "" : $"{text[..HeadLength]}…{text[^4..]}";

    private static string Head(ApiKeyKind kind, ProgramMode mode)
    {
        var prefix = kind switch
        {
            ApiKeyKind.Secret => SecretPrefix,
            ApiKeyKind.Publishable => PublishablePrefix,
            ApiKeyKind.GameballApi or ApiKeyKind.GameballSecret => throw new ArgumentOutOfRangeException(nameof(kind)),
        };
        return prefix + mode switch
        {
            ProgramMode.Live => LiveMode,
            ProgramMode.Test => TestMode,
        };
    }

    private static bool TryHead(string text, out ApiKeyKind kind, out ProgramMode mode)
    {
        kind = text.StartsWith(SecretPrefix, StringComparison.Ordinal) ? ApiKeyKind.Secret : ApiKeyKind.Publishable;
        mode = text.AsSpan(PublishablePrefix.Length).StartsWith(LiveMode) ? ProgramMode.Live : ProgramMode.Test;
        return text.StartsWith(Head(kind, mode), StringComparison.Ordinal);
    }

    private static bool HasItsChecksum(string text) =>
        text.AsSpan(Length - ChecksumLength).SequenceEqual(Checksum(text[..^ChecksumLength]));

    private static string Checksum(string unsigned)
    {
        Span<char> digits = stackalloc char[ChecksumLength];
        Base62.Write(Crc32.Of(Encoding.ASCII.GetBytes(unsigned)), digits);
        return new string(digits);
    }
}
