namespace Tributary.Attribution;

/// <summary>What became of the code of a call: <c>won</c>, or the reason why it was ignored (clicks.md CL-94, gameball.md 4.1).</summary>
public sealed record ClaimOutcome(bool Accepted, string Reason);
