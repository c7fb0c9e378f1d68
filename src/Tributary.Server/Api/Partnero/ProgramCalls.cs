using System.Text.Json.Nodes;
using Tributary.Campaigns;
using Tributary.Keys;
using Tributary.Links;
using Tributary.Programs;
using Tributary.Reporting;
using Tributary.Server.Api.Wire;

namespace Tributary.Server.Api.Partnero;

/// <summary>Calls about the programme itself.</summary>
internal sealed class ProgramCalls(ProgramOverviews overviews, ShownCampaigns campaigns, ProgramRegister programs, DomainRegister domains)
{
    private const int MostName = 255;

    public IReadOnlyList<PartneroRoute> Routes =>
    [
        new("GET", "test", (call, _) => Task.FromResult(Test(call)))
        {
            Summary = "Which programme the key belongs to", Data = PartneroJson.Default.TestView,
        },
        new("GET", "program", GetAsync)
        {
            Summary = "The programme with its numbers and settings", Data = PartneroJson.Default.JsonObject,
        },
        new("GET", "program/overview", OverviewAsync)
        {
            Summary = "The numbers alone, as older clients ask for them", Data = PartneroJson.Default.JsonObject,
        },
        new("PUT", "program", ChangeAsync)
        {
            Summary = "Rename the programme and say where its website is", Scope = KeyScopes.Manage,
            Reads =
            [
                new("name", WireType.Text, "at most 255 characters"),
                new("website", WireType.Text, "an address on one of the programme's domains"),
            ],
        },
    ];

    private static PartneroAnswer Test(PartneroCall call)
    {
        var program = call.Program;
        var shown = new TestedProgram(program.PublicId, program.PublicId, program.Name, PartneroWords.Of(program.Settings.Partnero.Type));
        return PartneroAnswer.One(new TestView(shown), PartneroJson.Default.TestView);
    }

    private async Task<PartneroAnswer> GetAsync(PartneroCall call, CancellationToken ct)
    {
        var program = call.Program;
        var overview = await overviews.ReadAsync(program, ct);
        var campaign = await campaigns.FindAsync(program, ct);
        var stats = StatsOf(program, overview);
        var data = new JsonObject
        {
            ["program"] = ProgramViews.Program(program, overview),
            ["stats"] = stats,
            ["program_settings"] = ProgramViews.Settings(program, campaign?.Definition, campaign is null ? 0 : 1),
            ["portal_settings"] = ProgramViews.Portal(program, call.Origin),
        };
        if (program.Settings.Partnero.Type == PartneroType.ReferAFriend)
        {
            Repeat(stats, data);
            data["overview_program_current_settings"] = FriendSettings(call);
        }
        return PartneroAnswer.One(data, PartneroJson.Default.JsonObject);
    }

    private async Task<PartneroAnswer> OverviewAsync(PartneroCall call, CancellationToken ct)
    {
        var program = call.Program;
        var overview = await overviews.ReadAsync(program, ct);
        var data = StatsOf(program, overview);
        if (program.Settings.Partnero.Type == PartneroType.ReferAFriend)
            data["overview_program_current_settings"] = FriendSettings(call);
        else
            data["overview_program_current_settings"] = ProgramViews.CurrentSettings(program, (await campaigns.FindAsync(program, ct))?.Definition, call.Origin);
        return PartneroAnswer.One(data, PartneroJson.Default.JsonObject);
    }

    private async Task<PartneroAnswer> ChangeAsync(PartneroCall call, CancellationToken ct)
    {
        var name = call.Input.Text("name", MostName);
        var website = call.Input.Text("website", Primitives.Limits.Url);
        if (website is not null && !await IsListedAsync(call, website, ct))
            call.Input.Report("website", "The website must be an address on one of the programme's domains.");
        if (call.Input.Refusal is { } refusal)
            return refusal;
        var settings = website is null ? null : new JsonObject { ["partnero"] = new JsonObject { ["website"] = website } };
        var outcome = await programs.UpdateAsync(call.Program, new ProgramChange(name, Settings: settings), call.Caller, ct);
        return outcome.TryGet(out _, out var problem) ? PartneroAnswer.Done("Program updated successfully") : PartneroErrors.From(problem);
    }

    /// <summary>Which site is the programme's own is not changed here.</summary>
    private async Task<bool> IsListedAsync(PartneroCall call, string website, CancellationToken ct) =>
        website.Contains("://", StringComparison.Ordinal)
        && SiteAddress.Parse(website).TryGet(out var address, out _)
        && (await domains.ListAsync(call.Program.Id, ct)).Any(domain => domain.Kind == DomainKind.Site && domain.CarriesLinks && domain.Address.Host == address.Host);

    private static JsonObject StatsOf(ReferralProgram program, ProgramOverview overview) => program.Settings.Partnero.Type switch
    {
        PartneroType.Affiliate => ProgramViews.AffiliateStats(program, overview),
        PartneroType.ReferAFriend => ProgramViews.FriendStats(overview),
    };

    private static JsonObject FriendSettings(PartneroCall call) => new()
    {
        ["partner_portal_url"] = ProgramViews.Portal(call.Program, call.Origin)["partner_portal_url"]?.DeepClone(),
        ["website_url"] = ProgramViews.Website(call.Program),
    };

    private static void Repeat(JsonObject stats, JsonObject data)
    {
        foreach (var (name, value) in stats)
            data[name] = value?.DeepClone();
    }
}

internal sealed record TestView(TestedProgram Program);

/// <param name="Type"><c>affiliate</c> or <c>refer_a_friend</c>.</param>
internal sealed record TestedProgram(string PubId, string PublicId, string Name, string Type);
