using Npgsql;
using Tributary.Storage;

namespace Tributary.Campaigns;

/// <summary>Loads the campaigns that may concern a cause, each with the version that was in effect at the cause's time.</summary>
internal static class CampaignLoad
{
    /// <summary>
    /// <c>$1</c> the programme, <c>$2</c> the cause's time. Campaigns that do not pay then are loaded too, so that the
    /// explanation can say why; ended ones for 30 days, because their number grows without bound.
    /// </summary>
    public const string ForCauseSql = """
        select c.campaign_id, c.name, v.version, c.state, c.starts_at, c.ends_at, v.definition
        from campaigns c
        cross join lateral (
          select w.version, w.definition
          from campaign_versions w
          where w.program_id = c.program_id and w.campaign_id = c.campaign_id and w.effective_at <= $2
          order by w.version desc
          limit 1) v
        where c.program_id = $1 and c.state <> 'draft' and (c.ends_at is null or c.ends_at > $2 - interval '30 days')
        order by c.campaign_id
        """;

    /// <summary>A definition is what its text says, so all operations of a node share what was read.</summary>
    private static readonly CampaignCache Definitions = new();

    public static void Add(LoadBatch load, long programId, DateTimeOffset at, List<ActiveCampaign> into) =>
        load.Query(ForCauseSql, row => into.Add(Read(row)), Param.Of(programId), Param.Of(at));

    /// <summary>Reads the columns id, name, version, state, start, end, definition.</summary>
    public static ActiveCampaign Read(NpgsqlDataReader row)
    {
        var (id, version) = (row.GetInt64(0), row.GetInt32(2));
        var definition = Definitions.Of(row.GetString(6));
        return new ActiveCampaign(
            id, row.GetString(1), version, CampaignWords.States[row.GetString(3)], definition, row.TimeOrNull(4), row.TimeOrNull(5));
    }
}
