using Tributary.Campaigns;

namespace Tributary.Rewards;

/// <summary>
/// Plans what an operation owes: goes through what happened, in order of arrival, and through what waited for it. One more
/// round trip where a campaign has limits, and one where a step may have waited for something.
/// </summary>
internal static class RewardPlanner
{
    public static async Task<RewardPlan> PlanAsync(PlanContext context, IReadOnlyList<Cause> happened, CancellationToken ct)
    {
        var board = new StepBoard(context.Steps);
        var history = await HistoryAsync(context, board, happened, ct);
        var usage = await UsageRows.LockAsync(context.Tx, KeysOf(context, [.. history, .. happened]), ct);
        var session = new PlanSession(context, board, usage);
        foreach (var cause in history)
            await session.JudgeAsync(cause, fresh: false, ct);
        foreach (var cause in happened)
            await session.JudgeAsync(cause, fresh: true, ct);
        session.SetStatus([.. history, .. happened]);
        return session.Plan;
    }

    /// <summary>A customer that has qualified already comes to another referrer: it counts for the bonuses there.</summary>
    public static async Task<RewardPlan> PlanBonusesAsync(PlanContext context, Cause cause, CancellationToken ct)
    {
        var board = new StepBoard(context.Steps);
        var usage = await UsageRows.LockAsync(context.Tx, KeysOf(context, [cause]), ct);
        var session = new PlanSession(context, board, usage);
        foreach (var campaign in context.Campaigns.Where(board.IsComplete))
            await session.GrantBonusAsync(campaign, cause, ct);
        return session.Plan;
    }

    /// <summary>
    /// Earlier acts matter where the referrer becomes known after them, and where a step waits behind another one
    /// (gameball.md 4.1, money.md MO-42). What a new customer did before is nothing.
    /// </summary>
    private static async Task<IReadOnlyList<Cause>> HistoryAsync(
        PlanContext context, StepBoard board, IReadOnlyList<Cause> happened, CancellationToken ct)
    {
        var waits = happened.Count > 0 && context.Campaigns.Any(campaign => campaign.Definition.Steps.Count > 1 && !board.IsComplete(campaign));
        if (context.CustomerIsNew || context.Referrer is null || !(context.Attributing || waits))
            return [];
        var history = await CauseHistory.LoadAsync(context.Tx, context.Customer, replaced: null, ct);
        var now = happened.Select(cause => cause.Key).ToHashSet(StringComparer.Ordinal);
        return [.. history.Where(cause => !now.Contains(cause.Key))];
    }

    private static SortedSet<UsageKey> KeysOf(PlanContext context, IReadOnlyList<Cause> causes)
    {
        var keys = new SortedSet<UsageKey>();
        foreach (var cause in causes)
        {
            var facts = context.FactsOf(cause);
            foreach (var campaign in context.Campaigns)
                keys.UnionWith(UsageKeys.For(campaign, facts, context.Parties));
        }
        return keys;
    }
}
