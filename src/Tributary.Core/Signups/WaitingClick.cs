using System.Text.Json;
using System.Text.Json.Serialization;
using Npgsql;
using Tributary.Attribution;
using Tributary.Clicks;
using Tributary.Storage;

namespace Tributary.Signups;

/// <summary>A sign-up or order that named a click which was not here yet, with the moment by which it is decided when it comes.</summary>
/// <param name="OrderKey">Null: a sign-up.</param>
internal sealed record WaitingClick(long Id, ClickId ClickId, long CustomerId, long? OrderKey, AttributionMoment Moment)
{
    public const string Columns = "waiting_id, click_id, customer_id, order_key, moment";

    private const string InsertSql = """
        insert into waiting_clicks (program_id, click_id, customer_id, order_key, moment, received_at, next_look_at)
        select $1, $2, $3, $4, $5, $6, $6
        where not exists (select from waiting_clicks
                          where program_id = $1 and click_id = $2 and customer_id = $3 and order_key is not distinct from $4)
        """;

    private const string DeleteSql = "delete from waiting_clicks where program_id = $1 and waiting_id = $2";

    public static void Add(Transaction tx, Guid clickId, long customerId, long? orderKey, AttributionMoment moment) => tx.Writes.Add(
        InsertSql,
        Param.Of(tx.ProgramId),
        Param.Of((Guid?)clickId),
        Param.Of(customerId),
        Param.Of(orderKey),
        Param.Json(JsonSerializer.Serialize(moment, WaitingJson.Default.AttributionMoment)),
        Param.Of(tx.Now));

    public static WaitingClick Read(NpgsqlDataReader row) => new(
        row.GetInt64(0),
        new ClickId(row.GetGuid(1)),
        row.GetInt64(2),
        row.LongOrNull(3),
        JsonSerializer.Deserialize(row.GetString(4), WaitingJson.Default.AttributionMoment)!);

    public void Delete(Transaction tx) => tx.Writes.Add(DeleteSql, Param.Of(tx.ProgramId), Param.Of(Id));
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true)]
[JsonSerializable(typeof(AttributionMoment))]
internal sealed partial class WaitingJson : JsonSerializerContext;
