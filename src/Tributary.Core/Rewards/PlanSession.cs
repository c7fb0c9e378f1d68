using Tributary.Campaigns;
using Tributary.Primitives;
using Tributary.Referrers;

namespace Tributary.Rewards;

/// <summary>One operation's way through the campaigns, act by act.</summary>
/// <param name="grantsBonuses">False where what was undone is replaced: the number of those who qualified is settled afterwards.</param>
internal sealed class PlanSession(PlanContext context, StepBoard board, UsageSnapshot usage, bool grantsBonuses = true)
{
    private readonly List<Cause> seen = [];

    /// <summary>Acts that this operation has applied to a campaign.</summary>
    private readonly HashSet<(long Campaign, string Cause)> applied = [];

    /// <summary>Steps whose turn has come for the first time by this operation: all that waited for them counts.</summary>
    private readonly HashSet<(long Campaign, int Step)> opened = [];

    /// <summary>The limits as they stand with what is planned.</summary>
    public UsageSnapshot Usage { get; private set; } = usage;

    /// <summary>The customer's steps as they stand with what is planned.</summary>
    public StepBoard Board => board;

    public RewardPlan Plan { get; } = new(context.Customer.Id);

    /// <param name="fresh">Whether it happens now; what happened before is asked only by steps that may have waited for it.</param>
    public async Task JudgeAsync(Cause cause, bool fresh, CancellationToken ct)
    {
        var candidates = new List<(GroupCandidate Group, CampaignStep Step)>();
        foreach (var campaign in context.Campaigns)
        {
            if ((fresh || SeesHistory(campaign)) && TryJudge(campaign, cause, fresh) is { } found)
                candidates.Add((new GroupCandidate(campaign, [found.Result]), found.Step));
        }
        var losers = ExclusiveGroups.Choose(candidates.Select(candidate => candidate.Group));
        foreach (var ((campaign, results), step) in candidates)
        {
            if (losers.TryGetValue(campaign.Id, out var lost))
                AddOutcome(campaign, step.Number, cause, lost, []);
            else
                await ApplyAsync(campaign, step, (Reached)results[0], cause, grants: true, ct);
        }
        seen.Add(cause);
        foreach (var campaign in candidates.Select(candidate => candidate.Group.Campaign).Where(campaign => campaign.Definition.Steps.Count > 1))
            await RevisitAsync(campaign, ct);
    }

    /// <summary>Judges a campaign again by what is left of the customer's acts, after some of its steps were undone.</summary>
    public async Task ReplayAsync(ActiveCampaign campaign, IReadOnlyList<Cause> history, CancellationToken ct)
    {
        seen.Clear();
        seen.AddRange(history);
        await RevisitAsync(campaign, ct);
    }

    /// <summary>
    /// The referral is active once the last step of its campaign is reached; without any campaign that pays referrers, once
    /// the customer has bought something (gameball.md 4.3, 4.4).
    /// </summary>
    public void SetStatus(IReadOnlyList<Cause> causes)
    {
        if (context.Referrer is null)
            return;
        var active = ReferralStatus.IsActive(context.Program, context.Campaigns, board, () =>
            context.PriorOrders > 0 || causes.Any(cause => cause.Kind == CauseKind.Order));
        if (active == context.WasActive)
            return;
        Plan.Active = active;
        Plan.SettleReferrer = (operation, ct) => active
            ? FriendReferred.GrantAsync(context, causes.LastOrDefault(cause => cause.Order is not null)?.Order, operation, ct)
            : context.Referrer.Kind == ReferrerKind.Customer
                ? FriendReferred.TakeBackAsync(context.Tx, context.Program, context.Referrer.Id, context.Customer.Id, operation, ct)
                : Task.FromResult<IReadOnlyList<Ledger.Posting>>([]);
    }

    /// <summary>Acts that came early count as soon as their turn comes.</summary>
    private async Task RevisitAsync(ActiveCampaign campaign, CancellationToken ct)
    {
        while (NextWaiting(campaign) is { } next)
            await ApplyAsync(campaign, next.Step, next.Result, next.Cause, grants: next.Step.Once || opened.Contains((campaign.Id, next.Step.Number)), ct);
    }

    private (Cause Cause, CampaignStep Step, Reached Result)? NextWaiting(ActiveCampaign campaign)
    {
        if (board.IsComplete(campaign) && !opened.Any(step => step.Campaign == campaign.Id))
            return null;
        foreach (var cause in seen)
        {
            if (TryJudge(campaign, cause, fresh: false) is { } found && StillTakes(campaign, found.Step))
                return (cause, found.Step, found.Result);
        }
        return null;
    }

    /// <summary>
    /// Whether what happened before may still count for a step. One that pays for every act has paid for those that came in
    /// its turn.
    /// </summary>
    private bool StillTakes(ActiveCampaign campaign, CampaignStep step) =>
        step.Once || !board.IsReached(campaign.Id, step.Number) || opened.Contains((campaign.Id, step.Number));

    /// <summary>
    /// Acts from before the attribution count for the campaigns that wait for it; those from after it only for a step that
    /// waited behind another.
    /// </summary>
    private bool SeesHistory(ActiveCampaign campaign) =>
        campaign.Definition.Audience == CampaignAudience.Referred && (context.Attributing || campaign.Definition.Steps.Count > 1);

