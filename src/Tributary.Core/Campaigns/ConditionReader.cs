using System.Text.Json;
using Tributary.Primitives;

namespace Tributary.Campaigns;

/// <summary>Reads the conditions of a step: groups of at most two levels.</summary>
internal sealed class ConditionReader(Refusals refusals)
{
    private const int Levels = 2;

    /// <param name="count">Conditions of the campaign read so far.</param>
    public ConditionGroup Read(ConditionDocument document, string path, ref int count)
    {
        // A single condition is taken as a group of one.
        if (document is { Field: not null } or { Operator: not null })
            return new ConditionGroup(GroupMatch.All, [One(document, path, ref count)]);
        return Group(document, path, 1, ref count);
    }

    private ConditionGroup Group(ConditionDocument document, string path, int level, ref int count)
    {
        if (document.All is null == document.Any is null || document.Value is not null)
            refusals.Add(ProblemCode.InvalidValue, path, "Must be one of: all, any, or a field with an operator.");
        var match = document.Any is null ? GroupMatch.All : GroupMatch.Any;
        var terms = new List<ConditionTerm>();
        var place = Refusals.Join(path, match == GroupMatch.All ? "all" : "any");
        var members = document.All ?? document.Any;
        if (members is not { Count: > 0 })
            refusals.Add(ProblemCode.MissingField, place, "A group has at least one condition.");
        foreach (var (member, at) in refusals.Items(members, CampaignLimits.Conditions, place))
            terms.Add(Term(member, at, level, ref count));
        return new ConditionGroup(match, terms);
    }

    private ConditionTerm Term(ConditionDocument document, string path, int level, ref int count)
    {
        if (document.All is null && document.Any is null)
            return One(document, path, ref count);
        if (level < Levels)
            return Group(document, path, level + 1, ref count);
        refusals.Add(ProblemCode.TooMany, path, "Groups stand in a group, but no deeper.");
        return new ConditionGroup(GroupMatch.All, []);
    }

    private Condition One(ConditionDocument document, string path, ref int count)
    {
        if (document.All is not null || document.Any is not null)
            refusals.Add(ProblemCode.InvalidValue, path, "Must be one of: all, any, or a field with an operator.");
        if (++count > CampaignLimits.Conditions)
            refusals.Add(ProblemCode.TooMany, path, $"A campaign has at most {CampaignLimits.Conditions} conditions.");
        var field = refusals.Required(document.Field, Limits.Text, path + ".field");
        if (!FactFields.IsAskable(field))
            refusals.Add(ProblemCode.InvalidValue, path + ".field", "There is no such field.");
        var @operator = refusals.RequiredWord(document.Operator, CampaignWords.Operators, ConditionOperator.Eq, path + ".operator");
        var values = Values(document.Value, path + ".value");
        CheckValues(@operator, values, path + ".value");
        return new Condition(field, @operator, values);
    }

    private List<string> Values(JsonElement? value, string path)
    {
        var values = new List<string>();
        foreach (var member in Members(value))
        {
            var text = member.ValueKind switch
            {
                JsonValueKind.String => member.GetString()!,
                JsonValueKind.Number => member.GetRawText(),
                JsonValueKind.True => "true",
                JsonValueKind.False => "false",
                _ => null,
            };
            if (text is null)
                refusals.Add(ProblemCode.InvalidValue, path, "Must be a text, number, boolean or a list of them.");
            values.Add(refusals.Optional(text, CampaignLimits.ConditionValue, path) ?? "");
        }
        if (values.Count > CampaignLimits.ValuesPerCondition)
            refusals.Add(ProblemCode.TooMany, path, $"Must be at most {CampaignLimits.ValuesPerCondition}.");
        return values;
    }

    private static IEnumerable<JsonElement> Members(JsonElement? value) => value switch
    {
        null => [],
        { ValueKind: JsonValueKind.Array } list => list.EnumerateArray(),
        { } single => [single],
    };

    private void CheckValues(ConditionOperator @operator, List<string> values, string path)
    {
        var refusal = @operator switch
        {
            ConditionOperator.Eq or ConditionOperator.Ne or ConditionOperator.Contains or ConditionOperator.Starts =>
                values.Count == 1 ? null : "Must be one value.",
            ConditionOperator.In or ConditionOperator.Nin => values.Count > 0 ? null : "Must be a list of values.",
            ConditionOperator.Gt or ConditionOperator.Gte or ConditionOperator.Lt or ConditionOperator.Lte =>
                values.Count == 1 && ExactNumber.TryParse(values[0], out _) ? null : "Must be a number.",
            ConditionOperator.Between => Conditions.TryEnds(values, out _, out _) ? null : "Must be two numbers, the lower one first.",
            ConditionOperator.Exists => values is ["true" or "false"] ? null : "Must be true or false.",
        };
        if (refusal is not null)
            refusals.Add(values.Count == 0 ? ProblemCode.MissingField : ProblemCode.InvalidValue, path, refusal);
    }
}
