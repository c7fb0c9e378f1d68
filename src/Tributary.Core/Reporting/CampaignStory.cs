using Tributary.Campaigns;

namespace Tributary.Reporting;

/// <summary>Says what each campaign did and why it paid nothing.</summary>
/// <param name="rewards">The rewards that came of it, as explained now.</param>
internal sealed class CampaignStory(Wording wording, IReadOnlyDictionary<long, RewardExplained> rewards)
{
    public const string Reached = "reached";
    private const string Earned = "earned";
    private static readonly string OtherTrigger = Campaigns.Reason.Word(ReasonCode.OtherTrigger);

    public IReadOnlyList<CampaignExplained> Explain(IReadOnlyList<KeptCampaign> campaigns) => [.. campaigns.Select(Explain)];

    /// <summary>
    /// One sentence for each reward, and for each campaign or line that paid nothing. That a campaign does not ask for an act is
    /// not worth telling where it asked for another one of the same call.
    /// </summary>
    public static IEnumerable<string> Sentences(IReadOnlyList<CampaignExplained> campaigns) => campaigns
        .Where(campaign => campaign.Reason != OtherTrigger || campaigns.All(other => other.CampaignId != campaign.CampaignId || other.Reason == OtherTrigger))
        .SelectMany(campaign => campaign.Reason == Reached ? campaign.Lines.Select(line => line.Sentence) : [campaign.Sentence])
        .Distinct();

    private CampaignExplained Explain(KeptCampaign kept)
    {
        var lines = kept.Lines.Select(line => Explain(kept, line)).ToList();
        return new CampaignExplained(
            kept.CampaignId, kept.Campaign, kept.Version, kept.Step, kept.Cause, kept.Reason?.Text ?? Reached, Sentence(kept), lines);
    }

    private static string Sentence(KeptCampaign kept) => kept switch
    {
        { Reason: { } reason } => CampaignExplanation.Sentence(kept.Campaign, reason),
        { Step: null } => $"“{kept.Campaign}”: enough customers of the referrer have qualified for its bonus.",
        { Step: > 1 } => $"“{kept.Campaign}”: its step {kept.Step} was reached.",
        _ => $"“{kept.Campaign}”: what it asks was done.",
    };

    private LineExplained Explain(KeptCampaign kept, KeptLine line) => new(
        line.Line, line.Role, wording.Parties.Of(line.RecipientId), line.Reason?.Text ?? Earned, line.RewardId, Sentence(kept, line));

    private string Sentence(KeptCampaign kept, KeptLine line) => line switch
    {
        { RewardId: { } id } when rewards.TryGetValue(id, out var reward) => reward.Sentence,
        { Reason: { } reason } => $"No {line.Role} reward from {CampaignExplanation.Sentence(kept.Campaign, reason)}",
        _ => $"“{kept.Campaign}” made a {line.Role} reward.",
    };
}
