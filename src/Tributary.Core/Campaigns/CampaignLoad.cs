using System.Text;
using Npgsql;
using Tributary.Storage;

namespace Tributary.Campaigns;

/// <summary>Loads the campaigns that may concern a cause, each with the version that was in effect at the cause's time.</summary>
internal static class CampaignLoad
{
    private const string Sql = """
        select c.campaign_id, c.name, v.version, c.state, c.starts_at, c.ends_at, v.definition
        from campaigns c
        cross join lateral (
          select w.version, w.definition
          from campaign_versions w
          where w.program_id = c.program_id and w.campaign_id = c.campaign_id and w.effective_at <= $2
          order by w.version desc
          limit 1) v
        where c.program_id = $1 and c.state <> 'draft'
        order by c.campaign_id
        """;

    /// <summary>Versions never change, so all operations of a node share what was read of them.</summary>
    private static readonly CampaignCache Definitions = new();

    public static void Add(LoadBatch load, long programId, DateTimeOffset at, List<ActiveCampaign> into) =>
        load.Query(Sql, row => into.Add(Read(programId, row)), Param.Of(programId), Param.Of(at));

    /// <summary>Reads the columns id, name, version, state, start, end, definition.</summary>
    public static ActiveCampaign Read(long programId, NpgsqlDataReader row)
    {
        var (id, version) = (row.GetInt64(0), row.GetInt32(2));
        var definition = Definitions.Get(programId, id, version, Encoding.UTF8.GetBytes(row.GetString(6)));
        return new ActiveCampaign(
            id, row.GetString(1), version, CampaignWords.States[row.GetString(3)], definition, row.TimeOrNull(4), row.TimeOrNull(5));
    }
}