    private (CampaignStep Step, Reached Result)? TryJudge(ActiveCampaign campaign, Cause cause, bool fresh)
    {
        if (!fresh && (board.IsUsed(campaign, cause) || applied.Contains((campaign.Id, cause.Key))))
            return null;
        var facts = context.FactsOf(cause);
        var (step, reason) = board.OpenStepFor(campaign, facts);
        if (step is null)
        {
            if (fresh)
                AddOutcome(campaign, null, cause, WhyNone(campaign, reason), []);
            return null;
        }
        if (board.IsUsedBefore(campaign, step, cause))
        {
            AddOutcome(campaign, step.Number, cause, Reason.Of(ReasonCode.AlreadyReached), []);
            return null;
        }
        if (!fresh && !context.Attributing && !StillTakes(campaign, step))
            return null;
        var result = StepJudge.Judge(campaign, step, facts, context.Parties, Usage, context.Defaults);
        if (result is NotReached missed && fresh)
            AddOutcome(campaign, step.Number, cause, missed.Reason, []);
        return result is Reached reached ? (step, reached) : null;
    }

    /// <summary>That it waits for another act names the act.</summary>
    private Reason WhyNone(ActiveCampaign campaign, ReasonCode code) =>
        code == ReasonCode.OtherTrigger
        && campaign.Definition.Steps.FirstOrDefault(step => !(step.Once && board.IsReached(campaign.Id, step.Number))) is { } open
            ? Reason.Of(code, ("trigger", open.EventName ?? CampaignWords.Text(open.Trigger)))
            : Reason.Of(code);

    private async Task ApplyAsync(ActiveCampaign campaign, CampaignStep step, Reached result, Cause cause, bool grants, CancellationToken ct)
    {
        var wasComplete = board.IsComplete(campaign);
        var first = !board.IsReached(campaign.Id, step.Number);
        var occasion = step.Once || first ? board.Reach(campaign.Id, step, cause.Key) : 1;
        applied.Add((campaign.Id, cause.Key));
        if (first)
        {
            Plan.Steps.Add(new ReachedStep(campaign.Id, step.Number, occasion, campaign.Version, cause.Key, cause.OrderKey));
            if (!board.WasEverReached(campaign.Id, step.Number + 1))
                opened.Add((campaign.Id, step.Number + 1));
        }
        if (!grants)
            return;
        var grant = new RewardGrant(context, campaign, cause.At, cause.OrderKey);
        var rewardCause = step.Once ? $"step:{step.Number}:customer:{context.Customer.Id}" : cause.Key;
        var lines = await grant.AddAsync(Plan, step.Number, rewardCause, step.Once ? occasion : 1, result.Lines, result.FrozenConditions, ct);
        Take(result.Usage);
        if (result.Lines.OfType<LineSkipped>().Any(line => line.Reason.Code == ReasonCode.AmountOutOfRange))
            Plan.Refusal = new Problem(ProblemCode.AmountOutOfRange, "A campaign would owe more for this than can be counted.");
        AddOutcome(campaign, step.Number, cause, null, lines);
        if (!wasComplete && board.IsComplete(campaign))
            await GrantBonusAsync(campaign, cause, ct);
    }

    /// <summary>One more customer of the referrer qualified; every N of them pay a bonus (money.md MO-41).</summary>
    public async Task GrantBonusAsync(ActiveCampaign campaign, Cause cause, CancellationToken ct)
    {
        if (!grantsBonuses || campaign.Definition.Bonus is not { } bonus || context.Referrer is not { } referrer)
            return;
        var key = UsageKeys.Qualified(campaign.Id, referrer.Id);
        Take([new UsageDelta(key, 0, 1)]);
        var count = Usage[key].Count;
        if (MilestoneBonus.Owed(count, bonus.Every) == MilestoneBonus.Owed(count - 1, bonus.Every))
            return;
        await GrantMilestoneAsync(campaign, cause, referrer.Id, MilestoneBonus.Owed(count, bonus.Every), ct);
    }

    /// <summary>The bonuses that as many as qualified have earned and that the referrer has not got.</summary>
    /// <param name="granted">How many the referrer has.</param>
    public async Task GrantOwedBonusesAsync(ActiveCampaign campaign, Cause cause, long granted, CancellationToken ct)
    {
        if (campaign.Definition.Bonus is not { } bonus || context.Referrer is not { } referrer)
            return;
        var owed = MilestoneBonus.Owed(Usage[UsageKeys.Qualified(campaign.Id, referrer.Id)].Count, bonus.Every);
        for (var milestone = granted + 1; milestone <= owed; milestone++)
            await GrantMilestoneAsync(campaign, cause, referrer.Id, milestone, ct);
    }

    private async Task GrantMilestoneAsync(ActiveCampaign campaign, Cause cause, long referrerId, long milestone, CancellationToken ct)
    {
        var (results, taken) = StepJudge.JudgeBonus(campaign, context.Parties, cause.At, context.Program.Settings.Zone, Usage, context.Defaults);
        var occasion = await Milestones.NextOccasionAsync(context.Tx, campaign.Id, referrerId, milestone, ct);
        var grant = new RewardGrant(context, campaign, cause.At, null);
        var lines = await grant.AddAsync(Plan, 0, Milestones.CauseOf(milestone), occasion, results, "", ct);
        Take(taken);
        AddOutcome(campaign, null, cause, null, lines);
    }

    private void Take(IReadOnlyList<UsageDelta> deltas)
    {
        Plan.Usage.AddRange(deltas);
        Usage = Usage.With(deltas);
    }

    private void AddOutcome(ActiveCampaign campaign, int? step, Cause cause, Reason? reason, IReadOnlyList<LineOutcome> lines) =>
        Plan.Outcomes.Add(new CampaignOutcome(campaign.Id, campaign.Name, campaign.Version, step, cause.Key, reason, lines));
}
