using Tributary.Programs;
using Tributary.Storage;

namespace Tributary.Campaigns;

/// <summary>The campaign that a programme shows to those who might refer somebody.</summary>
public sealed record ShownCampaign(long CampaignId, CampaignDefinition Definition);

/// <summary>Finds it: the one the settings name, else the oldest active one that rewards referrers.</summary>
public sealed class ShownCampaigns(Database database, TimeProvider clock)
{
    /// <summary>Null where none is active.</summary>
    public async Task<ShownCampaign?> FindAsync(ReferralProgram program, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(program);
        var now = clock.GetUtcNow();
        var campaigns = new List<ActiveCampaign>();
        await using var connection = await database.OpenAsync(ct);
        var load = new LoadBatch(connection);
        CampaignLoad.Add(load, program.Id, now, campaigns);
        await load.RunAsync(ct);
        return campaigns
            .Where(campaign => CampaignStates.At(campaign.State, campaign.StartsAt, campaign.EndsAt, now) == CampaignState.Active)
            .Where(campaign => program.Settings.Gameball.ShownCampaign is { } named ? campaign.Id == named : campaign.Definition.RewardsReferrer)
            .Select(campaign => new ShownCampaign(campaign.Id, campaign.Definition))
            .FirstOrDefault();
    }
}
