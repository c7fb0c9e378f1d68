using System.Text.Json.Nodes;
using Tributary.Campaigns;
using Tributary.Ledger;
using Tributary.Programs;
using Tributary.Referrers;
using Tributary.Rewards;
using Tributary.Signups;
using Tributary.Storage;

namespace Tributary.Orders;

/// <summary>
/// The steps that an order does not fulfil any more, with the later steps of the same campaigns that stood on them.
/// </summary>
internal sealed class UndoneSteps
{
    private readonly OrderSnapshot loaded;
    private readonly HashSet<(long Campaign, int Step)> undone = [];

    private UndoneSteps(OrderSnapshot loaded) => this.loaded = loaded;

    /// <summary>How the customer's acts were gone through again; set by <see cref="ReplaceAsync"/>.</summary>
    public PlanSession? Replayed { get; private set; }

    public IReadOnlyList<StepRow> Steps => [.. loaded.Steps.Where(step => step.Standing && undone.Contains((step.CampaignId, step.Step)))];

    public static UndoneSteps Find(ReferralProgram program, OrderSnapshot loaded, OrderFacts facts)
    {
        var found = new UndoneSteps(loaded);
        var defaults = PlanContext.DefaultsOf(program.Settings);
        foreach (var row in loaded.Steps.Where(step => step.Standing && step.OrderKey == loaded.Order!.Key))
        {
            if (found.VersionOf(row.CampaignId, row.Version) is not { } campaign)
                continue;
            var step = campaign.Definition.Steps[row.Step - 1];
            if (!Recomputation.StillReached(step, facts, defaults, found.FrozenConditionsOf(row)))
                found.UndoFrom(row);
        }
        return found;
    }

    /// <summary>Whether a reward was for a step that is undone.</summary>
    public bool Includes(RewardRow reward) =>
        reward is { CampaignId: { } campaign, Step: > 0 }
        && undone.Contains((campaign, reward.Step))
        && reward.Cause.StartsWith("step:", StringComparison.Ordinal);

    public CampaignDefinition? DefinitionOf(RewardRow reward) =>
        reward is { CampaignId: { } campaign, Version: { } version } ? VersionOf(campaign, version)?.Definition : null;

    /// <summary>
    /// Undoes the steps, lets what the customer did otherwise take their place, and settles the referral's status and the
    /// bonuses that counted on it.
    /// </summary>
    /// <param name="counted">What the operation has changed of limits so far; what this changes is added.</param>
    public async Task<IReadOnlyList<Posting>> ReplaceAsync(
        Transaction tx, ReferralProgram program, (OrderRow Order, IReadOnlyList<RefundRow> Refunds) refunded, Recomputing recomputing,
        List<UsageDelta> counted, CancellationToken ct)
    {
        StepWriter.Undo(tx, loaded.Customer!.Id, Steps);
        var context = Context(tx, program, loaded.Campaigns);
        var history = await CauseHistory.LoadAsync(tx, loaded.Customer, refunded, ct);
        var campaigns = ToReplay(recomputing);
        var keys = new SortedSet<UsageKey>(campaigns.SelectMany(campaign => history.SelectMany(act => UsageKeys.For(campaign, context.FactsOf(act), context.Parties))));
        keys.UnionWith(counted.Select(change => change.Key));
        AddQualified(keys, campaigns);
        var usage = (await UsageRows.LockAsync(tx, keys, ct)).With(counted);
        var before = new StepBoard(loaded.Steps);
        var after = new StepBoard(loaded.Steps.Select(step => undone.Contains((step.CampaignId, step.Step)) ? step with { Standing = false } : step));
        var session = new PlanSession(context, after, usage, grantsBonuses: undone.Count == 0);
        foreach (var campaign in campaigns)
            await session.ReplayAsync(campaign, history, ct);
        session.SetStatus(history);
        Replayed = session;
        counted.AddRange(session.Plan.Usage);
        var postings = new List<Posting>(await session.Plan.WriteAsync(tx, recomputing.Cause, ct));
        foreach (var campaign in campaigns.Where(campaign => before.IsComplete(campaign) && !after.IsComplete(campaign)))
            postings.AddRange(await LostBonus.TakeBackAsync(
                tx, program, campaign, ReferrerOf(campaign), usage, (TransferKind.Refund, recomputing.Cause, recomputing.Reason), ct));
        return postings;
    }

    /// <summary>The campaigns of undone steps in the versions that made them; where more may be owed, also those that wait for it.</summary>
    private List<ActiveCampaign> ToReplay(Recomputing recomputing)
    {
        var campaigns = Steps
            .GroupBy(step => step.CampaignId)
            .Select(steps => VersionOf(steps.Key, steps.First().Version))
            .OfType<ActiveCampaign>()
            .ToList();
        if (recomputing.MayRise)
        {
            campaigns.AddRange(loaded.Campaigns.Where(campaign =>
                campaign.Definition.Audience == CampaignAudience.Referred
                // A bonus is granted with the reward that completes the campaign, which for repeated steps is not the replay's.
                && (campaign.Definition.Bonus is null || campaign.Definition.Steps.Any(step => step.Once))
                && campaigns.All(known => known.Id != campaign.Id)));
        }
        return campaigns;
    }

    private void UndoFrom(StepRow row)
    {
        foreach (var later in loaded.Steps.Where(step => step.Standing && step.CampaignId == row.CampaignId && step.Step >= row.Step))
            undone.Add((later.CampaignId, later.Step));
    }

    private void AddQualified(SortedSet<UsageKey> keys, IReadOnlyList<ActiveCampaign> campaigns)
    {
        foreach (var campaign in campaigns.Where(campaign => campaign.Definition.Bonus is not null))
        {
            if (ReferrerOf(campaign) is { } referrer)
                keys.Add(UsageKeys.Qualified(campaign.Id, referrer));
        }
    }

    private long? ReferrerOf(ActiveCampaign campaign) =>
        loaded.Rewards.FirstOrDefault(reward => reward.CampaignId == campaign.Id && reward.Role == "referrer")?.RecipientId ?? loaded.Attribution?.ReferrerId;

    private PlanContext Context(Transaction tx, ReferralProgram program, IReadOnlyList<ActiveCampaign> campaigns)
    {
        return new PlanContext
        {
            Tx = tx,
            Program = program,
            Campaigns = campaigns,
            Steps = loaded.Steps,
            Customer = loaded.Customer!,
            Referrer = loaded.Attribution?.Credited,
            WasActive = loaded.Attribution is { Standing: true, Active: true },
        };
    }

    private ActiveCampaign? VersionOf(long campaignId, int version) =>
        loaded.Versions.FirstOrDefault(campaign => campaign.Id == campaignId && campaign.Version == version);

    private string? FrozenConditionsOf(StepRow row)
    {
        var reward = loaded.Rewards.FirstOrDefault(reward => reward.CampaignId == row.CampaignId && reward.Step == row.Step);
        return reward is null ? null : (string?)JsonNode.Parse(reward.Details)?["frozenConditions"];
    }
}
