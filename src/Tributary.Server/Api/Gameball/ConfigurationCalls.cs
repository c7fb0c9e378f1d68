using Tributary.Campaigns;
using Tributary.Server.Api.Gameball.Wire;
using Tributary.Server.Api.Wire;

namespace Tributary.Server.Api.Gameball;

/// <summary>The referral campaign as pages show it: gameball.md 3.6 and 5.4.</summary>
internal sealed class ConfigurationCalls(ShownCampaigns campaigns)
{
    private static readonly WireMember[] OfLanguage = [new("lang", WireType.Text, "Of the texts; also a header")];

    public IReadOnlyList<GameballRoute> Routes =>
    [
        new("GET", "configurations/referrals", KeyDemand.ApiKey, GetAsync)
        {
            Summary = "What referring somebody gives",
            Query = OfLanguage,
            Answer = GameballJson.Answers.ConfigurationView,
        },
        new("GET", "configurations/program/referrals", KeyDemand.ApiKey, GetAsync)
        {
            Summary = "Older name of configurations/referrals",
            Query = OfLanguage,
            Answer = GameballJson.Answers.ConfigurationView,
        },
    ];

    private async Task<GameballAnswer> GetAsync(GameballCall call, CancellationToken ct)
    {
        var shown = await campaigns.FindAsync(call.Program, ct);
        var view = shown is null ? ConfigurationView.None : ConfigurationView.Of(shown.Definition, call);
        return GameballAnswer.Of(view, GameballJson.Answers.ConfigurationView);
    }
}
