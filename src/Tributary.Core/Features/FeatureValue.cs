using System.Text.Json.Nodes;
using Dapper;
using Npgsql;

namespace Tributary.Features;

/// <summary>Which value holds.</summary>
public enum FeatureLevel
{
    Default,
    Program,
    Referrer,
}

/// <summary>What a feature is for a programme or a referrer, and who said so.</summary>
/// <param name="Level">Which level decides.</param>
/// <param name="Parameters">Of the level that decides.</param>
/// <param name="Since">Null: nobody has switched it.</param>
public sealed record FeatureValue(
    Feature Feature, bool Enabled, FeatureLevel Level, IReadOnlyDictionary<string, decimal> Parameters, DateTimeOffset? Since, string? Actor)
{
    private const string FindSql = """
        select feature, referrer_id, enabled, parameters::text as parameters, since, actor
        from feature_values
        where program_id = @programId and referrer_id = any(@referrers) and (@feature::text is null or feature = @feature)
        """;

    /// <summary>The value that holds for a referrer; null: for the programme.</summary>
    public static async Task<FeatureValue> OfAsync(NpgsqlConnection connection, long programId, string key, long? referrerId, CancellationToken ct) =>
        (await AllAsync(connection, programId, referrerId, key, ct)).Single();

    /// <param name="only">Null: every feature.</param>
    internal static async Task<IReadOnlyList<FeatureValue>> AllAsync(
        NpgsqlConnection connection, long programId, long? referrerId, string? only, CancellationToken ct)
    {
        var arguments = new { programId, referrers = new[] { 0L, referrerId ?? 0L }, feature = only };
        var rows = (await connection.QueryAsync<Row>(new CommandDefinition(FindSql, arguments, cancellationToken: ct))).AsList();
        return
        [
            .. from feature in Feature.All
               where only is null || feature.Key == only
               select Of(feature, Deciding(feature, rows.Where(row => row.Feature == feature.Key))),
        ];
    }

    /// <summary>The referrer's own row has the greater number. Where both must be on, its row only says that it is off.</summary>
    private static Row? Deciding(Feature feature, IEnumerable<Row> rows) => feature.Combine switch
    {
        FeatureCombine.Override => rows.MaxBy(row => row.ReferrerId),
        FeatureCombine.And => rows.Where(row => row.ReferrerId == 0 || !row.Enabled).MaxBy(row => row.ReferrerId),
    };

    private static FeatureValue Of(Feature feature, Row? row)
    {
        var given = row is null ? null : JsonNode.Parse(row.Parameters)!.AsObject();
        var parameters = feature.Parameters.ToDictionary(
            parameter => parameter.Name, parameter => given?[parameter.Name] is { } value ? (decimal)value : parameter.Default);
        return row is null
            ? new FeatureValue(feature, feature.Default, FeatureLevel.Default, parameters, null, null)
            : new FeatureValue(feature, row.Enabled, row.ReferrerId == 0 ? FeatureLevel.Program : FeatureLevel.Referrer, parameters, row.Since, row.Actor);
    }

    private sealed record Row
    {
        public required string Feature { get; init; }
        public long ReferrerId { get; init; }
        public bool Enabled { get; init; }
        public required string Parameters { get; init; }
        public DateTimeOffset Since { get; init; }
        public required string Actor { get; init; }
    }
}
