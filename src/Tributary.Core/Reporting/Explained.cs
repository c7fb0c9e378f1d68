using System.Numerics;
using Tributary.Primitives;

namespace Tributary.Reporting;

/// <summary>A customer or referrer as the merchant knows it.</summary>
/// <param name="Id">Our number.</param>
/// <param name="MerchantId">The merchant's own id of the customer, or the referrer's key; null where it has none any more.</param>
/// <param name="Name">What sentences call it.</param>
public sealed record Party(long Id, string? MerchantId, string Name);

/// <summary>Who is credited, and why.</summary>
/// <param name="Referrer">Null: nobody.</param>
/// <param name="Via">As in <see cref="Attribution.ViaText"/>; null: nobody.</param>
/// <param name="Link">The link that it is counted for; null: none.</param>
public sealed record CreditExplained(Party? Referrer, string? Via, LinkExplained? Link, string Sentence)
{
    /// <summary>As one tells it.</summary>
    internal IEnumerable<string> Sentences => Link is null ? [Sentence] : [Sentence, $"It counts for the link “{Link.Key}”."];
}

/// <summary>A link as the merchant knows it.</summary>
/// <param name="Key">The merchant's word for it.</param>
public sealed record LinkExplained(long Id, string PublicId, string Key);

/// <summary>What became of one touch, or of the customer's referrer from before.</summary>
/// <param name="Kind"><c>manual</c>, <c>existing</c>, <c>coupon</c>, <c>code</c> or <c>click</c>.</param>
/// <param name="Text">As typed.</param>
/// <param name="OrderId">The merchant's id of the order that brought it; null: it came without one.</param>
/// <param name="Outcome">One word of a closed list (clicks.md CL-94), such as <c>won</c> or <c>unknown_code</c>.</param>
public sealed record TouchExplained(
    string Kind, string? Text, Party? Referrer, LinkExplained? Link, DateTimeOffset At, string? OrderId, string Outcome, string Sentence);

/// <summary>What one campaign did about one thing that happened.</summary>
/// <param name="Step">The step that was asked; null: none was open for it.</param>
/// <param name="Cause">What happened: <c>lead:…</c>, <c>order:…</c>, <c>event:…</c>.</param>
/// <param name="Reason"><c>reached</c>, or why it paid nothing.</param>
public sealed record CampaignExplained(
    long CampaignId, string Campaign, int Version, int? Step, string Cause, string Reason, string Sentence, IReadOnlyList<LineExplained> Lines);

/// <summary>What one line of a campaign paid, or why it did not.</summary>
/// <param name="Role"><c>referrer</c>, <c>customer</c> or <c>recruiter</c>.</param>
/// <param name="Reason"><c>earned</c>, or why not.</param>
/// <param name="RewardId">The reward it made; null: none.</param>
public sealed record LineExplained(int Line, string Role, Party? Recipient, string Reason, long? RewardId, string Sentence);

/// <summary>A reward as it stands now.</summary>
/// <param name="OrderId">The merchant's id of the order that caused it; null: something else did.</param>
/// <param name="Unit">Null where it has no amount: a coupon, or what the merchant fulfils.</param>
/// <param name="Earned">First computed, in the unit's smallest part.</param>
/// <param name="Owed">What is owed now.</param>
/// <param name="Coupon">The coupon's code.</param>
public sealed record RewardExplained(
    long RewardId,
    long? CampaignId,
    string? Campaign,
    string Role,
    Party Recipient,
    string? OrderId,
    string Kind,
    Unit? Unit,
    BigInteger Earned,
    BigInteger Owed,
    string State,
    string? Reason,
    DateTimeOffset AvailableAt,
    string? Coupon,
    string Sentence);

/// <summary>A refund, chargeback or cancellation, and what it took back.</summary>
/// <param name="Amount">Minor units of the order's currency.</param>
public sealed record RefundExplained(
    string RefundId, string Kind, string State, long Amount, DateTimeOffset At, IReadOnlyList<AmountMoved> TakenBack, string Sentence);

/// <summary>What one person got or gave back, in the unit's smallest part.</summary>
public sealed record AmountMoved(Party Recipient, Unit Unit, BigInteger Amount);

/// <summary>One transfer of the ledger, as far as it concerns what is explained.</summary>
public sealed record TransferExplained(
    long TransferId, string Kind, string Cause, Unit Unit, DateTimeOffset At, string Sentence, IReadOnlyList<EntryExplained> Entries);

/// <param name="Recipient">Null: an account of the programme.</param>
public sealed record EntryExplained(string Account, Party? Recipient, string Side, BigInteger Amount, long? RewardId);
