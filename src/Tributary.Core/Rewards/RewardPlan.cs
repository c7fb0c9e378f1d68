using System.Numerics;
using Tributary.Campaigns;
using Tributary.Ledger;
using Tributary.Primitives;
using Tributary.Storage;

namespace Tributary.Rewards;

/// <summary>What an operation owes, decided and not yet written.</summary>
internal sealed class RewardPlan
{
    public static readonly RewardPlan Nothing = new(0);

    private readonly long customerId;

    public RewardPlan(long customerId) => this.customerId = customerId;

    public List<NewReward> Rewards { get; } = [];

    public List<ReachedStep> Steps { get; } = [];

    public List<UsageDelta> Usage { get; } = [];

    public List<CampaignOutcome> Outcomes { get; } = [];

    /// <summary>Why the whole operation is to be refused: more would be owed than can be counted (money.md MO-4).</summary>
    public Problem? Refusal { get; set; }

    /// <summary>Whether the referral becomes active by this, or pending again; null: it stays as it is.</summary>
    public bool? Active { get; set; }

    /// <summary>Set where the referral's status changes: what that means for the referrer.</summary>
    public Func<string, CancellationToken, Task<IReadOnlyList<Posting>>>? SettleReferrer { get; set; }

    public bool IsEmpty => Rewards.Count == 0 && Steps.Count == 0 && Usage.Count == 0 && Active is null && SettleReferrer is null;

    /// <summary>Per unit, what this gives to a recipient.</summary>
    public IReadOnlyDictionary<string, BigInteger> EarnedBy(long recipientId) => Rewards
        .Where(reward => reward.RecipientId == recipientId && reward.Unit is not null)
        .GroupBy(reward => reward.Unit!.Value.Text)
        .ToDictionary(ofUnit => ofUnit.Key, ofUnit => ofUnit.Aggregate(BigInteger.Zero, (sum, reward) => sum + reward.Amount));

    /// <summary>Whether the referral is active, for the row that is about to be made; the plan writes it no more.</summary>
    public bool TakeStatus()
    {
        var active = Active ?? false;
        Active = null;
        return active;
    }

    /// <summary>Adds all rows but the ledger's, whose transfers are returned to be posted with the operation's others.</summary>
    /// <param name="cause">The operation.</param>
    public async Task<IReadOnlyList<Posting>> WriteAsync(Transaction tx, string cause, CancellationToken ct)
    {
        StepWriter.Reach(tx, customerId, Steps);
        UsageRows.Write(tx, Usage);
        if (Active is { } active)
            StepWriter.SetStatus(tx, customerId, active);
        var postings = await RewardWriter.AddAsync(tx, cause, Rewards, ct);
        return SettleReferrer is null ? postings : [.. postings, .. await SettleReferrer(cause, ct)];
    }
}
