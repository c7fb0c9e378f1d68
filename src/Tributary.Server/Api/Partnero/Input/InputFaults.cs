namespace Tributary.Server.Api.Partnero.Input;

/// <summary>Everything that is wrong with what was sent, in the order in which it was read: all members are told at once.</summary>
internal sealed class InputFaults
{
    private readonly Dictionary<string, IReadOnlyList<string>> messages = new(StringComparer.Ordinal);
    private PartneroError? first;

    /// <summary>The refusal of all of them; its code and message are the first one's.</summary>
    public PartneroError? Refusal => first is null ? null : first with { Errors = messages };

    public void Report(string field, string message) => Report(PartneroErrors.Invalid(field, message));

    public void Report(PartneroError error)
    {
        first ??= error;
        foreach (var (field, texts) in error.Errors ?? new Dictionary<string, IReadOnlyList<string>>())
            messages.TryAdd(field, texts);
    }
}
