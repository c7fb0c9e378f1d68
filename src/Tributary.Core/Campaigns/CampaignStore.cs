using System.Text;
using Dapper;
using Npgsql;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Storage;

namespace Tributary.Campaigns;

/// <summary>Makes, changes and reads campaigns. Every change is audited and told to the outbox.</summary>
public sealed class CampaignStore(Database database, Transactions transactions, TimeProvider clock)
{
    /// <summary>Campaigns of a programme that are not ended: each is judged with every order.</summary>
    public const int MostLiving = 200;

    public const int MostVersions = 1_000;

    private const string FromNewest = $"""
        select {CampaignRow.Columns}
        from campaigns c
        join campaign_versions v on v.program_id = c.program_id and v.campaign_id = c.campaign_id and v.version = c.version
        """;

    private const string FindSql = $"{FromNewest} where c.program_id = @programId and c.campaign_id = @campaignId";

    private const string LockSql = FindSql + " for no key update of c";

    /// <summary>The state as <see cref="CampaignStates.At"/> tells it.</summary>
    private const string ListSql = $"""
        {FromNewest}
        where c.program_id = @programId and c.campaign_id > @after
          and (@state::text is null or @state = case
            when c.state = 'draft' then c.state
            when c.ends_at <= @now then 'ended'
            when c.starts_at > @now then 'scheduled'
            when c.state = 'scheduled' then 'active'
            else c.state end)
        order by c.campaign_id
        limit @size + 1
        """;

    private const string VersionsSql = """
        select version, definition::text as definition, effective_at, created_by
        from campaign_versions
        where program_id = @programId and campaign_id = @campaignId
        order by version desc
        """;

    private const string CountLivingSql = """
        select count(*) from campaigns
        where program_id = @programId and state <> 'ended' and (state = 'draft' or ends_at is null or ends_at > @now)
        """;

    private const string InsertSql = """
        insert into campaigns (program_id, name, state, version, created_at, updated_at)
        values (@programId, @name, 'draft', 1, @now, @now)
        returning campaign_id
        """;

    private const string InsertVersionSql = """
        insert into campaign_versions (program_id, campaign_id, version, definition, effective_at, created_by)
        values (@programId, @campaignId, @version, @definition::jsonb, @effectiveAt, @actor)
        """;

    private const string UpdateSql = """
        update campaigns
        set name = @name, state = @state, starts_at = @startsAt, ends_at = @endsAt, version = @version, updated_at = @now
        where program_id = @programId and campaign_id = @campaignId
        """;

    /// <summary>What was agreed before a campaign first ran holds from its beginning, wherever that is put later.</summary>
    private static readonly DateTimeOffset FromTheBeginning = DateTimeOffset.UnixEpoch;

    public async Task<Campaign?> FindAsync(ReferralProgram program, long campaignId, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(program);
        await using var connection = await database.OpenAsync(ct);
        return (await FindAsync(connection, FindSql, program.Id, campaignId, ct))?.ToCampaign(clock.GetUtcNow());
    }

    public async Task<CampaignHistory?> HistoryAsync(ReferralProgram program, long campaignId, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(program);
        await using var connection = await database.OpenAsync(ct);
        if (await FindAsync(connection, FindSql, program.Id, campaignId, ct) is not { } row)
            return null;
        var versions = await connection.QueryAsync<VersionRow>(
            new CommandDefinition(VersionsSql, new { programId = program.Id, campaignId }, cancellationToken: ct));
        return new CampaignHistory(row.ToCampaign(clock.GetUtcNow()), [.. versions.Select(version => version.ToVersion())]);
    }

