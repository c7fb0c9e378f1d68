using Tributary.Primitives;

namespace Tributary.Campaigns;

/// <summary>What must fit together in a definition whose members are right each by itself.</summary>
internal sealed class DefinitionRules(Refusals refusals)
{
    public void Check(CampaignDefinition definition, string path)
    {
        if (!definition.Steps.Any(step => step.Lines.Count > 0))
            refusals.Add(ProblemCode.MissingField, Refusals.Join(path, "steps.0.lines"), "A campaign has at least one line.");
        UniqueNumbers(definition, Refusals.Join(path, "steps"));
        foreach (var step in definition.Steps)
            Step(step, definition.Budget, Refusals.Join(path, $"steps.{step.Number - 1}"));
        if (definition.Bonus is { } bonus)
            Bonus(bonus, definition.Budget, Refusals.Join(path, "bonus"));
        Duration(definition, Refusals.Join(path, "duration"));
    }

    private void UniqueNumbers(CampaignDefinition definition, string path)
    {
        if (definition.AllLines.GroupBy(line => line.Number).FirstOrDefault(same => same.Count() > 1) is { } twice)
            refusals.Add(ProblemCode.InvalidValue, path, $"The line number {twice.Key} stands twice.");
    }

    private void Step(CampaignStep step, CampaignBudget? budget, string path)
    {
        if (!step.IsReachedByOrder && step.MinimumOrder.Count > 0)
            refusals.Add(ProblemCode.InvalidValue, path + ".minimumOrder", "Only a step that an order reaches has a minimum order.");
        for (var i = 0; i < step.Lines.Count; i++)
            Line(step.Lines[i], step.IsReachedByOrder, budget, $"{path}.lines.{i}");
    }

    private void Bonus(MilestoneBonus bonus, CampaignBudget? budget, string path)
    {
        for (var i = 0; i < bonus.Lines.Count; i++)
        {
            if (bonus.Lines[i].Recipient != RewardRole.Referrer)
                refusals.Add(ProblemCode.InvalidValue, $"{path}.lines.{i}.recipient", "A bonus is for the referrer.");
            Line(bonus.Lines[i], hasOrder: false, budget, $"{path}.lines.{i}");
        }
    }

    private void Line(CampaignLine line, bool hasOrder, CampaignBudget? budget, string path)
    {
        if (line.Amount.NeedsOrder && !hasOrder)
            refusals.Add(ProblemCode.InvalidValue, path + ".amount.kind", "Only a step that an order reaches can pay a part of it.");
        if (budget?.Unit is { } unit && line.Amount.FixedUnit is { } paid && paid != unit)
            refusals.Add(ProblemCode.InvalidValue, path + ".amount", $"Pays {paid}, of which the budget in {unit} has nothing.");
        for (var i = 0; i < line.Caps.Count; i++)
            Cap(line, i, $"{path}.caps.{i}");
    }

    private void Cap(CampaignLine line, int index, string path)
    {
        var cap = line.Caps[index];
        if (line.Caps.Take(index).Any(other => (other.Subject, other.Period, other.Unit is null) == (cap.Subject, cap.Period, cap.Unit is null)))
            refusals.Add(ProblemCode.InvalidValue, path, "The same limit stands twice.");
        if (cap.Unit is not { } unit)
            return;
        if (line.Amount.Kind is RewardKind.Coupon or RewardKind.Custom)
            refusals.Add(ProblemCode.InvalidValue, path + ".amount", "The line pays no amount, so its rewards can only be counted.");
        else if (line.Amount.FixedUnit is { } paid && paid != unit)
            refusals.Add(ProblemCode.InvalidValue, path + ".unit", $"The line pays {paid}.");
        else if (line.Amount.FixedUnit is null && unit.Kind != UnitKind.Fiat)
            refusals.Add(ProblemCode.InvalidValue, path + ".unit", "A percentage pays money, so its limit is a currency.");
    }

    private void Duration(CampaignDefinition definition, string path)
    {
        if (definition.Duration.Kind == DurationKind.Months && definition.Audience == CampaignAudience.Everyone)
            refusals.Add(ProblemCode.InvalidValue, path + ".kind", "Months run from the referral, so they need the audience referred.");
        if (definition.Duration.Kind == DurationKind.FirstOrders
            && !definition.Steps.Any(step => step.IsReachedByOrder))
            refusals.Add(ProblemCode.InvalidValue, path + ".kind", "No step is reached by an order.");
    }
}
