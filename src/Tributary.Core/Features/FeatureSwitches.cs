using System.Globalization;
using System.Text.Json.Nodes;
using Dapper;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Storage;

namespace Tributary.Features;

/// <summary>A value that a feature is switched to.</summary>
/// <param name="Parameters">Those that are left out take their defaults.</param>
/// <param name="Reason">For the audit log.</param>
public sealed record FeatureSwitch(bool Enabled, IReadOnlyDictionary<string, decimal>? Parameters = null, string? Reason = null);

/// <summary>
/// Switches features and tells how they stand. Values are read where they are asked for, so that every node follows at once.
/// </summary>
public sealed class FeatureSwitches(Database database, Transactions transactions)
{
    private const string ReferrerSql = """
        select exists (select from referrers where program_id = @programId and referrer_id = @referrerId and kind = 'integrator' and state not in ('unclaimed', 'deleted'))
        """;

    private const string OwnerSql = "select referrer_id from integrator_codes where program_id = @programId and code = @code";

    private const string SetSql = """
        insert into feature_values (program_id, referrer_id, feature, enabled, parameters, reason, actor, since)
        values (@programId, @referrerId, @feature, @enabled, @parameters::jsonb, @reason, @actor, @now)
        on conflict (program_id, referrer_id, feature) do update
        set enabled = excluded.enabled, parameters = excluded.parameters, reason = excluded.reason, actor = excluded.actor, since = excluded.since
        """;

    private const string UnsetSql = """
        delete from feature_values where program_id = @programId and referrer_id = @referrerId and feature = @feature
        """;

    /// <summary>Whoever switches takes turns, so that each switch tells the value before it.</summary>
    private const string LockSql = "select pg_advisory_xact_lock(hashtextextended('features', @programId))";

    public async Task<FeatureValue> FindAsync(long programId, string key, long? referrerId, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return await FeatureValue.OfAsync(connection, programId, key, referrerId, ct);
    }

    /// <summary>As it holds for orders with a code; of none, or one that nobody owns, as for the programme.</summary>
    public async Task<FeatureValue> OfCodeAsync(long programId, string key, long? code, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var referrerId = await connection.ExecuteScalarAsync<long?>(new CommandDefinition(OwnerSql, new { programId, code }, cancellationToken: ct));
        return await FeatureValue.OfAsync(connection, programId, key, referrerId, ct);
    }

    /// <summary>Every feature as it holds for a referrer; null: for the programme. Nothing where there is no such integrator.</summary>
    public async Task<IReadOnlyList<FeatureValue>?> ListAsync(long programId, long? referrerId, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        if (referrerId is { } id
            && !await connection.ExecuteScalarAsync<bool>(new CommandDefinition(ReferrerSql, new { programId, referrerId = id }, cancellationToken: ct)))
            return null;
        return await FeatureValue.AllAsync(connection, programId, referrerId, null, ct);
    }

    /// <param name="referrerId">Null: for the programme.</param>
    /// <param name="wanted">Null: inherited again.</param>
    /// <returns>The value that holds now. The same again changes nothing and is told nobody.</returns>
    public async Task<Outcome<FeatureValue>> SwitchAsync(
        ReferralProgram program, string key, long? referrerId, FeatureSwitch? wanted, Caller caller, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(program);
        if (Feature.Find(key) is not { } feature)
            return new Problem(ProblemCode.NotFound, "No such feature.");
        if (wanted is not null && Check(feature, wanted) is { } problem)
            return problem;
        return await transactions.RunAsync(program.Id, caller, (tx, stop) => SwitchAsync(tx, feature, referrerId, wanted, stop), ct);
    }

