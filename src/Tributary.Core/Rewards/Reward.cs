using System.Numerics;
using Npgsql;
using Tributary.Ledger;
using Tributary.Primitives;
using Tributary.Storage;

namespace Tributary.Rewards;

/// <summary>What one person earned by one line of one campaign for one cause, as it stands now.</summary>
/// <param name="Role"><c>referrer</c>, <c>customer</c> or <c>recruiter</c>.</param>
/// <param name="CustomerId">Whose act caused it.</param>
/// <param name="Occasion">2 and up where the same was owed again after it had been reversed.</param>
/// <param name="OrderId">The merchant's id of the order that caused it, if one did.</param>
/// <param name="Kind"><c>money</c>, <c>points</c>, <c>score</c>, <c>coupon</c> or <c>custom</c>.</param>
/// <param name="Unit">Null for coupons and what the merchant fulfils: they have no amount.</param>
/// <param name="Earned">First computed.</param>
/// <param name="Net">Owed now.</param>
/// <param name="Posted">What the ledger gave for it; differs from <paramref name="Net"/> only once it is in a payout or paid.</param>
/// <param name="Unspent">Of points: what is not redeemed yet. Null for everything else.</param>
/// <param name="Reason">Why it is held, was rejected or was reversed.</param>
/// <param name="Holds">How often it was held.</param>
/// <param name="Details">JSON of the campaign's own words about it.</param>
public sealed record Reward(
    long Id,
    long? CampaignId,
    int? Version,
    int Step,
    int Line,
    string Role,
    long RecipientId,
    long? CustomerId,
    string Cause,
    int Occasion,
    long? OrderKey,
    string? OrderId,
    string Kind,
    Unit? Unit,
    BigInteger Earned,
    BigInteger Net,
    BigInteger Posted,
    BigInteger? Unspent,
    RewardState State,
    string? Reason,
    int Holds,
    DateTimeOffset AvailableAt,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset CauseAt,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    string Details)
{
    /// <summary>To be selected from <c>rewards r</c> with its order as <c>o</c>, in this order.</summary>
    internal const string Columns = """
        r.reward_id, r.campaign_id, r.version, r.step, r.line, r.role, r.recipient_id, r.customer_id, r.cause, r.occasion,
        r.order_key, o.order_id, r.kind, r.unit, r.earned, r.net, r.posted, r.remaining, r.state, r.reason, r.holds,
        r.available_at, r.expires_at, r.cause_at, r.created_at, r.updated_at, r.details,
        r.credited_to, r.credit_link, r.credit_click, r.counted_on
        """;

    internal const string From = """
        rewards r left join orders o on o.program_id = r.program_id and o.order_key = r.order_key
        """;

    /// <summary>How many columns <see cref="Read"/> takes.</summary>
    internal const int Width = 31;

    /// <summary>Under whom it is counted; null: under nobody.</summary>
    internal OutcomeCredit? Credit { get; init; }

    /// <summary>What of it stands on its account: of points only what is not redeemed.</summary>
    public BigInteger Standing => Unspent ?? Posted;

    internal string Subject => $"reward:{Id}";

    internal long? ReferrerId => Role == "referrer" ? RecipientId : null;

    internal LedgerSubject LedgerSubject => new(RecipientId, Id, OrderKey);

    /// <summary>Where it stands; throws where the state has no account of its own.</summary>
    internal Account Account => State switch
    {
        RewardState.Pending => Account.Pending,
        RewardState.Held => Account.Held,
        RewardState.Available => Account.Available,
        RewardState.InPayout => Account.InPayout,
        RewardState.Paid => Account.Paid,
        RewardState.Rejected or RewardState.Reversed or RewardState.ClawedBack =>
            throw new InvalidOperationException($"Nothing stands for a reward that is {State.Text()}."),
    };

    internal static Reward Read(NpgsqlDataReader row) => new(
        row.GetInt64(0),
        row.LongOrNull(1),
        row.IsDBNull(2) ? null : row.GetInt32(2),
        row.GetInt32(3),
        row.GetInt32(4),
        row.GetString(5),
        row.GetInt64(6),
        row.LongOrNull(7),
        row.GetString(8),
        row.GetInt32(9),
        row.LongOrNull(10),
        row.TextOrNull(11),
        row.GetString(12),
        row.TextOrNull(13) is { } unit ? Primitives.Unit.Parse(unit) : null,
        row.Big(14),
        row.Big(15),
        row.Big(16),
        row.BigOrNull(17),
        RewardStates.Parse(row.GetString(18)),
        row.TextOrNull(19),
        row.GetInt32(20),
        row.Time(21),
        row.TimeOrNull(22),
        row.Time(23),
        row.Time(24),
        row.Time(25),
        row.GetString(26))
    {
        Credit = row.Credit(27),
    };
}
