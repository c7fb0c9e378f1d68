using Tributary.Server.Api.Wire;

namespace Tributary.Server.Api.Gameball.Wire;

/// <summary>What a call sent as a referrer's code.</summary>
/// <param name="IsCarried">Whether it sent anything; a blank text is something, and no code.</param>
/// <param name="Text">As sent; null where nothing was, or nothing that could be a code.</param>
internal readonly record struct WireCode(bool IsCarried, string? Text)
{
    public static readonly WireCode None = new(false, null);

    /// <summary>An object, a list, a truth value, a fraction or a blank: unknown, whatever codes there are.</summary>
    public static readonly WireCode Unreadable = new(true, null);

    public static WireCode Of(string text) => WireText.IsBlank(text) ? Unreadable : new WireCode(true, text);
}