    private static async Task<Outcome<FeatureValue>> SwitchAsync(
        Transaction tx, Feature feature, long? referrerId, FeatureSwitch? wanted, CancellationToken ct)
    {
        await tx.Connection.ExecuteAsync(new CommandDefinition(LockSql, new { programId = tx.ProgramId }, cancellationToken: ct));
        if (referrerId is { } id && !await tx.Connection.ExecuteScalarAsync<bool>(
            new CommandDefinition(ReferrerSql, new { programId = tx.ProgramId, referrerId = id }, cancellationToken: ct)))
            return new Problem(ProblemCode.NotFound, "No such integrator.");
        var reason = wanted?.Reason;
        if (feature.Combine == FeatureCombine.And && referrerId is not null && wanted is { Enabled: true })
        {
            // On for one alone is no more than not being switched off.
            wanted = null;
        }
        var before = await FeatureValue.OfAsync(tx.Connection, tx.ProgramId, feature.Key, referrerId, ct);
        var level = referrerId is null ? FeatureLevel.Program : FeatureLevel.Referrer;
        if (wanted is null ? before.Level != level : before.Level == level && Says(before, wanted))
            return before;
        var row = new
        {
            programId = tx.ProgramId,
            referrerId = referrerId ?? 0,
            feature = feature.Key,
            enabled = wanted?.Enabled ?? false,
            parameters = Told(wanted?.Parameters ?? new Dictionary<string, decimal>()).ToJsonString(),
            reason,
            actor = tx.Caller.Actor,
            now = tx.Now,
        };
        await tx.Connection.ExecuteAsync(new CommandDefinition(wanted is null ? UnsetSql : SetSql, row, cancellationToken: ct));
        var after = await FeatureValue.OfAsync(tx.Connection, tx.ProgramId, feature.Key, referrerId, ct);
        Tell(tx, referrerId, before, after, reason);
        ChangeFeed.Announce(tx);
        return after;
    }

    private static bool Says(FeatureValue value, FeatureSwitch wanted) =>
        value.Enabled == wanted.Enabled
        && value.Feature.Parameters.All(parameter =>
            value.Parameters[parameter.Name] == (wanted.Parameters?.TryGetValue(parameter.Name, out var asked) == true ? asked : parameter.Default));

    private static Problem? Check(Feature feature, FeatureSwitch wanted)
    {
        if (wanted.Reason?.Length > Limits.Text)
            return new Problem(ProblemCode.TooLong, $"A reason has at most {Limits.Text} characters.", "reason");
        foreach (var (name, value) in wanted.Parameters ?? new Dictionary<string, decimal>())
        {
            if (feature.Parameters.FirstOrDefault(parameter => parameter.Name == name) is not { } known)
                return new Problem(ProblemCode.UnknownMember, "The feature has no such parameter.", $"parameters.{name}");
            if (value < known.Least || value > known.Most || decimal.Round(value, known.Decimals) != value)
            {
                var told = string.Create(CultureInfo.InvariantCulture, $"The value is {known.Least} to {known.Most} with at most {known.Decimals} decimals.");
                return new Problem(ProblemCode.OutOfRange, told, $"parameters.{name}");
            }
        }
        return null;
    }

    private static void Tell(Transaction tx, long? referrerId, FeatureValue before, FeatureValue after, string? reason)
    {
        var subject = referrerId is { } id ? $"referrer:{id}" : $"program:{tx.ProgramId}";
        tx.Audit("feature.changed", subject, Told(before), Told(after), reason);
        var told = Told(after);
        told["referrerId"] = referrerId;
        told["before"] = Told(before);
        told["reason"] = reason;
        told["occurredAt"] = tx.Now.ToString("O");
        tx.Raise(EventType.FeatureChanged, subject, told, referrerId: referrerId);
    }

    private static JsonObject Told(FeatureValue value) => new()
    {
        ["feature"] = value.Feature.Key,
        ["enabled"] = value.Enabled,
        ["level"] = Word(value.Level),
        ["parameters"] = Told(value.Parameters),
    };

    private static JsonObject Told(IReadOnlyDictionary<string, decimal> parameters)
    {
        var told = new JsonObject();
        foreach (var (name, value) in parameters)
            told[name] = value;
        return told;
    }

    public static string Word(FeatureLevel level) => level switch
    {
        FeatureLevel.Default => "default",
        FeatureLevel.Program => "program",
        FeatureLevel.Referrer => "referrer",
    };
}