    /// <summary>By number, the oldest first.</summary>
    /// <param name="state">Only campaigns that are in this state now; null: all.</param>
    public async Task<Page<Campaign>> ListAsync(ReferralProgram program, PageRequest page, CampaignState? state, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(program);
        var now = clock.GetUtcNow();
        var asked = page.Clamp();
        var arguments = new
        {
            programId = program.Id,
            after = asked.After?.Id ?? 0,
            size = asked.Size,
            state = state is { } wanted ? CampaignWords.Text(wanted) : null,
            now,
        };
        await using var connection = await database.OpenAsync(ct);
        var rows = await connection.QueryAsync<CampaignRow>(new CommandDefinition(ListSql, arguments, cancellationToken: ct));
        return asked.Cut([.. rows.Select(row => row.ToCampaign(now))], campaign => new Cursor(campaign.Id, campaign.Id));
    }

    /// <summary>A draft: it pays nothing before it is activated or scheduled.</summary>
    public async Task<Outcome<Campaign>> CreateAsync(
        ReferralProgram program, string? name, CampaignDefinition definition, Caller caller, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(definition);
        return NameOf(name).TryGet(out var judged, out var refusal)
            ? await transactions.RunAsync(program.Id, caller, (tx, stop) => CreateAsync(tx, judged, definition, stop), ct)
            : refusal;
    }

    public Task<Outcome<Campaign>> ChangeAsync(
        ReferralProgram program, long campaignId, CampaignChange change, Caller caller, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(change);
        return ChangeAsync(program, campaignId, "campaign.updated", (row, now) => CampaignMoves.Edit(row, change, now), caller, ct);
    }

    /// <summary>Sets when a draft begins, or moves the dates of what has not begun.</summary>
    public Task<Outcome<Campaign>> ScheduleAsync(
        ReferralProgram program, long campaignId, DateTimeOffset startsAt, DateTimeOffset? endsAt, Caller caller, CancellationToken ct) =>
        ChangeAsync(program, campaignId, "campaign.scheduled", (row, now) => CampaignMoves.Schedule(row, startsAt, endsAt, now), caller, ct);

    public Task<Outcome<Campaign>> ActivateAsync(ReferralProgram program, long campaignId, Caller caller, CancellationToken ct) =>
        ChangeAsync(program, campaignId, "campaign.activated", CampaignMoves.Activate, caller, ct);

    public Task<Outcome<Campaign>> PauseAsync(ReferralProgram program, long campaignId, Caller caller, CancellationToken ct) =>
        ChangeAsync(program, campaignId, "campaign.paused", CampaignMoves.Pause, caller, ct);

    public Task<Outcome<Campaign>> ResumeAsync(ReferralProgram program, long campaignId, Caller caller, CancellationToken ct) =>
        ChangeAsync(program, campaignId, "campaign.resumed", CampaignMoves.Resume, caller, ct);

    public Task<Outcome<Campaign>> EndAsync(ReferralProgram program, long campaignId, Caller caller, CancellationToken ct) =>
        ChangeAsync(program, campaignId, "campaign.ended", CampaignMoves.End, caller, ct);

    private static async Task<Outcome<Campaign>> CreateAsync(Transaction tx, string name, CampaignDefinition definition, CancellationToken ct)
    {
        var living = await tx.Connection.ExecuteScalarAsync<long>(
            new CommandDefinition(CountLivingSql, new { programId = tx.ProgramId, now = tx.Now }, cancellationToken: ct));
        if (living >= MostLiving)
            return new Problem(ProblemCode.LimitReached, $"A programme has at most {MostLiving} campaigns that are not ended.");
        var id = await tx.Connection.ExecuteScalarAsync<long>(
            new CommandDefinition(InsertSql, new { programId = tx.ProgramId, name, now = tx.Now }, cancellationToken: ct));
        var row = new CampaignRow(id, name, "draft", null, null, 1, tx.Now, tx.Now, Text(definition));
        await AddVersionAsync(tx, row, FromTheBeginning, ct);
        tx.Audit("campaign.created", Subject(id), null, row.ToJson(withDefinition: true));
        tx.Raise(EventType.CampaignCreated, Subject(id), row.ToJson(withDefinition: false));
        return row.ToCampaign(tx.Now);
    }

