using Tributary.Campaigns;
using Tributary.Keys;
using Tributary.Primitives;

namespace Tributary.Server.Api.V1;

/// <summary>The rules: on which trigger who is rewarded with what, within which limits.</summary>
internal static class CampaignsApi
{
    public static void MapCampaigns(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/campaigns", ListAsync).ForSecrets(KeyScopes.Read)
            .Describe("listCampaigns", "Campaigns, oldest first; filter by state");
        routes.MapPost("/campaigns", CreateAsync).ForSecrets(KeyScopes.Manage)
            .Describe("createCampaign", "Make a draft; it pays nothing before it is activated", StatusCodes.Status201Created);
        routes.MapGet("/campaigns/{campaignId:long}", GetAsync).ForSecrets(KeyScopes.Read)
            .Describe("getCampaign", "One campaign with its newest rules");
        routes.MapPatch("/campaigns/{campaignId:long}", ChangeAsync).ForSecrets(KeyScopes.Manage)
            .Describe("changeCampaign", "Change name, end or rules; new rules are the next version and apply to what comes after");
        routes.MapGet("/campaigns/{campaignId:long}/versions", VersionsAsync).ForSecrets(KeyScopes.Read)
            .Describe("listCampaignVersions", "All versions of a campaign's rules, newest first");
        routes.MapPost("/campaigns/{campaignId:long}/schedule", ScheduleAsync).ForSecrets(KeyScopes.Manage)
            .Describe("scheduleCampaign", "Set when a draft begins, or move the dates of what has not begun");
        routes.MapPost("/campaigns/{campaignId:long}/activate", ActivateAsync).ForSecrets(KeyScopes.Manage)
            .Describe("activateCampaign", "Begin now");
        routes.MapPost("/campaigns/{campaignId:long}/pause", PauseAsync).ForSecrets(KeyScopes.Manage)
            .Describe("pauseCampaign", "Stop earning for a while; refunds still work");
        routes.MapPost("/campaigns/{campaignId:long}/resume", ResumeAsync).ForSecrets(KeyScopes.Manage)
            .Describe("resumeCampaign", "Go on after a pause");
        routes.MapPost("/campaigns/{campaignId:long}/end", EndAsync).ForSecrets(KeyScopes.Manage)
            .Describe("endCampaign", "End for ever");
    }

    private static async Task<Answer<ListAnswer<CampaignAnswer>>> ListAsync(
        Call call, Paging page, string? state, CampaignStore campaigns, CancellationToken ct)
    {
        CampaignState? wanted = Enum.GetValues<CampaignState>().Cast<CampaignState?>()
            .FirstOrDefault(each => CampaignWords.Text(each!.Value) == state);
        if (state is not null && wanted is null)
            return new Problem(ProblemCode.InvalidValue, "The states are draft, scheduled, active, paused, ended.", "state");
        return ListAnswer<CampaignAnswer>.Of(await campaigns.ListAsync(call.Program, page.Request, wanted, ct), CampaignAnswer.Of);
    }

    private static async Task<Answer<CampaignAnswer>> GetAsync(Call call, long campaignId, CampaignStore campaigns, CancellationToken ct) =>
        (await campaigns.FindAsync(call.Program, campaignId, ct)).OrNotFound(CampaignAnswer.Of, "campaign");

    private static async Task<Answer<ListAnswer<CampaignVersionAnswer>>> VersionsAsync(
        Call call, long campaignId, CampaignStore campaigns, CancellationToken ct) =>
        (await campaigns.HistoryAsync(call.Program, campaignId, ct)).OrNotFound(
            history => new ListAnswer<CampaignVersionAnswer>([.. history.Versions.Select(CampaignVersionAnswer.Of)], null), "campaign");

    private static Task<Answer<CampaignAnswer>> CreateAsync(
        Call call, Body<CampaignBody> body, CampaignStore campaigns, CancellationToken ct)
    {
        if (!CampaignJson.FromDocument(body.Value.Definition, "definition").TryGet(out var definition, out var problem))
            return Task.FromResult<Answer<CampaignAnswer>>(problem);
        return call.RunAsync(
            caller => campaigns.CreateAsync(call.Program, body.Value.Name, definition, caller, ct),
            CampaignAnswer.Of,
            StatusCodes.Status201Created,
            body: body.Bytes);
    }

