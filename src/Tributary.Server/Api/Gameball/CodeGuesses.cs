using System.Globalization;
using Tributary.Attribution;

namespace Tributary.Server.Api.Gameball;

/// <summary>
/// Slows down who tries out codes (F24): over 30 unknown ones a minute from one address, or over 1,000 a day with one key, a
/// code counts as unknown whatever it is, and questions are refused. Trusted calls are not counted.
/// </summary>
internal sealed class CodeGuesses(TimeProvider clock)
{
    private static readonly WindowLimit PerAddress = new(60, 30);
    private static readonly WindowLimit PerKey = new(86_400, 1_000);
    private static readonly string Unknown = TouchReasonText.Of(TouchReason.UnknownCode);

    private readonly WindowCounts counts = new(clock);

    /// <summary>How many seconds no code of this caller is looked up; null: it may go on.</summary>
    public int? Wait(GameballCall call) => call.Trusted
        ? null
        : counts.Look(AddressOf(call), PerAddress) ?? counts.Look(KeyOf(call), PerKey);

    public void Note(GameballCall call, ClaimOutcome? outcome)
    {
        if (call.Trusted || outcome is not { Accepted: false } || outcome.Reason != Unknown)
            return;
        counts.Count(AddressOf(call), PerAddress);
        counts.Count(KeyOf(call), PerKey);
    }

    private static string AddressOf(GameballCall call) => $"address {call.Origin.Address}";

    private static string KeyOf(GameballCall call) => string.Create(CultureInfo.InvariantCulture, $"key {call.Origin.KeyNumber}");
}
