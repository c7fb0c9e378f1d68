using System.Text.Json.Nodes;
using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Tributary.Campaigns;
using Tributary.Core.Tests.Keys;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Storage;
using Tributary.Tests.Support;

namespace Tributary.Core.Tests.Campaigns;

public sealed class CampaignStoreTests(PostgresFixture postgres) : IAsyncLifetime
{
    private static readonly CancellationToken Ct = CancellationToken.None;
    private static readonly Caller Merchant = new("key:7", Trusted: true);

    private readonly HandClock clock = new(Causes.Noon);
    private TestDatabase database = null!;
    private CampaignStore store = null!;
    private ReferralProgram program = null!;

    public async ValueTask InitializeAsync()
    {
        database = await postgres.CreateDatabaseAsync();
        var transactions = new Transactions(database.Database, clock);
        store = new CampaignStore(database.Database, transactions, clock);
        program = await CreateProgramAsync("Shop");
    }

    public async ValueTask DisposeAsync() => await database.DisposeAsync();

    [Fact]
    public async Task A_new_campaign_is_a_draft_and_pays_nothing()
    {
        var campaign = await CreateAsync();

        (campaign.State, campaign.Version, campaign.Name).ShouldBe((CampaignState.Draft, 1, "Summer"));
        (await ForCauseAsync(Causes.Noon)).ShouldBeEmpty();
        (await store.FindAsync(program, campaign.Id, Ct))!.Definition.Steps[0].Lines.Count.ShouldBe(1);
        (await store.CreateAsync(program, " ", campaign.Definition, Merchant, Ct)).Problem.Field.ShouldBe("name");
    }

    [Fact]
    public async Task MO30_The_verbs_lead_along_the_states_and_nowhere_else()
    {
        var id = (await CreateAsync()).Id;

        await RefusesAsync(id, "pause", "resume", "end");
        (await store.ScheduleAsync(program, id, Causes.Noon.AddHours(1), null, Merchant, Ct)).Value.State.ShouldBe(CampaignState.Scheduled);
        await RefusesAsync(id, "pause", "resume");
        (await store.ActivateAsync(program, id, Merchant, Ct)).Value.StartsAt.ShouldBe(Causes.Noon);
        await RefusesAsync(id, "activate", "schedule", "resume");
        (await store.PauseAsync(program, id, Merchant, Ct)).Value.State.ShouldBe(CampaignState.Paused);
        await RefusesAsync(id, "activate", "schedule", "pause");
        (await store.ResumeAsync(program, id, Merchant, Ct)).Value.State.ShouldBe(CampaignState.Active);
        (await store.EndAsync(program, id, Merchant, Ct)).Value.EndsAt.ShouldBe(Causes.Noon);
        await RefusesAsync(id, "activate", "schedule", "pause", "resume", "end");
        (await store.ChangeAsync(program, id, new CampaignChange("Other"), Merchant, Ct)).Problem.Code.ShouldBe(ProblemCode.IllegalTransition);
        (await store.PauseAsync(program, 999, Merchant, Ct)).Problem.Code.ShouldBe(ProblemCode.NotFound);
    }

    [Fact]
    public async Task MO30_Dates_take_effect_by_themselves()
    {
        var id = (await CreateAsync()).Id;
        (await store.ScheduleAsync(program, id, Causes.Noon.AddHours(1), Causes.Noon.AddHours(1), Merchant, Ct)).Problem.Field.ShouldBe("endsAt");
        await store.ScheduleAsync(program, id, Causes.Noon.AddHours(1), Causes.Noon.AddHours(3), Merchant, Ct);

        clock.Advance(TimeSpan.FromHours(1));
        await IsListedAsAsync(id, CampaignState.Active);
        (await store.PauseAsync(program, id, Merchant, Ct)).Succeeded.ShouldBeTrue();
        (await store.ResumeAsync(program, id, Merchant, Ct)).Succeeded.ShouldBeTrue();

        clock.Advance(TimeSpan.FromHours(2));
        await IsListedAsAsync(id, CampaignState.Ended);
        await RefusesAsync(id, "pause", "resume", "end", "activate", "schedule");
    }