    private Task<Outcome<Campaign>> ChangeAsync(
        ReferralProgram program,
        long campaignId,
        string verb,
        Func<CampaignRow, DateTimeOffset, Outcome<CampaignRow>> move,
        Caller caller,
        CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(program);
        return transactions.RunAsync(program.Id, caller, (tx, stop) => ChangeAsync(tx, campaignId, verb, move, stop), ct);
    }

    private static async Task<Outcome<Campaign>> ChangeAsync(
        Transaction tx, long campaignId, string verb, Func<CampaignRow, DateTimeOffset, Outcome<CampaignRow>> move, CancellationToken ct)
    {
        if (await FindAsync(tx.Connection, LockSql, tx.ProgramId, campaignId, ct) is not { } before)
            return new Problem(ProblemCode.NotFound, "There is no such campaign.");
        if (!move(before, tx.Now).TryGet(out var after, out var refusal))
            return refusal;
        if (after == before)
            return before.ToCampaign(tx.Now);
        after = after with { UpdatedAt = tx.Now };
        if (after.Version != before.Version)
            await AddVersionAsync(tx, after, before.Kept == CampaignState.Draft ? FromTheBeginning : tx.Now, ct);
        await UpdateAsync(tx, after, ct);
        var withDefinition = after.Version != before.Version;
        tx.Audit(verb, Subject(campaignId), before.ToJson(withDefinition), after.ToJson(withDefinition));
        tx.Raise(EventType.CampaignUpdated, Subject(campaignId), after.ToJson(withDefinition: false));
        return after.ToCampaign(tx.Now);
    }

    private static Task<int> UpdateAsync(Transaction tx, CampaignRow row, CancellationToken ct)
    {
        var arguments = new
        {
            programId = tx.ProgramId,
            campaignId = row.CampaignId,
            name = row.Name,
            state = row.State,
            startsAt = row.StartsAt,
            endsAt = row.EndsAt,
            version = row.Version,
            now = tx.Now,
        };
        return tx.Connection.ExecuteAsync(new CommandDefinition(UpdateSql, arguments, cancellationToken: ct));
    }

    private static Task<int> AddVersionAsync(Transaction tx, CampaignRow row, DateTimeOffset effectiveAt, CancellationToken ct)
    {
        var arguments = new
        {
            programId = tx.ProgramId,
            campaignId = row.CampaignId,
            version = row.Version,
            definition = row.Definition,
            effectiveAt,
            actor = tx.Caller.Actor,
        };
        return tx.Connection.ExecuteAsync(new CommandDefinition(InsertVersionSql, arguments, cancellationToken: ct));
    }

    private static Task<CampaignRow?> FindAsync(NpgsqlConnection connection, string sql, long programId, long campaignId, CancellationToken ct) =>
        connection.QuerySingleOrDefaultAsync<CampaignRow?>(new CommandDefinition(sql, new { programId, campaignId }, cancellationToken: ct));

    internal static Outcome<string> NameOf(string? name) => name?.Trim() switch
    {
        null or "" => new Problem(ProblemCode.MissingField, "A campaign has a name.", "name"),
        { Length: > Limits.Text } => new Problem(ProblemCode.TooLong, $"A name has at most {Limits.Text} characters.", "name"),
        var trimmed => trimmed,
    };

    internal static string Text(CampaignDefinition definition) => Encoding.UTF8.GetString(CampaignJson.Write(definition));

    private static string Subject(long campaignId) => $"campaign:{campaignId}";

    private sealed record VersionRow(int Version, string Definition, DateTimeOffset EffectiveAt, string CreatedBy)
    {
        public CampaignVersion ToVersion() => new(
            Version, CampaignRow.Read(Definition), EffectiveAt == FromTheBeginning ? null : EffectiveAt, CreatedBy);
    }
}
