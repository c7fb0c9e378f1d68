using System.Numerics;
using Npgsql;
using Tributary.Storage;

namespace Tributary.Rewards;

/// <summary>A reward as the engine reads it to recompute what is owed.</summary>
internal sealed record RewardRow(
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
    string Kind,
    string? Unit,
    BigInteger Earned,
    BigInteger Net,
    BigInteger Posted,
    BigInteger? Cap,
    BigInteger? Remaining,
    string State,
    DateTimeOffset AvailableAt,
    DateTimeOffset CauseAt,
    string Details,
    OutcomeCredit? Credit)
{
    public const string Columns = """
        reward_id, campaign_id, version, step, line, role, recipient_id, customer_id, cause, occasion, order_key, kind, unit,
        earned, net, posted, cap, remaining, state, available_at, cause_at, details, credited_to, credit_link, credit_click, counted_on
        """;

    /// <summary>Once a reward entered a payout or was settled, what stands on its account never changes again (money.md MO-50).</summary>
    public bool IsFrozen => State is "in_payout" or "paid" or "clawed_back";

    public bool IsStanding => State is not ("reversed" or "rejected");

    public static RewardRow Read(NpgsqlDataReader row) => new(
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
        row.GetString(11),
        row.TextOrNull(12),
        row.GetFieldValue<BigInteger>(13),
        row.GetFieldValue<BigInteger>(14),
        row.GetFieldValue<BigInteger>(15),
        row.IsDBNull(16) ? null : row.GetFieldValue<BigInteger>(16),
        row.IsDBNull(17) ? null : row.GetFieldValue<BigInteger>(17),
        row.GetString(18),
        row.Time(19),
        row.Time(20),
        row.GetString(21),
        row.Credit(22));
}
