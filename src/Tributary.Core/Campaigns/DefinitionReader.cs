using System.Text.RegularExpressions;
using Tributary.Primitives;

namespace Tributary.Campaigns;

/// <summary>From a document to a definition, with every limit and range checked on the way.</summary>
internal sealed partial class DefinitionReader
{
    private readonly Refusals refusals = new();
    private readonly HashSet<int> lineNumbers = [];
    private AmountReader amounts = null!;
    private int conditions;

    public Outcome<CampaignDefinition> Read(CampaignDocument document, string path)
    {
        amounts = new AmountReader(refusals);
        ReserveNumbers(document);
        var definition = new CampaignDefinition
        {
            Steps = Steps(document.Steps, At("steps")),
            HoldDays = HoldDays(document.HoldDays, At("holdDays")),
            Duration = Duration(document.Duration, At("duration")),
            Budget = Budget(document.Budget, At("budget")),
            Bonus = Bonus(document.Bonus, At("bonus")),
            ExclusiveGroup = refusals.Optional(document.ExclusiveGroup, Limits.Text, At("exclusiveGroup")),
            Priority = document.Priority ?? 0,
            Audience = refusals.Word(document.Audience, CampaignWords.Audiences, CampaignAudience.Referred, At("audience")),
            RewardGuests = document.RewardGuests ?? true,
            TrustedOnly = document.TrustedOnly ?? false,
            Descriptions = Descriptions(document.Descriptions, At("descriptions")),
        };
        new DefinitionRules(refusals).Check(definition, path);
        return refusals.First is { } problem ? problem : definition;

        string At(string member) => Refusals.Join(path, member);
    }

    /// <summary>Lines without a number get the lowest that no other line of the document claims.</summary>
    private void ReserveNumbers(CampaignDocument document)
    {
        var lines = (document.Steps ?? []).SelectMany(step => step?.Lines ?? []).Concat(document.Bonus?.Lines ?? []);
        foreach (var line in lines)
            if (line?.Number is { } number)
                lineNumbers.Add(number);
    }

    private List<CampaignStep> Steps(List<StepDocument?>? documents, string path)
    {
        if (documents is not { Count: > 0 })
            refusals.Add(ProblemCode.MissingField, path, "A campaign has at least one step.");
        var steps = new List<CampaignStep>();
        foreach (var (document, place) in refusals.Items(documents, CampaignLimits.Steps, path))
            steps.Add(Step(document, steps.Count + 1, place));
        return steps;
    }

    private CampaignStep Step(StepDocument document, int number, string path)
    {
        var trigger = refusals.RequiredWord(document.Trigger, CampaignWords.Triggers, StepTrigger.Order, path + ".trigger");
        return new CampaignStep
        {
            Number = number,
            Name = refusals.Optional(document.Name, Limits.Text, path + ".name") ?? $"Step {number}",
            Trigger = trigger,
            EventName = EventName(document.EventName, trigger, path + ".eventName"),
            Conditions = Conditions(document.Conditions, path + ".conditions"),
            MinimumOrder = refusals.ByCurrency(document.MinimumOrder, path + ".minimumOrder"),
            Once = document.Once ?? trigger is StepTrigger.Lead or StepTrigger.FirstOrder,
            Lines = Lines(document.Lines, path + ".lines"),
        };
    }

    private string? EventName(string? name, StepTrigger trigger, string path)
    {
        if (trigger == StepTrigger.Event)
            return refusals.Required(name, CampaignLimits.EventName, path);
        if (name is not null)
            refusals.Add(ProblemCode.InvalidValue, path, "Belongs to the trigger event alone.");
        return null;
    }

    private ConditionGroup? Conditions(ConditionDocument? document, string path) =>
        document is null ? null : new ConditionReader(refusals).Read(document, path, ref conditions);

    private List<CampaignLine> Lines(List<LineDocument?>? documents, string path)
    {
        var lines = new List<CampaignLine>();
        foreach (var (document, place) in refusals.Items(documents, CampaignLimits.LinesPerStep, path))
            lines.Add(Line(document, place));
        return lines;
    }

    private CampaignLine Line(LineDocument document, string path)
    {
        if (document.Recipient == "recruiter")
            refusals.Add(ProblemCode.FeatureOff, path + ".recipient", "Rewards for who brought the referrer are not offered yet.");
        return new CampaignLine
        {
            Number = refusals.Range(document.Number, 1, CampaignLimits.LineNumber, NextNumber(document.Number), path + ".number"),
            Recipient = refusals.RequiredWord(document.Recipient, CampaignWords.Roles, RewardRole.Customer, path + ".recipient"),
            Amount = amounts.Read(document.Amount, path + ".amount"),
            HoldDays = HoldDays(document.HoldDays, path + ".holdDays"),
            Caps = Caps(document.Caps, path + ".caps"),
        };
    }

