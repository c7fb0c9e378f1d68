using Tributary.Attribution;
using Tributary.Keys;

namespace Tributary.Server.Api.Gameball;

/// <summary>
/// Slows down who tries out codes (F24): over 30 unknown ones a minute from one address, or over 1,000 a day with one key, a
/// code counts as unknown whatever it is, and questions are refused. Trusted calls are not counted.
/// </summary>
internal sealed class CodeGuesses(GuessedCodes guessed, TimeProvider clock)
{
    private static readonly WindowLimit PerAddress = new(60, 30);
    private static readonly string Unknown = TouchReasonText.Of(TouchReason.UnknownCode);

    private readonly WindowCounts counts = new(clock);

    /// <summary>How many seconds no code of this caller is looked up; null: it may go on.</summary>
    public async ValueTask<int?> WaitAsync(GameballCall call, CancellationToken ct) => call.Trusted
        ? null
        : counts.Look(AddressOf(call), PerAddress) ?? await guessed.WaitAsync(call.Program.Id, call.Origin.KeyNumber, ct);

    public async Task NoteAsync(GameballCall call, ClaimOutcome? outcome, CancellationToken ct)
    {
        if (call.Trusted || outcome is not { Accepted: false } || outcome.Reason != Unknown)
            return;
        counts.Count(AddressOf(call), PerAddress);
        await guessed.CountAsync(call.Program.Id, call.Origin.KeyNumber, ct);
    }

    private static string AddressOf(GameballCall call) => $"address {call.Origin.Address}";
}
