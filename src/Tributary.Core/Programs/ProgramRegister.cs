using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Dapper;
using Tributary.Keys;
using Tributary.Primitives;
using Tributary.Storage;

namespace Tributary.Programs;

/// <summary>A programme to be made.</summary>
/// <param name="WorkspaceId">The company's account; null: a new one of the programme's name.</param>
/// <param name="Settings">What differs from the defaults.</param>
/// <param name="PublicId">Null: drawn. A fixed one lets a programme be made at most once.</param>
public sealed record NewProgram(
    string? Name,
    string? Currency,
    ProgramMode Mode = ProgramMode.Live,
    JsonObject? Settings = null,
    long? WorkspaceId = null,
    string? PublicId = null);

/// <summary>A programme just made with its first keys, whose tokens nobody can read again.</summary>
public sealed record ProgramCreated(ReferralProgram Program, MintedKey Publishable, MintedKey Secret);

/// <summary>A change of a programme; null members stay as they are.</summary>
/// <param name="Settings">Members to change; <c>null</c> inside goes back to the default.</param>
/// <param name="Version">The version the caller has seen; another one now is refused. Null: whatever it is now.</param>
public sealed record ProgramChange(
    string? Name = null,
    ProgramState? State = null,
    string? Currency = null,
    JsonObject? Settings = null,
    long? Version = null);

