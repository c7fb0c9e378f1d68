using Npgsql;
using Tributary.Storage;

namespace Tributary.Rewards;

/// <summary>A step of a campaign that the customer has reached once, and whether that still stands.</summary>
internal sealed record StepRow(long CampaignId, int Step, int Occasion, int Version, string Cause, long? OrderKey, bool Standing)
{
    public const string Sql = """
        select campaign_id, step, occasion, version, cause, order_key, undone_at is null
        from step_progress
        where program_id = $1
          and customer_id = (select i.customer_id from customer_ids i where i.program_id = $1 and i.merchant_id = $2)
        order by campaign_id, step, occasion
        """;

    public const string OfCustomerSql = """
        select campaign_id, step, occasion, version, cause, order_key, undone_at is null
        from step_progress
        where program_id = $1 and customer_id = $2
        order by campaign_id, step, occasion
        """;

    public static StepRow Read(NpgsqlDataReader row) => new(
        row.GetInt64(0),
        row.GetInt32(1),
        row.GetInt32(2),
        row.GetInt32(3),
        row.GetString(4),
        row.LongOrNull(5),
        row.GetBoolean(6));
}
