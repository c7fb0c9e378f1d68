using Tributary.Primitives;

namespace Tributary.Campaigns;

/// <summary>
/// One version of a campaign's rules: on what, who is rewarded, with what, within which limits. Never changed; an edit
/// makes the next version (MO-30). Name, state and dates are the campaign's own and not part of it.
/// </summary>
public sealed record CampaignDefinition
{
    /// <summary>1–10, in the order in which a customer takes them (MO-42).</summary>
    public required IReadOnlyList<CampaignStep> Steps { get; init; }

    /// <summary>Whole days of 24 hours that a reward stays pending; null: the programme's default.</summary>
    public int? HoldDays { get; init; }

    public CampaignDuration Duration { get; init; } = CampaignDuration.Lifetime;

    public CampaignBudget? Budget { get; init; }

    public MilestoneBonus? Bonus { get; init; }

    /// <summary>Campaigns of one group compete for a cause; null: this one competes with none (MO-36).</summary>
    public string? ExclusiveGroup { get; init; }

    /// <summary>Where campaigns of a group cannot be compared by amount, the greater number wins.</summary>
    public int Priority { get; init; }

    public CampaignAudience Audience { get; init; } = CampaignAudience.Referred;

    public bool RewardGuests { get; init; } = true;

    /// <summary>Whether only calls with a secret count.</summary>
    public bool TrustedOnly { get; init; }

    /// <summary>What the campaign's participants read, by language tag (<c>en</c>, <c>pt-BR</c>).</summary>
    public IReadOnlyDictionary<string, string> Descriptions { get; init; } = new Dictionary<string, string>();

    /// <summary>Every line: the steps' and the bonus's.</summary>
    public IEnumerable<CampaignLine> AllLines => Steps.SelectMany(step => step.Lines).Concat(Bonus?.Lines ?? []);

    /// <summary>Whether anything of it is for the referrer.</summary>
    public bool RewardsReferrer => AllLines.Any(line => line.Recipient == RewardRole.Referrer);

    /// <summary>The line of that number and its step; the step is null for a line of the bonus.</summary>
    /// <exception cref="ArgumentException">No line has the number.</exception>
    public (CampaignStep? Step, CampaignLine Line) FindLine(int number)
    {
        foreach (var step in Steps)
            if (step.Lines.FirstOrDefault(line => line.Number == number) is { } found)
                return (step, found);
        return Bonus?.Lines.FirstOrDefault(line => line.Number == number) is { } extra
            ? (null, extra)
            : throw new ArgumentException("The campaign has no such line.", nameof(number));
    }
}

/// <summary>One act of the customer that the campaign waits for, and what it pays.</summary>
public sealed record CampaignStep
{
    /// <summary>Its place in the campaign, from 1.</summary>
    public required int Number { get; init; }

    public required string Name { get; init; }

    public required StepTrigger Trigger { get; init; }

    /// <summary>The event's name, where the trigger is one.</summary>
    public string? EventName { get; init; }

    /// <summary>Null: no condition.</summary>
    public ConditionGroup? Conditions { get; init; }

    /// <summary>
    /// The least base by currency code, in minor units; empty: none. An order in a currency that is not listed fails it (MO-35).
    /// </summary>
    public IReadOnlyDictionary<string, long> MinimumOrder { get; init; } = new Dictionary<string, long>();

    /// <summary>Whether it counts once for a customer; otherwise every act that fulfils it pays.</summary>
    public bool Once { get; init; }

    public IReadOnlyList<CampaignLine> Lines { get; init; } = [];

    public bool IsReachedByOrder => Trigger is StepTrigger.FirstOrder or StepTrigger.Order;

    /// <summary>
    /// Whether the step waits for a cause of this kind, and an event of this name. An order that is no sale is for the steps
    /// that ask for its action: as the event of that name, or in their conditions.
    /// </summary>
    internal bool Concerns(CauseFacts cause) => Trigger switch
    {
        StepTrigger.Lead => cause.Kind == CauseKind.Lead,
        StepTrigger.FirstOrder or StepTrigger.Order => cause.Kind == CauseKind.Order && (cause.Order?.Action is null || AsksForAction),
        StepTrigger.Event => EventName == (cause.Kind == CauseKind.Event ? cause.Event?.Name : cause.Order?.Action),
        StepTrigger.Manual => cause.Kind == CauseKind.Manual,
    };

    private bool AsksForAction => Conditions?.Flat.Any(condition => condition.Field == OrderFields.Action) ?? false;
}

public enum StepTrigger
{
    /// <summary>The customer registered.</summary>
    Lead,

    /// <summary>The first paid order that arrives.</summary>
    FirstOrder,
    Order,

    /// <summary>An act that the merchant reports by name.</summary>
    Event,

    /// <summary>A person says so.</summary>
    Manual,
}

public enum CampaignAudience
{
    /// <summary>Customers whom somebody referred.</summary>
    Referred,
    Everyone,
}

/// <summary>How long a customer's acts are rewarded (MO-39).</summary>
/// <param name="Length">Orders or months, where the kind counts them; otherwise 0.</param>
public sealed record CampaignDuration(DurationKind Kind, int Length = 0)
{
    public static CampaignDuration Lifetime { get; } = new(DurationKind.Lifetime);

    public static CampaignDuration Once { get; } = new(DurationKind.Once);

    public static CampaignDuration FirstOrders(int orders) => new(DurationKind.FirstOrders, orders);

    public static CampaignDuration OfMonths(int months) => new(DurationKind.Months, months);
}

public enum DurationKind
{
    /// <summary>Each step pays for one act of a customer.</summary>
    Once,

    /// <summary>Each step pays for the first N orders of a customer that reach it.</summary>
    FirstOrders,

    /// <summary>Calendar months from the attribution, in the programme's time zone.</summary>
    Months,
    Lifetime,
}

/// <summary>What the campaign may give in all: an amount of one unit, or a number of rewards (MO-38).</summary>
public sealed record CampaignBudget
{
    private CampaignBudget(long most, Unit? unit) => (Most, Unit) = (most, unit);

    /// <summary>Smallest parts of <see cref="Unit"/>, or rewards.</summary>
    public long Most { get; }

    /// <summary>Null: rewards are counted.</summary>
    public Unit? Unit { get; }

    public static CampaignBudget OfAmount(long most, Unit unit) => new(most, unit);

    public static CampaignBudget OfCount(long most) => new(most, null);
}

/// <summary>An extra reward of the referrer for every N customers who qualified (MO-41).</summary>
/// <param name="Every">N, 1 or more.</param>
/// <param name="Lines">For the referrer, none of them a part of an order.</param>
public sealed record MilestoneBonus(int Every, IReadOnlyList<CampaignLine> Lines)
{
    /// <summary>How many bonuses are owed to a referrer of that many qualified customers: bonus n while the count ≥ n × N.</summary>
    public static long Owed(long qualified, int every)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(qualified);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(every);
        return qualified / every;
    }
}