/// <summary>Makes and changes programmes.</summary>
public sealed class ProgramRegister(
    Database database, Transactions transactions, ChangeFeed feed, ISecretSealer sealer, DomainPolicy? domainPolicy = null)
{
    /// <summary>36^8 of them; two alike are refused by the unique index (partnero.md § 2).</summary>
    private const int PublicIdLength = 8;

    private const string PublicIdDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    private const int HashKeyBytes = 32;
    private const string FirstKeyName = "made with the programme";

    private const string DrawNumberSql = "select nextval(pg_get_serial_sequence('programs', 'program_id'))";

    private const string InsertWorkspaceSql = """
        insert into workspaces (name, created_at) values (@name, @now) returning workspace_id
        """;

    private const string InsertSql = """
        insert into programs
          (program_id, workspace_id, public_id, name, mode, state, currency, settings, hash_key, created_at)
        overriding system value
        values
          (@programId, @workspaceId, @publicId, @name, @mode, 'active', @currency, @settings::jsonb, @hashKey, @now)
        """;

    private const string FindSql = $"select {ProgramRow.Columns} from programs p where p.program_id = @programId";

    private const string FindPublicSql = $"select {ProgramRow.Columns} from programs p where p.public_id = @publicId";

    private const string AnyTwoSql = $"select {ProgramRow.Columns} from programs p order by p.program_id limit 2";

    private const string ListSql = $"""
        select {ProgramRow.Columns} from programs p
        where p.workspace_id = @workspaceId and p.program_id > @after
        order by p.program_id limit @most
        """;

    private const string UpdateSql = $"""
        update programs p
        set name = @name, state = @state, currency = @currency, settings = @settings::jsonb,
            former_zones = @formerZones::jsonb, version = p.version + 1, updated_at = @now
        where p.program_id = @programId
        returning {ProgramRow.Columns}
        """;

    private const string MoneyExistsSql = """
        select exists (select from orders where program_id = @programId)
            or exists (select from rewards where program_id = @programId)
        """;

    private const string CampaignExistsSql = """
        select exists (select from campaigns where program_id = @programId and campaign_id = @campaignId)
        """;

    private readonly DomainPolicy policy = domainPolicy ?? new DomainPolicy();

    public async Task<ReferralProgram?> FindAsync(long programId, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return await FindAsync(connection, FindSql, new { programId }, ct);
    }

    public async Task<ReferralProgram?> FindAsync(string publicId, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return await FindAsync(connection, FindPublicSql, new { publicId }, ct);
    }

    /// <summary>The server's programme where it has exactly one; null where it has none or several.</summary>
    public async Task<ReferralProgram?> FindOnlyAsync(CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var rows = (await connection.QueryAsync<ProgramRow>(new CommandDefinition(AnyTwoSql, cancellationToken: ct))).AsList();
        return rows.Count == 1 ? rows[0].ToProgram() : null;
    }

    /// <summary>The programmes of one workspace, oldest first.</summary>
    public async Task<Page<ReferralProgram>> ListAsync(long workspaceId, PageRequest page, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var arguments = new { workspaceId, after = page.After?.Id ?? 0, most = page.Size + 1 };
        var rows = await connection.QueryAsync<ProgramRow>(new CommandDefinition(ListSql, arguments, cancellationToken: ct));
        return page.Cut([.. rows.Select(row => row.ToProgram())], program => new Cursor(program.Id, program.Id));
    }

    public async Task<Outcome<ProgramCreated>> CreateAsync(NewProgram wanted, Caller caller, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        if (!Judge(wanted).TryGet(out var judged, out var refusal))
            return refusal;
        var outcome = await transactions.RunAsync(
            await DrawNumberAsync(ct), caller, (tx, stop) => CreateAsync(tx, wanted, judged, stop), ct);
        if (outcome.TryGet(out var created, out _))
            feed.Forget(created.Program.Id);
        return outcome;
    }

    public async Task<Outcome<ReferralProgram>> UpdateAsync(
        ReferralProgram program, ProgramChange change, Caller caller, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(program);
        var outcome = await transactions.RunAsync(
            program.Id, caller, (tx, stop) => UpdateAsync(tx, change, stop), ct);
        if (outcome.Succeeded)
            feed.Forget(program.Id);
        return outcome;
    }

    private async Task<Outcome<ProgramCreated>> CreateAsync(Transaction tx, NewProgram wanted, JudgedProgram judged, CancellationToken ct)
    {
        var arguments = new
        {
            programId = tx.ProgramId,
            workspaceId = wanted.WorkspaceId ?? await tx.Connection.ExecuteScalarAsync<long>(
                new CommandDefinition(InsertWorkspaceSql, new { name = judged.Name, now = tx.Now }, cancellationToken: ct)),
            publicId = wanted.PublicId ?? RandomNumberGenerator.GetString(PublicIdDigits, PublicIdLength),
            name = judged.Name,
            mode = ProgramWords.Of(wanted.Mode),
            currency = judged.Currency.Code,
            settings = SettingsPatch.Whole(judged.Settings).ToJsonString(),
            hashKey = RandomNumberGenerator.GetBytes(HashKeyBytes),
            now = tx.Now,
        };
        await tx.Connection.ExecuteAsync(new CommandDefinition(InsertSql, arguments, cancellationToken: ct));
        var program = (await FindAsync(tx.Connection, FindSql, new { programId = tx.ProgramId }, ct))!;
        if (program.Settings.Links.Site is { } site)
            await PrimaryDomain.SetAsync(tx, site, policy, ct);
        tx.Audit("program.created", Subject(program), null, AuditOf(program));
        return await WithKeysAsync(tx, program, ct);
    }

    private async Task<Outcome<ProgramCreated>> WithKeysAsync(Transaction tx, ReferralProgram program, CancellationToken ct)
    {
        var publishable = await KeyMinting.MintAsync(tx, program.Mode, new NewKey(ApiKeyKind.Publishable, FirstKeyName), sealer, ct);
        var secret = await KeyMinting.MintAsync(tx, program.Mode, new NewKey(ApiKeyKind.Secret, FirstKeyName), sealer, ct);
        return new ProgramCreated(program, publishable.Value, secret.Value);
    }

    private async Task<Outcome<ReferralProgram>> UpdateAsync(Transaction tx, ProgramChange change, CancellationToken ct)
    {
        var before = await FindAsync(tx.Connection, FindSql + " for no key update", new { programId = tx.ProgramId }, ct);
        if (before is null)
            return new Problem(ProblemCode.NotFound, "No such programme.");
        if (change.Version is { } seen && seen != before.Version)
            return new Problem(ProblemCode.VersionConflict, "The programme was changed meanwhile; read it again.", "version");
        if (!Judge(before, change).TryGet(out var judged, out var refusal))
            return refusal;
        if (await CheckAgainstRowsAsync(tx, before, judged, ct) is { } conflict)
            return conflict;
        var after = (await FindAsync(tx.Connection, UpdateSql, ArgumentsOf(tx, before, change, judged), ct))!;
        if (after.Settings.Links.Site != before.Settings.Links.Site)
            await PrimaryDomain.SetAsync(tx, after.Settings.Links.Site, policy, ct);
        tx.Audit("program.updated", Subject(after), AuditOf(before), AuditOf(after));
        ChangeFeed.Announce(tx);
        return after;
    }

    private static object ArgumentsOf(Transaction tx, ReferralProgram before, ProgramChange change, JudgedProgram judged) => new
    {
        programId = tx.ProgramId,
        name = judged.Name,
        state = ProgramWords.Of(change.State ?? before.State),
        currency = judged.Currency.Code,
        settings = SettingsPatch.Whole(judged.Settings).ToJsonString(),
        formerZones = CountingZones.Write(FormerZonesOf(before, judged.Settings.TimeZone, tx.Now)),
        now = tx.Now,
    };

    private static IReadOnlyList<FormerZone> FormerZonesOf(ReferralProgram before, string zone, DateTimeOffset now) => zone == before.Settings.TimeZone
        ? before.FormerZones
        : new CountingZones(before.Settings.TimeZone, before.FormerZones).Changed(zone, now).Former;

    private static Outcome<JudgedProgram> Judge(NewProgram wanted) =>
        NameOf(wanted.Name).Then(name =>
            Currency.ForOrders(wanted.Currency).Then(currency =>
                SettingsPatch.Apply(new ProgramSettings(), wanted.Settings).Map(settings => new JudgedProgram(name, currency, settings))));

    private static Outcome<JudgedProgram> Judge(ReferralProgram before, ProgramChange change) =>
        NameOf(change.Name ?? before.Name).Then(name =>
            Currency.ForOrders(change.Currency ?? before.Currency.Code).Then(currency =>
                SettingsPatch.Apply(before.Settings, change.Settings).Map(settings => new JudgedProgram(name, currency, settings))));

    private static Outcome<string> NameOf(string? name) => name?.Trim() switch
    {
        null or "" => new Problem(ProblemCode.MissingField, "A programme has a name.", "name"),
        { Length: > Limits.Text } => new Problem(ProblemCode.TooLong, $"A name has at most {Limits.Text} characters.", "name"),
        var trimmed => trimmed,
    };

    private static async Task<Problem?> CheckAgainstRowsAsync(
        Transaction tx, ReferralProgram before, JudgedProgram judged, CancellationToken ct)
    {
        if (judged.Currency != before.Currency && await AsksAsync(tx, MoneyExistsSql, new { programId = tx.ProgramId }, ct))
            return new Problem(ProblemCode.IllegalTransition, "The currency is fixed once there are orders or rewards.", "currency");
        var shown = judged.Settings.Gameball.ShownCampaign;
        return shown is null || await AsksAsync(tx, CampaignExistsSql, new { programId = tx.ProgramId, campaignId = shown }, ct)
            ? null
            : new Problem(ProblemCode.UnknownReference, "No such campaign.", "settings.gameball.shownCampaign");
    }

    private static Task<bool> AsksAsync(Transaction tx, string sql, object arguments, CancellationToken ct) =>
        tx.Connection.ExecuteScalarAsync<bool>(new CommandDefinition(sql, arguments, cancellationToken: ct));

    private static async Task<ReferralProgram?> FindAsync(
        Npgsql.NpgsqlConnection connection, string sql, object arguments, CancellationToken ct)
    {
        var row = await connection.QuerySingleOrDefaultAsync<ProgramRow>(new CommandDefinition(sql, arguments, cancellationToken: ct));
        return row?.ToProgram();
    }

    private async Task<long> DrawNumberAsync(CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return await connection.ExecuteScalarAsync<long>(new CommandDefinition(DrawNumberSql, cancellationToken: ct));
    }

    private static string Subject(ReferralProgram program) => $"program:{program.PublicId}";

    private static JsonObject AuditOf(ReferralProgram program) => new()
    {
        ["name"] = program.Name,
        ["state"] = ProgramWords.Of(program.State),
        ["currency"] = program.Currency.Code,
        ["settings"] = SettingsPatch.Whole(program.Settings),
    };

    private sealed record JudgedProgram(string Name, Currency Currency, ProgramSettings Settings);
}