    private static async Task<Answer<CampaignAnswer>> ChangeAsync(
        Call call, long campaignId, Body<CampaignChangeBody> body, CampaignStore campaigns, CancellationToken ct)
    {
        var wanted = body.Value;
        CampaignDefinition? definition = null;
        if (wanted.Definition is { } document
            && !CampaignJson.FromDocument(document, "definition").TryGet(out definition, out var problem))
            return problem;
        var change = new CampaignChange(wanted.Name, definition, wanted.EndsAt, wanted.Version);
        return (await campaigns.ChangeAsync(call.Program, campaignId, change, call.Caller, ct)).Map(CampaignAnswer.Of);
    }

    private static Task<Answer<CampaignAnswer>> ScheduleAsync(
        Call call, long campaignId, Body<ScheduleBody> body, CampaignStore campaigns, CancellationToken ct) =>
        call.RunAsync(
            caller => campaigns.ScheduleAsync(call.Program, campaignId, body.Value.StartsAt, body.Value.EndsAt, caller, ct),
            CampaignAnswer.Of,
            body: body.Bytes);

    private static Task<Answer<CampaignAnswer>> ActivateAsync(Call call, long campaignId, CampaignStore campaigns, CancellationToken ct) =>
        call.RunAsync(caller => campaigns.ActivateAsync(call.Program, campaignId, caller, ct), CampaignAnswer.Of);

    private static Task<Answer<CampaignAnswer>> PauseAsync(Call call, long campaignId, CampaignStore campaigns, CancellationToken ct) =>
        call.RunAsync(caller => campaigns.PauseAsync(call.Program, campaignId, caller, ct), CampaignAnswer.Of);

    private static Task<Answer<CampaignAnswer>> ResumeAsync(Call call, long campaignId, CampaignStore campaigns, CancellationToken ct) =>
        call.RunAsync(caller => campaigns.ResumeAsync(call.Program, campaignId, caller, ct), CampaignAnswer.Of);

    private static Task<Answer<CampaignAnswer>> EndAsync(Call call, long campaignId, CampaignStore campaigns, CancellationToken ct) =>
        call.RunAsync(caller => campaigns.EndAsync(call.Program, campaignId, caller, ct), CampaignAnswer.Of);
}

/// <param name="State">draft, scheduled, active, paused or ended, as of now.</param>
/// <param name="Version">Of the rules shown; send it with a change to refuse one made meanwhile.</param>
/// <param name="Definition">The rules; money in minor units, rates in parts per million.</param>
internal sealed record CampaignAnswer(
    long Id,
    string Name,
    CampaignState State,
    DateTimeOffset? StartsAt,
    DateTimeOffset? EndsAt,
    int Version,
    CampaignDocument Definition,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt)
{
    public static CampaignAnswer Of(Campaign campaign) => new(
        campaign.Id, campaign.Name, campaign.State, campaign.StartsAt, campaign.EndsAt, campaign.Version,
        CampaignJson.ToDocument(campaign.Definition), campaign.CreatedAt, campaign.UpdatedAt);
}

/// <param name="EffectiveAt">It judges what happens from here on; null: from the campaign's beginning.</param>
/// <param name="CreatedBy">As in the audit log.</param>
internal sealed record CampaignVersionAnswer(int Version, CampaignDocument Definition, DateTimeOffset? EffectiveAt, string CreatedBy)
{
    public static CampaignVersionAnswer Of(CampaignVersion version) => new(
        version.Version, CampaignJson.ToDocument(version.Definition), version.EffectiveAt, version.CreatedBy);
}

internal sealed record CampaignBody
{
    public required string Name { get; init; }
    public required CampaignDocument Definition { get; init; }
}

internal sealed record CampaignChangeBody
{
    public string? Name { get; init; }

    /// <summary>The whole new rules.</summary>
    public CampaignDocument? Definition { get; init; }
    public DateTimeOffset? EndsAt { get; init; }

    /// <summary>The version seen before; another one now refuses the change.</summary>
    public int? Version { get; init; }
}

internal sealed record ScheduleBody
{
    public required DateTimeOffset StartsAt { get; init; }
    public DateTimeOffset? EndsAt { get; init; }
}
