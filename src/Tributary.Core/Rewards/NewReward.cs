using System.Numerics;
using System.Text.Json.Nodes;
using Tributary.Primitives;
using Tributary.Storage;

namespace Tributary.Rewards;

/// <summary>A reward that an operation has decided to grant.</summary>
/// <param name="CampaignId">Null for what no campaign gave: a person did, or the order itself says it.</param>
/// <param name="CustomerId">Whose act caused it; null: nobody's.</param>
/// <param name="Unit">Null for coupons and what the merchant fulfils: they carry no amount in the ledger (money.md MO-55).</param>
/// <param name="Amount">In the unit's smallest part; 0 where there is no unit.</param>
/// <param name="Cap">The most it may ever be worth, decided once at grant.</param>
/// <param name="HeldBecause">Why it is held; null: it is pending.</param>
internal sealed record NewReward(
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
    Unit? Unit,
    BigInteger Amount,
    BigInteger? Cap,
    string? HeldBecause,
    DateTimeOffset AvailableAt,
    DateTimeOffset CauseAt,
    JsonObject Details)
{
    /// <summary>Under whom it is counted; null: under nobody.</summary>
    public OutcomeCredit? Credit { get; init; }

    public CouponGrant? Coupon { get; init; }

    /// <summary>What it was earned as, where that was converted into <see cref="Unit"/> at once.</summary>
    public (Unit Unit, BigInteger Amount)? ConvertedFrom { get; init; }

    /// <summary>With automatic approval and no hold left, earning and approving are one transaction (money.md MO-53).</summary>
    public bool ApprovedAtOnce { get; init; }

    /// <summary>The merchant has paid it outside already.</summary>
    public bool SettledAtOnce { get; init; }

    public string State => HeldBecause is not null ? "held" : SettledAtOnce ? "paid" : ApprovedAtOnce ? "available" : "pending";
}

/// <summary>A coupon of the recipient's own, minted with the reward.</summary>
internal sealed record CouponGrant(string Code, string Canonical, JsonObject Terms, int UsageLimit, DateTimeOffset? ExpiresAt);