    [Fact]
    public async Task MO30_An_edit_makes_the_next_version_for_causes_from_then_on()
    {
        var id = (await CreateAsync(Definitions.Points(1))).Id;
        await store.ChangeAsync(program, id, new CampaignChange(Definition: Definition(2)), Merchant, Ct);
        await store.ActivateAsync(program, id, Merchant, Ct);
        clock.Advance(TimeSpan.FromMinutes(10));

        var edited = (await store.ChangeAsync(program, id, new CampaignChange(Definition: Definition(3)), Merchant, Ct)).Value;

        edited.Version.ShouldBe(3);
        (await ForCauseAsync(Causes.Noon)).Single().ShouldBe((id, 2));
        (await ForCauseAsync(clock.GetUtcNow().AddTicks(-10))).Single().ShouldBe((id, 2));
        (await ForCauseAsync(clock.GetUtcNow())).Single().ShouldBe((id, 3));
        var history = await store.HistoryAsync(program, id, Ct);
        history!.Versions.Select(version => (version.Version, version.EffectiveAt, version.CreatedBy)).ShouldBe(
            [(3, Causes.Noon.AddMinutes(10), "key:7"), (2, null, "key:7"), (1, null, "key:7")]);
        history.Versions[1].Definition.Steps[0].Lines[0].Amount.ShouldBe(Definition(2).Steps[0].Lines[0].Amount);
    }

    [Fact]
    public async Task An_edit_that_changes_nothing_makes_no_version_and_a_stale_one_is_refused()
    {
        var id = (await CreateAsync(Definitions.Points(1))).Id;

        (await store.ChangeAsync(program, id, new CampaignChange(Definition: Definition(1)), Merchant, Ct)).Value.Version.ShouldBe(1);
        (await store.ChangeAsync(program, id, new CampaignChange("Winter"), Merchant, Ct)).Value.ShouldSatisfyAllConditions(
            winter => winter.Name.ShouldBe("Winter"), winter => winter.Version.ShouldBe(1));
        (await store.ChangeAsync(program, id, new CampaignChange(Definition: Definition(2), Version: 1), Merchant, Ct)).Value.Version.ShouldBe(2);
        (await store.ChangeAsync(program, id, new CampaignChange(Definition: Definition(3), Version: 1), Merchant, Ct))
            .Problem.Code.ShouldBe(ProblemCode.VersionConflict);
        (await CountAsync("select count(*) from campaign_versions where program_id = @programId")).ShouldBe(2);
    }

    [Fact]
    public async Task The_end_of_a_running_campaign_can_be_moved_and_a_draft_has_none()
    {
        var id = (await CreateAsync()).Id;
        (await store.ChangeAsync(program, id, new CampaignChange(EndsAt: Causes.Noon.AddDays(1)), Merchant, Ct)).Problem.Field.ShouldBe("endsAt");
        await store.ActivateAsync(program, id, Merchant, Ct);

        (await store.ChangeAsync(program, id, new CampaignChange(EndsAt: Causes.Noon), Merchant, Ct)).Problem.Field.ShouldBe("endsAt");
        (await store.ChangeAsync(program, id, new CampaignChange(EndsAt: Causes.Noon.AddDays(1)), Merchant, Ct))
            .Value.EndsAt.ShouldBe(Causes.Noon.AddDays(1));
    }

    [Fact]
    public async Task MO30_What_happened_in_a_pause_is_not_paid_when_the_campaign_ends_in_it()
    {
        var id = (await CreateAsync()).Id;
        await store.ActivateAsync(program, id, Merchant, Ct);
        clock.Advance(TimeSpan.FromHours(1));
        await store.PauseAsync(program, id, Merchant, Ct);
        clock.Advance(TimeSpan.FromHours(1));

        (await store.EndAsync(program, id, Merchant, Ct)).Value.EndsAt.ShouldBe(Causes.Noon.AddHours(1));
    }

    [Fact]
    public async Task A_cause_sees_the_campaigns_of_its_programme_that_are_no_drafts_and_not_long_ended()
    {
        var draft = (await CreateAsync()).Id;
        var ended = (await CreateAsync()).Id;
        var active = (await CreateAsync()).Id;
        await store.ActivateAsync(program, ended, Merchant, Ct);
        await store.EndAsync(program, ended, Merchant, Ct);
        await store.ActivateAsync(program, active, Merchant, Ct);
        var other = await CreateProgramAsync("Other");
        (await store.FindAsync(other, active, Ct)).ShouldBeNull();
        (await store.PauseAsync(other, active, Merchant, Ct)).Problem.Code.ShouldBe(ProblemCode.NotFound);

        (await ForCauseAsync(Causes.Noon.AddDays(1))).Select(row => row.Id).ShouldBe([ended, active]);
        (await ForCauseAsync(Causes.Noon.AddDays(31))).Select(row => row.Id).ShouldBe([active]);
        (await ForCauseAsync(Causes.Noon.AddDays(1), other)).ShouldBeEmpty();
        draft.ShouldBeLessThan(ended);
    }

