using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Server.Api.Gameball.Wire;
using Tributary.Server.Api.Wire;
using Tributary.Storage;

namespace Tributary.Server.Api.Gameball;

/// <summary>By what calls are counted: the key that came, and the address it came from.</summary>
internal readonly record struct CallOrigin(long KeyNumber, string Address);

/// <summary>One request that was let in: who asks of which programme, and what was sent.</summary>
/// <param name="Trusted">Whether the secret was presented.</param>
/// <param name="Values">What stands for the names of the route's pattern, composed as texts of a body are.</param>
/// <param name="Body">Empty where the call has none.</param>
/// <param name="Language">Of the texts in the answer; null: the programme's default.</param>
internal sealed record GameballCall(
    ReferralProgram Program,
    bool Trusted,
    Caller Caller,
    CallOrigin Origin,
    IReadOnlyList<string> Values,
    IQueryCollection Query,
    WireObject Body,
    string? Language)
{
    /// <summary>What stands for the first name of the route's pattern.</summary>
    public string Id => Values[0];

    /// <summary>A parameter of the query; null when absent or blank.</summary>
    public string? Parameter(string name, string? alias = null)
    {
        if (Query[name] is [{ } text, ..] && !WireText.IsBlank(text))
            return text;
        return alias is null ? null : Parameter(alias);
    }

    /// <summary>A whole number of the query, or null when it is absent; not a number is a fault.</summary>
    public Outcome<long?> Number(string name)
    {
        if (Parameter(name) is not { } text)
            return Outcome.Of<long?>(null);
        return WireNumber.TryInteger(text.Trim(), out var number)
            ? Outcome.Of<long?>(number)
            : new Problem(ProblemCode.InvalidValue, "Not a whole number.", name);
    }
}