    private int NextNumber(int? given)
    {
        if (given is not null)
            return given.Value;
        var number = Enumerable.Range(1, CampaignLimits.LineNumber).First(candidate => !lineNumbers.Contains(candidate));
        lineNumbers.Add(number);
        return number;
    }

    private List<LineCap> Caps(List<CapDocument?>? documents, string path)
    {
        var caps = new List<LineCap>();
        foreach (var (document, place) in refusals.Items(documents, CampaignLimits.CapsPerLine, path))
            caps.Add(Cap(document, place));
        return caps;
    }

    private LineCap Cap(CapDocument document, string path)
    {
        var subject = refusals.RequiredWord(document.Per, CampaignWords.CapSubjects, CapSubject.Recipient, path + ".per");
        var period = refusals.Word(document.Period, CampaignWords.CapPeriods, CapPeriod.Ever, path + ".period");
        var (most, unit) = amounts.AmountOrCount(document.Amount, document.Unit, document.Count, path);
        return unit is { } counted
            ? LineCap.OfAmount(subject, period, most, counted)
            : LineCap.OfCount(subject, period, most);
    }

    private int? HoldDays(int? days, string path) =>
        days is null ? null : refusals.Range(days, 0, CampaignLimits.HoldDays, 0, path);

    private CampaignDuration Duration(DurationDocument? document, string path)
    {
        if (document is null)
            return CampaignDuration.Lifetime;
        var kind = refusals.RequiredWord(document.Kind, CampaignWords.Durations, DurationKind.Lifetime, path + ".kind");
        if (document.Orders is not null && kind != DurationKind.FirstOrders)
            refusals.Add(ProblemCode.InvalidValue, path + ".orders", "Belongs to first_n_orders alone.");
        if (document.Months is not null && kind != DurationKind.Months)
            refusals.Add(ProblemCode.InvalidValue, path + ".months", "Belongs to months alone.");
        return kind switch
        {
            DurationKind.Once => CampaignDuration.Once,
            DurationKind.FirstOrders => CampaignDuration.FirstOrders((int)refusals.AtLeast(document.Orders, 1, path + ".orders", CampaignLimits.FirstOrders)),
            DurationKind.Months => CampaignDuration.OfMonths((int)refusals.AtLeast(document.Months, 1, path + ".months", CampaignLimits.Months)),
            DurationKind.Lifetime => CampaignDuration.Lifetime,
        };
    }

    private CampaignBudget? Budget(BudgetDocument? document, string path)
    {
        if (document is null)
            return null;
        var (most, unit) = amounts.AmountOrCount(document.Amount, document.Unit, document.Count, path);
        return unit is { } counted ? CampaignBudget.OfAmount(most, counted) : CampaignBudget.OfCount(most);
    }

    private MilestoneBonus? Bonus(BonusDocument? document, string path)
    {
        if (document is null)
            return null;
        if (document.Lines is not { Count: > 0 })
            refusals.Add(ProblemCode.MissingField, path + ".lines", "A bonus has at least one line.");
        var every = (int)refusals.AtLeast(document.Every, 1, path + ".every", CampaignLimits.BonusEvery);
        return new MilestoneBonus(every, Lines(document.Lines, path + ".lines"));
    }

    private Dictionary<string, string> Descriptions(Dictionary<string, string?>? texts, string path)
    {
        var read = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        if (texts?.Count > CampaignLimits.Languages)
            refusals.Add(ProblemCode.TooMany, path, $"Must be at most {CampaignLimits.Languages}.");
        foreach (var (language, text) in texts ?? [])
        {
            var place = Refusals.Join(path, language);
            if (!LanguageTag().IsMatch(language) || text is null)
                refusals.Add(ProblemCode.InvalidValue, place, "Must be a text under a language tag such as en or pt-BR.");
            else if (!read.TryAdd(language, refusals.Optional(text, CampaignLimits.DescriptionLength, place, lines: true)!))
                refusals.Add(ProblemCode.DuplicateMember, place, "The language stands twice.");
        }
        return read;
    }

    [GeneratedRegex(@"\A[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LanguageTag();
}