    [Fact]
    public async Task Lists_go_by_pages_and_states()
    {
        var ids = new List<long>();
        for (var i = 0; i < 5; i++)
            ids.Add((await CreateAsync()).Id);
        await store.ActivateAsync(program, ids[1], Merchant, Ct);
        await store.ScheduleAsync(program, ids[3], Causes.Noon.AddHours(1), null, Merchant, Ct);

        var first = await store.ListAsync(program, new PageRequest(3), null, Ct);
        var second = await store.ListAsync(program, new PageRequest(3, first.Next), null, Ct);

        first.Items.Concat(second.Items).Select(campaign => campaign.Id).ShouldBe(ids);
        second.HasMore.ShouldBeFalse();
        (await IdsAsync(CampaignState.Draft)).ShouldBe([ids[0], ids[2], ids[4]]);
        (await IdsAsync(CampaignState.Active)).ShouldBe([ids[1]]);
        (await IdsAsync(CampaignState.Scheduled)).ShouldBe([ids[3]]);
        (await IdsAsync(CampaignState.Paused)).ShouldBeEmpty();

        async Task<IEnumerable<long>> IdsAsync(CampaignState state) =>
            (await store.ListAsync(program, new PageRequest(100), state, Ct)).Items.Select(campaign => campaign.Id);
    }

    [Fact]
    public async Task Every_change_is_audited_once_and_told_once_and_a_refused_one_is_neither()
    {
        var id = (await CreateAsync()).Id;
        await store.ActivateAsync(program, id, Merchant, Ct);
        await store.ActivateAsync(program, id, Merchant, Ct);
        await store.ChangeAsync(program, id, new CampaignChange(Definition: Definition(9)), Merchant, Ct);
        await store.PauseAsync(program, id, Merchant, Ct);

        (await TextsAsync("select verb from audit_entries where program_id = @programId and subject like 'campaign:%' order by audit_id"))
            .ShouldBe(["campaign.created", "campaign.activated", "campaign.updated", "campaign.paused"]);
        (await TextsAsync("select type from events where program_id = @programId order by event_id"))
            .ShouldBe(["campaign.created", "campaign.updated", "campaign.updated", "campaign.updated"]);
        var after = (await TextsAsync("select after::text from audit_entries where program_id = @programId and verb = 'campaign.updated'")).Single();
        JsonNode.Parse(after)!["definition"]!["steps"]![0]!["lines"]![0]!["amount"]!["points"]!.GetValue<long>().ShouldBe(9);
    }

    private static CampaignDefinition Definition(long points) => Definitions.OnOrders(Definitions.Points(points));

    private async Task<ReferralProgram> CreateProgramAsync(string name)
    {
        var feed = new ChangeFeed(database.Database, NullLogger<ChangeFeed>.Instance);
        var register = new ProgramRegister(database.Database, new Transactions(database.Database, clock), feed, new TestSealer());
        return (await register.CreateAsync(new NewProgram(name, "USD"), Merchant, Ct)).Value.Program;
    }

    private async Task<Campaign> CreateAsync(string? line = null) => (await store.CreateAsync(
        program, "Summer", Definitions.OnOrders(line ?? Definitions.Points(5)), Merchant, Ct)).Value;

    private async Task RefusesAsync(long id, params string[] verbs)
    {
        foreach (var verb in verbs)
        {
            var outcome = verb switch
            {
                "schedule" => await store.ScheduleAsync(program, id, clock.GetUtcNow().AddHours(1), null, Merchant, Ct),
                "activate" => await store.ActivateAsync(program, id, Merchant, Ct),
                "pause" => await store.PauseAsync(program, id, Merchant, Ct),
                "resume" => await store.ResumeAsync(program, id, Merchant, Ct),
                _ => await store.EndAsync(program, id, Merchant, Ct),
            };
            outcome.Succeeded.ShouldBeFalse(verb);
            outcome.Problem.Code.ShouldBe(ProblemCode.IllegalTransition, verb);
        }
    }

    private async Task IsListedAsAsync(long id, CampaignState state)
    {
        (await store.FindAsync(program, id, Ct))!.State.ShouldBe(state);
        (await store.ListAsync(program, new PageRequest(10), state, Ct)).Items.Single().Id.ShouldBe(id);
    }

    private async Task<List<(long Id, int Version)>> ForCauseAsync(DateTimeOffset at, ReferralProgram? of = null)
    {
        await using var connection = await database.Database.OpenAsync(Ct);
        await using var command = new Npgsql.NpgsqlCommand(CampaignLoad.ForCauseSql, connection);
        command.Parameters.Add(Param.Of((of ?? program).Id));
        command.Parameters.Add(Param.Of(at));
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<(long, int)>();
        while (await reader.ReadAsync())
            rows.Add((reader.GetInt64(0), reader.GetInt32(2)));
        return rows;
    }

    private async Task<IEnumerable<string>> TextsAsync(string sql)
    {
        await using var connection = await database.Database.OpenAsync(Ct);
        return await connection.QueryAsync<string>(sql, new { programId = program.Id });
    }

    private async Task<long> CountAsync(string sql)
    {
        await using var connection = await database.Database.OpenAsync(Ct);
        return await connection.ExecuteScalarAsync<long>(sql, new { programId = program.Id });
    }
}
